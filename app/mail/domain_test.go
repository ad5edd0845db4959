package mail_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/jobs"
	ours "amigo/app/mail"
)

// sendTo writes n letters to somebody at a domain.
func (p *post) sendTo(domain string, n int) (ids []ours.ID) {
	p.t.Helper()
	for i := range n {
		d := draft(fmt.Sprintf("%s:%d", domain, i))
		d.To = "ann@" + domain
		ids = append(ids, p.send(d))
	}
	return ids
}

// states counts letters by state.
func (p *post) states(ids []ours.ID) map[ours.State]int {
	p.t.Helper()
	counts := map[ours.State]int{}
	for _, id := range ids {
		counts[p.state(id)]++
	}
	return counts
}

// tries counts the attempts to send letters.
func (p *post) tries(ids []ours.ID) (n int) {
	p.t.Helper()
	for _, id := range ids {
		l, err := p.outbox.Get(p.t.Context(), id)
		must(p.t, err)
		n += l.Attempts
	}
	return n
}

// domainOf is what stands after the @.
func domainOf(to string) string { return to[slices.Index([]byte(to), '@')+1:] }

func later(whose ours.Whose) error { return &ours.LaterError{Whose: whose, Err: errors.New("not now")} }

func TestADomainThatSaysNotNowIsAskedByAFewLettersAndTheOthersGo(t *testing.T) {
	each(t, func(t *testing.T, p *post, way *ours.Memory) {
		way.Fail = func(to string) error {
			if domainOf(to) == "dead.test" {
				return later(ours.Domain)
			}
			return nil
		}
		dead, alive := p.sendTo("dead.test", 50), p.sendTo("alive.test", 10)
		p.drain()
		if got := p.states(alive); got[ours.Sent] != 10 {
			t.Errorf("to the other domain: %v", got)
		}
		first := p.tries(dead)
		if first == 0 || first > 4 || p.states(dead)[ours.Queued] != 50 {
			t.Fatalf("%d tries at once, %v", first, p.states(dead))
		}
		for range 24 * 6 {
			p.clock.Advance(10 * time.Minute)
			p.drain()
		}
		// Pauses of 1, 2, 4 … 60 minutes: some thirty in a day, four letters each at most.
		if n := p.tries(dead); n < 20 || n > 120 {
			t.Errorf("fifty letters tried %d times in a day", n)
		}
		way.Fail = nil
		p.clock.Advance(time.Hour)
		p.drain()
		if got := p.states(dead); got[ours.Sent] != 50 {
			t.Errorf("when it takes mail again: %v", got)
		}
	})
}

func TestAFullMailboxHoldsUpNobodyElseOfItsDomain(t *testing.T) {
	each(t, func(t *testing.T, p *post, way *ours.Memory) {
		way.Fail = func(to string) error {
			if to == "full@academie.test" {
				return later(ours.Reader)
			}
			return nil
		}
		d := draft("full")
		d.To = "full@academie.test"
		full, others := p.send(d), p.sendTo("academie.test", 5)
		p.drain()
		if got := p.states(others); got[ours.Sent] != 5 || p.state(full) != ours.Queued {
			t.Fatalf("%v, the full one %s", got, p.state(full))
		}
		way.Fail = nil
		p.clock.Advance(10 * time.Second)
		p.drain()
		if p.state(full) != ours.Sent {
			t.Errorf("state %s, ten seconds later", p.state(full))
		}
	})
}

func TestWhenTheServerIsDownAFewLettersAskAndAllGoOutAfterwards(t *testing.T) {
	each(t, func(t *testing.T, p *post, way *ours.Memory) {
		way.Fail = func(string) error { return errors.New("535 wrong password") }
		var all []ours.ID
		for i := range 12 {
			all = append(all, p.sendTo(fmt.Sprintf("d%d.test", i), 3)...)
		}
		p.drain()
		for range 60 {
			p.clock.Advance(time.Minute)
			p.drain()
		}
		if n := p.tries(all); n > 70 || p.states(all)[ours.Queued] != 36 {
			t.Fatalf("%d tries in an hour, %v", n, p.states(all))
		}
		trouble, err := p.outbox.Trouble(t.Context())
		must(t, err)
		if !trouble.Fails() {
			t.Error("nobody sees that nothing goes out")
		}
		way.Fail = nil
		p.clock.Advance(5 * time.Minute)
		p.drain()
		if got := p.states(all); got[ours.Sent] != 36 {
			t.Errorf("five minutes after it was mended: %v", got)
		}
	})
}

