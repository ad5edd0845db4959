package main

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"amigo/app"
	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/people"
	"amigo/app/redis/redistest"
	"amigo/migrations"
	"amigo/tickets"
)

// The digests of many readers are due when the program starts. It is killed in
// the middle of them, and each reader has one digest all the same: on SQLite by
// one process that is killed three times, on PostgreSQL by four that die at once.
func TestKilledInTheMiddleOfTheDigestsEachReaderHasOne(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { (&chaos{TB: t, kills: 3}).runDigests("", "", "") })
	t.Run("postgres", func(t *testing.T) {
		(&chaos{TB: t, kills: 1}).runDigests(dbtest.PostgresURL(t), redistest.Own(t), "work", "work", "work", "work")
	})
}

const (
	digestReaders = 120
	digestCrowd   = 40 // of one ticket
)

func (c *chaos) runDigests(database, redis string, parts ...string) {
	c.Helper()
	c.prepare(database)
	c.redis = redis
	c.digestsDue()
	d := c.beside()
	c.Cleanup(c.end)
	before := 0
	for n := range c.kills {
		enough := (n + 1) * digestReaders / (2 * c.kills)
		release := c.hold(d, enough)
		for _, part := range parts {
			c.alive = append(c.alive, c.begin(part))
		}
		written := c.killAll(d, enough)
		release()
		if written <= before || written >= digestReaders {
			c.Errorf("%d digests of %d are written at kill %d, %d were before it", written, digestReaders, n+1, before)
		}
		before = written
	}
	c.with(time.Hour, func(ctx context.Context, a *app.App) {
		work, stop := context.WithCancel(ctx)
		ended := make(chan error, 1)
		go func() { ended <- a.Queue.Work(work, a.Mux) }()
		c.until("no digest waits", func() bool {
			return c.count(d.SQL(), "SELECT count(*) FROM digest_lines")+c.count(d.SQL(), "SELECT count(*) FROM letters WHERE state <> 'sent'") == 0
		})
		stop()
		c.must(<-ended)
	})
	if all, readers := c.count(d.SQL(), digestsWritten), c.count(d.SQL(), digestsRead); all != digestReaders || readers != digestReaders {
		c.Errorf("%d digests for %d of %d readers", all, readers, digestReaders)
	}
	// Eight letters are carried at once by each process.
	c.sink.check(c, c.count(d.SQL(), "SELECT count(*) FROM letters"), 8*len(parts)*c.kills)
}

const (
	digestsWritten = "SELECT count(*) FROM letters WHERE kind = 'digest'"
	digestsRead    = "SELECT count(DISTINCT person_id) FROM letters WHERE kind = 'digest'"
	digestsWaiting = "SELECT count(DISTINCT person_id) FROM digest_lines"
	digestsBoth    = "SELECT count(DISTINCT person_id) FROM digest_lines WHERE person_id IN (SELECT person_id FROM letters WHERE kind = 'digest')"
)

// hold lets nobody on PostgreSQL let go of the lines of the reader behind so many,
// whose digest is then written, and not yet kept. On SQLite who writes is alone.
func (c *chaos) hold(d *db.DB, readers int) (release func()) {
	c.Helper()
	if d.Dialect() == migrations.SQLite {
		return func() {}
	}
	tx, err := d.SQL().BeginTx(c.Context(), nil)
	c.must(err)
	_, err = tx.ExecContext(c.Context(), `SELECT 1 FROM digest_lines WHERE person_id =
		(SELECT DISTINCT person_id FROM digest_lines ORDER BY person_id OFFSET $1 LIMIT 1) FOR UPDATE`, readers)
	c.must(err)
	return func() { c.must(tx.Rollback()) }
}

// killAll kills every process as soon as enough digests are written, and says how
// many are. Nothing is half done: of each reader the lines wait, or the digest is there.
func (c *chaos) killAll(d *db.DB, enough int) (written int) {
	c.Helper()
	for deadline := time.Now().Add(time.Minute); c.count(d.SQL(), digestsWritten) < enough; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			c.Fatalf("not within a minute: %d digests are written", enough)
		}
	}
	if d.Dialect() == migrations.Postgres {
		time.Sleep(50 * time.Millisecond) // for the one that is held
	}
	for _, p := range c.alive {
		c.must(p.Process.Kill())
	}
	for _, p := range c.alive {
		_ = p.Wait()
	}
	c.alive = nil
	written = c.count(d.SQL(), digestsWritten)
	if waiting, both := c.count(d.SQL(), digestsWaiting), c.count(d.SQL(), digestsBoth); written+waiting != digestReaders || both != 0 {
		c.Errorf("killed when %d digests were written, the lines of %d readers wait; of %d both", written, waiting, both)
	}
	return written
}

// count is what a query counts.
func (c *chaos) count(on *sql.DB, query string) (n int) {
	c.Helper()
	c.must(on.QueryRowContext(c.Context(), query).Scan(&n))
	return n
}

// beside opens the database of the processes beside them.
func (c *chaos) beside() *db.DB {
	c.Helper()
	conf, err := app.ReadConfig(c.config)
	c.must(err)
	d, err := db.Open(c.Context(), db.Config{URL: conf.DatabaseURL, Path: filepath.Join(conf.DataDir, "amigo.db"), Now: time.Now})
	c.must(err)
	c.Cleanup(func() { _ = d.Close() })
	return d
}

// digestsDue lets people who want a digest follow a few tickets, and something be
// said on these, two months ago.
func (c *chaos) digestsDue() {
	c.Helper()
	c.with(-60*24*time.Hour, func(ctx context.Context, a *app.App) {
		all := people.Batch{Persons: []people.Entry{{UID: "alice", Name: "Alice Blin", Role: people.Technician, Site: "caen", Teams: []string{"assistance-caen"}}}}
		for n := range digestReaders {
			all.Persons = append(all.Persons, people.Entry{UID: fmt.Sprint("r", n), Name: fmt.Sprint("Lectrice ", n), Site: "caen", Addresses: []string{fmt.Sprintf("r%d@academie.test", n)}})
		}
		_, err := a.People.Import(ctx, all)
		c.must(err)
		staff, _ := c.as(ctx, a, "alice")
		var ticket tickets.Ticket
		for n := range digestReaders {
			if n%digestCrowd == 0 {
				ticket, err = a.Desk.Open(staff, tickets.Open{Subject: "Panne du réseau", Body: "Tout le site."})
				c.must(err)
			}
			reader, id := c.as(ctx, a, fmt.Sprint("r", n))
			_, err := a.People.SetChoices(reader, id, people.Choices{Pace: people.Digest}, "fr")
			c.must(err)
			_, err = a.Desk.Follow(staff, ticket.ID, tickets.Follow{Person: id})
			c.must(err)
			if n%digestCrowd == digestCrowd-1 {
				_, err = a.Desk.Reply(staff, ticket.ID, tickets.Reply{Body: "Le réseau est rétabli.", Then: tickets.Opened})
				c.must(err)
			}
		}
	})
}

// as is the context of somebody at their browser.
func (c *chaos) as(ctx context.Context, a *app.App, uid string) (context.Context, people.ID) {
	c.Helper()
	who, err := a.People.ByUID(ctx, uid)
	c.must(err)
	actor, err := a.People.Actor(ctx, who.ID, people.Web)
	c.must(err)
	return people.As(ctx, actor), who.ID
}
