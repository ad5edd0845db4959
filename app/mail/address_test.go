package mail_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/fault"
	ours "amigo/app/mail"
)

// address reads how letters to Ann's address fare.
func (p *post) address() (a struct {
	State    string
	StateAt  *time.Time
	StateWhy string
	Bounces  int
},
) {
	p.t.Helper()
	must(p.t, p.db.Gorm(p.t.Context()).Table("addresses").Where("person_id = ?", annID).Take(&a).Error)
	return a
}

// confirm is what a technician does in the directory.
func (p *post) confirm() {
	p.t.Helper()
	must(p.t, p.db.Tx(p.t.Context(), func(ctx context.Context) error {
		return db.Fault(p.db.Gorm(ctx).Exec("UPDATE addresses SET state = 'ok', bounces = 0").Error)
	}))
}

// comesBack sends a letter that comes back.
func (p *post) comesBack(key string, hard bool) {
	p.t.Helper()
	id := p.send(draft(key))
	p.drain()
	must(p.t, p.outbox.Bounce(p.t.Context(), id, hard, "said the server"))
}

func TestNothingIsSentToAnAddressFromWhichLettersCameBack(t *testing.T) {
	each(t, func(t *testing.T, p *post, way *ours.Memory) {
		p.comesBack("first", true)
		a := p.address()
		if a.State != "hard" || a.StateWhy != "said the server" || a.StateAt == nil || a.Bounces != 1 {
			t.Errorf("%+v", a)
		}
		l, err := p.outbox.Get(t.Context(), p.send(draft("second")))
		must(t, err)
		p.drain()
		if l.State != ours.Refused || l.Reason() != ours.ReasonStopped || len(way.Sent()) != 1 {
			t.Fatalf("%s, %q; %d sent", l.State, l.LastError, len(way.Sent()))
		}
		if err := p.outbox.Again(t.Context(), l.ID); !errors.Is(err, fault.Invalid) {
			t.Errorf("sent again before anybody has confirmed: %v", err)
		}
		p.confirm()
		must(t, p.outbox.Again(t.Context(), l.ID))
		p.drain()
		if p.state(l.ID) != ours.Sent {
			t.Errorf("state %s after it was confirmed", p.state(l.ID))
		}
	})
}

func TestAnAddressThatBecomesHardStopsTheLettersUnderWay(t *testing.T) {
	each(t, func(t *testing.T, p *post, way *ours.Memory) {
		first := p.send(draft("first"))
		p.drain()
		waiting := p.send(draft("second"))
		must(t, p.outbox.Bounce(t.Context(), first, true, "5.1.1"))
		p.drain()
		l, err := p.outbox.Get(t.Context(), waiting)
		must(t, err)
		if l.State != ours.Refused || l.Reason() != ours.ReasonStopped || len(way.Sent()) != 1 {
			t.Errorf("%s, %q; %d sent", l.State, l.LastError, len(way.Sent()))
		}
	})
}

func TestAServerThatKnowsNobodyThereSaysWhatABounceWould(t *testing.T) {
	each(t, func(t *testing.T, p *post, way *ours.Memory) {
		way.Fail = func(string) error { return &ours.RefusedError{Reason: "550 5.1.1 no such user", Gone: true} }
		p.send(draft("k"))
		p.drain()
		if a := p.address(); a.State != "hard" || a.StateWhy != "550 5.1.1 no such user" {
			t.Errorf("%+v", a)
		}
	})
}

func TestASoftAddressIsGoodAgainAWeekAfterALetterArrived(t *testing.T) {
	each(t, func(t *testing.T, p *post, _ *ours.Memory) {
		p.comesBack("first", false)
		p.clock.Advance(8 * 24 * time.Hour)
		p.drain()
		if a := p.address(); a.State != "soft" {
			t.Fatalf("%s, and no letter has arrived since", a.State)
		}
		p.send(draft("second"))
		p.drain()
		p.clock.Advance(6 * 24 * time.Hour)
		p.drain()
		if a := p.address(); a.State != "soft" {
			t.Fatalf("%s after six days: it may still come back", a.State)
		}
		p.clock.Advance(2 * 24 * time.Hour)
		p.drain()
		if a := p.address(); a.State != "ok" || a.Bounces != 0 || a.StateWhy != "" {
			t.Errorf("%+v", a)
		}
	})
}

func TestFiveSoftBouncesInARowAreHardWhenTheyTookAMonth(t *testing.T) {
	for name, c := range map[string]struct {
		every time.Duration
		want  string
	}{"in a summer's week": {24 * time.Hour, "soft"}, "over a month": {8 * 24 * time.Hour, "hard"}} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, p *post, _ *ours.Memory) {
				for i := range 5 {
					p.comesBack(fmt.Sprint(i), false)
					p.clock.Advance(c.every)
				}
				if a := p.address(); a.State != c.want || a.Bounces != 5 {
					t.Errorf("%+v", a)
				}
			})
		})
	}
}
