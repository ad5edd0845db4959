package db_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
)

type setting struct {
	Key       string
	Value     string
	UpdatedAt time.Time
}

func put(ctx context.Context, d *db.DB, key, value string) error {
	return db.Fault(d.Gorm(ctx).Create(&setting{Key: key, Value: value, UpdatedAt: d.Now(ctx)}).Error)
}

func count(t *testing.T, d *db.DB) (n int64) {
	t.Helper()
	if err := d.Gorm(t.Context()).Model(&setting{}).Count(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTxKeepsAllOrNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		broken := errors.New("broken")
		err := d.Tx(t.Context(), func(ctx context.Context) error {
			if err := put(ctx, d, "a", "1"); err != nil {
				return err
			}
			return broken
		})
		if !errors.Is(err, broken) || count(t, d) != 0 {
			t.Fatalf("err %v, rows %d", err, count(t, d))
		}
		if err := d.Tx(t.Context(), func(ctx context.Context) error { return put(ctx, d, "a", "1") }); err != nil {
			t.Fatal(err)
		}
		if count(t, d) != 1 {
			t.Fatal("a committed row is missing")
		}
	})
}

func TestTxRollsBackOnPanicAndStaysUsable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		func() {
			defer func() { _ = recover() }()
			_ = d.Tx(t.Context(), func(ctx context.Context) error {
				_ = put(ctx, d, "a", "1")
				panic("lightning")
			})
		}()
		if count(t, d) != 0 {
			t.Fatal("a row survived the panic")
		}
		if err := d.Tx(t.Context(), func(ctx context.Context) error { return put(ctx, d, "b", "1") }); err != nil {
			t.Fatal(err)
		}
	})
}

func TestFailedInnerTxDoomsTheOuter(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		broken := errors.New("broken")
		rang := false
		err := d.Tx(t.Context(), func(ctx context.Context) error {
			d.AfterCommit(ctx, func(context.Context) { rang = true })
			_ = d.Tx(ctx, func(ctx context.Context) error { return broken })
			return nil // swallows the failure
		})
		if !errors.Is(err, db.ErrDoomed) || !errors.Is(err, broken) || rang {
			t.Fatalf("err %v, rang %v", err, rang)
		}
	})
}

func TestAfterCommitRunsOnceInOrderWithoutTheTransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var order []string
		note := func(name string) func(context.Context) {
			return func(ctx context.Context) {
				if d.InTx(ctx) {
					t.Error("the transaction is still in the context")
				}
				order = append(order, name)
			}
		}
		err := d.Tx(t.Context(), func(ctx context.Context) error {
			d.AfterCommit(ctx, note("outer"))
			return d.Tx(ctx, func(ctx context.Context) error {
				d.AfterCommit(ctx, note("inner"))
				if len(order) != 0 {
					t.Error("rang before the commit")
				}
				return nil
			})
		})
		if err != nil || len(order) != 2 || order[0] != "outer" || order[1] != "inner" {
			t.Fatalf("err %v, order %v", err, order)
		}
	})
}

func TestASingleStatementIsKeptByItselfAndIsNoTransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rang := false
		err := d.Single(t.Context(), func(ctx context.Context) error {
			d.AfterCommit(ctx, func(context.Context) { rang = true })
			if err := d.Tx(ctx, func(ctx context.Context) error { return ctx.Err() }); err == nil {
				t.Error("a transaction began within a single statement")
			}
			if err := d.Lock(ctx, "x"); err == nil {
				t.Error("a single statement took a lock")
			}
			return put(ctx, d, "alone", "1")
		})
		if err != nil || !rang {
			t.Fatalf("err %v, rang %v", err, rang)
		}
		undone := errors.New("undone")
		err = d.Tx(t.Context(), func(ctx context.Context) error {
			if err := d.Single(ctx, func(ctx context.Context) error { return put(ctx, d, "within", "1") }); err != nil {
				return err
			}
			return undone
		})
		var kept []setting
		if err := errors.Join(d.Gorm(t.Context()).Find(&kept).Error); err != nil {
			t.Fatal(err)
		}
		if !errors.Is(err, undone) || len(kept) != 1 || kept[0].Key != "alone" {
			t.Fatalf("err %v, kept %+v", err, kept)
		}
	})
}

func TestASingleStatementDoesNotKeepATransactionFromTheSame(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		soon, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		var alone sync.WaitGroup
		err := d.Tx(soon, func(ctx context.Context) error {
			alone.Go(func() {
				if err := d.Single(soon, func(ctx context.Context) error { return put(ctx, d, "alone", "1") }); err != nil {
					t.Error(err)
				}
			})
			time.Sleep(100 * time.Millisecond) // on SQLite it waits by now
			return put(ctx, d, "together", "1")
		})
		alone.Wait()
		if n := count(t, d); n != 2 || err != nil {
			t.Fatalf("%d rows, %v", n, err)
		}
	})
}

