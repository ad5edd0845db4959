package tickets_test

import (
	"database/sql"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm"

	"amigo/app/people"
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
			"my teams'":                   {"alice", tickets.Filter{Statuses: open, Teams: []string{tickets.Me}}},
			"mine":                        {"alice", tickets.Filter{Statuses: open, Assignees: []string{tickets.Me}}},
			"nobody's":                    {"alice", tickets.Filter{Statuses: open, Assignees: []string{tickets.Nobody}}},
			"everything by due date":      {"alice", tickets.Filter{}},
			"everything, the last first":  {"alice", tickets.Filter{Sort: tickets.ByDueDesc}},
			"everything, the newest":      {"alice", tickets.Filter{Sort: tickets.ByCreatedDesc}},
			"everything, by change":       {"alice", tickets.Filter{Sort: tickets.ByUpdated}},
			"a requester's":               {"claire", tickets.Filter{}},
			"a requester's open, newest":  {"claire", tickets.Filter{Statuses: open, Sort: tickets.ByCreatedDesc}},
			"one of a requester, by word": {"claire", tickets.Filter{Text: "imprimante"}},
			"by reference":                {"alice", tickets.Filter{Text: "10007"}},

			"of two statuses":                {"alice", tickets.Filter{Statuses: open[2:]}},
			"urgent":                         {"alice", tickets.Filter{Statuses: open, Priorities: tickets.Priorities[3:]}},
			"of two services":                {"alice", tickets.Filter{Statuses: open, Services: []string{"vpn", "impressions"}}},
			"of a site, the last first":      {"alice", tickets.Filter{Statuses: open, Sites: []string{"caen"}, Sort: tickets.ByDueDesc}},
			"a colleague's or nobody's":      {"alice", tickets.Filter{Statuses: open, Assignees: []string{"bruno", tickets.Nobody}}},
			"another team's":                 {"alice", tickets.Filter{Statuses: open, Teams: []string{"reseau"}}},
			"late or soon":                   {"alice", tickets.Filter{Statuses: open[:2], SLA: []tickets.SLAState{tickets.SLALate, tickets.SLASoon}}},
			"open, the oldest":               {"alice", tickets.Filter{Statuses: open, Sort: tickets.ByCreated}},
			"open, by change":                {"alice", tickets.Filter{Statuses: open, Sort: tickets.ByUpdated}},
			"open, the most urgent":          {"alice", tickets.Filter{Statuses: open, Sort: tickets.ByPriorityDesc}},
			"open, the least urgent":         {"alice", tickets.Filter{Statuses: open, Sort: tickets.ByPriority}},
			"open, by number":                {"alice", tickets.Filter{Statuses: open, Sort: tickets.ByRef}},
			"everything, by number":          {"alice", tickets.Filter{Sort: tickets.ByRefDesc}},
			"everything, the most urgent":    {"alice", tickets.Filter{Sort: tickets.ByPriorityDesc}},
			"over, by due date":              {"alice", tickets.Filter{Statuses: tickets.Statuses[4:]}},
			"solved, the oldest":             {"alice", tickets.Filter{Statuses: tickets.Statuses[4:5], Sort: tickets.ByCreated}},
			"of a service, ever":             {"alice", tickets.Filter{Services: []string{"vpn"}, Sort: tickets.ByCreatedDesc}},
			"of an establishment":            {"alice", tickets.Filter{Establishments: []string{"0140013N"}}},
			"with a tag":                     {"alice", tickets.Filter{Tags: []string{"vpn"}}},
			"watched":                        {"alice", tickets.Filter{Watched: true}},
			"asked by somebody":              {"alice", tickets.Filter{Requesters: []string{"p7"}}},
			"solved this week":               {"alice", tickets.Filter{Solved: tickets.Span{From: "-7d"}}},
			"opened on a day":                {"alice", tickets.Filter{Created: tickets.Span{From: "2026-11-17", To: "2026-11-17"}}},
			"a requester's, by priority":     {"claire", tickets.Filter{Sort: tickets.ByPriorityDesc}},
			"a requester's, of two services": {"claire", tickets.Filter{Services: []string{"vpn", "impressions"}}},
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
					// By number the table of SQLite is its own index.
					byRef := v.f.Sort == tickets.ByRef || v.f.Sort == tickets.ByRefDesc
					if strings.Contains(plan, bad) && (!byRef || t.db.Dialect() == migrations.Postgres) {
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

func TestTheCountsOfAPageAreOneStatementThatLooksAtFewTickets(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.shelf(2*tickets.MaxLook + 1000)
		_, err := t.db.SQL().Exec("ANALYZE")
		t.ok(err)
		r := record(t)
		open, ctx := tickets.Statuses[:4], t.as("alice")
		for name, f := range map[string]tickets.Filter{
			"open":             {Statuses: open},
			"nothing, of all":  {Channels: []people.Channel{people.Mail}},
			"nothing, of open": {Statuses: open, Categories: []string{"reseau"}},
			"late":             {Statuses: open, SLA: []tickets.SLAState{tickets.SLALate}},
			"a service, ever":  {Services: []string{"vpn"}, Types: []tickets.Type{tickets.Request}},
			"never":            {Solved: tickets.Span{From: "-7d"}, Types: []tickets.Type{tickets.Request}},
		} {
			r.take()
			_, err := t.desk.Tally(ctx, f, f, f)
			t.ok(err)
			asked := r.take()
			if len(asked) != 1 {
				t.Errorf("%s: %d statements", name, len(asked))
			}
			// Once to look and once to see whether there is more, for each of the three.
			if n := t.reads(asked[0]); n > 3*2*(tickets.MaxLook+1) {
				t.Errorf("%s: looks at %d tickets", name, n)
			}
		}
	})
}

// scanned is a step of a plan that reads tickets: how many rows it gave, and how often.
var scanned = regexp.MustCompile(`(?:Seq|Index|Index Only|Bitmap Heap) Scan.* on tickets.*actual.*rows=(\d+)(?:\.\d+)? loops=(\d+)`)

// reads is how many tickets a statement reads; 0 where the database does not tell.
func (t *deskTest) reads(s statement) (n int) {
	t.Helper()
	if t.db.Dialect() != migrations.Postgres {
		return 0
	}
	rows, err := t.db.SQL().QueryContext(t.Context(), "EXPLAIN (ANALYZE, TIMING OFF) "+s.sql, s.vars...)
	t.ok(err)
	defer rows.Close()
	var steps int
	reading := false
	for rows.Next() {
		var line string
		t.ok(rows.Scan(&line))
		if m := scanned.FindStringSubmatch(line); m != nil {
			reading = true
			given, _ := strconv.Atoi(m[1])
			loops, _ := strconv.Atoi(m[2])
			n, steps = n+given*loops, steps+1
		} else if strings.Contains(line, "->") {
			reading = false
		} else if _, removed, ok := strings.Cut(line, "Rows Removed by Filter: "); ok && reading {
			passed, _ := strconv.Atoi(removed)
			n += passed
		}
	}
	t.ok(rows.Err())
	if steps == 0 {
		t.Errorf("no ticket is read by %s", s.sql)
	}
	return n
}
