package migrations_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/migrations"
)

func names(t *testing.T, d migrations.Dialect) []string {
	t.Helper()
	list, err := fs.Glob(migrations.Files(d), "*")
	if err != nil || len(list) == 0 {
		t.Fatalf("%s: %d files, %v", d, len(list), err)
	}
	return list
}

func TestTwinsHaveTheSameNamesNumberedFromOne(t *testing.T) {
	list := names(t, migrations.Postgres)
	if twin := names(t, migrations.SQLite); !slices.Equal(list, twin) {
		t.Fatalf("postgres has %v, sqlite %v", list, twin)
	}
	for i, name := range list {
		if n, err := strconv.Atoi(strings.SplitN(name, "_", 2)[0]); err != nil || n != i+1 {
			t.Errorf("%s is number %d", name, i+1)
		}
	}
	if n, err := migrations.Latest(migrations.Postgres); err != nil || n != int64(len(list)) {
		t.Errorf("latest is %d, %v", n, err)
	}
}

func TestDialectsHaveTheSameShape(t *testing.T) {
	now := dbtest.NewClock().Now
	postgres, sqlite := dbtest.Postgres(t, now), dbtest.SQLite(t, now)
	sameFacts(t, "postgres", shape(t, postgres), "sqlite", shape(t, sqlite))
	sameFacts(t, "postgres", words(t, postgres), "sqlite", words(t, sqlite))
}

// eachEmpty runs f on an empty database of each dialect.
func eachEmpty(t *testing.T, f func(t *testing.T, d *db.DB)) {
	t.Helper()
	run := func(name string, conf func(t *testing.T) db.Config) {
		t.Run(name, func(t *testing.T) {
			c := conf(t)
			c.Now = dbtest.NewClock().Now
			d, err := db.Open(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = d.Close() })
			f(t, d)
		})
	}
	run("sqlite", func(t *testing.T) db.Config { return db.Config{Path: filepath.Join(t.TempDir(), "amigo.db")} })
	run("postgres", func(t *testing.T) db.Config { return db.Config{URL: dbtest.EmptyPostgresURL(t)} })
}

func fresh(t *testing.T, d migrations.Dialect) *db.DB {
	t.Helper()
	if d == migrations.Postgres {
		return dbtest.Postgres(t, dbtest.NewClock().Now)
	}
	return dbtest.SQLite(t, dbtest.NewClock().Now)
}

func apply(t *testing.T, d *db.DB) {
	t.Helper()
	if err := migrations.Apply(t.Context(), d.SQL(), d.Dialect()); err != nil {
		t.Fatal(err)
	}
	if err := migrations.Check(t.Context(), d.SQL(), d.Dialect()); err != nil {
		t.Fatal(err)
	}
}

func exec(t *testing.T, d *db.DB, query string) {
	t.Helper()
	if _, err := d.SQL().ExecContext(t.Context(), query); err != nil {
		t.Fatal(err)
	}
}

func TestApplyingTwiceChangesNothing(t *testing.T) {
	eachEmpty(t, func(t *testing.T, d *db.DB) {
		if err := migrations.Check(t.Context(), d.SQL(), d.Dialect()); !errors.Is(err, migrations.ErrBehind) {
			t.Fatalf("an empty database: %v", err)
		}
		apply(t, d)
		once := shape(t, d)
		log := `SELECT CAST(version_id AS text) FROM goose_db_version`
		steps := texts(t, d.SQL(), log)
		apply(t, d)
		sameFacts(t, "twice", shape(t, d), "once", once)
		if again := texts(t, d.SQL(), log); !slices.Equal(again, steps) {
			t.Fatalf("steps %v, then %v", steps, again)
		}
		list, err := migrations.Status(t.Context(), d.SQL(), d.Dialect())
		if err != nil || len(list) != len(names(t, d.Dialect())) || !list[len(list)-1].Applied {
			t.Fatalf("%+v, %v", list, err)
		}
	})
}

func TestEveryStepHasAWayBackAndForthAgain(t *testing.T) {
	eachEmpty(t, func(t *testing.T, d *db.DB) {
		apply(t, d)
		there, spoken := shape(t, d), words(t, d)
		if err := migrations.DownTo(t.Context(), d.SQL(), d.Dialect(), 0); err != nil {
			t.Fatal(err)
		}
		if left := append(shape(t, d), words(t, d)...); len(left) != 0 {
			t.Fatalf("left behind: %v", left)
		}
		apply(t, d)
		sameFacts(t, "again", shape(t, d), "before", there)
		sameFacts(t, "again", words(t, d), "before", spoken)
	})
}

