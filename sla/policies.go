package sla

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"amigo/app/fault"
	"amigo/app/people"
)

// Policies lists the policies in the order in which they are tried, without
// those that have been retired.
func (e *Engine) Policies(ctx context.Context) ([]Policy, error) {
	all, err := e.copies(ctx)
	return slices.DeleteFunc(all, func(p Policy) bool { return p.RetiredAt != nil }), err
}

// copies are all policies, for who may change what they are given.
func (e *Engine) copies(ctx context.Context) ([]Policy, error) {
	all, err := e.policies.Get(ctx)
	mine := make([]Policy, len(all))
	for i, p := range all {
		mine[i] = p.clone()
	}
	return mine, err
}

// inForce is [Engine.Policies] for who is about to change them: as they are at this
// moment, in this transaction.
func (e *Engine) inForce(ctx context.Context) ([]Policy, error) {
	all, err := e.store.policies(ctx)
	return slices.DeleteFunc(all, func(p Policy) bool { return p.RetiredAt != nil }), err
}

// RetiredPolicies lists those that make no more promises, the newest first.
func (e *Engine) RetiredPolicies(ctx context.Context) ([]Policy, error) {
	all, err := e.copies(ctx)
	return slices.DeleteFunc(all, func(p Policy) bool { return p.RetiredAt == nil }), err
}

// Policy reads a policy, also a retired one; none is fault.NotFound.
func (e *Engine) Policy(ctx context.Context, id PolicyID) (Policy, error) {
	all, err := e.policies.Get(ctx)
	if err != nil {
		return Policy{}, err
	}
	if i := slices.IndexFunc(all, func(p Policy) bool { return p.ID == id }); i >= 0 {
		return all[i].clone(), nil
	}
	return Policy{}, fmt.Errorf("policy %d: %w", id, fault.NotFound)
}

// The distance between the positions of neighbours. Nobody sees it.
const step = 10

// AddPolicy adds a policy, which is tried after all others until it is moved.
// Supervisors only. Fields: name, calendar, target.first, target.next … (of each
// promise), targets (there is none), condition.type, condition.priority … (of
// each condition), pauses, ladder. It makes the promises of tickets that are
// opened or reclassified from now on; see [Engine.Rejudge]. One that says what
// another says already is fault.Conflict: a form that was sent twice.
func (e *Engine) AddPolicy(ctx context.Context, p Policy) (added Policy, err error) {
	defer fault.Wrap(&err, "sla: add policy %q", p.Name)
	err = e.administer(ctx, func(ctx context.Context, active []Policy) error {
		if p, err = e.checked(ctx, p); err != nil {
			return err
		}
		if slices.ContainsFunc(active, func(q Policy) bool { return q.Digest() == p.Digest() }) {
			return fault.Because(fault.Conflict, "sla.policy.twin")
		}
		if err := unnamed(active, p); err != nil {
			return err
		}
		p.ID, p.RetiredAt, p.Position = 0, nil, step
		if n := len(active); n > 0 {
			p.Position = active[n-1].Position + step
		}
		p.ID, err = e.store.addPolicy(ctx, p)
		return err
	})
	if err != nil {
		return Policy{}, err
	}
	return p, nil
}

// ChangePolicy replaces what a policy says; its position stays. Supervisors
// only. Fields as of [Engine.AddPolicy]. Promises that were made keep their
// targets, see [Engine.Rejudge]; what pauses them and who is told is as it now
// says. seen is the [Policy.Digest] of what it said when it was read: when it
// says something else by now, or has been retired, that is fault.Conflict.
func (e *Engine) ChangePolicy(ctx context.Context, p Policy, seen string) (err error) {
	defer fault.Wrap(&err, "sla: change policy %d", p.ID)
	return e.administer(ctx, func(ctx context.Context, active []Policy) error {
		now, err := e.active(ctx, active, p.ID)
		if err != nil {
			return err
		}
		if now.Digest() != seen {
			return fault.Because(fault.Conflict, "sla.policy.changed")
		}
		if p, err = e.checked(ctx, p); err != nil {
			return err
		}
		if p.Name != now.Name {
			if err := unnamed(active, p); err != nil {
				return err
			}
		}
		p.Position, p.RetiredAt = now.Position, nil
		return e.store.changePolicy(ctx, p)
	})
}

// MovePolicy lets a policy be tried so many places earlier (below 0) or later,
// as far as there are places. Supervisors only. seen is the Position that it had
// when it was read: when it has another by now, that is fault.Conflict.
func (e *Engine) MovePolicy(ctx context.Context, id PolicyID, seen, by int) (err error) {
	defer fault.Wrap(&err, "sla: move policy %d", id)
	return e.administer(ctx, func(ctx context.Context, active []Policy) error {
		p, err := e.active(ctx, active, id)
		if err != nil {
			return err
		}
		if p.Position != seen {
			return fault.Because(fault.Conflict, "sla.policy.moved")
		}
		positions := make([]int, len(active))
		for i, q := range active {
			positions[i] = q.Position
		}
		from := slices.IndexFunc(active, func(q Policy) bool { return q.ID == id })
		to := min(max(from+by, 0), len(active)-1)
		active = slices.Insert(slices.Delete(active, from, from+1), to, p)
		return e.store.arrange(ctx, active, positions)
	})
}

// RetirePolicy lets a policy make no more promises; those that it has made are
// kept by it. Supervisors only.
func (e *Engine) RetirePolicy(ctx context.Context, id PolicyID) (err error) {
	defer fault.Wrap(&err, "sla: retire policy %d", id)
	return e.administer(ctx, func(ctx context.Context, active []Policy) error {
		p, err := e.active(ctx, active, id)
		if err != nil {
			return err
		}
		now := e.db.Now(ctx)
		p.RetiredAt, p.Position = &now, -int(p.ID) // the positions of those that are tried are above 0
		return e.store.changePolicy(ctx, p)
	})
}

// unnamed refuses a policy whose name another one has.
func unnamed(active []Policy, p Policy) error {
	f := fault.Fields{}
	if slices.ContainsFunc(active, func(q Policy) bool { return q.ID != p.ID && strings.EqualFold(q.Name, p.Name) }) {
		f.Add("name", "sla.field.name_taken")
	}
	return f.Err()
}

// administer lets a supervisor change the policies that are tried, nobody else
// at the same time.
func (e *Engine) administer(ctx context.Context, change func(ctx context.Context, active []Policy) error) error {
	if !people.ActorOf(ctx).Is(people.Supervisor) {
		return fault.Denied
	}
	return e.db.Tx(ctx, func(ctx context.Context) error {
		if err := e.db.Lock(ctx, "sla.policies"); err != nil {
			return err
		}
		active, err := e.inForce(ctx)
		if err != nil {
			return err
		}
		return change(ctx, active)
	})
}

// active is one of the policies that are tried; a retired one is fault.Conflict.
func (e *Engine) active(ctx context.Context, active []Policy, id PolicyID) (Policy, error) {
	if i := slices.IndexFunc(active, func(p Policy) bool { return p.ID == id }); i >= 0 {
		return active[i], nil
	}
	if _, err := e.Policy(ctx, id); err != nil {
		return Policy{}, err
	}
	return Policy{}, fault.Because(fault.Conflict, "sla.policy.retired")
}
