package sla

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// Preview is what a definition of a calendar would do to the living promises
// that run on it, or have.
type Preview struct {
	Promises int // how many there are
	Earlier  int // would be due earlier
	Later    int // would be due later
	Settled  int // would have a firm date instead of a provisional one
	Guessed  int // would have a provisional date instead of a firm one
	Lost     int // would have no due date any more: nobody would ever work long enough
	Sample   []Moved
}

// Moved is a promise whose due date would be another.
type Moved struct {
	Ticket        tickets.ID
	Subject       string
	Promise       PromiseName
	Before, After *time.Time // nil: none, as while it stands still
}

// shift is how far it would move: further than any other where no date is left.
func (m Moved) shift() time.Duration {
	switch {
	case m.Before == nil:
		return 0
	case m.After == nil:
		return math.MaxInt64
	}
	return m.After.Sub(*m.Before).Abs()
}

// samples is how many promises a preview names.
const samples = 20

// unwritten is the version that a previewed definition has: none.
const unwritten calendar.VersionID = -1

// Preview counts all living promises as a definition of a calendar would have
// them, and writes nothing; the sample names those that would move the most.
// Supervisors only. A definition that is wrong is a calendar.SpecError.
func (e *Engine) Preview(ctx context.Context, name string, spec calendar.Spec) (p Preview, err error) {
	defer fault.Wrap(&err, "sla: preview of calendar %q", name)
	if !people.ActorOf(ctx).Is(people.Supervisor) {
		return p, fault.Denied
	}
	cal, err := calendar.New(spec)
	if err != nil {
		return p, err
	}
	all, err := e.store.policies(ctx)
	if err != nil {
		return p, err
	}
	r, policies := e.reading(), byID(all)
	v := calendar.Version{ID: unwritten, Name: name, Calendar: cal}
	r.current[name], r.versions[unwritten] = v, v
	for last := tickets.ID(0); ; {
		ids, err := e.store.promised(ctx, last, batch)
		if err != nil {
			return p, err
		}
		if len(ids) == 0 {
			break
		}
		timers, err := e.store.timers(ctx, ids)
		if err != nil {
			return p, err
		}
		for _, t := range timers {
			if err := p.see(ctx, r, t, policies[t.Policy]); err != nil {
				return p, err
			}
		}
		last = ids[len(ids)-1]
	}
	return p, e.name(ctx, p.Sample)
}

// see counts one promise.
func (p *Preview) see(ctx context.Context, r reading, t *Timer, policy Policy) error {
	before, guess := t.DueAt, t.Provisional
	if err := r.renew(ctx, t, policy); err != nil || !t.countedBy(unwritten) {
		return err
	}
	p.Promises++
	switch never := t.Open != nil && t.DueAt == nil; {
	case never && before != nil:
		p.Lost++
	case !never && guess && !t.Provisional:
		p.Settled++
	case !never && !guess && t.Provisional:
		p.Guessed++
	}
	if sameInstant(before, t.DueAt) {
		return nil
	}
	if before != nil && t.DueAt != nil {
		if t.DueAt.Before(*before) {
			p.Earlier++
		} else {
			p.Later++
		}
	}
	p.Sample = append(p.Sample, Moved{Ticket: t.Ticket, Promise: t.Promise, Before: before, After: t.DueAt})
	slices.SortStableFunc(p.Sample, func(a, b Moved) int { return cmp.Compare(b.shift(), a.shift()) })
	p.Sample = p.Sample[:min(len(p.Sample), samples)]
	return nil
}

// countedBy says whether a version counts a segment of a living timer.
func (t *Timer) countedBy(v calendar.VersionID) bool {
	by := func(s Segment) bool { return s.Version == v }
	return t.State.alive() && (slices.ContainsFunc(t.Past, by) || t.Open != nil && by(*t.Open))
}

// name reads the subjects of a sample.
func (e *Engine) name(ctx context.Context, sample []Moved) error {
	for i := range sample {
		t, err := e.desk.Get(ctx, sample[i].Ticket)
		if err != nil {
			return err
		}
		sample[i].Subject = t.Subject
	}
	return nil
}
