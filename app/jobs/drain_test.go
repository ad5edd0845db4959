package jobs_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/jobs"
)

func TestRowHasTheColumnsOfTheTable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.MatchesTable(t, d, jobs.Row{}, "jobs") })
}

type greet struct{ Name string }

func (greet) Kind() string { return "test.greet" }

type tick struct{}

func (tick) Kind() string { return "test.tick" }

func TestDrainDoesWhatWasPutInOrder(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		q, m := jobs.New(d, nil), jobs.NewMux()
		var got []string
		jobs.Handle(m, func(ctx context.Context, a greet) error {
			if !d.InTx(ctx) {
				t.Error("not in a transaction")
			}
			got = append(got, a.Name)
			if a.Name == "first" {
				return q.Put(ctx, greet{"child"})
			}
			return nil
		})
		put(t, q, greet{"later"}, jobs.At(clock.Now().Add(time.Hour)))
		put(t, q, greet{"first"})
		put(t, q, greet{"second"})
		drain(t, q, m)
		clock.Advance(time.Hour)
		drain(t, q, m)
		if s := strings.Join(got, " "); s != "first second child later" {
			t.Fatalf("did %s", s)
		}
	})
}

func TestPutInAnAbandonedTransactionIsNoJob(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q, m := jobs.New(d, nil), jobs.NewMux()
		jobs.Handle(m, func(context.Context, greet) error { t.Error("done"); return nil })
		broken := errors.New("broken")
		err := d.Tx(t.Context(), func(ctx context.Context) error {
			if err := q.Put(ctx, greet{}); err != nil {
				return err
			}
			return broken
		})
		if !errors.Is(err, broken) {
			t.Fatal(err)
		}
		drain(t, q, m)
	})
}

func TestPeriodicJobRunsOncePerSlotAndKnowsTheLast(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		q, m := jobs.New(d, nil), jobs.NewMux()
		var beats []jobs.Beat
		jobs.Handle(m, func(ctx context.Context, _ tick) error {
			beats = append(beats, jobs.Slot(ctx))
			return nil
		})
		jobs.Every(m, time.Minute, tick{})
		clock.Advance(20 * time.Second)
		drain(t, q, m)
		clock.Advance(20 * time.Second)
		drain(t, q, m)
		clock.Advance(5 * time.Hour)
		drain(t, q, m)
		if len(beats) != 2 {
			t.Fatalf("ran %d times, want one run for each slot that was reached", len(beats))
		}
		first, second := beats[0], beats[1]
		if !first.At.Equal(dbtest.Start) || !first.Last.IsZero() {
			t.Errorf("first beat %+v", first)
		}
		if !second.At.Equal(dbtest.Start.Add(5*time.Hour)) || !second.Last.Equal(first.At) {
			t.Errorf("second beat %+v", second)
		}
	})
}

func TestFailingJobIsTriedLaterAndLaterThenGivenUpAndRevived(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		q, m := jobs.New(d, nil), jobs.NewMux()
		runs, mended := 0, false
		jobs.Handle(m, func(context.Context, greet) error {
			if runs++; mended {
				return nil
			}
			return errors.New("the printer \x00burns")
		})
		put(t, q, greet{"x"}, jobs.Attempts(3))
		for _, wait := range []time.Duration{0, 10 * time.Second, 20 * time.Second} {
			before := runs
			clock.Advance(wait - time.Second)
			if wait > 0 {
				drain(t, q, m)
			}
			if runs != before {
				t.Fatalf("tried again before %v", wait)
			}
			clock.Advance(time.Second)
			if err := q.Drain(t.Context(), m); err == nil || runs != before+1 {
				t.Fatalf("after %v: err %v, runs %d", wait, err, runs)
			}
		}
		clock.Advance(24 * time.Hour)
		drain(t, q, m)
		list, err := q.Failed(t.Context())
		if err != nil || len(list) != 1 || list[0].Attempts != 3 || !strings.Contains(list[0].LastError, "the printer burns") {
			t.Fatalf("%+v, %v", list, err)
		}
		mended = true
		if err := q.Retry(t.Context(), list[0].ID); err != nil {
			t.Fatal(err)
		}
		drain(t, q, m)
		if s := stats(t, q); s.Done != 1 || s.Failed != 0 || runs != 4 {
			t.Fatalf("%+v after %d runs", s, runs)
		}
		if err := q.Retry(t.Context(), list[0].ID); !errors.Is(err, fault.NotFound) {
			t.Fatalf("a job that is done is revived: %v", err)
		}
	})
}

