package draft_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

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
	"amigo/tickets/draft"
)

// world is a small academy whose people write.
type world struct {
	testing.TB
	db     *db.DB
	clock  *dbtest.Clock
	people *people.Directory
	outbox *mail.Outbox
	queue  *jobs.Queue
	mux    *jobs.Mux
	desk   *tickets.Desk
	drafts *draft.Drafts
	ids    map[string]people.ID
}

// each runs f on both databases.
func each(t *testing.T, f func(t *world)) {
	t.Helper()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) { f(newWorld(t, d, clock)) })
}

func newWorld(t testing.TB, d *db.DB, clock *dbtest.Clock) *world {
	t.Helper()
	w := &world{TB: t, db: d, clock: clock, mux: jobs.NewMux(), ids: map[string]people.ID{}}
	bell, err := redis.Open(t.Context(), "")
	w.ok(err)
	t.Cleanup(func() { _ = bell.Close() })
	sealer, err := seal.New([]string{"a secret that is long enough for a test"})
	w.ok(err)
	w.queue = jobs.New(d, bell)
	w.queue.Context = func(ctx context.Context) context.Context { return people.As(ctx, people.System()) }
	w.outbox = mail.New(d, w.queue, mail.Config{Address: "assistance@academie.test", Name: "Assistance AMIGO"})
	w.people = people.New(d, audit.New(d), people.GroupRoles{})
	hub := live.New(d, bell)
	w.desk = tickets.New(d, w.people, w.outbox, hub, blob.NewMemory(), sealer,
		tickets.Config{PublicURL: "https://amigo.test", MailAddress: "assistance@academie.test"})
	w.drafts = draft.New(draft.House{DB: d, Queue: w.queue, Hub: hub, People: w.people, Desk: w.desk})
	w.drafts.Jobs(w.mux)
	w.desk.Jobs(w.mux)
	w.ok(w.people.Seed(t.Context()))
	w.ok(w.desk.Seed(t.Context()))
	_, err = w.people.Import(t.Context(), academy)
	w.ok(err)
	for _, e := range academy.Persons {
		p, err := w.people.ByUID(t.Context(), e.UID)
		w.ok(err)
		w.ids[e.UID] = p.ID
	}
	return w
}

var academy = people.Batch{
	Establishments: []people.Establishment{
		{UAI: "0140013N", Name: "Lycée Malherbe", Kind: "lycee", Public: true, Departement: "14", City: "Caen", Site: "caen"},
	},
	Persons: []people.Entry{
		{UID: "claire", Name: "Claire {{technicien}} Martin", Addresses: []string{"claire@academie.test"}, Establishments: []string{"0140013N"}},
		{UID: "jean", Name: "Jean Petit", Addresses: []string{"jean@academie.test"}, Establishments: []string{"0140013N"}},
		{UID: "alice", Name: "Alice Blin", Role: people.Technician, Addresses: []string{"alice@academie.test"}, Teams: []string{"assistance-caen"}},
		{UID: "bruno", Name: "Bruno Caron", Role: people.Technician, Addresses: []string{"bruno@academie.test"}, Teams: []string{"reseau"}},
		{UID: "sophie", Name: "Sophie Roux", Role: people.Supervisor, Addresses: []string{"sophie@academie.test"}},
	},
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) refuses(err, kind error) {
	w.Helper()
	if !errors.Is(err, kind) {
		w.Errorf("error %v, want %v", err, kind)
	}
}

// refusesField wants a field refused.
func (w *world) refusesField(err error, name string) {
	w.Helper()
	if _, refused := fault.FieldsOf(err)[name]; !refused {
		w.Errorf("error %v, want %s refused", err, name)
	}
}

func (w *world) as(uid string) context.Context {
	w.Helper()
	a, err := w.people.Actor(w.Context(), w.ids[uid], people.Web)
	w.ok(err)
	a.Believed = true
	return people.As(w.Context(), a)
}

func (w *world) opens(uid string) tickets.Ticket {
	w.Helper()
	ticket, err := w.desk.Open(w.as(uid), tickets.Open{Subject: "Imprimante muette", Body: "Plus rien ne sort."})
	w.ok(err)
	return ticket
}

// keeps keeps a reply, over the version that its author has seen.
func (w *world) keeps(uid string, id tickets.ID, version int, text string) draft.Draft {
	w.Helper()
	d, err := w.drafts.Keep(w.as(uid), draft.Draft{Ticket: id, Place: draft.Reply, Words: text, Version: version})
	w.ok(err)
	return d
}

// sends sends a reply off with a grace of ten seconds.
func (w *world) sends(uid string, id tickets.ID, text string) draft.Draft {
	w.Helper()
	d, err := w.drafts.Send(w.as(uid), draft.Draft{Ticket: id, Place: draft.Reply, Words: text}, 10*time.Second)
	w.ok(err)
	return d
}

// said are the texts on a ticket, in order.
func (w *world) said(id tickets.ID) (all []string) {
	w.Helper()
	messages, err := w.desk.Messages(w.as("sophie"), id)
	w.ok(err)
	for _, m := range messages {
		all = append(all, m.Body)
	}
	return all
}

// kept is what somebody writes on a ticket: the texts of their drafts.
func (w *world) kept(uid string, id tickets.ID) (all []draft.Draft) {
	w.Helper()
	all, err := w.drafts.Of(w.as(uid), id)
	w.ok(err)
	return all
}

// later lets time pass and does what is due.
func (w *world) later(d time.Duration) {
	w.Helper()
	w.clock.Advance(d)
	w.ok(w.queue.Drain(w.Context(), w.mux))
}

// file is a loose file of somebody.
func (w *world) file(uid, name string) tickets.Attachment {
	w.Helper()
	a, err := w.desk.Attach(w.as(uid), name, strings.NewReader("le contenu de "+name))
	w.ok(err)
	return a
}
