package sla_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"amigo/app/audit"
	"amigo/app/blob"
	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fetch"
	"amigo/app/jobs"
	"amigo/app/live"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/app/redis"
	"amigo/app/seal"
	"amigo/sla"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// world is a desk with a requester, a team of two and a supervisor, and an
// engine that keeps its promises.
type world struct {
	t      testing.TB
	db     *db.DB
	clock  *dbtest.Clock
	queue  *jobs.Queue
	mux    *jobs.Mux
	people *people.Directory
	book   *calendar.Book
	desk   *tickets.Desk
	engine *sla.Engine
	outbox *mail.Outbox
}

func newWorld(t testing.TB, d *db.DB, clock *dbtest.Clock) *world {
	t.Helper()
	r, err := redis.Open(t.Context(), "")
	must(t, err)
	t.Cleanup(func() { _ = r.Close() })
	s, err := seal.New([]string{"a secret of thirty-two characters"})
	must(t, err)
	w := &world{t: t, db: d, clock: clock, queue: jobs.New(d, r), mux: jobs.NewMux()}
	w.book = calendar.NewBook(d)
	w.outbox = mail.New(d, w.queue, mail.Config{Address: "assistance@academie.test", Name: "AMIGO"})
	w.people = people.New(d, audit.New(d), people.GroupRoles{})
	w.desk = tickets.New(d, w.people, w.outbox, live.New(d, r), blob.NewMemory(), s,
		tickets.Config{PublicURL: "https://amigo.test", MailAddress: "assistance@academie.test", Book: w.book})
	w.engine = sla.New(sla.House{
		DB: d, Queue: w.queue, Book: w.book, Outbox: w.outbox, People: w.people, Desk: w.desk,
		Client: fetch.New(fetch.Config{AllowPrivate: []string{"127.0.0.1"}}),
	}, sla.Config{PublicURL: "https://amigo.test"})
	w.engine.Jobs(w.mux)
	w.queue.Context = func(ctx context.Context) context.Context { return people.As(ctx, people.System()) }
	ctx := people.As(t.Context(), people.System())
	for _, seed := range []func(context.Context) error{w.people.Seed, w.book.Seed, w.desk.Seed, w.engine.Seed} {
		must(t, seed(ctx))
	}
	_, err = w.people.Import(ctx, people.Batch{Persons: []people.Entry{
		{UID: "ann", Name: "Ann Demandeuse", Site: "caen", Addresses: []string{"ann@academie.test"}},
		{UID: "theo", Name: "Théo Technicien", Role: people.Technician, Site: "caen", Teams: []string{"assistance-caen"}, Addresses: []string{"theo@academie.test"}},
		{UID: "tess", Name: "Tess Technicienne", Role: people.Technician, Site: "caen", Teams: []string{"assistance-caen"}, Addresses: []string{"tess@academie.test"}},
		{UID: "ada", Name: "Ada Administratrice", Role: people.Administrator, Addresses: []string{"ada@academie.test"}},
		{UID: "sam", Name: "Sam Superviseur", Role: people.Supervisor, Site: "caen", Addresses: []string{"sam@academie.test"}},
	}})
	must(t, err)
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// as is the context of somebody at their browser.
func (w *world) as(uid string) context.Context {
	w.t.Helper()
	p, err := w.people.ByUID(w.t.Context(), uid)
	must(w.t, err)
	a, err := w.people.Actor(w.t.Context(), p.ID, people.Web)
	must(w.t, err)
	return people.As(w.t.Context(), a)
}

func (w *world) open(p tickets.Priority) tickets.Ticket {
	w.t.Helper()
	a := people.ActorOf(w.as("ann"))
	a.Channel = people.API // whose tokens may choose any priority
	t, err := w.desk.Open(people.As(w.t.Context(), a), tickets.Open{Subject: "Imprimante muette", Body: "Plus rien ne sort.", Priority: p})
	must(w.t, err)
	return t
}

func (w *world) get(id tickets.ID) tickets.Ticket {
	w.t.Helper()
	t, err := w.desk.Get(people.As(w.t.Context(), people.System()), id)
	must(w.t, err)
	return t
}

// standing is how one promise stands now.
func (w *world) standing(id tickets.ID, name sla.PromiseName) sla.Standing {
	w.t.Helper()
	all, err := w.engine.Standings(w.t.Context(), []tickets.ID{id})
	must(w.t, err)
	return sla.Of(all[id], name)
}

// pass lets time pass in steps of a quarter of an hour, with a sweep at each.
func (w *world) pass(until string) { w.t.Helper(); w.walk(until, 15*time.Minute) }

// walk lets time pass in steps, with a sweep at each.
func (w *world) walk(until string, step time.Duration) {
	w.t.Helper()
	for end := paris(w.t, until); w.clock.Now().Before(end); {
		w.clock.Set(minTime(w.clock.Now().Add(step), end))
		must(w.t, w.queue.Drain(w.t.Context(), w.mux))
	}
}

func minTime(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// told lists who got letters of a kind about a ticket, by address, in order.
func (w *world) told(id tickets.ID, kind string) []string {
	w.t.Helper()
	all, err := w.outbox.OfTicket(w.t.Context(), int64(id))
	must(w.t, err)
	var to []string
	for _, l := range all {
		if l.Kind == kind {
			to = append(to, l.Address)
		}
	}
	return to
}

func (w *world) wantTold(id tickets.ID, want ...string) {
	w.t.Helper()
	got := w.told(id, "escalated")
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		w.t.Errorf("told %v, want %v", got, want)
	}
}

func paris(t testing.TB, s string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	must(t, err)
	v, err := time.ParseInLocation("2006-01-02 15:04", s, zone)
	must(t, err)
	return v.UTC()
}

func wantAt(t testing.TB, what string, got *time.Time, want string) {
	t.Helper()
	if want == "" {
		if got != nil {
			t.Errorf("%s at %v, want none", what, got)
		}
		return
	}
	if got == nil || !got.Equal(paris(t, want)) {
		t.Errorf("%s at %v, want %s in Paris", what, got, want)
	}
}