func TestStoredOldDatabaseIsUpgradedWithItsRows(t *testing.T) {
	eachEmpty(t, func(t *testing.T, d *db.DB) {
		dump, err := os.ReadFile(filepath.Join("testdata", "version3."+string(d.Dialect())+".sql"))
		if err != nil {
			t.Fatal(err)
		}
		exec(t, d, string(dump))
		if err := migrations.Check(t.Context(), d.SQL(), d.Dialect()); !errors.Is(err, migrations.ErrBehind) {
			t.Fatalf("version 3: %v", err)
		}
		apply(t, d)
		born := fresh(t, d.Dialect())
		sameFacts(t, "upgraded", shape(t, d), "new", shape(t, born))
		sameFacts(t, "upgraded", words(t, d), "new", words(t, born))
		for query, want := range map[string]string{
			`SELECT uid || ', ' || name FROM persons ORDER BY id`:              "system, AMIGO; clara.martin, Clara Martin; hugo.lefevre, Hugo Lefèvre",
			`SELECT address FROM addresses WHERE person_id = 2 AND main`:       "clara.martin@academie.test",
			`SELECT name FROM establishments ORDER BY uai`:                     "Collège des Tilleuls; Lycée de la Côte",
			`SELECT kind || ' ' || state || ' ' || args FROM jobs ORDER BY id`: `sla.sweep done {}; mail.send ready {"Letter":7}`,
			`SELECT spec FROM calendar_versions`:                               `{"tz":"Europe/Paris"}`,
			`SELECT value FROM settings WHERE key = 'demonstration'`:           "yes",
		} {
			if got := strings.Join(texts(t, d.SQL(), query), "; "); got != want {
				t.Errorf("%s: %s, want %s", query, got, want)
			}
		}
		exec(t, d, `INSERT INTO teams (slug, name) VALUES ('reseau', 'Réseau')`)
		if got := texts(t, d.SQL(), `SELECT CAST(id AS text) FROM teams WHERE slug = 'reseau'`); !slices.Equal(got, []string{"2"}) {
			t.Errorf("the next team is number %v", got)
		}
	})
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	eachEmpty(t, func(t *testing.T, d *db.DB) {
		apply(t, d)
		exec(t, d, `INSERT INTO goose_db_version (version_id, is_applied, tstamp) VALUES (9999, `+
			map[migrations.Dialect]string{migrations.Postgres: "true", migrations.SQLite: "1"}[d.Dialect()]+`, '2030-01-01 00:00:00')`)
		if err := migrations.Check(t.Context(), d.SQL(), d.Dialect()); !errors.Is(err, migrations.ErrNewer) {
			t.Errorf("checked: %v", err)
		}
		if err := migrations.Apply(t.Context(), d.SQL(), d.Dialect()); !errors.Is(err, migrations.ErrNewer) {
			t.Errorf("applied: %v", err)
		}
	})
}

func TestProcessesThatApplyAtOnceWaitForEachOther(t *testing.T) {
	url := dbtest.EmptyPostgresURL(t)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			d, err := db.Open(t.Context(), db.Config{URL: url, Now: dbtest.NewClock().Now, MaxConns: 2})
			if err != nil {
				t.Error(err)
				return
			}
			defer d.Close()
			if err := d.Migrate(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// People know a ticket by its number: the first is 10001 on both databases.
func TestFirstTicketIsNumber10001(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		exec(t, d, `INSERT INTO persons (uid, kind, name, role, created_at, updated_at) VALUES ('a', 'member', 'A', 'requester', '2026-11-18 08:00:00+00:00', '2026-11-18 08:00:00+00:00')`)
		exec(t, d, `INSERT INTO teams (slug, name) VALUES ('a', 'A')`)
		exec(t, d, `INSERT INTO tickets (type, subject, status, priority, channel, lane, team_id, requester_id, reported_by_id, created_at, updated_at)
			SELECT 'incident', 'A', 'new', 'normal', 'web', 0, t.id, p.id, p.id, p.created_at, p.created_at FROM persons p, teams t`)
		if got := texts(t, d.SQL(), `SELECT CAST(id AS text) FROM tickets`); !slices.Equal(got, []string{"10001"}) {
			t.Fatalf("it is number %v", got)
		}
	})
}
