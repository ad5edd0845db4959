package sla_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"amigo/app/audit"
	"amigo/app/blob"
	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/jobs"
	"amigo/app/live"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/app/redis"
	"amigo/app/redis/redistest"
	"amigo/app/seal"
	"amigo/sla"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// This test program is also the worker that gets killed: started with
// AMIGO_SLA_TEST_CHILD it works a queue of that name until it ends.
func TestMain(m *testing.M) {
	if os.Getenv("AMIGO_SLA_TEST_CHILD") == "" {
		os.Exit(m.Run())
	}
	fmt.Println("cannot work:", child(context.Background()))
	os.Exit(1)
}

func child(ctx context.Context) error {
	env := os.Getenv
	now, err := time.Parse(time.RFC3339, env("CHILD_NOW"))
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, db.Config{URL: env("CHILD_DATABASE"), Now: func() time.Time { return now }, MaxConns: 4})
	if err != nil {
		return err
	}
	r, err := redis.Open(ctx, env("CHILD_REDIS"))
	if err != nil {
		return err
	}
	q, m, err := crew(d, r, env("AMIGO_SLA_TEST_CHILD"))
	if err != nil {
		return err
	}
	fmt.Println("working")
	return q.Work(ctx, m)
}

// crew is all that a worker needs to keep promises.
func crew(d *db.DB, r *redis.Server, name string) (*jobs.Queue, *jobs.Mux, error) {
	s, err := seal.New([]string{"a secret of thirty-two characters"})
	if err != nil {
		return nil, nil, err
	}
	q, m := jobs.New(d, r), jobs.NewMux()
	q.Name, q.Grace = name, 200*time.Millisecond
	q.Context = func(ctx context.Context) context.Context { return people.As(ctx, people.System()) }
	out := mail.New(d, q, mail.Config{Address: "assistance@academie.test", Name: "AMIGO"})
	dir := people.New(d, audit.New(d), people.GroupRoles{})
	desk := tickets.New(d, dir, out, live.New(d, r), blob.NewMemory(), s,
		tickets.Config{PublicURL: "https://amigo.test", MailAddress: "assistance@academie.test"})
	sla.New(sla.House{DB: d, Queue: q, Book: calendar.NewBook(d), Outbox: out, People: dir, Desk: desk},
		sla.Config{PublicURL: "https://amigo.test"}).Jobs(m)
	return q, m, nil
}

// storm is a database and a Redis, four workers, and what befalls them.
type storm struct {
	*world
	redis *redis.Server
	name  string
	kill  func(now time.Time, done func() bool) // starts a fifth worker and kills it in the middle; nil: cannot
}

// flush empties Redis of everything that belongs to this queue.
func (s *storm) flush() {
	ctx, c := context.Background(), s.redis.Client()
	if s.redis.Inside() {
		c.FlushAll(ctx)
		return
	}
	if keys, err := c.Keys(ctx, "asynq:{"+s.name+"}*").Result(); err == nil && len(keys) > 0 {
		c.Del(ctx, keys...)
	}
	c.SRem(ctx, "asynq:queues", s.name)
}

// work starts a worker on a connection of its own.
func (s *storm) work(d *db.DB) {
	s.t.Helper()
	q, m, err := crew(d, s.redis, s.name)
	must(s.t, err)
	ctx, cancel := context.WithCancel(context.Background())
	var ended sync.WaitGroup
	ended.Go(func() {
		if err := q.Work(ctx, m); err != nil {
			s.t.Error(err)
		}
	})
	s.t.Cleanup(func() { cancel(); ended.Wait() })
}

func (s *storm) count(table, where string, args ...any) int64 {
	s.t.Helper()
	var n int64
	must(s.t, s.db.Gorm(s.t.Context()).Table(table).Where(where, args...).Count(&n).Error)
	return n
}

// until lets time pass, a step of the clock for each blink of ours, until
// something is so: what was lost is missed after two minutes.
func (s *storm) until(what string, step time.Duration, done func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(100 * time.Second); !done(); time.Sleep(200 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("never: %s", what)
		}
		s.clock.Advance(step)
	}
}

const stormTickets = 200

