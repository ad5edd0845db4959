package db

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"amigo/migrations"
)

// Config says which database to open.
type Config struct {
	// URL is postgres://…; empty means SQLite at Path.
	URL string
	// Path is the file of the SQLite database. Its folder must exist.
	Path string
	// Now is the clock; required. Answers are cut to whole microseconds.
	Now func() time.Time
	// MaxConns bounds the PostgreSQL pool; 0 means 20.
	MaxConns int
}

// DB is one open database. It is safe for concurrent use.
type DB struct {
	dialect migrations.Dialect
	write   *gorm.DB
	read    *gorm.DB // on SQLite a pool that can only read, else write
	pools   []*sql.DB
	now     func() time.Time
	path    string // of SQLite's file

	editions editions
}

// Open connects and checks that the database answers. It does not migrate.
func Open(ctx context.Context, c Config) (*DB, error) {
	if c.Now == nil {
		return nil, errors.New("db: a clock is required")
	}
	if c.URL != "" {
		return openPostgres(ctx, c)
	}
	return openSQLite(ctx, c)
}

// Close ends all connections.
func (d *DB) Close() error {
	var errs []error
	for _, p := range d.pools {
		errs = append(errs, p.Close())
	}
	return errors.Join(errs...)
}

// Dialect is which kind of database runs. Only stores that have a better way
// on one of them ask.
func (d *DB) Dialect() migrations.Dialect { return d.dialect }

// Ping asks the database for a sign of life.
func (d *DB) Ping(ctx context.Context) error {
	for _, p := range d.pools {
		if err := p.PingContext(ctx); err != nil {
			return Fault(err)
		}
	}
	return nil
}

// Migrate brings the schema to what this program needs.
func (d *DB) Migrate(ctx context.Context) error {
	return migrations.Apply(ctx, d.pools[0], d.dialect)
}

// CheckSchema says whether the schema is what this program needs.
func (d *DB) CheckSchema(ctx context.Context) error {
	return migrations.Check(ctx, d.pools[0], d.dialect)
}

// SchemaSteps lists every migration and whether it was applied.
func (d *DB) SchemaSteps(ctx context.Context) ([]migrations.Step, error) {
	return migrations.Status(ctx, d.pools[0], d.dialect)
}

// SQL is the pool that writes, for what GORM has no words for (bulk loading).
func (d *DB) SQL() *sql.DB { return d.pools[0] }

// Pools gives the pools of connections by what they do: "write", and on SQLite
// "read".
func (d *DB) Pools() map[string]sql.DBStats {
	pools := map[string]sql.DBStats{"write": d.pools[0].Stats()}
	for _, p := range d.pools[1:] {
		pools["read"] = p.Stats()
	}
	return pools
}

// gormConfig keeps no statement ready: who opens SQLite says so, pgx does it
// for each of its connections.
func gormConfig(now func() time.Time) *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true,
		NowFunc:                now,
		Logger:                 logger.New(slogWriter{}, logger.Config{LogLevel: logger.Error, IgnoreRecordNotFoundError: true, ParameterizedQueries: true}),
	}
}

// slogWriter hands GORM's errors to slog; values of parameters never appear.
type slogWriter struct{}

func (slogWriter) Printf(format string, args ...any) {
	text := make([]string, 0, len(args))
	for _, a := range args {
		if s, ok := a.(string); ok {
			text = append(text, s)
		} else if err, ok := a.(error); ok {
			text = append(text, err.Error())
		}
	}
	slog.Debug("database", "detail", strings.Join(text, " "))
}

func whole(now func() time.Time) func() time.Time {
	return func() time.Time { return now().UTC().Truncate(time.Microsecond) }
}
