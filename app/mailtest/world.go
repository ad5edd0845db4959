package mailtest

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"os"
	"testing"
	"time"

	"amigo/app"
	"amigo/app/db/dbtest"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/mailin"
	"amigo/tickets"
)

// World is AMIGO as it runs in production, between the servers.
type World struct {
	*app.App
	*Servers
	t    testing.TB
	rest func() // ends the worker
}

// Each runs a test on SQLite and on PostgreSQL.
func Each(t *testing.T, test func(t *testing.T, database string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, "") })
	t.Run("postgres", func(t *testing.T) { test(t, dbtest.PostgresURL(t)) })
}

// Start runs AMIGO on a database until the test ends, with more variables beside
// those that every test here has. All mailboxes are empty, and p29 has a folder
// Assistance.
func Start(t testing.TB, database string, variables ...string) *World {
	t.Helper()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	w := &World{Servers: Find(t), t: t}
	w.clear()
	redis := ""
	if database != "" {
		redis = os.Getenv("AMIGO_TEST_REDIS")
	}
	c, err := app.ReadConfig(append([]string{
		"AMIGO_DATA_DIR=" + t.TempDir(), "AMIGO_DATABASE_URL=" + database, "AMIGO_REDIS_URL=" + redis, "AMIGO_LISTEN=127.0.0.1:0",
		"AMIGO_SECRET=" + rand.Text() + rand.Text(), "AMIGO_MAIL_ADDRESS=" + House, "AMIGO_LMTP_LISTEN=" + w.LMTP, "AMIGO_SMTP_URL=" + w.MTA,
	}, variables...))
	must(t, err)
	must(t, c.Check(app.AllParts))
	w.App, err = app.New(t.Context(), c, app.AllParts, app.Options{Version: "test"})
	must(t, err)
	t.Cleanup(func() { _ = w.Close() })
	w.Queue.Name, w.Hub.Channel = "test-"+rand.Text(), "test-"+rand.Text()
	must(t, w.DB.Migrate(t.Context()))
	must(t, w.Seed(t.Context()))
	_, err = w.People.Import(w.System(), academy())
	must(t, err)
	t.Cleanup(w.serve(app.Parts{Web: true, Mail: true}))
	w.rest = w.serve(app.Parts{Work: true})
	t.Cleanup(func() { w.rest() })
	return w
}

// serve runs parts until it is told to end, and sees that they end well.
func (w *World) serve(parts app.Parts) (end func()) {
	w.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- w.Serve(ctx, parts, bell(ready)) }()
	end = func() {
		stop()
		if err := <-ended; err != nil {
			w.t.Errorf("AMIGO ended: %v", err)
		}
	}
	select {
	case <-ready:
	case <-time.After(patience):
		end()
		w.t.Fatal("AMIGO does not start")
	}
	return end
}

// WhileNobodyWorks does something while mail is received and none is filed.
func (w *World) WhileNobodyWorks(do func()) {
	w.t.Helper()
	w.rest()
	w.rest = func() {}
	do()
	w.rest = w.serve(app.Parts{Work: true})
}

// bell is told where to look, once.
type bell chan struct{}

func (b bell) Write(p []byte) (int, error) { close(b); return len(p), nil }

var _ io.Writer = bell(nil)

// academy is everybody whom the directory knows: those with a mailbox, and two
// whose mailboxes have gone. p25 to p30 are strangers.
func academy() people.Batch {
	b := people.Batch{Persons: []people.Entry{
		{UID: "technicien", Name: "Théo Technicien", Role: people.Technician, Site: "caen", Teams: []string{"assistance-caen"}, Addresses: []string{"technicien@" + Domain}},
		{UID: "superviseur", Name: "Sam Superviseur", Role: people.Supervisor, Site: "caen", Addresses: []string{"superviseur@" + Domain}},
		{UID: "absent", Name: "Alix Absente", Site: "caen", Addresses: []string{"absent@" + Domain}},
		{UID: "refuse", Name: "Renée Refusée", Site: "caen", Addresses: []string{"refuse@" + Domain}},
	}}
	for n := range 24 {
		uid := fmt.Sprintf("p%02d", n+1)
		b.Persons = append(b.Persons, people.Entry{UID: uid, Name: "Personne " + uid, Site: "caen", Addresses: []string{uid + "@" + Domain}})
	}
	return b
}

// names are those who have a mailbox.
func names() []string {
	all := []string{"technicien", "superviseur", "depannage"}
	for n := range 30 {
		all = append(all, fmt.Sprintf("p%02d", n+1))
	}
	return all
}

func (w *World) clear() {
	w.t.Helper()
	for _, name := range names() {
		box := w.Open(name)
		box.Clear()
		if name == "p29" {
			must(w.t, box.Create("Assistance", nil).Wait())
		}
		_ = box.Close()
	}
}

// System is the context in which AMIGO reads everything.
func (w *World) System() context.Context { return people.As(w.t.Context(), people.System()) }

// As is the context of somebody at their browser.
func (w *World) As(uid string) context.Context {
	w.t.Helper()
	p, err := w.People.ByUID(w.t.Context(), uid)
	must(w.t, err)
	a, err := w.People.Actor(w.t.Context(), p.ID, people.Web)
	must(w.t, err)
	return people.As(w.t.Context(), a)
}

// Received is everything that came in, oldest first.
func (w *World) Received() (all []mailin.Inbound) {
	w.t.Helper()
	for before := mailin.ID(0); ; before = all[0].ID {
		page, err := w.Intake.Latest(w.System(), "", before, mailin.MaxList)
		must(w.t, err)
		for _, m := range page {
			all = append([]mailin.Inbound{m}, all...)
		}
		if len(page) < mailin.MaxList {
			return all
		}
	}
}

// Letters are those that were written, newest first.
func (w *World) Letters() []mail.Letter {
	w.t.Helper()
	all, err := w.Outbox.Latest(w.System(), 0, 1000)
	must(w.t, err)
	return all
}

// Came waits until so many messages are there, filed or not.
func (w *World) Came(messages int) {
	w.t.Helper()
	Soon(w.t, fmt.Sprintf("%d messages have come", messages), func() bool { return len(w.Received()) >= messages })
}

// Settled waits until everything that was received is filed and every letter is on
// its way, and so many messages have come.
func (w *World) Settled(messages int) {
	w.t.Helper()
	Soon(w.t, fmt.Sprintf("%d messages filed, and their letters sent", messages), func() bool {
		counts, err := w.Intake.Counts(w.System())
		must(w.t, err)
		out, err := w.Outbox.Counts(w.System())
		must(w.t, err)
		total := 0
		for _, n := range counts {
			total += n
		}
		return total >= messages && counts[mailin.Received] == 0 && out[mail.Queued] == 0 && out[mail.Sending] == 0
	})
}

// Said is what was said on a ticket, oldest first.
func (w *World) Said(id tickets.ID) []tickets.Message {
	w.t.Helper()
	all, err := w.Desk.Messages(w.System(), id)
	must(w.t, err)
	return all
}

// File is the content of a file that came with a mail.
func (w *World) File(a tickets.Attachment) string {
	w.t.Helper()
	_, r, err := w.Desk.File(w.System(), a.ID)
	must(w.t, err)
	defer r.Close() //nolint:errcheck // it was only read
	content, err := io.ReadAll(r)
	must(w.t, err)
	return string(content)
}
