package mailin_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"amigo/app/audit"
	"amigo/app/blob"
	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/jobs"
	"amigo/app/limit"
	"amigo/app/live"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/app/redis"
	"amigo/app/seal"
	"amigo/mailin"
	"amigo/tickets"
)

const house = "assistance@academie.test"

// world is a desk with requesters, a school, a technician and a supervisor, and
// an intake that files what comes.
type world struct {
	t      testing.TB
	db     *db.DB
	clock  *dbtest.Clock
	redis  *redis.Server
	blobs  *shelf
	queue  *jobs.Queue
	mux    *jobs.Mux
	people *people.Directory
	desk   *tickets.Desk
	sent   *mail.Memory
	outbox *mail.Outbox
	intake *mailin.Intake
	before int // tickets that were there when it was built
}

// newWorld builds one on an empty database; change says what is not as usual.
func newWorld(t testing.TB, d *db.DB, clock *dbtest.Clock, change ...func(*mailin.Config)) *world {
	t.Helper()
	r, err := redis.Open(t.Context(), "")
	must(t, err)
	t.Cleanup(func() { _ = r.Close() })
	w := (&world{db: d, clock: clock, redis: r, blobs: &shelf{Store: blob.NewMemory()}}).restart(t, change...)
	must(t, w.people.Seed(w.system()))
	must(t, w.desk.Seed(w.system()))
	_, err = w.people.Import(w.system(), academy)
	must(t, err)
	return w
}

// restart builds everything anew on what the database and the shelf hold, as a
// process does when it starts. Nobody has been sent anything yet.
func (w *world) restart(t testing.TB, change ...func(*mailin.Config)) *world {
	t.Helper()
	s, err := seal.New([]string{"a secret of thirty-two characters"})
	must(t, err)
	d := w.db
	n := &world{
		t: t, db: d, clock: w.clock, redis: w.redis, blobs: &shelf{Store: w.blobs.Store},
		queue: jobs.New(d, w.redis), mux: jobs.NewMux(), people: people.New(d, audit.New(d), people.GroupRoles{}), sent: &mail.Memory{},
	}
	hub := live.New(d, w.redis)
	n.queue.Context = func(ctx context.Context) context.Context { return people.As(ctx, people.System()) }
	n.outbox = mail.New(d, n.queue, mail.Config{Address: house, Name: "AMIGO", Transport: n.sent})
	n.desk = tickets.New(d, n.people, n.outbox, hub, n.blobs, s, tickets.Config{PublicURL: "https://amigo.test", MailAddress: house})
	c := mailin.Config{Address: house}
	for _, f := range change {
		f(&c)
	}
	n.intake = mailin.New(mailin.House{
		DB: d, Queue: n.queue, Desk: n.desk, People: n.people, Outbox: n.outbox, Blobs: n.blobs, Limit: limit.New(d), Hub: hub,
	}, c)
	n.intake.Jobs(n.mux)
	n.outbox.Jobs(n.mux)
	n.before = n.tickets()
	return n
}

// each runs a test in a world of each database.
func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) { f(t, newWorld(t, d, clock)) })
}

// story is one promise, told in a world of its own config on a database where
// others have been told before.
type story struct {
	says   string
	change func(*mailin.Config) // nil: as usual
	tell   func(t *testing.T, w *world)
}

// tell tells stories on each database.
func tell(t *testing.T, stories []story) {
	t.Helper()
	each(t, func(t *testing.T, w *world) {
		for _, s := range stories {
			t.Run(s.says, func(t *testing.T) {
				if s.change == nil {
					s.change = func(*mailin.Config) {}
				}
				s.tell(t, w.restart(t, s.change))
			})
		}
	})
}

