package mailin_test

import (
	"database/sql"
	"strings"
	"testing"

	"gorm.io/gorm"

	"amigo/mailin"
	"amigo/migrations"
)

// Thousands of messages were filed, and a few wait: who counts these, on every page
// and at every look of what watches over AMIGO, does not read the others.
func TestWhatWaitsIsCountedWithoutReadingWhatWasFiled(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := w.db.SQL().Exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
			INSERT INTO inbound (source, key, sha256, size, received_at, trusted, state)
			SELECT 'lmtp', 'k' || i, 'k' || i, 1, '2026-11-18 08:00:00+00:00', i < 0, CASE WHEN i % 1000 = 0 THEN 'held' ELSE 'filed' END FROM n`)
		must(t, err)
		_, err = w.db.SQL().Exec("ANALYZE inbound")
		must(t, err)
		plans := w.plans(t)
		undecided, err := w.intake.Undecided(w.system())
		must(t, err)
		f, err := w.intake.Figures(w.system())
		must(t, err)
		if undecided != 20 || f.Messages[mailin.Held] != 20 || f.Messages[mailin.Failed] != 0 {
			t.Errorf("%d undecided, %+v", undecided, f)
		}
		all := plans()
		if len(all) < 5 {
			t.Errorf("%d statements", len(all))
		}
		for _, plan := range all {
			if strings.Contains(plan, "Seq Scan") || strings.Contains(plan, "SCAN inbound") {
				t.Errorf("everything is read: %s", plan)
			}
		}
	})
}

// plans gives how the database means to run each statement that it is asked from here on.
func (w *world) plans(t *testing.T) func() []string {
	t.Helper()
	type asked struct {
		sql  string
		vars []any
	}
	var all []asked
	keep := func(g *gorm.DB) { all = append(all, asked{g.Statement.SQL.String(), g.Statement.Vars}) }
	callbacks := w.db.Gorm(t.Context()).Callback()
	must(t, callbacks.Query().After("gorm:query").Register("test:query", keep))
	must(t, callbacks.Row().After("gorm:row").Register("test:row", keep))
	return func() (plans []string) {
		for _, one := range all {
			plans = append(plans, w.plan(t, one.sql, one.vars))
		}
		return plans
	}
}

// plan is how the database means to run a statement.
func (w *world) plan(t *testing.T, query string, vars []any) string {
	t.Helper()
	how := "EXPLAIN "
	if w.db.Dialect() == migrations.SQLite {
		how = "EXPLAIN QUERY PLAN "
	}
	rows, err := w.db.SQL().QueryContext(t.Context(), how+query, vars...)
	must(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	must(t, err)
	plan := query + "\n"
	for rows.Next() {
		cells, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		must(t, rows.Scan(into...))
		plan += cells[len(cells)-1].String + "\n"
	}
	must(t, rows.Err())
	return plan
}
