package app_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"amigo/app"
	"amigo/app/apptest"
	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/people"
	"amigo/app/words"
	"amigo/migrations"
)

// BenchmarkDesk measures what people wait for at the desk, with ten thousand
// tickets in the database. Each figure stands beside the bare work of the
// database for the same thing, done in the same run: the times-… metrics say how
// much longer the product takes than that, and mean the same on any machine.
// PostgreSQL is measured where AMIGO_TEST_POSTGRES names a server, as make bench
// sees to.
func BenchmarkDesk(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchmarkDesk(b, "") })
	if os.Getenv("AMIGO_TEST_POSTGRES") != "" {
		b.Run("postgres", func(b *testing.B) { benchmarkDesk(b, dbtest.PostgresURL(b)) })
	}
}

func benchmarkDesk(b *testing.B, url string) {
	d := tenThousand(b, url)
	b.Run("QueuePage", func(b *testing.B) {
		measure(b, func() { d.page(b, "/tickets?view=all") }, "the-bare-query", func() { d.rows(b, openByDue) })
	})
	b.Run("SearchPage", func(b *testing.B) {
		query, arg := d.search(b, "imprimante bourrage")
		measure(b, func() { d.page(b, "/tickets?q=imprimante+bourrage") }, "the-bare-query", func() { d.rows(b, query, arg) })
	})
	b.Run("TicketPage", func(b *testing.B) {
		measure(b, func() { d.page(b, "/tickets/10500") }, "the-bare-query", func() { d.rows(b, whatWasSaid) })
	})
	b.Run("ListByAPI", func(b *testing.B) {
		measure(b, func() { d.call(b, http.MethodGet, "/api/v1/tickets?limit=50", "", http.StatusOK) },
			"the-bare-query", func() { d.rows(b, allByDue) })
	})
	b.Run("OpenByAPI", func(b *testing.B) {
		measure(b, func() { d.call(b, http.MethodPost, "/api/v1/tickets", request, http.StatusCreated) },
			"a-bare-insert", func() { insertBare(b, d.DB) })
	})
}

// measure does something again and again, and then something bare for a third
// of a second. It reports the median of the one, in milliseconds, and how many
// times the median of the other it is: what a busy machine does to a few rounds
// hardly moves either.
func measure(b *testing.B, do func(), what string, bare func()) {
	b.Helper()
	var took, bareTook []time.Duration
	for b.Loop() {
		begin := time.Now()
		do()
		took = append(took, time.Since(begin))
	}
	for end := time.Now().Add(time.Second / 3); time.Now().Before(end); {
		begin := time.Now()
		bare()
		bareTook = append(bareTook, time.Since(begin))
	}
	b.ReportMetric(median(took).Seconds()*1000, "median-ms")
	b.ReportMetric(float64(median(took))/float64(median(bareTook)), "times-"+what)
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}

// The queue as a technician first sees it, and what a program asks for.
const (
	openByDue   = "SELECT * FROM tickets WHERE due_at IS NOT NULL AND status NOT IN ('solved', 'closed') ORDER BY due_at, lane, id LIMIT 51"
	allByDue    = "SELECT * FROM tickets ORDER BY due_at, lane, id LIMIT 51"
	whatWasSaid = "SELECT * FROM messages WHERE ticket_id = 10500 ORDER BY id"
	request     = `{"subject": "Copieur de la salle B12 hors ligne", "service": "impressions", "priority": "normal",
		"body": "Bonjour,\nle copieur de la salle B12 reste hors ligne depuis ce matin, malgré un redémarrage.\nMerci d'avance"}`
)

// desk is the product with ten thousand tickets, a technician's browser and a
// requester's token.
type desk struct {
	*apptest.World
	cookies []*http.Cookie
	token   string
}

func tenThousand(b *testing.B, url string) *desk {
	b.Helper()
	d := &desk{World: apptest.New(b, url)}
	ctx := people.As(b.Context(), people.System())
	noError(b, d.LoadSynthetic(ctx, app.Load{Tickets: 10_000, Seed: 1}))
	d.cookies = d.As("technicien.demo").Cookies()
	var err error
	d.token, err = d.People.CreateToken(ctx, "agent.demo", people.Requester, 24*time.Hour)
	noError(b, err)
	return d
}

// page asks for a page, as the technician's browser.
func (d *desk) page(b *testing.B, path string) {
	b.Helper()
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "http://"+d.Config.Listen+path, nil)
	for _, c := range d.cookies {
		r.AddCookie(c)
	}
	d.do(b, r, http.StatusOK)
}

// call calls the API, as the requester's program.
func (d *desk) call(b *testing.B, method, path, body string, status int) {
	b.Helper()
	r := httptest.NewRequestWithContext(b.Context(), method, "http://"+d.Config.Listen+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+d.token)
	r.Header.Set("Content-Type", "application/json")
	d.do(b, r, status)
}

// do lets the product answer a request, and wants an answer of that status.
func (d *desk) do(b *testing.B, r *http.Request, status int) {
	b.Helper()
	w := httptest.NewRecorder()
	d.Web.ServeHTTP(w, r)
	if w.Code != status {
		b.Fatalf("%s %s: %d %.300s", r.Method, r.URL, w.Code, w.Body)
	}
}

// rows reads what a query finds, and does nothing with it.
func (d *desk) rows(b *testing.B, query string, args ...any) {
	b.Helper()
	rows, err := d.DB.SQL().QueryContext(b.Context(), query, args...)
	noError(b, err)
	defer rows.Close()
	columns, err := rows.Columns()
	noError(b, err)
	values := make([]any, len(columns))
	for i := range values {
		values[i] = new(any)
	}
	for rows.Next() {
		noError(b, rows.Scan(values...))
	}
	noError(b, rows.Err())
}

// search is the bare query of a search among the open tickets.
func (d *desk) search(b *testing.B, text string) (query, arg string) {
	b.Helper()
	match, arg, err := d.DB.Match("ticket_words", "ticket_id", "complete", words.Query(text))
	noError(b, err)
	match = strings.ReplaceAll(match, "?", place(d.DB, 1))
	return "SELECT * FROM tickets WHERE id IN (" + match + ") ORDER BY due_at, lane, id LIMIT 51", arg
}

// place is how a database spells the n-th parameter.
func place(d *db.DB, n int) string {
	if d.Dialect() == migrations.Postgres {
		return fmt.Sprint("$", n)
	}
	return "?"
}

// insertBare writes one row of a ticket, and nothing else, durably.
func insertBare(b *testing.B, d *db.DB) {
	b.Helper()
	noError(b, alone(b.Context(), d.SQL(), "INSERT INTO tickets (type, subject, status, priority, channel, lane, team_id, requester_id, "+
		"reported_by_id, created_at, updated_at) VALUES ('incident', 'Bare', 'new', 'normal', 'api', 0, 1, 1, 1, "+place(d, 1)+", "+place(d, 2)+")",
		dbtest.Start, dbtest.Start))
}

func alone(ctx context.Context, pool *sql.DB, query string, args ...any) error {
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, query, args...); err != nil {
		_ = tx.Rollback()
		return err
	}
	return tx.Commit()
}

func noError(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
