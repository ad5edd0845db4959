package tickets_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
)

// deskTest is a desk and the small academy around it.
type deskTest struct {
	testing.TB
	db     *db.DB
	clock  *dbtest.Clock
	people *people.Directory
	outbox *mail.Outbox
	blobs  *blob.Memory
	queue  *jobs.Queue
	hub    *live.Hub
	desk   *tickets.Desk
	ids    map[string]people.ID
}

// eachDesk runs f on a fresh desk on both databases.
func eachDesk(t *testing.T, f func(t *deskTest)) {
	t.Helper()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) { f(newDesk(t, d, clock)) })
}

func newDesk(t testing.TB, d *db.DB, clock *dbtest.Clock) *deskTest {
	t.Helper()
	w := &deskTest{TB: t, db: d, clock: clock, blobs: blob.NewMemory(), ids: map[string]people.ID{}}
	bell, err := redis.Open(t.Context(), "")
	w.ok(err)
	t.Cleanup(func() { _ = bell.Close() })
	sealer, err := seal.New([]string{"a secret that is long enough for a test"})
	w.ok(err)
	w.queue = jobs.New(d, bell)
	w.outbox = mail.New(d, w.queue, mail.Config{Address: "assistance@academie.test", Name: "Assistance AMIGO"})
	w.people = people.New(d, audit.New(d), people.GroupRoles{})
	w.hub = live.New(d, bell)
	w.desk = tickets.New(d, w.people, w.outbox, w.hub, w.blobs, sealer,
		tickets.Config{PublicURL: "https://amigo.test", MailAddress: "assistance@academie.test"})
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
		{UAI: "0149904P", Name: "Rectorat, site de Caen", Kind: "rectorat", Public: true, Departement: "14", City: "Caen", Site: "caen"},
		{UAI: "0760001A", Name: "Collège des Quais", Kind: "college", Public: true, Departement: "76", City: "Rouen", Site: "rouen"},
	},
	Persons: []people.Entry{
		{UID: "claire", Name: "Claire Martin", Addresses: []string{"claire@academie.test"}, Establishments: []string{"0140013N"}},
		{UID: "jean", Name: "Jean Petit", Addresses: []string{"jean@academie.test"}, Establishments: []string{"0760001A"}, Lang: "en"},
		{UID: "paul", Name: "Paul Leroy", Addresses: []string{"paul@academie.test"}, Site: "caen"},
		{UID: "alice", Name: "Alice Blin", Role: people.Technician, Addresses: []string{"alice@academie.test"}, Teams: []string{"assistance-caen"}},
		{UID: "bruno", Name: "Bruno Caron", Role: people.Technician, Addresses: []string{"bruno@academie.test"}, Teams: []string{"reseau"}},
		{UID: "rene", Name: "René Hue", Addresses: []string{"rene@academie.test"}, Establishments: []string{"0149904P"}},
		{UID: "sophie", Name: "Sophie Roux", Role: people.Supervisor, Addresses: []string{"sophie@academie.test"}},
	},
}

// ok ends the test on an error.
func (t *deskTest) ok(err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refuses wants an error of a kind.
func (t *deskTest) refuses(err, kind error) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Errorf("error %v, want %v", err, kind)
	}
}

// refusesFields wants exactly these fields refused.
func (t *deskTest) refusesFields(err error, names ...string) {
	t.Helper()
	var got []string
	for name := range fault.FieldsOf(err) {
		got = append(got, name)
	}
	slices.Sort(got)
	slices.Sort(names)
	if !slices.Equal(got, names) {
		t.Errorf("refused fields %v (%v), want %v", got, err, names)
	}
}

// as is somebody who has signed in.
func (t *deskTest) as(uid string) context.Context { return t.by(uid, people.Web) }

// by is somebody proven, by a channel.
func (t *deskTest) by(uid string, channel people.Channel) context.Context {
	t.Helper()
	a, err := t.people.Actor(t.Context(), t.ids[uid], channel)
	t.ok(err)
	a.Believed = true
	return people.As(t.Context(), a)
}

// claiming is a mail that only says to be from somebody.
func (t *deskTest) claiming(uid string) context.Context {
	t.Helper()
	a := people.ActorOf(t.by(uid, people.Mail))
	a.Believed = false
	return people.As(t.Context(), a)
}

// guest is somebody who writes and whom nobody knows.
func (t *deskTest) guest(address string) context.Context {
	t.Helper()
	p, err := t.people.Guest(t.Context(), address, "Somebody")
	t.ok(err)
	t.ids[address] = p.ID
	return t.claiming(address)
}

