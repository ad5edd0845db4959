package app_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"amigo/app"
	"amigo/app/apptest"
	"amigo/app/db/dbtest"
	"amigo/app/people"
	"amigo/sla"
	"amigo/sla/calendar"
	"amigo/tickets"
	reports "amigo/tickets/report"
)

// year is a small academy's year.
var year = app.Load{Tickets: 1500, Messages: 4500, Seed: 7}

// loaded is an installation with nobody in its directory, filled with synthetic data.
type loaded struct {
	*app.App
	t   *testing.T
	ctx context.Context
}

func eachLoaded(t *testing.T, l app.Load, f func(w *loaded)) {
	t.Helper()
	eachDatabase(t, func(t *testing.T, fresh func() string) { f(loadInto(t, fresh(), l)) })
}

// eachDatabase runs f with the addresses of fresh databases of each kind.
func eachDatabase(t *testing.T, f func(t *testing.T, fresh func() string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, func() string { return "" }) })
	t.Run("postgres", func(t *testing.T) { f(t, func() string { return dbtest.PostgresURL(t) }) })
}

func loadInto(t *testing.T, url string, l app.Load) *loaded {
	t.Helper()
	c, err := app.ReadConfig([]string{
		"AMIGO_DATA_DIR=" + t.TempDir(), "AMIGO_DATABASE_URL=" + url, "AMIGO_SECRET=" + strings.Repeat("s", 40),
		"AMIGO_PUBLIC_URL=https://amigo.test",
	})
	ok(t, err)
	c.Now = dbtest.NewClock().Now
	a, err := app.New(t.Context(), c, app.Parts{}, app.Options{})
	ok(t, err)
	t.Cleanup(func() { _ = a.Close() })
	ok(t, a.DB.Migrate(t.Context()))
	ok(t, a.Seed(t.Context()))
	w := &loaded{App: a, t: t, ctx: people.As(t.Context(), people.System())}
	ok(t, a.LoadSynthetic(w.ctx, l))
	return w
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// count counts rows.
func (w *loaded) count(from string) int {
	w.t.Helper()
	var n int
	ok(w.t, w.DB.Gorm(w.t.Context()).Raw("SELECT COUNT(*) FROM "+from).Scan(&n).Error)
	return n
}

// between wants the count of some rows to lie between two numbers.
func (w *loaded) between(low, high int, from string) {
	w.t.Helper()
	if n := w.count(from); n < low || n > high {
		w.t.Errorf("%d of %s, want %d to %d", n, from, low, high)
	}
}

// find lists tickets, as many as a page holds.
func (w *loaded) find(f tickets.Filter) []tickets.Ticket {
	w.t.Helper()
	f.Limit = tickets.MaxPage
	page, err := w.Desk.List(w.ctx, f)
	ok(w.t, err)
	return page.Tickets
}

// digest is a fingerprint of what was made up.
func (w *loaded) digest() [sha256.Size]byte {
	w.t.Helper()
	var all []map[string]any
	for _, query := range []string{
		"SELECT * FROM tickets ORDER BY id", "SELECT * FROM messages ORDER BY id", "SELECT * FROM events ORDER BY id",
		"SELECT * FROM timers ORDER BY id", "SELECT uid, name FROM persons ORDER BY id",
	} {
		var rows []map[string]any
		ok(w.t, w.DB.Gorm(w.t.Context()).Raw(query).Scan(&rows).Error)
		all = append(all, rows...)
	}
	text, err := json.Marshal(all)
	ok(w.t, err)
	return sha256.Sum256(text)
}

func TestSyntheticTicketsAreLikeTheYearOfAnAcademy(t *testing.T) {
	eachLoaded(t, year, func(w *loaded) {
		w.between(1500, 1500, "tickets")
		w.between(1500*24/10, 1500*36/10, "messages")
		w.between(150, 150, "persons WHERE role = 'requester'")
		w.between(1500*88/100, 1500*95/100, "tickets WHERE status IN ('solved', 'closed')")
		for _, s := range tickets.Statuses {
			w.between(2, 1500, "tickets WHERE status = '"+string(s)+"'")
		}
		w.between(2, 1500, "tickets WHERE reopened > 0")
		w.between(2, 1500, "tickets WHERE requester_id <> reported_by_id")
		w.between(2, 100, "tickets WHERE assignee_id IS NULL AND status = 'new'")
		w.between(200, 900, "messages WHERE internal")
		w.between(0, 0, "tickets WHERE created_at > updated_at OR status = 'closed' AND closed_at IS NULL OR escalation <> 0")
		for _, none := range []string{"letters", "escalations", "jobs"} {
			w.between(0, 0, none)
		}
		now := w.DB.Now(w.ctx)
		late, soon := w.find(tickets.Filter{DueBefore: &now}), w.find(tickets.Filter{DueBefore: new(now.Add(24 * time.Hour))})
		if len(late) < 3 || len(soon) < len(late)+3 {
			w.t.Errorf("%d tickets are late, %d due by tomorrow", len(late), len(soon))
		}
		if found := w.find(tickets.Filter{Text: "imprimantes bourrage"}); len(found) == 0 {
			w.t.Error("no paper is jammed anywhere")
		}
	})
}

func TestTheSameSeedGivesTheSameData(t *testing.T) {
	small, other := year, year
	small.Tickets, other.Tickets, other.Seed = 300, 300, 8
	eachDatabase(t, func(t *testing.T, fresh func() string) {
		w := loadInto(t, fresh(), small)
		if w.digest() != loadInto(t, fresh(), small).digest() {
			t.Error("other data from the same seed")
		}
		if w.digest() == loadInto(t, fresh(), other).digest() {
			t.Error("the same data from another seed")
		}
		before := w.count("persons")
		ok(t, w.LoadSynthetic(w.ctx, small))
		w.between(600, 600, "tickets")
		w.between(before, before, "persons") // who is there already is not made again
	})
}

func TestSyntheticPromisesAreKeptAsAnyOthers(t *testing.T) {
	eachLoaded(t, year, func(w *loaded) {
		open := w.find(tickets.Filter{Statuses: []tickets.Status{
			tickets.Fresh, tickets.Opened, tickets.WaitingRequester, tickets.WaitingThirdParty,
		}})
		var ids []tickets.ID
		for _, t := range open {
			ids = append(ids, t.ID)
		}
		standings, err := w.Engine.Standings(w.ctx, ids)
		ok(w.t, err)
		for _, t := range open {
			w.agrees(t, standings[t.ID])
		}
		ok(w.t, w.Queue.Drain(w.ctx, w.Mux))
		w.between(0, 0, "letters WHERE ticket_id IS NOT NULL")
		if who, err := w.People.Actor(w.ctx, open[0].Requester, people.Web); err != nil {
			w.t.Error(err)
		} else if _, err := w.Desk.Reply(people.As(w.ctx, who), open[0].ID, tickets.Reply{Body: "Et maintenant ?"}); err != nil {
			w.t.Error(err)
		}
	})
}

// agrees wants the dates on an open ticket to be those that its timers give.
func (w *loaded) agrees(t tickets.Ticket, all []sla.Standing) {
	w.t.Helper()
	var earliest *time.Time
	for name, date := range map[sla.PromiseName]*time.Time{
		sla.First: t.FirstResponseDueAt, sla.Next: t.NextResponseDueAt, sla.Resolution: t.ResolutionDueAt,
	} {
		s := sla.Of(all, name)
		if name == sla.Next && s.StoppedAt != nil { // given: no date is left
			s.DueAt = nil
		}
		if !same(s.DueAt, date) {
			w.t.Errorf("ticket %d: %s due %v, the ticket says %v", t.ID, name, s.DueAt, date)
		}
		if s.StoppedAt == nil && s.DueAt != nil && s.State != sla.Paused && (earliest == nil || s.DueAt.Before(*earliest)) {
			earliest = s.DueAt
		}
	}
	if !t.Status.Waiting() && !same(earliest, t.DueAt) {
		w.t.Errorf("ticket %d: due %v, the ticket says %v", t.ID, earliest, t.DueAt)
	}
	if sla.Of(all, sla.Resolution).State == sla.None {
		w.t.Errorf("ticket %d: no resolution is promised", t.ID)
	}
}

func same(a, b *time.Time) bool { return a == nil && b == nil || a != nil && b != nil && a.Equal(*b) }

func TestReportsCountSyntheticTickets(t *testing.T) {
	eachLoaded(t, year, func(w *loaded) {
		a, err := w.Reporter.Resolution(w.ctx, reports.Question{
			From: calendar.DayOf(dbtest.Start.AddDate(-1, 0, 0)), To: calendar.DayOf(dbtest.Start), Group: reports.ByMonth,
		})
		ok(w.t, err)
		if len(a.Rows) < 11 {
			w.t.Errorf("%d months", len(a.Rows))
		}
		for _, r := range a.Rows {
			if r.Count == 0 || r.MeanWorking < 60 || r.MeanWorking > 60*60 || r.Within < 0.5 || r.Within == 1 {
				w.t.Errorf("%+v is no month of an academy", r)
			}
		}
	})
}

func TestSyntheticTicketsJoinTheDemonstration(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		ctx := people.As(t.Context(), people.System())
		before, err := w.People.Staff(ctx, people.Technician, 0)
		ok(t, err)
		ok(t, w.LoadSynthetic(ctx, app.Load{Tickets: 200, Messages: 400, People: 20, Seed: 1}))
		after, err := w.People.Staff(ctx, people.Technician, 0)
		ok(t, err)
		if len(before) != len(after) {
			t.Errorf("%d of staff became %d", len(before), len(after))
		}
		if page := w.As("technicien.demo").Get("/tickets"); !strings.Contains(page.Says(), "AMIGO") {
			t.Errorf("the queue says %q", page.Says())
		}
	})
}

func TestLoadsThatCannotBeAreRefused(t *testing.T) {
	w := loadInto(t, "", app.Load{Tickets: 1, Messages: 1, Seed: 1})
	for _, l := range []app.Load{{Tickets: 0, Messages: 1}, {Tickets: 2, Messages: 1}, {Tickets: 1, Messages: 1, People: -1}} {
		if w.LoadSynthetic(w.ctx, l) == nil {
			t.Errorf("%+v was loaded", l)
		}
	}
	w.between(1, 1, "tickets")
}
