package web_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/migrations"
	"amigo/tickets"
)

// recorder keeps the statements that a database is asked, in their order.
type recorder struct {
	mu  sync.Mutex
	all []string
}

// record begins to keep the statements of a town, those that read and those that write.
func record(w *town) *recorder {
	w.t.Helper()
	r := &recorder{}
	r.watch(w, w.db.Gorm(w.t.Context()))
	if w.db.Dialect() == migrations.SQLite { // which has a pool for each
		err := w.db.Tx(w.t.Context(), func(ctx context.Context) error {
			r.watch(w, w.db.Gorm(ctx))
			return nil
		})
		if err != nil {
			w.t.Fatal(err)
		}
	}
	return r
}

func (r *recorder) watch(w *town, g *gorm.DB) {
	w.t.Helper()
	keep := func(g *gorm.DB) {
		if g.DryRun { // a part of another statement
			return
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.all = append(r.all, g.Statement.SQL.String())
	}
	c := g.Callback()
	for _, err := range []error{
		c.Query().After("gorm:query").Register("test:query", keep), c.Row().After("gorm:row").Register("test:row", keep),
		c.Raw().After("gorm:raw").Register("test:raw", keep), c.Create().After("gorm:create").Register("test:create", keep),
		c.Update().After("gorm:update").Register("test:update", keep), c.Delete().After("gorm:delete").Register("test:delete", keep),
	} {
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

// take is what was asked since the last time.
func (r *recorder) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := r.all
	r.all = nil
	return all
}

// most demands that no more was asked than that, and shows what was.
func (r *recorder) most(t *testing.T, what string, n int) {
	t.Helper()
	all := r.take()
	t.Logf("%s: %d statements", what, len(all))
	if len(all) <= n {
		return
	}
	var shown strings.Builder
	for i, sql := range all {
		fmt.Fprintf(&shown, "%2d %.160s\n", i+1, strings.Join(strings.Fields(sql), " "))
	}
	t.Errorf("%s: %d statements, and %d at most are meant:\n%s", what, len(all), n, shown.String())
}

func TestAPageMakesFewStatementsHoweverMuchStandsOnIt(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		w := newTownOn(t, d, clock)
		for i := range 30 {
			w.ticket([]string{"ann", "bob"}[i%2], fmt.Sprintf("Imprimante %d muette", i))
		}
		id := w.ticket("ann", "Écran noir").ID
		for _, say := range []func() error{
			func() error {
				_, err := w.house.Desk.Reply(w.as("theo"), id, tickets.Reply{Body: "Bonjour."})
				return err
			},
			func() error {
				_, err := w.house.Desk.Note(w.as("tess"), id, tickets.Note{Body: "Encore lui."})
				return err
			},
			func() error { _, err := w.house.Desk.Reply(w.as("ann"), id, tickets.Reply{Body: "Merci."}); return err },
		} {
			if err := say(); err != nil {
				t.Fatal(err)
			}
		}
		theo, ann := w.visit("theo"), w.visit("ann")
		r := record(w)
		page := func(b *browser, path string, most int) {
			t.Helper()
			clock.Advance(5 * time.Second) // what is counted for a moment is counted anew
			r.take()
			b.get(path).want(http.StatusOK)
			r.most(t, path+" after a while", most+mostOfFrame)
			b.get(path).want(http.StatusOK)
			r.most(t, path, most)
		}
		page(theo, "/tickets?view=all", mostOfQueue)
		page(theo, "/tickets/rows?view=all", mostOfQueue)
		page(theo, "/tickets/"+id.Ref(), mostOfTicket)
		page(ann, "/tickets", mostOfRequests)
		page(ann, "/tickets/"+id.Ref(), mostOfTalk)
		body := fields{"subject": "Copieur hors ligne", "body": "Bonjour, le copieur ne répond plus.", "service": "impressions"}
		w.ask("ann", "POST", "/tickets", body).want(http.StatusCreated)
		r.take()
		w.ask("ann", "POST", "/tickets", body).want(http.StatusCreated)
		r.most(t, "a ticket by the API", mostOfCreate)
	})
}

// How many statements what people wait for makes at most.
const (
	mostOfQueue    = 9
	mostOfTicket   = 17
	mostOfRequests = 7
	mostOfTalk     = 12
	mostOfCreate   = 21
	mostOfFrame    = 5 // beside, when the counts around a page are counted anew
)
