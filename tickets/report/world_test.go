package report_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"amigo/app/audit"
	"amigo/app/blob"
	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/jobs"
	"amigo/app/live"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/app/redis"
	"amigo/app/seal"
	"amigo/sla"
	"amigo/sla/calendar"
	"amigo/tickets"
	"amigo/tickets/report"
)

// world is a desk whose tickets are counted: requesters of two sites, a
// technician, two supervisors of different languages, and an administrator.
type world struct {
	t        *testing.T
	db       *db.DB
	clock    *dbtest.Clock
	book     *calendar.Book
	people   *people.Directory
	outbox   *mail.Outbox
	desk     *tickets.Desk
	house    report.House
	conf     report.Config
	reporter *report.Reporter
}

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) { f(t, newWorld(t, d, clock)) })
}

func newWorld(t *testing.T, d *db.DB, clock *dbtest.Clock) *world {
	t.Helper()
	r, err := redis.Open(t.Context(), "")
	must(t, err)
	t.Cleanup(func() { _ = r.Close() })
	s, err := seal.New([]string{"a secret of thirty-two characters"})
	must(t, err)
	zone, err := time.LoadLocation("Europe/Paris")
	must(t, err)
	q := jobs.New(d, r)
	w := &world{t: t, db: d, clock: clock, book: calendar.NewBook(d)}
	w.outbox = mail.New(d, q, mail.Config{Address: "assistance@academie.test", Name: "AMIGO"})
	w.people = people.New(d, audit.New(d), people.GroupRoles{})
	w.desk = tickets.New(d, w.people, w.outbox, live.New(d, r), blob.NewMemory(), s, tickets.Config{PublicURL: "https://amigo.test", MailAddress: "assistance@academie.test"})
	engine := sla.New(sla.House{DB: d, Queue: q, Book: w.book, Outbox: w.outbox, People: w.people, Desk: w.desk}, sla.Config{PublicURL: "https://amigo.test"})
	w.house = report.House{DB: d, Book: w.book, People: w.people, Outbox: w.outbox}
	w.conf = report.Config{Zone: zone, PublicURL: "https://amigo.test"}
	w.reporter = report.New(w.house, w.conf)
	for _, seed := range []func(context.Context) error{w.people.Seed, w.book.Seed, w.desk.Seed, engine.Seed} {
		must(t, seed(w.system()))
	}
	_, err = w.people.Import(w.system(), people.Batch{
		Establishments: []people.Establishment{{UAI: "0140013N", Name: "Lycée Malherbe", Kind: "lycee", Public: true, Departement: "14", City: "Caen", Site: "caen"}},
		Persons: []people.Entry{
			{UID: "ann", Name: "Ann Demandeuse", Site: "caen", Establishments: []string{"0140013N"}, Addresses: []string{"ann@academie.test"}},
			{UID: "bob", Name: "Bob Demandeur", Site: "rouen", Addresses: []string{"bob@academie.test"}},
			{UID: "theo", Name: "Théo Technicien", Role: people.Technician, Site: "caen", Teams: []string{"assistance-caen"}, Addresses: []string{"theo@academie.test"}},
			{UID: "sam", Name: "Sam Superviseur", Role: people.Supervisor, Site: "caen", Addresses: []string{"sam@academie.test"}},
			{UID: "sue", Name: "Sue Supervisor", Role: people.Supervisor, Site: "rouen", Lang: "en", Addresses: []string{"sue@academie.test"}},
			{UID: "ada", Name: "Ada Administratrice", Role: people.Administrator, Addresses: []string{"ada@academie.test"}},
		},
	})
	must(t, err)
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) system() context.Context { return people.As(w.t.Context(), people.System()) }

// as is the context of somebody at their browser.
func (w *world) as(uid string) context.Context {
	w.t.Helper()
	p, err := w.people.ByUID(w.t.Context(), uid)
	must(w.t, err)
	a, err := w.people.Actor(w.t.Context(), p.ID, people.Web)
	must(w.t, err)
	return people.As(w.t.Context(), a)
}

// at sets the clock to a time of the day in Paris.
func (w *world) at(when string) {
	w.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", when, w.conf.Zone)
	must(w.t, err)
	w.clock.Set(at.UTC())
}

// solved is a ticket that was opened and solved at two times of the clock.
func (w *world) solved(by, opened, solved string, more ...string) tickets.Ticket {
	w.t.Helper()
	w.at(opened)
	t, err := w.desk.Open(w.as(by), tickets.Open{Subject: "Imprimante muette", Body: "Plus rien ne sort.", Service: "impressions"})
	must(w.t, err)
	w.at(solved)
	c := tickets.Solve{Version: t.Version, Solution: "C'est réparé.", Outcome: "fixed", Cause: "hardware"}
	for _, m := range more {
		c.Outcome = m
	}
	t, err = w.desk.Solve(w.as("theo"), t.ID, c)
	must(w.t, err)
	return t
}

func (w *world) compose() {
	w.t.Helper()
	must(w.t, w.reporter.ComposeNow(w.system()))
}

// kept are the reports as they are listed: kind, first day, whether it was sent.
func (w *world) kept() []string {
	w.t.Helper()
	all, err := w.reporter.Kept(w.as("sam"), 0, 200)
	must(w.t, err)
	var lines []string
	for _, k := range all {
		line := string(k.Kind) + " " + k.From.String()
		if k.SentAt != nil {
			line += " sent"
		}
		if k.Corrected > 0 {
			line += " corrected"
		}
		lines = append(lines, line)
	}
	return lines
}

// letters are the letters of reports, oldest first: reader and subject.
func (w *world) letters() []string {
	w.t.Helper()
	var lines []string
	for _, l := range w.reports() {
		lines = append([]string{l.Address + " " + strings.ReplaceAll(l.Subject, "\u00a0", " ")}, lines...)
	}
	return lines
}

// reports are the letters of reports, newest first.
func (w *world) reports() []mail.Letter {
	w.t.Helper()
	all, err := w.outbox.Latest(w.t.Context(), 0, 200)
	must(w.t, err)
	var found []mail.Letter
	for _, l := range all {
		if l.Kind == "report" {
			found = append(found, l)
		}
	}
	return found
}

// same demands lines in order.
func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func day(t testing.TB, text string) calendar.Day {
	t.Helper()
	d, err := calendar.ParseDay(text)
	must(t, err)
	return d
}

// november asks about the month in which most stories play.
func november(t testing.TB, more ...report.Filter) report.Question {
	t.Helper()
	return report.Question{From: day(t, "2026-11-01"), To: day(t, "2026-11-30"), Where: more}
}