// system is AMIGO itself.
func (t *deskTest) system() context.Context { return people.As(t.Context(), people.System()) }

// opens opens a ticket with nothing special about it.
func (t *deskTest) opens(ctx context.Context) tickets.Ticket {
	t.Helper()
	ticket, err := t.desk.Open(ctx, tickets.Open{Subject: "Imprimante muette", Body: "Plus rien ne sort."})
	t.ok(err)
	return ticket
}

func (t *deskTest) replies(ctx context.Context, id tickets.ID, body string) tickets.Message {
	t.Helper()
	m, err := t.desk.Reply(ctx, id, tickets.Reply{Body: body})
	t.ok(err)
	return m
}

func (t *deskTest) solves(ctx context.Context, id tickets.ID) tickets.Ticket {
	t.Helper()
	ticket, err := t.desk.Solve(ctx, id, tickets.Solve{Solution: "Le toner était vide.", Cause: "hardware"})
	t.ok(err)
	return ticket
}

// now is the ticket as it is.
func (t *deskTest) now(id tickets.ID) tickets.Ticket {
	t.Helper()
	ticket, err := t.desk.Get(t.as("sophie"), id)
	t.ok(err)
	return ticket
}

// history is what has happened, as an actor may read it.
func (t *deskTest) history(ctx context.Context, id tickets.ID) (all []tickets.What) {
	t.Helper()
	events, err := t.desk.Events(ctx, id)
	t.ok(err)
	for _, e := range events {
		all = append(all, e.What)
	}
	return all
}

// happened wants exactly this history.
func (t *deskTest) happened(id tickets.ID, want ...tickets.What) {
	t.Helper()
	if got := t.history(t.as("sophie"), id); !slices.Equal(got, want) {
		t.Errorf("history %v, want %v", got, want)
	}
}

// letters lists what the outbox holds for a ticket: "kind to address", in order.
func (t *deskTest) letters(id tickets.ID) (all []string) {
	t.Helper()
	letters, err := t.outbox.OfTicket(t.Context(), int64(id))
	t.ok(err)
	for _, l := range letters {
		all = append(all, fmt.Sprintf("%s to %s", l.Kind, l.Address))
	}
	return all
}

// wrote wants exactly these letters.
func (t *deskTest) wrote(id tickets.ID, want ...string) {
	t.Helper()
	if got := t.letters(id); !slices.Equal(got, want) {
		t.Errorf("letters %q, want %q", got, want)
	}
}

// team is the number of a team.
func (t *deskTest) team(slug string) people.TeamID {
	t.Helper()
	teams, err := t.people.Teams(t.Context())
	t.ok(err)
	for _, team := range teams {
		if team.Slug == slug {
			return team.ID
		}
	}
	t.Fatalf("no team %s", slug)
	return 0
}

// follow makes somebody a follower.
func (t *deskTest) follow(id tickets.ID, uid string) {
	t.Helper()
	t.ok(t.db.Tx(t.Context(), func(ctx context.Context) error {
		return t.db.Gorm(ctx).Exec("INSERT INTO followers (ticket_id, person_id) VALUES (?, ?)", id, t.ids[uid]).Error
	}))
}

// drain does what is due.
func (t *deskTest) drain() {
	t.Helper()
	m := jobs.NewMux()
	t.desk.Jobs(m)
	t.ok(t.queue.Drain(t.Context(), m))
}

// at lets time pass until an instant, and does what is due then.
func (t *deskTest) at(instant string) {
	t.Helper()
	t.clock.Set(t.instant(instant))
	t.drain()
}

// instant reads one, such as 2026-11-18T09:00:00+01:00.
func (t *deskTest) instant(text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	t.ok(err)
	return at
}

// promising is a listener that promises an answer and a solution after an hour
// and a day, as a keeper of promises would.
func (t *deskTest) promising() {
	t.desk.Listen(func(ctx context.Context, h tickets.Happening) error {
		if h.Event.What != tickets.WasOpened {
			return nil
		}
		first, resolution := h.After.CreatedAt.Add(time.Hour), h.After.CreatedAt.Add(24*time.Hour)
		return t.desk.PromiseMany(ctx, []tickets.Promise{{Ticket: h.After.ID, First: &first, Resolution: &resolution, Due: &first}})
	})
}

func ptr[T any](v T) *T { return &v }
