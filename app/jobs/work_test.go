package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hibiken/asynq"

	"amigo/app/db/dbtest"
	"amigo/app/jobs"
	"amigo/app/redis/redistest"
)

func TestFourWorkersDoTwoHundredJobsOnceEach(t *testing.T) {
	everywhere(t, fourWorkers)
	on(t, "sqlite and a server", dbtest.SQLite, redistest.Shared, fourWorkers)
	on(t, "postgres and Redis inside", dbtest.Postgres, redistest.Inside, fourWorkers)
}

func fourWorkers(t *testing.T, w world) {
	for range 4 {
		m := jobs.NewMux()
		jobs.Handle(m, func(ctx context.Context, a greet) error { return did(ctx, w.d, a.Name) })
		w.work(t, w.queue(), m)
	}
	q := w.queue()
	for i := range 200 {
		put(t, q, greet{fmt.Sprint(i)})
	}
	w.settles(t, q, 200)
	if n := doneOnce(t, w.d); n != 200 {
		t.Fatalf("%d effects", n)
	}
}

func TestEmptyingRedisLosesNothing(t *testing.T) {
	everywhere(t, func(t *testing.T, w world) {
		// The first worker never gets to the jobs: its one hand is held.
		m, held, holds := jobs.NewMux(), make(chan struct{}), make(chan struct{})
		jobs.HandleOutside(m, func(ctx context.Context, _ tick) error {
			close(holds)
			select {
			case <-held:
			case <-ctx.Done():
			}
			return nil
		})
		jobs.Handle(m, func(ctx context.Context, a greet) error { return did(ctx, w.d, a.Name) })
		q := w.queue()
		q.Workers = 1
		w.work(t, q, m)
		put(t, q, tick{})
		<-holds
		for i := range 20 {
			put(t, q, greet{fmt.Sprint(i)})
		}
		tower := asynq.NewInspectorFromRedisClient(w.r.Client())
		eventually(t, "all are in Redis", func() bool {
			info, err := tower.GetQueueInfo(w.name)
			return err == nil && info.Pending == 20
		})
		w.flush(t)
		close(held)
		eventually(t, "the held one is done", func() bool { return stats(t, q).Done == 1 })
		if n := doneOnce(t, w.d); n != 0 {
			t.Fatalf("%d jobs were done by nobody's bell", n)
		}
		w.clock.Advance(2*time.Minute + time.Second)
		w.settles(t, q, 21)
		if n := doneOnce(t, w.d); n != 20 {
			t.Fatalf("%d effects", n)
		}
	})
}

func TestJobsWaitWhileRedisIsAwayAndNoAttemptIsCounted(t *testing.T) {
	everywhere(t, func(t *testing.T, w world) {
		line := redistest.NewLine(t, w.r)
		far := w
		far.r = line.Open(t)
		m := jobs.NewMux()
		jobs.Handle(m, func(ctx context.Context, a greet) error { return did(ctx, w.d, a.Name) })
		q := far.queue()
		far.work(t, q, m)
		put(t, q, greet{"before"})
		far.settles(t, q, 1)
		line.Cut()
		for i := range 5 {
			put(t, q, greet{fmt.Sprint(i)})
		}
		time.Sleep(1500 * time.Millisecond)
		var attempts int64
		if err := w.d.Gorm(t.Context()).Table("jobs").Where("state <> 'done'").Select("sum(attempts)").Scan(&attempts).Error; err != nil {
			t.Fatal(err)
		}
		if s := stats(t, q); s.Ready != 5 || attempts != 0 {
			t.Fatalf("%+v, %d attempts", s, attempts)
		}
		line.Mend()
		far.settles(t, q, 6)
		if n := doneOnce(t, w.d); n != 6 {
			t.Fatalf("%d effects", n)
		}
	})
}

func TestJobOfAWorkerThatIsToldToEndRunsAgainOnce(t *testing.T) {
	everywhere(t, func(t *testing.T, w world) {
		started := make(chan struct{})
		first := jobs.NewMux()
		jobs.Handle(first, func(ctx context.Context, a greet) error {
			if err := did(ctx, w.d, a.Name); err != nil {
				return err
			}
			close(started)
			<-ctx.Done()
			return ctx.Err()
		})
		q := w.queue()
		stop := w.work(t, q, first)
		put(t, q, greet{"x"})
		<-started
		stop()
		second := jobs.NewMux()
		jobs.Handle(second, func(ctx context.Context, a greet) error { return did(ctx, w.d, a.Name) })
		again := w.queue()
		w.work(t, again, second)
		w.clock.Advance(3 * time.Minute) // past the back-off, or the lease
		w.settles(t, again, 1)
		if n := doneOnce(t, w.d); n != 1 {
			t.Fatalf("%d effects", n)
		}
	})
}

