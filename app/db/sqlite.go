package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"
	"runtime"
	"sync"
	"time"

	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"modernc.org/sqlite"

	"amigo/migrations"
)

// The driver keeps functions per process, not per connection.
var registerDay = sync.OnceValue(func() error {
	return sqlite.RegisterDeterministicScalarFunction("local_day", 2, localDay)
})

func openSQLite(ctx context.Context, c Config) (*DB, error) {
	if err := registerDay(); err != nil {
		return nil, fmt.Errorf("db: %w", err)
	}
	d := &DB{dialect: migrations.SQLite, now: whole(c.Now), path: c.Path}
	// Waiting for the one writing connection happens in the pool, not in SQLite.
	write, err := sql.Open("sqlite", sqliteDSN(c.Path, "_txlock=immediate"))
	if err != nil {
		return nil, fmt.Errorf("db: %w", err)
	}
	write.SetMaxOpenConns(1)
	d.pools = append(d.pools, write)
	if err := write.PingContext(ctx); err != nil {
		_ = d.Close()
		return nil, fmt.Errorf("db: %s: %w", c.Path, Fault(err))
	}
	read, err := sql.Open("sqlite", sqliteDSN(c.Path, "_pragma=query_only(1)"))
	if err != nil {
		_ = d.Close()
		return nil, fmt.Errorf("db: %w", err)
	}
	read.SetMaxOpenConns(max(4, runtime.GOMAXPROCS(0)))
	d.pools = append(d.pools, read)
	for _, g := range []struct {
		into **gorm.DB
		pool *sql.DB
	}{{&d.write, write}, {&d.read, read}} {
		*g.into, err = gorm.Open(gormsqlite.Dialector{DriverName: "sqlite", Conn: g.pool}, sqliteConfig(d.now))
		if err != nil {
			_ = d.Close()
			return nil, fmt.Errorf("db: %s: %w", c.Path, err)
		}
	}
	if err := d.forgetting(d.write); err != nil {
		_ = d.Close()
		return nil, fmt.Errorf("db: %s: %w", c.Path, err)
	}
	return d, nil
}

// keptReady is how many statements each pool keeps ready.
const keptReady = 500

func sqliteConfig(now func() time.Time) *gorm.Config {
	c := gormConfig(now)
	c.PrepareStmt, c.PrepareStmtMaxSize = true, keptReady
	return c
}

// sqliteDSN spells the settings that keep SQLite honest: times as text that
// sorts, references enforced, a log that lets readers and the writer work at once.
func sqliteDSN(path, more string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() +
		"?_time_format=sqlite&_timezone=UTC&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)" +
		"&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=temp_store(MEMORY)&_pragma=cache_size(-16000)&" + more
}

// localDay(instant, zone) is the calendar day, YYYY-MM-DD, on which a stored
// instant falls in a time zone.
func localDay(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	if args[0] == nil {
		return nil, nil
	}
	var at time.Time
	switch v := args[0].(type) {
	case time.Time:
		at = v
	case string:
		t, err := time.Parse("2006-01-02 15:04:05.999999999-07:00", v)
		if err != nil {
			return nil, fmt.Errorf("local_day: %w", err)
		}
		at = t
	default:
		return nil, fmt.Errorf("local_day: an instant is wanted, not %T", v)
	}
	name, _ := args[1].(string)
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("local_day: %w", err)
	}
	return at.In(zone).Format(time.DateOnly), nil
}
