package mail_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	ours "amigo/app/mail"
)

// fate is what happens to a letter at the transport.
type fate int

const (
	goesThrough fate = iota
	never
	notThisReader
	notThisDomain
	notThisServer
	stopped
	diesBefore // the program, that is
	diesAfter
)

// wild is a transport to which anything happens.
type wild struct {
	fate  func() fate
	taken map[string]int // letters, by Message-ID
	died  map[string]int // of those, after which the program died
}

func (w *wild) Send(_ context.Context, _, _ string, raw []byte) error {
	_, rest, _ := strings.Cut(string(raw), "Message-Id: <")
	id, _, _ := strings.Cut(rest, ">")
	switch w.fate() {
	case never:
		return &ours.RefusedError{Reason: "552 too large"}
	case notThisReader:
		return later(ours.Reader)
	case notThisDomain:
		return later(ours.Domain)
	case notThisServer:
		return errors.New("connection reset")
	case stopped:
		return context.Canceled
	case diesBefore:
		panic("killed")
	case diesAfter:
		w.taken[id]++
		w.died[id]++
		panic("killed")
	}
	w.taken[id]++
	return nil
}

// TestWhateverHappensEveryLetterEndsAndGoesOutOnce lets two bad days pass, and
// then some hours in which all is well. A letter may have gone out once more for
// each time that the program died with it in hand.
func TestWhateverHappensEveryLetterEndsAndGoesOutOnce(t *testing.T) {
	for seed := range uint64(2) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			each(t, func(t *testing.T, p *post, _ *ours.Memory) {
				chance := rand.New(rand.NewPCG(seed, 12)) //nolint:gosec // the same each time
				bad := true
				way := &wild{taken: map[string]int{}, died: map[string]int{}, fate: func() fate {
					if bad && chance.IntN(3) > 0 {
						return fate(chance.IntN(int(diesAfter) + 1))
					}
					return goesThrough
				}}
				p.rebuild(func(c *ours.Config) {
					c.Transport = way
					c.NotBefore = func(_ context.Context, _ int64, at time.Time) (time.Time, error) {
						return at.Add(time.Duration(chance.IntN(3)) * time.Hour), nil
					}
				})
				var all []ours.ID
				for i := range 40 {
					d := draft(fmt.Sprint(i))
					d.To = fmt.Sprintf("ann@d%d.test", chance.IntN(4))
					all = append(all, p.send(d))
					if i%2 == 0 {
						p.clock.Advance(time.Duration(chance.IntN(30)) * time.Minute)
						p.drain()
					}
				}
				bad = false
				for range 12 { // a pause of an hour, a claim of ten minutes, the beat after it
					p.clock.Advance(15 * time.Minute)
					p.drain()
				}
				p.ended(all, way)
			})
		})
	}
}

// ended wants letters sent or refused, and as often as they may be.
func (p *post) ended(all []ours.ID, way *wild) {
	p.t.Helper()
	for _, id := range all {
		l, err := p.outbox.Get(p.t.Context(), id)
		must(p.t, err)
		n := way.taken[l.MessageID]
		switch {
		case l.State != ours.Sent && l.State != ours.Refused:
			p.t.Errorf("letter %d is %s after %d attempts: %s", id, l.State, l.Attempts, l.LastError)
		case l.State == ours.Sent && n == 0, n > way.died[l.MessageID]+1:
			p.t.Errorf("letter %d is %s, went out %d times, and the program died %d times with it", id, l.State, n, way.died[l.MessageID])
		}
	}
	failed, err := p.queue.Failed(p.t.Context())
	must(p.t, err)
	for _, f := range failed {
		p.t.Errorf("job %s is given up: %s", f.Kind, f.LastError)
	}
}