func TestHandlerOutsideIsNotDoubledWhileItRuns(t *testing.T) {
	everywhere(t, func(t *testing.T, w world) {
		var runs atomic.Int64
		started, end := make(chan struct{}, 9), make(chan struct{})
		for range 2 {
			m := jobs.NewMux()
			jobs.HandleOutside(m, func(ctx context.Context, _ greet) error {
				runs.Add(1)
				started <- struct{}{}
				select {
				case <-end:
				case <-ctx.Done():
				}
				return ctx.Err()
			})
			w.work(t, w.queue(), m)
		}
		q := w.queue()
		put(t, q, greet{"x"})
		<-started
		w.flush(t)
		w.clock.Advance(100 * time.Second) // more than a handler has
		time.Sleep(1500 * time.Millisecond)
		if n := runs.Load(); n != 1 {
			t.Fatalf("%d run at once", n)
		}
		close(end)
		w.settles(t, q, 1)
	})
}

func TestAHandlerOutsideEndsItsJobTogetherWithWhatItWrites(t *testing.T) {
	everywhere(t, func(t *testing.T, w world) {
		m, q := jobs.NewMux(), w.queue()
		undone, tries := errors.New("undone"), 0
		jobs.HandleOutside(m, func(ctx context.Context, _ greet) error {
			tries++
			return w.d.Tx(ctx, func(ctx context.Context) error {
				if err := q.Done(ctx); err != nil {
					return err
				}
				if tries == 1 {
					return undone
				}
				return q.Put(ctx, tick{})
			})
		})
		jobs.Handle(m, func(context.Context, tick) error { return nil })
		put(t, q, greet{"x"})
		if err := q.Drain(t.Context(), m); !errors.Is(err, undone) {
			t.Fatalf("the first try ends with %v", err)
		}
		if s, err := q.Stats(t.Context()); err != nil || s.Done != 0 || s.Ready != 1 {
			t.Fatalf("after a try that was undone: %+v, %v", s, err)
		}
		w.clock.Advance(time.Minute)
		if err := q.Drain(t.Context(), m); err != nil {
			t.Fatal(err)
		}
		if s, err := q.Stats(t.Context()); err != nil || s.Done != 2 || tries != 2 {
			t.Fatalf("after the second try: %+v, %v, %d tries", s, err, tries)
		}
	})
}

func TestAnAttemptThatWasOvertakenKeepsNothing(t *testing.T) {
	everywhere(t, func(t *testing.T, w world) {
		m, q, runs := jobs.NewMux(), w.queue(), 0
		jobs.HandleOutside(m, func(ctx context.Context, _ greet) error {
			if runs++; runs > 1 {
				return nil
			}
			err := w.d.Tx(ctx, func(ctx context.Context) error { // handed to somebody else
				return w.d.Gorm(ctx).Exec("UPDATE jobs SET attempts = attempts + 1").Error
			})
			if err != nil {
				return err
			}
			return w.d.Tx(ctx, func(ctx context.Context) error {
				return errors.Join(q.Put(ctx, tick{}), q.Done(ctx))
			})
		})
		jobs.Handle(m, func(context.Context, tick) error { t.Error("what was undone is done"); return nil })
		put(t, q, greet{"x"})
		if err := q.Drain(t.Context(), m); err == nil {
			t.Error("the overtaken attempt ends well")
		}
	})
}

func TestRunningJobsEndBeforeTheWorkerDoes(t *testing.T) {
	everywhere(t, func(t *testing.T, w world) {
		started := make(chan struct{})
		m := jobs.NewMux()
		jobs.Handle(m, func(ctx context.Context, a greet) error {
			close(started)
			time.Sleep(300 * time.Millisecond)
			return did(ctx, w.d, a.Name)
		})
		q := w.queue()
		q.Grace = 5 * time.Second
		stop := w.work(t, q, m)
		put(t, q, greet{"x"})
		<-started
		stop()
		if n := doneOnce(t, w.d); n != 1 {
			t.Fatalf("%d effects when the worker had ended", n)
		}
	})
}

