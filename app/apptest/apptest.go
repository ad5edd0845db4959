// Package apptest runs the whole product for a test: the demonstration's people
// on a fresh database, a clock that moves when told, a memory in the place of
// the outgoing mail server, and browsers that keep their cookies.
//
// A story reads as what people do:
//
//	apptest.Each(t, func(t *testing.T, w *apptest.World) {
//		ann := w.As("agent.demo")
//		ann.Get("/tickets/new").Fill("subject", "…").Submit()
//		w.Deliver("From: …")
//		w.Advance(4 * time.Hour)
//		letters := w.Sent()
//	})
package apptest

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"amigo/app"
	"amigo/app/db/dbtest"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/mailin"
)

// World is a running AMIGO.
type World struct {
	*app.App
	t     testing.TB
	Clock *dbtest.Clock
	way   *mail.Memory
	read  int // letters that Sent has given
	url   string
}

// Each tells a story on SQLite and on PostgreSQL.
func Each(t *testing.T, story func(t *testing.T, w *World)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { story(t, New(t, "")) })
	t.Run("postgres", func(t *testing.T) { story(t, New(t, dbtest.PostgresURL(t))) })
}

// New starts AMIGO on the database of that address; empty is SQLite in a
// temporary folder. It is Wednesday 18 November 2026, 9:00 in Paris. The
// demonstration's people are there, and none of its tickets.
func New(t testing.TB, databaseURL string) *World {
	t.Helper()
	return NewWith(t, databaseURL, func(*app.Config, *app.Options) {})
}

// NewWith starts AMIGO as [New] does, with what change says otherwise.
func NewWith(t testing.TB, databaseURL string, change func(*app.Config, *app.Options)) *World {
	t.Helper()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	w := &World{t: t, Clock: dbtest.NewClock(), way: &mail.Memory{}, url: "http://" + listener.Addr().String()}
	c, err := app.ReadConfig([]string{
		"AMIGO_DATA_DIR=" + t.TempDir(), "AMIGO_DATABASE_URL=" + databaseURL, "AMIGO_LISTEN=" + listener.Addr().String(),
		"AMIGO_SECRET=" + strings.Repeat("s", 40), "AMIGO_MAIL_ADDRESS=assistance@academie.test",
	})
	must(t, err)
	c.ServeDemo()
	c.Now = w.Clock.Now
	o := app.Options{Transport: w.way, Version: "test", AtOnce: true}
	change(&c, &o)
	must(t, c.Check(app.AllParts))
	w.App, err = app.New(t.Context(), c, app.AllParts, o)
	must(t, err)
	t.Cleanup(func() { _ = w.Close() })
	w.Queue.Name, w.Hub.Channel = "test-"+rand.Text(), "test-"+rand.Text()
	must(t, w.DB.Migrate(t.Context()))
	must(t, w.Seed(t.Context()))
	must(t, w.LoadDemoPeople(w.system()))
	server := &httptest.Server{Listener: listener, Config: httptest.NewUnstartedServer(w.Web).Config}
	server.Start()
	t.Cleanup(server.Close)
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *World) system() context.Context { return people.As(w.t.Context(), people.System()) }

// Drain does every job that is due.
func (w *World) Drain() {
	w.t.Helper()
	must(w.t, w.Queue.Drain(w.t.Context(), w.Mux))
}

// Advance lets time pass, in steps short enough that each sweep finds what it must.
func (w *World) Advance(d time.Duration) {
	w.t.Helper()
	for end := w.Clock.Now().Add(d); w.Clock.Now().Before(end); {
		w.Clock.Set(earlier(w.Clock.Now().Add(15*time.Minute), end))
		w.Drain()
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// Deliver receives a message as from a mail server, and files it. Lines may end
// with LF.
func (w *World) Deliver(message string) {
	w.t.Helper()
	raw := []byte(strings.ReplaceAll(strings.TrimLeft(message, "\n"), "\n", "\r\n"))
	_, err := w.Intake.Receive(w.t.Context(), mailin.Raw{
		Source: "test", Key: rand.Text(), Bytes: raw, ReceivedAt: w.Clock.Now(), EnvelopeTo: []string{"assistance@academie.test"},
	})
	must(w.t, err)
	w.Drain()
}

// Sent gives the letters that went out since it was last asked.
func (w *World) Sent() []mail.Delivery {
	w.t.Helper()
	w.Drain()
	all := w.way.Sent()
	fresh := all[w.read:]
	w.read = len(all)
	return fresh
}