func TestNowStandsStillWithinATransaction(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		clock.Advance(1500 * time.Nanosecond)
		err := d.Tx(t.Context(), func(ctx context.Context) error {
			first := d.Now(ctx)
			clock.Advance(time.Hour)
			if !d.Now(ctx).Equal(first) {
				t.Error("the instant moved")
			}
			return put(ctx, d, "at", "1")
		})
		if err != nil {
			t.Fatal(err)
		}
		var s setting
		if err := d.Gorm(t.Context()).First(&s).Error; err != nil {
			t.Fatal(err)
		}
		if want := dbtest.Start.Add(time.Microsecond); !s.UpdatedAt.Equal(want) || s.UpdatedAt.Location() != time.UTC {
			t.Fatalf("kept %v, want %v", s.UpdatedAt, want)
		}
	})
}

func TestFaultsHaveTheSameKindsOnBothDatabases(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		twice := d.Tx(t.Context(), func(ctx context.Context) error {
			_ = put(ctx, d, "a", "1")
			return put(ctx, d, "a", "2")
		})
		if !errors.Is(twice, fault.Conflict) {
			t.Errorf("a duplicate is %v", twice)
		}
		orphan := d.Tx(t.Context(), func(ctx context.Context) error {
			return db.Fault(d.Gorm(ctx).Exec("INSERT INTO addresses (address, person_id, main) VALUES ('a@b', 99, true)").Error)
		})
		if !errors.Is(orphan, fault.Invalid) {
			t.Errorf("a reference to nothing is %v", orphan)
		}
		var s setting
		if err := db.Fault(d.Gorm(t.Context()).First(&s, "key = ?", "none").Error); !errors.Is(err, fault.NotFound) {
			t.Errorf("no row is %v", err)
		}
	})
}

func TestSQLiteRefusesToWriteOutsideOfATransaction(t *testing.T) {
	d := dbtest.SQLite(t, dbtest.NewClock().Now)
	if err := put(t.Context(), d, "a", "1"); !errors.Is(err, fault.Unavailable) {
		t.Fatalf("err %v", err)
	}
}

func TestLockMakesReadModifyWriteSafe(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Tx(t.Context(), func(ctx context.Context) error { return put(ctx, d, "n", "") }); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				err := d.Tx(t.Context(), func(ctx context.Context) error {
					if err := d.Lock(ctx, "counter"); err != nil {
						return err
					}
					var s setting
					if err := d.Gorm(ctx).First(&s, "key = 'n'").Error; err != nil {
						return err
					}
					return d.Gorm(ctx).Model(&setting{}).Where("key = 'n'").Update("value", s.Value+"x").Error
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		var s setting
		if err := d.Gorm(t.Context()).First(&s, "key = 'n'").Error; err != nil || s.Value != "xxxxxxxx" {
			t.Fatalf("err %v, value %q", err, s.Value)
		}
	})
}

func TestDayOfIsTheDayInTheZone(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		for at, want := range map[string]string{
			"2026-12-18T22:59:59Z":        "2026-12-18",
			"2026-12-18T23:00:00Z":        "2026-12-19",
			"2026-06-30T22:00:00Z":        "2026-07-01",
			"2026-03-29T00:59:59.999999Z": "2026-03-29",
		} {
			instant, err := time.Parse(time.RFC3339, at)
			if err != nil {
				t.Fatal(err)
			}
			clock.Set(instant)
			if err := d.Tx(t.Context(), func(ctx context.Context) error { return put(ctx, d, at, "") }); err != nil {
				t.Fatal(err)
			}
			var got string
			q := d.Gorm(t.Context()).Table("settings").Select(d.DayOf("updated_at", paris)).Where("key = ?", at)
			if err := q.Scan(&got).Error; err != nil || got != want {
				t.Errorf("%s: day %q (%v), want %s", at, got, err, want)
			}
		}
	})
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	now := dbtest.NewClock().Now
	for _, c := range []db.Config{
		{Path: filepath.Join(t.TempDir(), "no", "such", "folder", "x.db"), Now: now},
		{URL: "postgres://nobody@127.0.0.1:1/none?connect_timeout=1", Now: now},
	} {
		if _, err := db.Open(t.Context(), c); !errors.Is(err, fault.Unavailable) {
			t.Errorf("%+v: %v", c.URL, err)
		}
	}
}
