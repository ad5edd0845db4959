// Package dbtest gives each test a fresh database of every kind that AMIGO runs on.
//
// PostgreSQL is the server that AMIGO_TEST_POSTGRES names; `make test` starts
// one. A migrated database of a test before is emptied and used again, for
// that takes a twentieth of the time of a new one.
package dbtest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"amigo/app/db"
)

// Start is the instant at which every test begins: Wednesday 18 November 2026,
// 9:00 in Paris, in term, four hours before closing.
var Start = time.Date(2026, 11, 18, 8, 0, 0, 0, time.UTC)

// Clock is a clock that moves only when told. It is safe for concurrent use.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock gives a clock that stands at Start.
func NewClock() *Clock { return &Clock{at: Start} }

// Now is where the clock stands.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Advance moves the clock on by d.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// Set moves the clock to an instant.
func (c *Clock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// Each runs f on a fresh SQLite and on a fresh PostgreSQL database, at Start.
func Each(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	EachClock(t, func(t *testing.T, d *db.DB, _ *Clock) { f(t, d) })
}

// EachClock is Each with the clock in the test's hand.
func EachClock(t *testing.T, f func(t *testing.T, d *db.DB, clock *Clock)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { c := NewClock(); f(t, SQLite(t, c.Now), c) })
	t.Run("postgres", func(t *testing.T) { c := NewClock(); f(t, Postgres(t, c.Now), c) })
}

// SQLite opens a fresh, migrated database in a temporary folder.
func SQLite(t testing.TB, now func() time.Time) *db.DB {
	t.Helper()
	template, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "amigo.db")
	if err := copyFile(path, template); err != nil {
		t.Fatal(err)
	}
	return open(t, db.Config{Path: path, Now: now})
}

// Postgres opens a fresh, migrated database on the test server.
func Postgres(t testing.TB, now func() time.Time) *db.DB {
	t.Helper()
	return open(t, db.Config{URL: PostgresURL(t), Now: now, MaxConns: 10})
}

func open(t testing.TB, c db.Config) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// sqliteTemplate is a migrated file, made once in this process.
var sqliteTemplate = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "amigo-test-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a temporary folder
	path := filepath.Join(folder, "template.db")
	d, err := db.Open(context.Background(), db.Config{Path: path, Now: func() time.Time { return Start }})
	if err != nil {
		return "", err
	}
	if err := d.Migrate(context.Background()); err != nil {
		return "", err
	}
	// One file without a log beside it, so that it can be copied.
	if _, err := d.SQL().Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return "", err
	}
	if err := d.Close(); err != nil {
		return "", err
	}
	bytes, err := os.ReadFile(path)
	return string(bytes), err
})

func copyFile(path, content string) error {
	return os.WriteFile(path, []byte(content), 0o600)
}