func TestPeriodicJobOfTwoQueuesRunsOncePerSlot(t *testing.T) {
	everywhere(t, func(t *testing.T, w world) {
		var runs atomic.Int64
		for range 2 {
			m := jobs.NewMux()
			jobs.Every(m, time.Minute, tick{})
			jobs.Handle(m, func(ctx context.Context, _ tick) error {
				runs.Add(1)
				return did(ctx, w.d, jobs.Slot(ctx).At.String())
			})
			w.work(t, w.queue(), m)
		}
		for beat := range 3 {
			eventually(t, "a beat", func() bool { return runs.Load() == int64(beat)+1 })
			w.clock.Advance(time.Minute)
		}
		eventually(t, "the last beat", func() bool { return runs.Load() == 4 })
		time.Sleep(1200 * time.Millisecond) // a sweep more
		if n := doneOnce(t, w.d); n != 4 || runs.Load() != 4 {
			t.Fatalf("%d effects of %d runs in 4 slots", n, runs.Load())
		}
	})
}

func TestPoisonJobHoldsUpNobody(t *testing.T) {
	everywhere(t, func(t *testing.T, w world) {
		m := jobs.NewMux()
		jobs.Handle(m, func(ctx context.Context, a greet) error {
			switch a.Name {
			case "poison":
				panic("nil pointer")
			case "bitter":
				return errors.New("no")
			}
			return did(ctx, w.d, a.Name)
		})
		q := w.queue()
		w.work(t, q, m)
		put(t, q, greet{"poison"}, jobs.Attempts(2))
		put(t, q, greet{"bitter"}, jobs.Attempts(1))
		put(t, q, greet{"good"})
		eventually(t, "the good one is done", func() bool { return stats(t, q).Done == 1 })
		eventually(t, "the poison waits", func() bool { s := stats(t, q); return s.Ready == 1 && s.Failed == 1 })
		w.clock.Advance(time.Minute)
		eventually(t, "the poison is given up", func() bool { return stats(t, q).Failed == 2 })
	})
}

func TestKindThatAnOlderProcessDoesNotKnowIsLeftToANewerOne(t *testing.T) {
	everywhere(t, func(t *testing.T, w world) {
		// The older one has a worker; the newer one has handed the task over and
		// is busy, so the older one gets it.
		older, newer := jobs.NewMux(), jobs.NewMux()
		jobs.Handle(older, func(context.Context, tick) error { return nil })
		jobs.Handle(newer, func(ctx context.Context, a greet) error { return did(ctx, w.d, a.Name) })
		q := w.queue()
		put(t, q, greet{"x"})
		bell := asynq.NewClientFromRedisClient(w.r.Client())
		stop := w.work(t, q, older)
		time.Sleep(1200 * time.Millisecond)
		if s := stats(t, q); s.Ready != 1 {
			t.Fatalf("an older process took it: %+v", s)
		}
		if err := w.d.Tx(t.Context(), func(ctx context.Context) error {
			return w.d.Gorm(ctx).Exec("UPDATE jobs SET state = 'handed', attempts = 1, handed_at = ?", w.d.Now(ctx)).Error
		}); err != nil {
			t.Fatal(err)
		}
		task := asynq.NewTask("test.greet", []byte(`{"job":1,"attempt":1}`))
		if _, err := bell.Enqueue(task, asynq.TaskID("1:1"), asynq.Queue(w.name), asynq.MaxRetry(0)); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the older one gives it back", func() bool { return stats(t, q).Ready == 1 })
		stop()
		w.work(t, w.queue(), newer)
		w.clock.Advance(10 * time.Second)
		w.settles(t, q, 1)
		if n := doneOnce(t, w.d); n != 1 {
			t.Fatalf("%d effects", n)
		}
	})
}

// asynq answers "task id conflict" for a task that lies in its archive, too.
func TestTaskThatAsynqArchivedIsHandedOverAgain(t *testing.T) {
	everywhere(t, func(t *testing.T, w world) {
		bell, tower := asynq.NewClientFromRedisClient(w.r.Client()), asynq.NewInspectorFromRedisClient(w.r.Client())
		task := asynq.NewTask("test.greet", []byte(`{"job":1,"attempt":1}`))
		if _, err := bell.Enqueue(task, asynq.TaskID("1:1"), asynq.Queue(w.name)); err != nil {
			t.Fatal(err)
		}
		if err := tower.ArchiveTask(w.name, "1:1"); err != nil {
			t.Fatal(err)
		}
		m := jobs.NewMux()
		jobs.Handle(m, func(ctx context.Context, a greet) error { return did(ctx, w.d, a.Name) })
		q := w.queue()
		w.work(t, q, m)
		put(t, q, greet{"x"})
		eventually(t, "it is handed over", func() bool { return stats(t, q).Handed == 1 })
		w.clock.Advance(2*time.Minute + time.Second)
		w.settles(t, q, 1)
		if n := doneOnce(t, w.d); n != 1 {
			t.Fatalf("%d effects", n)
		}
	})
}
