package jobs_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/jobs"
	"amigo/app/redis"
	"amigo/app/redis/redistest"
)

// world is one database and one Redis, and a queue name of its own.
type world struct {
	d     *db.DB
	clock *dbtest.Clock
	r     *redis.Server
	name  string
}

// everywhere runs f on the two pairs that most installations are: SQLite with
// Redis in the process, and two servers. They run side by side; most of these
// tests wait for a bell.
func everywhere(t *testing.T, f func(t *testing.T, w world)) {
	t.Helper()
	on(t, "embedded", dbtest.SQLite, redistest.Inside, f)
	on(t, "servers", dbtest.Postgres, redistest.Shared, f)
}

func on(t *testing.T, name string, open func(testing.TB, func() time.Time) *db.DB, connect func(testing.TB) *redis.Server, f func(*testing.T, world)) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		clock := dbtest.NewClock()
		w := world{d: open(t, clock.Now), clock: clock, r: connect(t), name: redistest.Name()}
		t.Cleanup(func() { w.flush(t) })
		f(t, w)
	})
}

func (w world) queue() *jobs.Queue {
	q := jobs.New(w.d, w.r)
	q.Name, q.Grace = w.name, 100*time.Millisecond
	return q
}

// work starts a worker, and gives what ends it and waits for its end.
func (w world) work(t *testing.T, q *jobs.Queue, m *jobs.Mux) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- q.Work(ctx, m) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// flush empties Redis of everything that belongs to this queue. On the server
// that all tests share this is FLUSHALL as seen from here.
func (w world) flush(t *testing.T) {
	t.Helper()
	ctx, c := context.Background(), w.r.Client()
	if w.r.Inside() {
		c.FlushAll(ctx)
		return
	}
	keys, err := c.Keys(ctx, "asynq:{"+w.name+"}*").Result()
	if err != nil {
		t.Fatal(err)
	}
	if len(keys) > 0 {
		c.Del(ctx, keys...)
	}
	c.SRem(ctx, "asynq:queues", w.name)
}

// did counts how often each thing was done, in the transaction that did it.
func did(ctx context.Context, d *db.DB, what string) error {
	return db.Fault(d.Gorm(ctx).Exec("INSERT INTO settings (key, value, updated_at) VALUES (?, 'x', ?) "+
		"ON CONFLICT (key) DO UPDATE SET value = settings.value || 'x'", what, d.Now(ctx)).Error)
}

func doneOnce(t *testing.T, d *db.DB) (once int64) {
	t.Helper()
	var all int64
	g := d.Gorm(context.Background()).Table("settings")
	if err := g.Count(&all).Error; err != nil {
		t.Fatal(err)
	}
	if err := d.Gorm(context.Background()).Table("settings").Where("value = 'x'").Count(&once).Error; err != nil {
		t.Fatal(err)
	}
	if all != once {
		t.Fatalf("%d of %d effects came more than once", all-once, all)
	}
	return once
}

func eventually(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !cond(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

func (w world) settles(t *testing.T, q *jobs.Queue, done int64) {
	t.Helper()
	eventually(t, fmt.Sprintf("%d done", done), func() bool {
		s, err := q.Stats(context.Background())
		return err == nil && s.Done == done && s.Ready+s.Handed+s.Failed == 0
	})
}
