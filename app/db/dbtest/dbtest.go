// Package dbtest gives each test a fresh database of every kind that AMIGO runs on.
//
// PostgreSQL is the server that AMIGO_TEST_POSTGRES names; `make test` starts
// one. A database is made by copying a migrated template, so it is cheap.
package dbtest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx" for administration

	"amigo/app/db"
	"amigo/migrations"
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

// PostgresURL makes a fresh, migrated database on the test server, dropped when
// the test ends, and says where it is.
func PostgresURL(t testing.TB) string {
	t.Helper()
	template, err := postgresTemplate()
	if err != nil {
		t.Fatal(err)
	}
	return createPostgres(t, template)
}

// EmptyPostgresURL is PostgresURL without any table.
func EmptyPostgresURL(t testing.TB) string {
	t.Helper()
	return createPostgres(t, "template0")
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

// server is where the test server is, from the environment.
func server() (*url.URL, error) {
	text := os.Getenv("AMIGO_TEST_POSTGRES")
	if text == "" {
		return nil, fmt.Errorf("AMIGO_TEST_POSTGRES is not set: run make test, which starts PostgreSQL, or name a server")
	}
	return url.Parse(text)
}

func at(u *url.URL, database string) string {
	c := *u
	c.Path = "/" + database
	return c.String()
}

// postgresTemplate names a migrated database, made once on the server for each
// state of the migration files, whichever test process comes first.
var postgresTemplate = sync.OnceValues(func() (string, error) {
	u, err := server()
	if err != nil {
		return "", err
	}
	admin, err := sql.Open("pgx", u.String())
	if err != nil {
		return "", err
	}
	defer admin.Close() //nolint:errcheck // nothing was written through it
	ctx := context.Background()
	conn, err := admin.Conn(ctx)
	if err != nil {
		return "", fmt.Errorf("AMIGO_TEST_POSTGRES: %w", err)
	}
	defer conn.Close() //nolint:errcheck // as above
	name := "amigo_template_" + filesDigest()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(8473)"); err != nil {
		return "", err
	}
	var there bool
	if err := conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&there); err != nil || there {
		return name, err
	}
	return name, makeTemplate(ctx, conn, u, name)
})

func makeTemplate(ctx context.Context, conn *sql.Conn, u *url.URL, name string) error {
	building := name + "_building"
	for _, q := range []string{"DROP DATABASE IF EXISTS " + building, "CREATE DATABASE " + building + " TEMPLATE template0 ENCODING 'UTF8'"} {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	d, err := db.Open(ctx, db.Config{URL: at(u, building), Now: func() time.Time { return Start }, MaxConns: 2})
	if err != nil {
		return err
	}
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	if err := d.Close(); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, "ALTER DATABASE "+building+" RENAME TO "+name)
	return err
}

func filesDigest() string {
	h := sha256.New()
	files := migrations.Files(migrations.Postgres)
	_ = fs.WalkDir(files, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		f, err := files.Open(path)
		if err != nil {
			return err
		}
		defer f.Close() //nolint:errcheck // embedded
		_, err = io.Copy(h, f)
		return err
	})
	return hex.EncodeToString(h.Sum(nil))[:12]
}

func createPostgres(t testing.TB, template string) string {
	t.Helper()
	u, err := server()
	if err != nil {
		t.Fatal(err)
	}
	admin, err := sql.Open("pgx", u.String())
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("amigo_%d_%d", os.Getpid(), nextDatabase())
	// PostgreSQL copies one template at a time; others wait for their turn here
	// instead of being refused.
	if err := onServer(admin, "CREATE DATABASE "+name+" TEMPLATE "+template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := onServer(admin, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
		_ = admin.Close()
	})
	return at(u, name)
}

func onServer(admin *sql.DB, query string) error {
	ctx := context.Background()
	conn, err := admin.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // the statement has answered
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(8474)"); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, query)
	if _, unlock := conn.ExecContext(ctx, "SELECT pg_advisory_unlock(8474)"); err == nil {
		err = unlock
	}
	return err
}

var (
	databaseMu    sync.Mutex
	databaseCount int
)

func nextDatabase() int {
	databaseMu.Lock()
	defer databaseMu.Unlock()
	databaseCount++
	return databaseCount
}
