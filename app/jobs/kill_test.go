package jobs_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/jobs"
	"amigo/app/redis"
	"amigo/app/redis/redistest"
)

// This test program is also the worker that gets killed: started with
// AMIGO_JOBS_TEST_CHILD it begins a job and never ends it.
func TestMain(m *testing.M) {
	if os.Getenv("AMIGO_JOBS_TEST_CHILD") == "" {
		os.Exit(m.Run())
	}
	fmt.Println("cannot begin:", child(context.Background()))
	os.Exit(1)
}

func child(ctx context.Context) error {
	env := os.Getenv
	d, err := db.Open(ctx, db.Config{URL: env("CHILD_DATABASE"), Path: env("CHILD_FILE"), Now: dbtest.NewClock().Now})
	if err != nil {
		return err
	}
	r, err := redis.Open(ctx, env("CHILD_REDIS"))
	if err != nil {
		return err
	}
	q, m := jobs.New(d, r), jobs.NewMux()
	q.Name = env("AMIGO_JOBS_TEST_CHILD")
	begin := func(ctx context.Context, name string) error {
		if err := did(ctx, d, name); err != nil {
			return err
		}
		fmt.Println("begun")
		select {}
	}
	jobs.Handle(m, func(ctx context.Context, a greet) error { return begin(ctx, a.Name) })
	return q.Work(ctx, m)
}

// killOne starts a worker in a process of its own and kills it in the middle of a job.
func killOne(t *testing.T, env ...string) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program)
	c.Env = append(os.Environ(), env...)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(out).ReadString('\n')
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	if line != "begun\n" {
		t.Fatalf("the worker says %q", line)
	}
}

func again(t *testing.T, w world) {
	t.Helper()
	m := jobs.NewMux()
	jobs.Handle(m, func(ctx context.Context, a greet) error { return did(ctx, w.d, a.Name) })
	q := w.queue()
	w.work(t, q, m)
	w.settles(t, q, 1)
	if n := doneOnce(t, w.d); n != 1 {
		t.Fatalf("%d effects", n)
	}
}

func TestProcessKilledInMidJobDoesItAgainAtTheNextStart(t *testing.T) {
	clock, file := dbtest.NewClock(), filepath.Join(t.TempDir(), "amigo.db")
	open := func() *db.DB {
		d, err := db.Open(t.Context(), db.Config{Path: file, Now: clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	d := open()
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	put(t, jobs.New(d, nil), greet{"x"})
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	killOne(t, "AMIGO_JOBS_TEST_CHILD=amigo", "CHILD_FILE="+file)
	d = open()
	t.Cleanup(func() { _ = d.Close() })
	clock.Advance(time.Second) // no lease has run out, but its holder cannot be alive
	again(t, world{d: d, clock: clock, r: redistest.Inside(t), name: "amigo"})
}

func TestProcessKilledTogetherWithRedisDoesItAgain(t *testing.T) {
	clock, url := dbtest.NewClock(), dbtest.PostgresURL(t)
	d, err := db.Open(t.Context(), db.Config{URL: url, Now: clock.Now, MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	w := world{d: d, clock: clock, r: redistest.Shared(t), name: redistest.Name()}
	put(t, w.queue(), greet{"x"})
	killOne(t, "AMIGO_JOBS_TEST_CHILD="+w.name, "CHILD_DATABASE="+url, "CHILD_REDIS="+redistest.URL(t))
	w.flush(t)
	t.Cleanup(func() { w.flush(t) })
	clock.Advance(2*time.Minute + time.Second)
	again(t, w)
}

// A process that dies takes along what it was handed and never began. However
// often that happens, only what it died of is given up.
func TestWhatGoesDownWithAPoisonedJobIsNotGivenUp(t *testing.T) {
	everywhere(t, func(t *testing.T, w world) {
		q, m := w.queue(), jobs.NewMux()
		done := false
		jobs.Handle(m, func(context.Context, greet) error { done = true; return nil })
		jobs.Handle(m, func(context.Context, tick) error { return nil })
		put(t, q, greet{"innocent"})
		put(t, q, tick{})
		for range 30 { // hand both over, begin the one, and die
			jobs.DieOver(t, q, m, tick{}.Kind())
			w.clock.Advance(3 * time.Minute)
			jobs.Rescue(t, q, m)
		}
		failed, err := q.Failed(t.Context())
		if err != nil || len(failed) != 1 || failed[0].Kind != (tick{}).Kind() || failed[0].Attempts != 20 {
			t.Fatalf("given up: %+v, %v", failed, err)
		}
		if err := q.Drain(t.Context(), m); err != nil || !done {
			t.Fatalf("the other is done: %v, %v", done, err)
		}
	})
}
