package limit_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/limit"
)

var five = limit.Rate{Burst: 5, Per: time.Minute}

func take(t *testing.T, l *limit.Limiter, key string) (bool, time.Duration) {
	t.Helper()
	ok, retry, err := l.Take(t.Context(), key, five)
	if err != nil {
		t.Fatal(err)
	}
	return ok, retry
}

func TestRowHasTheColumnsOfTheTable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.MatchesTable(t, d, limit.Row{}, "limits") })
}

func TestBurstIsAllowedThenOneForEachStep(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		l := limit.New(d)
		for i := range 5 {
			if ok, _ := take(t, l, "a"); !ok {
				t.Fatalf("event %d of the burst is refused", i)
			}
		}
		for range 3 { // what is refused is not counted
			if ok, retry := take(t, l, "a"); ok || retry != 12*time.Second {
				t.Fatalf("allowed %v, retry %v", ok, retry)
			}
		}
		if ok, _ := take(t, l, "b"); !ok {
			t.Fatal("one key counts for another")
		}
		clock.Advance(12*time.Second - time.Microsecond)
		if ok, retry := take(t, l, "a"); ok || retry != time.Microsecond {
			t.Fatalf("allowed %v, retry %v", ok, retry)
		}
		clock.Advance(time.Microsecond)
		if ok, _ := take(t, l, "a"); !ok {
			t.Fatal("whoever waits is refused")
		}
		if ok, _ := take(t, l, "a"); ok {
			t.Fatal("a step holds two events")
		}
	})
}

func TestManyAtOnceGetNoMoreThanTheBurst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := limit.New(d)
		var let atomic.Int64
		var all sync.WaitGroup
		for range 40 {
			all.Go(func() {
				ok, _, err := l.Take(t.Context(), "a", five)
				if err != nil {
					t.Error(err)
				}
				if ok {
					let.Add(1)
				}
			})
		}
		all.Wait()
		if n := let.Load(); n != 5 {
			t.Fatalf("%d were let in", n)
		}
	})
}

func TestTakeInAnAbandonedTransactionCountsNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l, broken := limit.New(d), errors.New("broken")
		for range 10 {
			err := d.Tx(t.Context(), func(ctx context.Context) error {
				if ok, _, err := l.Take(ctx, "a", five); !ok || err != nil {
					t.Fatalf("allowed %v, %v", ok, err)
				}
				return broken
			})
			if !errors.Is(err, broken) {
				t.Fatal(err)
			}
		}
	})
}

func TestPruneForgetsOnlyWhatTimeHasForgiven(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		l := limit.New(d)
		take(t, l, "one")
		for range 5 {
			take(t, l, "all")
		}
		clock.Advance(12 * time.Second)
		if err := l.Prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		var keys []string
		if err := d.Gorm(t.Context()).Table("limits").Pluck("key", &keys).Error; err != nil || len(keys) != 1 || keys[0] != "all" {
			t.Fatalf("%v, %v", keys, err)
		}
	})
}

func TestRateThatCannotBeIsInvalid(t *testing.T) {
	l := limit.New(dbtest.SQLite(t, dbtest.NewClock().Now))
	for _, r := range []limit.Rate{{}, {Burst: 1}, {Per: time.Second}, {Burst: -1, Per: time.Second}, {Burst: 2, Per: time.Microsecond}} {
		if _, _, err := l.Take(t.Context(), "a", r); !errors.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", r, err)
		}
	}
}

func TestKeyMayHoldAnyBytes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if ok, _ := take(t, limit.New(d), "mail:\xff\x00@example.fr"); !ok {
			t.Fatal("refused")
		}
	})
}
