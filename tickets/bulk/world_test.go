package bulk_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"amigo/app/audit"
	"amigo/app/blob"
	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/jobs"
	"amigo/app/live"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/app/redis"
	"amigo/app/seal"
	"amigo/tickets"
	"amigo/tickets/bulk"
)

// world is a desk with two technicians, an administrator and who asks.
type world struct {
	testing.TB
	db     *db.DB
	clock  *dbtest.Clock
	queue  *jobs.Queue
	mux    *jobs.Mux
	audit  *audit.Log
	people *people.Directory
	outbox *mail.Outbox
	desk   *tickets.Desk
	bulks  *bulk.Bulks
	fill   func(ctx context.Context, text, lang string, t tickets.Ticket) (string, error)
}

// each runs f on a fresh desk on both databases.
func each(t *testing.T, f func(w *world)) {
	t.Helper()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) { f(newWorld(t, d, clock)) })
}

func newWorld(t testing.TB, d *db.DB, clock *dbtest.Clock) *world {
	t.Helper()
	w := &world{TB: t, db: d, clock: clock, mux: jobs.NewMux(), audit: audit.New(d)}
	r, err := redis.Open(t.Context(), "")
	w.ok(err)
	t.Cleanup(func() { _ = r.Close() })
	s, err := seal.New([]string{"a secret of thirty-two characters"})
	w.ok(err)
	w.queue = jobs.New(d, r)
	w.people = people.New(d, w.audit, people.GroupRoles{})
	w.outbox = mail.New(d, w.queue, mail.Config{Address: "assistance@academie.test", Name: "AMIGO"})
	w.desk = tickets.New(d, w.people, w.outbox, live.New(d, r), blob.NewMemory(), s,
		tickets.Config{PublicURL: "https://amigo.test", MailAddress: "assistance@academie.test"})
	w.bulks = bulk.New(bulk.House{
		DB: d, Queue: w.queue, Audit: w.audit, People: w.people, Desk: w.desk,
		Fill: func(ctx context.Context, text, lang string, t tickets.Ticket) (string, error) {
			if w.fill == nil {
				return text, nil
			}
			return w.fill(ctx, text, lang, t)
		},
	})
	w.bulks.Jobs(w.mux)
	w.ok(w.people.Seed(t.Context()))
	w.ok(w.desk.Seed(t.Context()))
	_, err = w.people.Import(t.Context(), people.Batch{Persons: []people.Entry{
		{UID: "ann", Name: "Ann Demandeuse", Site: "caen", Addresses: []string{"ann@academie.test"}},
		{UID: "theo", Name: "Théo Technicien", Role: people.Technician, Site: "caen", Teams: []string{"assistance-caen"}, Addresses: []string{"theo@academie.test"}},
		{UID: "tess", Name: "Tess Technicienne", Role: people.Technician, Site: "caen", Addresses: []string{"tess@academie.test"}},
		{UID: "sam", Name: "Sam Superviseur", Role: people.Supervisor, Addresses: []string{"sam@academie.test"}},
		{UID: "ada", Name: "Ada Administratrice", Role: people.Administrator, Addresses: []string{"ada@academie.test"}},
	}})
	w.ok(err)
	return w
}

// ok ends the test on an error.
func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// refuses wants an error of a kind.
func (w *world) refuses(err, kind error) {
	w.Helper()
	if !errors.Is(err, kind) {
		w.Errorf("error %v, want %v", err, kind)
	}
}

// refusesFields wants exactly these fields refused.
func (w *world) refusesFields(err error, names ...string) {
	w.Helper()
	var got []string
	for name := range fault.FieldsOf(err) {
		got = append(got, name)
	}
	slices.Sort(got)
	if !slices.Equal(got, names) {
		w.Errorf("refused fields %v (%v), want %v", got, err, names)
	}
}

func (w *world) id(uid string) people.ID {
	w.Helper()
	p, err := w.people.ByUID(w.Context(), uid)
	w.ok(err)
	return p.ID
}

// as is somebody who has signed in.
func (w *world) as(uid string) context.Context {
	w.Helper()
	a, err := w.people.Actor(w.Context(), w.id(uid), people.Web)
	w.ok(err)
	return people.As(w.Context(), a)
}

// asked opens so many tickets, by Ann.
func (w *world) asked(n int) (ids []tickets.ID) {
	w.Helper()
	for range n {
		t, err := w.desk.Open(w.as("ann"), tickets.Open{Subject: "Imprimante muette", Body: "Plus rien ne sort."})
		w.ok(err)
		ids = append(ids, t.ID)
	}
	return ids
}

// now is a ticket as it is.
func (w *world) now(id tickets.ID) tickets.Ticket {
	w.Helper()
	t, err := w.desk.Get(w.as("sam"), id)
	w.ok(err)
	return t
}

// planned is a change of some tickets that somebody has planned.
func (w *world) planned(uid string, a bulk.Action, ids ...tickets.ID) bulk.ID {
	w.Helper()
	id, err := w.bulks.Gather(w.as(uid), ids)
	w.ok(err)
	w.ok(w.bulks.Plan(w.as(uid), id, a))
	return id
}

// done starts a change and lets it happen.
func (w *world) done(uid string, id bulk.ID) {
	w.Helper()
	w.ok(w.bulks.Start(w.as(uid), id))
	w.drain()
}

func (w *world) drain() {
	w.Helper()
	w.ok(w.queue.Drain(w.Context(), w.mux))
}

// fates wants the tickets of a change to end so, in the order of their numbers.
func (w *world) fates(id bulk.ID, state bulk.State, want ...bulk.Fate) []bulk.Line {
	w.Helper()
	b, err := w.bulks.Get(w.as("ada"), id)
	w.ok(err)
	lines, _, err := w.bulks.Lines(w.as("ada"), id, "", 0, 100)
	w.ok(err)
	var got []bulk.Fate
	for _, l := range lines {
		got = append(got, l.Fate)
	}
	if b.State != state || !slices.Equal(got, want) {
		w.Errorf("%s with %v, want %s with %v", b.State, got, state, want)
	}
	return lines
}

// letters counts the letters about a ticket, of a kind.
func (w *world) letters(id tickets.ID, kind string) (n int) {
	w.Helper()
	all, err := w.outbox.OfTicket(w.Context(), int64(id))
	w.ok(err)
	for _, l := range all {
		if l.Kind == kind {
			n++
		}
	}
	return n
}

// said lists what is said on a ticket after its first message.
func (w *world) said(id tickets.ID) (all []string) {
	w.Helper()
	messages, err := w.desk.Messages(w.as("sam"), id)
	w.ok(err)
	for _, m := range messages[1:] {
		all = append(all, m.Body)
	}
	return all
}
