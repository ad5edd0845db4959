// Package migrations holds the shape of the database, once for each dialect.
//
// The two folders are hand-written twins: a file of the one has a file of the
// same name in the other, and after each the two databases have the same
// tables, columns, keys and references. A file that has been released never
// changes; a new one comes behind it. Every file has a way back.
//
//  1. Apply brings a database from wherever it stands to [Latest].
//  2. It refuses one that a newer program has already changed.
//  3. On PostgreSQL several processes may call it at once: an advisory lock
//     lets one of them work. On SQLite the data folder belongs to one process.
package migrations

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

// Dialect names the kind of database.
type Dialect string

// The two kinds.
const (
	Postgres Dialect = "postgres"
	SQLite   Dialect = "sqlite"
)

//go:embed postgres/*.sql sqlite/*.sql
var files embed.FS

// ErrNewer says that the database was changed by a newer program.
var ErrNewer = errors.New("the database is newer than this program")

// ErrBehind says that migrations wait to be applied.
var ErrBehind = errors.New("the database is older than this program: run amigo migrate up")

// Files is the folder of a dialect.
func Files(d Dialect) fs.FS {
	sub, err := fs.Sub(files, string(d))
	if err != nil {
		panic(err) // the embedded folders are named after the dialects
	}
	return sub
}

// Step is one migration and whether the database has it.
type Step struct {
	Version int64
	Name    string
	Applied bool
}

// Latest is the version that this program needs.
func Latest(d Dialect) (int64, error) {
	names, err := fs.Glob(Files(d), "*.sql")
	if err != nil || len(names) == 0 {
		return 0, fmt.Errorf("migrations: no files for %s: %w", d, err)
	}
	return goose.NumericComponent(names[len(names)-1])
}

// Apply brings the database to Latest. One that is newer is ErrNewer.
func Apply(ctx context.Context, db *sql.DB, d Dialect) error {
	p, err := provider(db, d)
	if err != nil {
		return err
	}
	if err := check(ctx, p); err != nil && !errors.Is(err, ErrBehind) {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrations: up: %w", err)
	}
	return nil
}

// Check says whether the database stands at Latest: nil, ErrBehind or ErrNewer.
func Check(ctx context.Context, db *sql.DB, d Dialect) error {
	p, err := provider(db, d)
	if err != nil {
		return err
	}
	return check(ctx, p)
}

// Status lists every migration, oldest first.
func Status(ctx context.Context, db *sql.DB, d Dialect) ([]Step, error) {
	p, err := provider(db, d)
	if err != nil {
		return nil, err
	}
	found, err := p.Status(ctx)
	if err != nil {
		return nil, fmt.Errorf("migrations: status: %w", err)
	}
	steps := make([]Step, 0, len(found))
	for _, f := range found {
		steps = append(steps, Step{Version: f.Source.Version, Name: f.Source.Path, Applied: f.State == goose.StateApplied})
	}
	return steps, nil
}

// DownTo takes the database back to a version, for tests and for a release
// that has to be withdrawn; what newer tables held is lost.
func DownTo(ctx context.Context, db *sql.DB, d Dialect, version int64) error {
	p, err := provider(db, d)
	if err != nil {
		return err
	}
	if _, err := p.DownTo(ctx, version); err != nil {
		return fmt.Errorf("migrations: down to %d: %w", version, err)
	}
	return nil
}

func check(ctx context.Context, p *goose.Provider) error {
	have, want, err := p.GetVersions(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("migrations: %w", err)
	case have > want:
		return fmt.Errorf("%w: it stands at %d, the program at %d", ErrNewer, have, want)
	case have < want:
		return fmt.Errorf("%w (it stands at %d, the program at %d)", ErrBehind, have, want)
	}
	return nil
}

func provider(db *sql.DB, d Dialect) (*goose.Provider, error) {
	dialect, opts := goose.DialectSQLite3, []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if d == Postgres {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return nil, fmt.Errorf("migrations: lock: %w", err)
		}
		opts = append(opts, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(dialect, db, Files(d), opts...)
	if err != nil {
		return nil, fmt.Errorf("migrations: %w", err)
	}
	return p, nil
}
