package mail_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	ours "amigo/app/mail"
)

// quietly is an outbox that lets nothing out before an instant.
func quietly(t *testing.T, f func(t *testing.T, p *post, way *ours.Memory, open time.Time)) {
	t.Helper()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		way, open := &ours.Memory{}, d.Now(t.Context()).Add(15*time.Hour)
		p := newPost(t, d, c, way, func(conf *ours.Config) {
			conf.NotBefore = func(_ context.Context, _ int64, at time.Time) (time.Time, error) {
				if at.Before(open) {
					return open, nil
				}
				return at, nil
			}
		})
		f(t, p, way, open)
	})
}

func TestALetterWaitsForTheHoursOfItsReader(t *testing.T) {
	quietly(t, func(t *testing.T, p *post, way *ours.Memory, open time.Time) {
		id := p.send(draft("k"))
		p.drain()
		p.clock.Advance(14 * time.Hour)
		p.drain()
		l, err := p.outbox.Get(t.Context(), id)
		must(t, err)
		if len(way.Sent()) != 0 || l.State != ours.Queued || l.Attempts != 0 || l.NotBefore == nil || !l.NotBefore.Equal(open) {
			t.Fatalf("%d sent; %s after %d attempts, not before %v", len(way.Sent()), l.State, l.Attempts, l.NotBefore)
		}
		p.clock.Advance(time.Hour)
		p.drain()
		if p.state(id) != ours.Sent {
			t.Errorf("state %s when its hour had come", p.state(id))
		}
	})
}

func TestWhatCannotWaitGoesOutAtNight(t *testing.T) {
	quietly(t, func(t *testing.T, p *post, way *ours.Memory, _ time.Time) {
		d := draft("k")
		d.AtOnce = true
		id := p.send(d)
		p.drain()
		if len(way.Sent()) != 1 || p.state(id) != ours.Sent {
			t.Errorf("%d sent, state %s", len(way.Sent()), p.state(id))
		}
	})
}

func TestTwoDaysOfTryingBeginWhenALetterMayGoOut(t *testing.T) {
	quietly(t, func(t *testing.T, p *post, way *ours.Memory, _ time.Time) {
		way.Fail = func(string) error { return errors.New("connection refused") }
		id := p.send(draft("k"))
		for range 62 {
			p.drain()
			p.clock.Advance(time.Hour)
		}
		if p.state(id) != ours.Queued {
			t.Fatalf("state %s, 47 hours after it might go out", p.state(id))
		}
		for range 4 {
			p.clock.Advance(time.Hour)
			p.drain()
		}
		if p.state(id) != ours.Refused {
			t.Errorf("state %s", p.state(id))
		}
	})
}
