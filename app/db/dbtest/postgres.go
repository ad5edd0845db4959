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
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx" for administration

	"amigo/app/db"
	"amigo/migrations"
)

// PostgresURL gives a migrated database without a row on the test server, which
// no other test has meanwhile, and says where it is. What it holds when the test
// ends is nobody's.
func PostgresURL(t testing.TB) string {
	t.Helper()
	template, err := postgresTemplate()
	if err != nil {
		t.Fatal(err)
	}
	if _, bench := t.(*testing.B); bench {
		return createPostgres(t, template) // measured on files that nothing was deleted from
	}
	return borrowPostgres(t, template)
}

// EmptyPostgresURL makes a database without any table, dropped when the test ends.
func EmptyPostgresURL(t testing.TB) string {
	t.Helper()
	return createPostgres(t, "template0")
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
	name := "amigo_tests_" + filesDigest()
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
	if err := reusable(ctx, d.SQL()); err != nil {
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

// createPostgres copies a template into a database that is dropped when the test ends.
func createPostgres(t testing.TB, template string) string {
	t.Helper()
	ctx := context.Background()
	u, conn := connect(t)
	name := fmt.Sprintf("amigo_%d_%d", os.Getpid(), created.Add(1))
	if err := copyTemplate(ctx, conn, name, template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := inTurn(ctx, conn, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return at(u, name)
}

// created counts the databases that this process has made under its own name.
var created atomic.Int64

// connect gives a connection to the test server until the test ends.
func connect(t testing.TB) (*url.URL, *sql.Conn) {
	t.Helper()
	u, err := server()
	if err != nil {
		t.Fatal(err)
	}
	admin, err := sql.Open("pgx", u.String())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := admin.Conn(context.Background())
	if err != nil {
		t.Fatalf("AMIGO_TEST_POSTGRES: %v", err)
	}
	t.Cleanup(func() { _, _ = conn.Close(), admin.Close() })
	return u, conn
}

func copyTemplate(ctx context.Context, conn *sql.Conn, name, template string) error {
	return inTurn(ctx, conn, "CREATE DATABASE "+name+" TEMPLATE "+template)
}

// inTurn runs a statement about databases. PostgreSQL copies one template at a
// time; others wait for their turn here instead of being refused.
func inTurn(ctx context.Context, conn *sql.Conn, query string) error {
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(8474)"); err != nil {
		return err
	}
	_, err := conn.ExecContext(ctx, query)
	if _, unlock := conn.ExecContext(ctx, "SELECT pg_advisory_unlock(8474)"); err == nil {
		err = unlock
	}
	return err
}
