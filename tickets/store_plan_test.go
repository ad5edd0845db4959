package tickets_test

import (
	"database/sql"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"

	"amigo/migrations"
	"amigo/tickets"
)

// statement is what was asked of the database.
type statement struct {
	sql  string
	vars []any
}

// recorder keeps the statements that a database is asked.
type recorder struct {
	mu  sync.Mutex
	all []statement
}

func record(t *deskTest) *recorder {
	t.Helper()
	r := &recorder{}
	keep := func(g *gorm.DB) {
		if g.DryRun { // a part of another statement
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.all = append(r.all, statement{g.Statement.SQL.String(), g.Statement.Vars})
	}
	callbacks := t.db.Gorm(t.Context()).Callback()
	t.ok(callbacks.Query().After("gorm:query").Register("test:query", keep))
	t.ok(callbacks.Row().After("gorm:row").Register("test:row", keep))
	t.ok(callbacks.Raw().After("gorm:raw").Register("test:raw", keep))
	return r
}

// take is what was asked since the last time.
func (r *recorder) take() []statement {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.all
	r.all = nil
	return all
}

// explain is how the database means to run a statement.
func (t *deskTest) explain(s statement) string {
	t.Helper()
	how := "EXPLAIN "
	if t.db.Dialect() == migrations.SQLite {
		how = "EXPLAIN QUERY PLAN "
	}
	rows, err := t.db.SQL().QueryContext(t.Context(), how+s.sql, s.vars...)
	t.ok(err)
	defer rows.Close()
	columns, err := rows.Columns()
	t.ok(err)
	var plan strings.Builder
	for rows.Next() {
		cells := make([]sql.NullString, len(columns))
		into := make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		t.ok(rows.Scan(into...))
		plan.WriteString(cells[len(cells)-1].String + "\n")
	}
	t.ok(rows.Err())
	return plan.String()
}

// What a list of a few thousand open tickets among very many must never do.
var slow = map[migrations.Dialect][]string{
	migrations.SQLite:   {"SCAN tickets\n"},
	migrations.Postgres: {"Seq Scan on tickets"},
}

func TestEveryListIsOneStatementAndFollowsAnIndex(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.shelf(10_000)
		_, err := t.db.SQL().Exec("ANALYZE")
		t.ok(err)
		r := record(t)
		open := tickets.Statuses[:4]
		for name, v := range map[string]struct {
			who string
			f   tickets.Filter
		}{
			"all that are open":           {"alice", tickets.Filter{Statuses: open}},
			"open, the last first":        {"alice", tickets.Filter{Statuses: open, Sort: tickets.ByDueDesc}},
			"a team's":                    {"alice", tickets.Filter{Statuses: open, Team: t.team("assistance-caen")}},
			"my teams'":                   {"alice", tickets.Filter{Statuses: open, MyTeams: true}},
			"mine":                        {"alice", tickets.Filter{Statuses: open, Mine: true}},
			"nobody's":                    {"alice", tickets.Filter{Statuses: open, Unassigned: true}},
			"everything by due date":      {"alice", tickets.Filter{}},
			"everything, the last first":  {"alice", tickets.Filter{Sort: tickets.ByDueDesc}},
			"everything, the newest":      {"alice", tickets.Filter{Sort: tickets.ByCreatedDesc}},
			"everything, by change":       {"alice", tickets.Filter{Sort: tickets.ByUpdated}},
			"a requester's":               {"claire", tickets.Filter{}},
			"a requester's open, newest":  {"claire", tickets.Filter{Statuses: open, Sort: tickets.ByCreatedDesc}},
			"one of a requester, by word": {"claire", tickets.Filter{Text: "imprimante"}},
			"by reference":                {"alice", tickets.Filter{Text: "10007"}},
		} {
			ctx := t.as(v.who)
			for page := range 2 {
				r.take()
				found, err := t.desk.List(ctx, v.f)
				t.ok(err)
				asked := r.take()
				if len(asked) != 1 {
					t.Errorf("%s, page %d: %d statements", name, page, len(asked))
				}
				plan := t.explain(asked[0])
				for _, bad := range slow[t.db.Dialect()] {
					if strings.Contains(plan, bad) {
						t.Errorf("%s, page %d: %s\n%s", name, page, asked[0].sql, plan)
					}
				}
				if v.f.Cursor = found.Next; v.f.Cursor == "" {
					break
				}
			}
		}
	})
}
