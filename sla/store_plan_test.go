package sla_test

import (
	"context"
	"strings"
	"testing"

	"gorm.io/gorm"

	"amigo/migrations"
)

// plan is how the database means to run a statement, when its tables are large:
// PostgreSQL reads small ones from end to end otherwise.
func (w *world) plan(sql string, args ...any) string {
	w.t.Helper()
	how := "EXPLAIN "
	if w.db.Dialect() == migrations.SQLite {
		how = "EXPLAIN QUERY PLAN "
	}
	rows, err := w.db.Gorm(w.t.Context()).Raw(how+sql, args...).Rows()
	must(w.t, err)
	defer rows.Close() //nolint:errcheck // read to its end
	columns, err := rows.Columns()
	must(w.t, err)
	var said strings.Builder
	for rows.Next() {
		cells := make([]any, len(columns))
		for i := range cells {
			cells[i] = new(any)
		}
		must(w.t, rows.Scan(cells...))
		if text, ok := (*cells[len(cells)-1].(*any)).(string); ok {
			said.WriteString(text + "\n")
		}
	}
	must(w.t, rows.Err())
	return said.String()
}

// settled writes very many tickets whose promises were kept, and the alerts of
// which letters have told.
func (w *world) settled(many int) {
	w.t.Helper()
	k := w.open("normal")
	var timer int64
	must(w.t, w.db.Gorm(w.t.Context()).Table("timers").Where("ticket_id = ?", k.ID).Limit(1).Pluck("id", &timer).Error)
	numbers := "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
	now := w.clock.Now()
	w.exec("INSERT INTO timers (ticket_id, promise, policy_id, calendar, state, target_seconds, started_at, stopped_at) "+
		numbers+"SELECT ?, 'resolution', (SELECT min(id) FROM policies), 'normandie', 'met', 3600, ?, ? FROM n", many, k.ID, now, now)
	w.exec("INSERT INTO alerts (person_id, ticket_id, timer_id, level, due_at, created_at, ring_at, sent_at) "+
		numbers+"SELECT ?, ?, ?, 100 + i, ?, ?, ?, ? FROM n", many, w.person("sam"), k.ID, timer, now, now, now, now)
	w.exec("ANALYZE")
}

// question is what was asked of the database.
type question struct {
	sql  string
	vars []any
}

// asking keeps what the engine asks of the tables that have bells while f runs.
func (w *world) asking(f func()) []question {
	w.t.Helper()
	var asked []question
	keep := func(g *gorm.DB) {
		if sql := g.Statement.SQL.String(); strings.Contains(sql, "ring_at") || strings.Contains(sql, "sent_at") {
			asked = append(asked, question{sql, g.Statement.Vars})
		}
	}
	must(w.t, w.db.Tx(w.t.Context(), func(ctx context.Context) error { // whose connection writes
		return w.db.Gorm(ctx).Callback().Query().After("gorm:query").Register("test:asked", keep)
	}))
	f()
	return asked
}

func TestTheSweepLooksOnlyAtWhatRings(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.Set(paris(t, "2026-11-19 08:00"))
		w.open("urgent")
		w.settled(20_000)
		asked := w.asking(func() { w.minutes("2026-11-19 08:35") })
		found := map[string]bool{}
		for _, s := range asked {
			plan := w.plan(s.sql, s.vars...)
			for _, index := range []string{"timers_ring", "alerts_unsent", "alerts_person"} {
				found[index] = found[index] || strings.Contains(plan, index)
			}
			for _, all := range []string{"Seq Scan on timers", "Seq Scan on alerts", "SCAN timers\n", "SCAN alerts\n"} {
				if strings.Contains(plan, all) {
					t.Errorf("everything is read for %s\n%s", s.sql, plan)
				}
			}
		}
		if !found["timers_ring"] || !found["alerts_unsent"] || !found["alerts_person"] {
			t.Errorf("of %d questions the indexes answer %v", len(asked), found)
		}
	})
}