var academy = people.Batch{
	Establishments: []people.Establishment{
		{UAI: "0140013N", Name: "Lycée des Tilleuls", Kind: "lycee", Public: true, Departement: "14", City: "Caen", Site: "caen"},
	},
	Persons: []people.Entry{
		{UID: "ann", Name: "Ann Demandeuse", Site: "caen", Addresses: []string{"ann@academie.test", "ann@ac-caen.fr"}, Establishments: []string{"0140013N"}},
		{UID: "paul", Name: "Paul Collègue", Site: "caen", Addresses: []string{"paul@academie.test"}, Establishments: []string{"0140013N"}},
		{UID: "theo", Name: "Théo Technicien", Role: people.Technician, Site: "caen", Teams: []string{"assistance-caen"}, Addresses: []string{"theo@academie.test"}},
		{UID: "sam", Name: "Sam Superviseur", Role: people.Supervisor, Site: "caen", Addresses: []string{"sam@academie.test"}},
	},
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// system is AMIGO's own context, which reads everything.
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

// person finds somebody by uid.
func (w *world) person(uid string) people.Person {
	w.t.Helper()
	p, err := w.people.ByUID(w.t.Context(), uid)
	must(w.t, err)
	return p
}

var delivered int

// deliver receives a message as our own mail server would hand it over, and
// files it.
func (w *world) deliver(raw string) mailin.Inbound {
	w.t.Helper()
	id := w.receive(raw)
	w.drain()
	return w.inbound(id)
}

// receive only receives.
func (w *world) receive(raw string) mailin.ID {
	w.t.Helper()
	delivered++
	id, err := w.intake.Receive(w.t.Context(), mailin.Raw{
		Source: "test", Key: fmt.Sprint(delivered), Bytes: []byte(raw), ReceivedAt: w.clock.Now(), Trusted: true,
	})
	must(w.t, err)
	return id
}

func (w *world) drain() {
	w.t.Helper()
	must(w.t, w.queue.Drain(w.t.Context(), w.mux))
}

func (w *world) inbound(id mailin.ID) mailin.Inbound {
	w.t.Helper()
	m, err := w.intake.Get(w.system(), id)
	must(w.t, err)
	return m
}

func (w *world) ticket(id tickets.ID) tickets.Ticket {
	w.t.Helper()
	t, err := w.desk.Get(w.system(), id)
	must(w.t, err)
	return t
}

func (w *world) messages(id tickets.ID) []tickets.Message {
	w.t.Helper()
	all, err := w.desk.Messages(w.system(), id)
	must(w.t, err)
	return all
}

// last is the newest message of a ticket.
func (w *world) last(id tickets.ID) tickets.Message {
	w.t.Helper()
	all := w.messages(id)
	return all[len(all)-1]
}

// tickets counts those that were opened in this world.
func (w *world) tickets() int {
	w.t.Helper()
	n, err := w.desk.Count(w.system(), tickets.Filter{})
	must(w.t, err)
	return n - w.before
}

// letters lists what was sent to an address, oldest first.
func (w *world) letters(to string) []mailin.Letter {
	w.t.Helper()
	var all []mailin.Letter
	for _, d := range w.sent.Sent() {
		if d.To == to {
			l, err := mailin.Parse(d.Raw)
			must(w.t, err)
			all = append(all, l)
		}
	}
	return all
}

// want checks what became of a message.
func want(t testing.TB, m mailin.Inbound, s mailin.State, a mailin.Act, r mailin.Reason) {
	t.Helper()
	if m.State != s || m.Act != a || m.Reason != r {
		t.Errorf("%q is %s (%s, %s; %s), want %s (%s, %s)", m.Subject, m.State, m.Act, m.Reason, m.LastError, s, a, r)
	}
}

// write is a plain letter with further header lines.
func write(from, to, subject, text string, more ...string) string {
	head := slices.Concat([]string{"From: " + from, "To: " + to, "Subject: " + subject, "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8"}, more)
	return strings.Join(head, "\r\n") + "\r\n\r\n" + strings.ReplaceAll(text, "\n", "\r\n") + "\r\n"
}

// shelf is a store that can be made to fail.
type shelf struct {
	blob.Store
	mu   sync.Mutex
	fail func(what string) error
}

var errShelf = errors.New("the disk is full")

func (s *shelf) failing(f func(what string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = f
}

func (s *shelf) ask(what string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail == nil {
		return nil
	}
	return s.fail(what)
}

func (s *shelf) Put(ctx context.Context, r io.Reader) (blob.Sum, int64, error) {
	if err := s.ask("put"); err != nil {
		return "", 0, err
	}
	sum, n, err := s.Store.Put(ctx, r)
	if err == nil {
		err = s.ask("putted")
	}
	return sum, n, err
}

func (s *shelf) Open(ctx context.Context, sum blob.Sum) (io.ReadCloser, error) {
	if err := s.ask("open"); err != nil {
		return nil, err
	}
	return s.Store.Open(ctx, sum)
}

// file reads a whole attachment.
func (w *world) file(a tickets.Attachment) []byte {
	w.t.Helper()
	_, r, err := w.desk.File(w.system(), a.ID)
	must(w.t, err)
	defer r.Close()
	var b bytes.Buffer
	_, err = b.ReadFrom(r)
	must(w.t, err)
	return b.Bytes()
}