func TestFailingBeatIsNotTriedPastTheNextOne(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		q, m := jobs.New(d, nil), jobs.NewMux()
		broken := true
		var beat jobs.Beat
		jobs.Handle(m, func(ctx context.Context, _ tick) error {
			if beat = jobs.Slot(ctx); broken {
				return errors.New("no")
			}
			return nil
		})
		jobs.Every(m, time.Minute, tick{})
		for _, wait := range []time.Duration{0, 10 * time.Second, 20 * time.Second} {
			clock.Advance(wait)
			if err := q.Drain(t.Context(), m); err == nil {
				t.Fatal("no error")
			}
		}
		if s := stats(t, q); s.Failed != 1 || s.Ready != 0 {
			t.Fatalf("forty seconds later the next beat is there, yet %+v", s)
		}
		broken = false
		clock.Advance(30 * time.Second)
		drain(t, q, m)
		if !beat.At.Equal(dbtest.Start.Add(time.Minute)) || !beat.Last.IsZero() {
			t.Fatalf("%+v: a beat that failed counts as done", beat)
		}
	})
}

func TestFailedHandlerLeavesNothingBehind(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for name, end := range map[string]func() error{
			"error": func() error { return errors.New("no") },
			"panic": func() error { panic("no") },
		} {
			q, m := jobs.New(d, nil), jobs.NewMux()
			jobs.Handle(m, func(ctx context.Context, a greet) error {
				if err := q.Put(ctx, tick{}); err != nil {
					return err
				}
				return end()
			})
			jobs.Handle(m, func(context.Context, tick) error { t.Errorf("%s: a job of an undone handler ran", name); return nil })
			put(t, q, greet{name})
			if err := q.Drain(t.Context(), m); err == nil || !strings.Contains(err.Error(), "no") {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestHandlerOutsideRunsWithoutTransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q, m := jobs.New(d, nil), jobs.NewMux()
		runs := 0
		jobs.HandleOutside(m, func(ctx context.Context, a greet) error {
			if d.InTx(ctx) {
				t.Error("in a transaction")
			}
			runs++
			return d.Tx(ctx, func(ctx context.Context) error { return q.Put(ctx, tick{}) })
		})
		jobs.Handle(m, func(context.Context, tick) error { return nil })
		put(t, q, greet{"x"})
		drain(t, q, m)
		if s := stats(t, q); runs != 1 || s.Done != 2 {
			t.Fatalf("%d runs, %+v", runs, s)
		}
	})
}

func TestContextOfTheQueueReachesHandlers(t *testing.T) {
	type key struct{}
	d := dbtest.SQLite(t, dbtest.NewClock().Now)
	q, m := jobs.New(d, nil), jobs.NewMux()
	q.Context = func(ctx context.Context) context.Context { return context.WithValue(ctx, key{}, "system") }
	jobs.Handle(m, func(ctx context.Context, _ greet) error {
		if ctx.Value(key{}) != "system" {
			return errors.New("nobody acts")
		}
		return nil
	})
	put(t, q, greet{})
	drain(t, q, m)
}

func TestJobThatNobodyKnowsWaits(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		q := jobs.New(d, nil)
		put(t, q, greet{"x"})
		drain(t, q, jobs.NewMux())
		clock.Advance(time.Hour)
		if s := stats(t, q); s.Ready != 1 || s.Late != time.Hour {
			t.Fatalf("%+v", s)
		}
	})
}

