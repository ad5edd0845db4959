package audit_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"amigo/app/audit"
	"amigo/app/db"
	"amigo/app/db/dbtest"
)

func TestRowHasTheColumnsOfTheTable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.MatchesTable(t, d, audit.Row{}, "audit") })
}

func entry(i int) audit.Entry {
	return audit.Entry{
		Actor: "clara.martin", Action: "token.create", Subject: fmt.Sprintf("person:%d", i),
		Details: map[string]any{"n": i, "from": "192.0.2.7", "é": "<&>"},
	}
}

// filled is a log with lines 1 to n, written a second apart.
func filled(t *testing.T, d *db.DB, clock *dbtest.Clock, n int) *audit.Log {
	t.Helper()
	l := audit.New(d)
	for i := range n {
		clock.Advance(time.Second + time.Microsecond)
		if err := l.Write(t.Context(), entry(i+1)); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

func TestRecordReadsAsWrittenNewestFirst(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		l := filled(t, d, clock, 5)
		page, err := l.List(t.Context(), 0, 2)
		if err != nil || len(page) != 2 || page[0].Subject != "person:5" || page[1].Subject != "person:4" {
			t.Fatalf("%+v, %v", page, err)
		}
		if !page[0].At.Equal(clock.Now()) || page[0].Details["é"] != "<&>" || page[0].Actor != "clara.martin" {
			t.Fatalf("%+v", page[0])
		}
		rest, err := l.List(t.Context(), page[1].ID, 10)
		if err != nil || len(rest) != 3 || rest[2].Subject != "person:1" {
			t.Fatalf("%+v, %v", rest, err)
		}
		if id, hash, err := l.End(t.Context()); err != nil || id != page[0].ID || hash != page[0].Hash {
			t.Fatalf("ends at %d %s, %v", id, hash, err)
		}
		if err := l.Verify(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestEmptyRecordIsWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := audit.New(d).Verify(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestMeddlingIsFoundAndNamed(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		l := filled(t, d, clock, 5)
		for _, m := range []struct {
			what, sql string
			line      int64
		}{
			{"another actor", "UPDATE audit SET actor = 'nobody' WHERE id = 3", 3},
			{"other details", "UPDATE audit SET details = '{}' WHERE id = 2", 2},
			{"words moved between columns", "UPDATE audit SET actor = actor || action, action = '' WHERE id = 4", 4},
			{"another time", "UPDATE audit SET at = (SELECT at FROM audit WHERE id = 1) WHERE id = 5", 5},
			{"another hash", "UPDATE audit SET hash = 'feed' WHERE id = 1", 1},
			{"the first line taken out", "DELETE FROM audit WHERE id = 1", 2},
			{"a line taken out", "DELETE FROM audit WHERE id = 3", 4},
			{"the newest line taken out", "DELETE FROM audit WHERE id = 5", 0},
			{"all lines taken out", "DELETE FROM audit", 0},
			{"a line put in", "INSERT INTO audit (id, at, actor, action, subject, details, hash) SELECT 6, at, actor, action, subject, details, 'feed' FROM audit WHERE id = 5", 6},
			{"two lines exchanged", "UPDATE audit SET id = CASE id WHEN 2 THEN -3 ELSE -2 END WHERE id IN (2, 3); UPDATE audit SET id = -id WHERE id < 0", 2},
			{"the note of the end taken out", "DELETE FROM settings WHERE key = 'audit.end'", 0},
		} {
			undo := errors.New("undo")
			err := d.Tx(t.Context(), func(ctx context.Context) error {
				for _, q := range strings.Split(m.sql, ";") {
					if err := d.Gorm(ctx).Exec(q).Error; err != nil {
						t.Fatalf("%s: %v", m.what, err)
					}
				}
				broken, ok := errors.AsType[*audit.BrokenError](l.Verify(ctx))
				if !ok || broken.ID != m.line {
					t.Errorf("%s: %v, want line %d", m.what, broken, m.line)
				}
				return undo
			})
			if !errors.Is(err, undo) {
				t.Fatal(err)
			}
		}
		if err := l.Verify(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestWritersAtOnceMakeOneChain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := audit.New(d)
		var all sync.WaitGroup
		for i := range 24 {
			all.Go(func() {
				err := d.Tx(t.Context(), func(ctx context.Context) error {
					if i%4 == 0 {
						_ = d.Gorm(ctx).Exec("SELECT 1").Error // begun before the others
					}
					return l.Write(ctx, entry(i))
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		lines, err := l.List(t.Context(), 0, 100)
		if err != nil || len(lines) != 24 {
			t.Fatalf("%d lines, %v", len(lines), err)
		}
		if err := l.Verify(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestEntryOfAnAbandonedTransactionIsNotKept(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		l, broken := filled(t, d, clock, 1), errors.New("broken")
		err := d.Tx(t.Context(), func(ctx context.Context) error {
			if err := l.Write(ctx, entry(2)); err != nil {
				return err
			}
			return broken
		})
		if !errors.Is(err, broken) {
			t.Fatal(err)
		}
		if err := l.Write(t.Context(), entry(3)); err != nil {
			t.Fatal(err)
		}
		lines, err := l.List(t.Context(), 0, 10)
		if err != nil || len(lines) != 2 || lines[0].Subject != "person:3" {
			t.Fatalf("%+v, %v", lines, err)
		}
		if err := l.Verify(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestWordsOfStrangersAreKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := audit.New(d)
		err := l.Write(t.Context(), audit.Entry{
			Actor: "\xff\x00x", Action: "session.refuse", Subject: "account:\x00",
			Details: map[string]any{"agent": "Mozilla\x00\xfe"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Verify(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}
