package sla

import (
	"context"
	"fmt"
	"slices"
	"time"

	"amigo/app/fault"
	"amigo/app/jobs"
	"amigo/tickets"
)

// Sweep is the job that looks for timers whose bell is due.
type Sweep struct{}

// Kind names the job in the database.
func (Sweep) Kind() string { return "sla.sweep" }

// Ring is the job that tells the people of one timer.
type Ring struct {
	Timer TimerID `json:"timer"`
}

// Kind names the job in the database.
func (Ring) Kind() string { return "sla.ring" }

const (
	sweepEvery = time.Minute
	sweepMost  = 500              // timers in one sweep; the rest are found a minute later
	ringAgain  = 15 * time.Minute // a bell that was claimed and never rang is found again
)

// Jobs registers the sweep, each minute, the ring of a single timer, the letter
// to a single person, and the look ahead, each hour.
func (e *Engine) Jobs(m *jobs.Mux) {
	jobs.Handle(m, e.sweep)
	jobs.Handle(m, e.ring)
	jobs.HandleOutside(m, e.repromise)
	jobs.Handle(m, e.rejudge)
	jobs.HandleOutside(m, e.fetch)
	jobs.Handle(m, e.write)
	jobs.Handle(m, e.foresee)
	jobs.Every(m, sweepEvery, Sweep{})
	jobs.Every(m, foreseeEvery, Foresee{})
}

// sweep writes a Ring for every timer whose bell is due, and looks after letters
// that are late. One ticket that cannot be told never keeps the others from
// being told.
func (e *Engine) sweep(ctx context.Context, _ Sweep) error {
	return e.db.Tx(ctx, func(ctx context.Context) error {
		now := e.db.Now(ctx)
		ids, err := e.store.ringing(ctx, now, now.Add(ringAgain), sweepMost)
		if err != nil {
			return fmt.Errorf("sla: sweep: %w", err)
		}
		for _, id := range ids {
			if err := e.queue.Put(ctx, Ring{Timer: id}); err != nil {
				return err
			}
		}
		return e.rescue(ctx)
	})
}

// ring tells whoever stands on the rungs that the timer has climbed, and sets
// its next bell. It does nothing when somebody was quicker.
func (e *Engine) ring(ctx context.Context, r Ring) (err error) {
	defer fault.Wrap(&err, "sla: timer %d: ring", r.Timer)
	return e.db.Tx(ctx, func(ctx context.Context) error {
		t, err := e.store.timer(ctx, r.Timer)
		if err != nil {
			return err
		}
		if err := e.renewMany(ctx, []tickets.ID{t.Ticket}); err != nil {
			return err
		}
		if t, err = e.store.timer(ctx, r.Timer); err != nil || t.State != running || t.RingAt == nil {
			return err
		}
		return e.climb(ctx, t)
	})
}

// climb has the timer escalate on the rungs that it has reached, and sets its
// next bell.
func (e *Engine) climb(ctx context.Context, t *Timer) error {
	policy, err := e.policyOf(ctx, t)
	if err != nil {
		return err
	}
	h, err := e.reading().hoursOf(ctx, t, policy)
	if err != nil {
		return err
	}
	now := e.db.Now(ctx)
	if opening := told(now, h.cal); opening.After(now) {
		// A bell that rings late, after a standstill, finds nobody there.
		t.RingAt = &opening
		return e.store.saveTimers(ctx, []*Timer{t})
	}
	climbed, err := t.rungs(now, h)
	if err != nil {
		return err
	}
	if len(climbed) > 0 {
		t.Level = climbed[len(climbed)-1].Level
	}
	t.aim(h)
	if err := e.store.saveTimers(ctx, []*Timer{t}); err != nil || len(climbed) == 0 {
		return err
	}
	return e.escalate(ctx, t, climbed)
}

func (e *Engine) policyOf(ctx context.Context, t *Timer) (Policy, error) {
	all, err := e.store.policies(ctx)
	if err != nil {
		return Policy{}, err
	}
	if i := slices.IndexFunc(all, func(p Policy) bool { return p.ID == t.Policy }); i >= 0 {
		return all[i], nil
	}
	return Policy{}, fmt.Errorf("policy %d: %w", t.Policy, fault.NotFound)
}