func TestMuxRefusesMistakes(t *testing.T) {
	d := dbtest.SQLite(t, dbtest.NewClock().Now)
	hello := func(context.Context, greet) error { return nil }
	for name, wrong := range map[string]func(m *jobs.Mux){
		"two handlers": func(m *jobs.Mux) { jobs.Handle(m, hello); jobs.HandleOutside(m, hello) },
		"two beats":    func(m *jobs.Mux) { jobs.Every(m, time.Minute, tick{}); jobs.Every(m, time.Hour, tick{}) },
		"half seconds": func(m *jobs.Mux) { jobs.Every(m, 1500*time.Millisecond, tick{}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			wrong(jobs.NewMux())
		}()
	}
	m := jobs.NewMux()
	jobs.Every(m, time.Minute, tick{})
	if err := jobs.New(d, nil).Drain(t.Context(), m); err == nil {
		t.Error("a beat without a handler is accepted")
	}
}

func TestPruneKeepsAWeekAndTheNewestBeatOfEachKind(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		q, m := jobs.New(d, nil), jobs.NewMux()
		q.Jobs(m)
		jobs.Handle(m, func(context.Context, greet) error { return nil })
		var beat jobs.Beat
		jobs.Handle(m, func(ctx context.Context, _ tick) error { beat = jobs.Slot(ctx); return nil })
		jobs.Every(m, 24*time.Hour, tick{})
		put(t, q, greet{"old"})
		drain(t, q, m)
		clock.Advance(30 * 24 * time.Hour)
		put(t, q, greet{"new"})
		only := jobs.NewMux()
		q.Jobs(only)
		drain(t, q, only) // the prune, and nothing else, after a month
		drain(t, q, m)
		// The new prune, the new greeting, the old and the new beat.
		if s := stats(t, q); s.Done != 4 {
			t.Fatalf("%+v", s)
		}
		if beat.Last.IsZero() {
			t.Fatal("the beat forgot when it was last done")
		}
	})
}

func put(t *testing.T, q *jobs.Queue, a jobs.Args, opts ...jobs.Option) {
	t.Helper()
	if err := q.Put(t.Context(), a, opts...); err != nil {
		t.Fatal(err)
	}
}

func drain(t *testing.T, q *jobs.Queue, m *jobs.Mux) {
	t.Helper()
	if err := q.Drain(t.Context(), m); err != nil {
		t.Fatal(err)
	}
}

func stats(t *testing.T, q *jobs.Queue) jobs.Stats {
	t.Helper()
	s, err := q.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWhatIsPutOnceIsNotPutAgainWhileItWaits(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		q, m := jobs.New(d, nil), jobs.NewMux()
		var got []string
		jobs.Handle(m, func(ctx context.Context, a greet) error {
			got = append(got, a.Name)
			if len(got) == 1 { // a job that is being done may follow itself
				return q.Put(ctx, a, jobs.Once(), jobs.At(clock.Now().Add(time.Hour)))
			}
			return nil
		})
		for range 3 {
			put(t, q, greet{"anna"}, jobs.Once())
		}
		put(t, q, greet{"bert"}, jobs.Once())
		drain(t, q, m)
		put(t, q, greet{"anna"}, jobs.Once(), jobs.At(clock.Now().Add(2*time.Hour)))
		put(t, q, greet{"bert"}, jobs.Once(), jobs.At(clock.Now().Add(3*time.Hour)))
		put(t, q, greet{"bert"}, jobs.Once(), jobs.At(clock.Now().Add(time.Hour))) // sooner than the one that waits
		clock.Advance(3 * time.Hour)
		drain(t, q, m)
		if s := strings.Join(got, " "); s != "anna bert anna bert bert" {
			t.Fatalf("did %s", s)
		}
	})
}