func TestFailuresThatComeTogetherMakeOnePause(t *testing.T) {
	each(t, func(t *testing.T, p *post, way *ours.Memory) {
		way.Fail = func(string) error { return later(ours.Domain) }
		p.sendTo("dead.test", 4)
		p.drain()
		var failures []int
		must(t, p.db.Gorm(t.Context()).Table("mail_pauses").Pluck("failures", &failures).Error)
		if len(failures) != 1 || failures[0] != 1 {
			t.Errorf("%v", failures)
		}
	})
}

// slow is a transport that holds letters until it is told to let them go.
type slow struct {
	mu    sync.Mutex
	under map[string]int
	most  map[string]int
	held  chan struct{}
	slow  string // the domain that is
}

func (s *slow) Send(ctx context.Context, _, to string, _ []byte) error {
	domain := domainOf(to)
	s.mu.Lock()
	s.under[domain]++
	s.most[domain] = max(s.most[domain], s.under[domain])
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.under[domain]--
		s.mu.Unlock()
	}()
	if domain == s.slow {
		select {
		case <-s.held:
		case <-ctx.Done():
		}
	}
	return nil
}

func (s *slow) now(domain string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.under[domain]
}

// TestASlowDomainHoldsUpNobody runs two workers on one database.
func TestASlowDomainHoldsUpNobody(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		way := &slow{under: map[string]int{}, most: map[string]int{}, held: make(chan struct{}), slow: "slow.test"}
		p := newPost(t, d, c, way)
		slowly, others := p.sendTo("slow.test", 20), p.sendTo("quick.test", 20)
		ctx, stop := context.WithCancel(t.Context())
		var workers sync.WaitGroup
		work := func() {
			for range 2 {
				q := jobs.New(d, p.redis)
				q.Name = p.queue.Name
				mux := jobs.NewMux()
				ours.New(d, q, p.conf).Jobs(mux)
				workers.Go(func() { _ = q.Work(ctx, mux) })
			}
		}
		work()
		defer func() { stop(); workers.Wait() }()
		eventually(t, "the quick domain has its letters", func() bool { return p.states(others)[ours.Sent] == 20 })
		eventually(t, "as many as may be are under way", func() bool { return way.now("slow.test") == 4 })
		if n := p.tries(slowly); n != 4 {
			t.Errorf("%d tries: letters that were put off count as tried", n)
		}
		close(way.held)
		eventually(t, "the slow domain has its letters", func() bool { return p.states(slowly)[ours.Sent] == 20 })
		if way.most["slow.test"] > 4 || way.most["quick.test"] > 4 || p.tries(slowly) != 20 {
			t.Errorf("%v letters at once, %d tries for 20", way.most, p.tries(slowly))
		}
	})
}

func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for range 1000 {
		if f() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("never: %s", what)
}

func TestALetterTravelsThroughARealServerThatMisbehaves(t *testing.T) {
	s := startServer(t)
	way := s.way(t, "smtp://SERVER")
	way.Patience = 200 * time.Millisecond
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		s.misbehave(nil)
		p, before := newPost(t, d, c, way), s.letters()
		id := p.send(draft("k"))
		for _, misdeed := range []func(*dialog) error{
			func(*dialog) error { return &smtp.SMTPError{Code: 451, Message: "later"} },
			func(*dialog) error { time.Sleep(time.Second); return nil },
			(*dialog).cut,
		} {
			s.misbehave(when("data", misdeed))
			p.drain()
			if p.state(id) != ours.Queued {
				t.Fatalf("state %s", p.state(id))
			}
			c.Advance(10 * time.Minute)
		}
		s.misbehave(nil)
		p.drain()
		l, err := p.outbox.Get(t.Context(), id)
		must(t, err)
		if l.State != ours.Sent || s.letters() <= before || l.LastError != "" {
			t.Errorf("%s after %d attempts: %s", l.State, l.Attempts, l.LastError)
		}
	})
}