func TestFourWorkersTellEveryLevelOnceWhateverBefallsThem(t *testing.T) {
	t.Run("sqlite with Redis inside", func(t *testing.T) {
		t.Parallel()
		clock := dbtest.NewClock()
		d := dbtest.SQLite(t, clock.Now)
		s := &storm{world: newWorld(t, d, clock), redis: redistest.Inside(t), name: redistest.Name()}
		s.rage(func() *db.DB { return d })
	})
	t.Run("servers", func(t *testing.T) {
		t.Parallel()
		clock, url := dbtest.NewClock(), dbtest.PostgresURL(t)
		connect := func() *db.DB {
			d, err := db.Open(t.Context(), db.Config{URL: url, Now: clock.Now, MaxConns: 8})
			must(t, err)
			t.Cleanup(func() { _ = d.Close() })
			return d
		}
		s := &storm{world: newWorld(t, connect(), clock), redis: redistest.Shared(t), name: redistest.Name()}
		s.kill = func(now time.Time, done func() bool) {
			killed(t, done, "AMIGO_SLA_TEST_CHILD="+s.name, "CHILD_DATABASE="+url, "CHILD_REDIS="+redistest.URL(t),
				"CHILD_NOW="+now.Format(time.RFC3339))
		}
		t.Cleanup(s.flush)
		s.rage(connect)
	})
}

// rage opens two hundred tickets with one promise each and lets them climb three
// levels, while Redis is emptied again and again and a worker is killed.
func (s *storm) rage(connect func() *db.DB) {
	t := s.t
	s.ladder(`[{"level":50,"tell":"team"},{"level":75,"tell":"team"},{"level":100,"tell":"supervisors"}]`)
	s.exec("UPDATE policies SET first_minutes = NULL, next_minutes = NULL, resolution_minutes = 480")
	s.clock.Set(paris(t, "2026-11-19 08:00"))
	for range stormTickets {
		s.open(tickets.Normal) // resolution within 8 h: the levels are hours apart
	}
	told := func(levels int64) func() bool {
		return func() bool { return s.count("escalations", "1 = 1") == levels*stormTickets }
	}
	for i, at := range []string{"12:00", "14:00", "16:00"} {
		before := int64(i) * stormTickets
		s.clock.Set(paris(t, "2026-11-19 "+at))
		if s.kill != nil {
			s.kill(s.clock.Now(), func() bool { return s.count("escalations", "1 = 1") > before+stormTickets/10 })
		}
		if i == 0 {
			for range 4 {
				s.work(connect())
			}
		}
		for range 4 {
			time.Sleep(150 * time.Millisecond)
			s.flush()
		}
		s.until("level "+strconv.Itoa(i+1), 30*time.Second, told(int64(i)+1))
		s.until("the letters about it", 2*time.Minute, func() bool { return s.count("alerts", "sent_at IS NULL") == 0 })
	}
	s.wantTold()
}

// wantTold wants each level told once: as it was recorded, on the ticket, and in
// the letters of each person.
func (s *storm) wantTold() {
	s.t.Helper()
	if n := s.count("escalations", "passed"); n != 0 {
		s.t.Errorf("%d levels were passed", n)
	}
	if n := s.count("events", "kind = 'escalated'"); n != 3*stormTickets {
		s.t.Errorf("%d events", n)
	}
	for _, level := range []string{"50", "75", "100"} {
		q := s.db.Gorm(s.t.Context()).Table("events").Where(`kind = 'escalated' AND data LIKE ?`, `%"level":"`+level+`"%`)
		var n int64
		must(s.t, q.Distinct("ticket_id").Count(&n).Error)
		if n != stormTickets {
			s.t.Errorf("of %d tickets the history tells of %s %%", n, level)
		}
	}
	for address, want := range map[string]int{"theo": 2 * stormTickets, "tess": 2 * stormTickets, "sam": stormTickets, "ada": 0} {
		letters, named := s.alerts(address+"@academie.test"), 0
		for i, l := range letters {
			n, err := strconv.Atoi(strings.Fields(strings.ReplaceAll(l.Subject, "\u00a0", " "))[0])
			if err != nil {
				n = 1 // about a single ticket
			}
			named += n
			if i > 0 && l.CreatedAt.Sub(letters[i-1].CreatedAt) < 10*time.Minute {
				s.t.Errorf("%s gets letters at %v and %v", address, letters[i-1].CreatedAt, l.CreatedAt)
			}
		}
		if named != want {
			s.t.Errorf("%d letters tell %s of %d tickets, not %d", len(letters), address, named, want)
		}
	}
}

// killed starts a worker in a process of its own and kills it as soon as it has
// done enough.
func killed(t *testing.T, enough func() bool, env ...string) {
	t.Helper()
	program, err := os.Executable()
	must(t, err)
	c := exec.Command(program)
	c.Env = append(os.Environ(), env...)
	out, err := c.StdoutPipe()
	must(t, err)
	must(t, c.Start())
	line, _ := bufio.NewReader(out).ReadString('\n')
	for deadline := time.Now().Add(30 * time.Second); !enough() && time.Now().Before(deadline); {
		time.Sleep(5 * time.Millisecond)
	}
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait()
	if line != "working\n" {
		t.Fatalf("the worker says %q", line)
	}
}
