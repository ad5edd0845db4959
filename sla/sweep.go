package sla

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"amigo/app/fault"
	"amigo/app/jobs"
	"amigo/app/people"
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

// Jobs registers the sweep, each minute, and the ring of a single timer.
func (e *Engine) Jobs(m *jobs.Mux) {
	jobs.Handle(m, e.sweep)
	jobs.Handle(m, e.ring)
	jobs.Every(m, sweepEvery, Sweep{})
}

// sweep writes a Ring for every timer whose bell is due. One ticket that cannot
// be told never keeps the others from being told.
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
		return nil
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
		if err := e.store.hold(ctx, t.Ticket); err != nil {
			return err
		}
		if t, err = e.store.timer(ctx, r.Timer); err != nil || t.State != running || t.RingAt == nil {
			return err
		}
		return e.climb(ctx, t)
	})
}

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
		if err := e.tell(ctx, t, climbed); err != nil {
			return err
		}
	}
	t.aim(h)
	return e.store.saveTimers(ctx, []*Timer{t})
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

// tell escalates the ticket at the highest rung climbed, to the people of all of them.
func (e *Engine) tell(ctx context.Context, t *Timer, climbed []Rung) error {
	ctx = people.As(ctx, people.System())
	first, err := e.store.escalate(ctx, t.ID, t.Level)
	if err != nil || !first {
		return err
	}
	ticket, err := e.desk.Get(ctx, t.Ticket)
	if err != nil {
		return err
	}
	var tell []people.ID
	_ = tell
	for _, rung := range climbed {
		who, err := e.audience(ctx, rung.Tell, ticket)
		if err != nil {
			return err
		}
		for _, id := range who {
			if !slices.Contains(tell, id) {
				tell = append(tell, id)
			}
		}
	}
	return e.desk.Escalate(ctx, t.Ticket, tickets.Escalation{Promise: string(t.Promise), Level: t.Level})
}

// audience names the people of a rung. A ticket that nobody has is the team's.
func (e *Engine) audience(ctx context.Context, a Audience, t tickets.Ticket) ([]people.ID, error) {
	switch {
	case a == TellAssignee && t.Assignee != 0:
		who, err := e.people.Get(ctx, t.Assignee)
		if err == nil && who.DisabledAt == nil {
			return []people.ID{t.Assignee}, nil
		}
		if err != nil && !errors.Is(err, fault.NotFound) {
			return nil, err
		}
		fallthrough
	case a == TellAssignee, a == TellTeam:
		return idsOf(e.people.Staff(ctx, people.Technician, t.Team))
	default:
		return supervisors(e.people.Staff(ctx, people.Supervisor, 0))
	}
}

// supervisors leaves administrators, who may all that supervisors may, to their
// own work, unless there is nobody else.
func supervisors(all []people.Person, err error) ([]people.ID, error) {
	only := slices.DeleteFunc(slices.Clone(all), func(p people.Person) bool { return p.Role != people.Supervisor })
	if len(only) == 0 {
		only = all
	}
	return idsOf(only, err)
}

func idsOf(all []people.Person, err error) ([]people.ID, error) {
	ids := make([]people.ID, 0, len(all))
	for _, p := range all {
		ids = append(ids, p.ID)
	}
	return ids, err
}
