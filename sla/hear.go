package sla

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// hear runs inside the transaction of every event at the desk: it moves the
// ticket's timers and writes what they now promise.
func (e *Engine) hear(ctx context.Context, h tickets.Happening) (err error) {
	defer fault.Wrap(&err, "sla: ticket %d: %s", h.After.ID, h.Event.What)
	if len(moves(h)) == 0 && !reclassified(h) {
		return nil
	}
	w, err := e.watch(ctx, h.After, h.Event.What == tickets.WasOpened)
	if err != nil || w == nil {
		return err
	}
	if err := w.heed(ctx, h); err != nil {
		return err
	}
	if err := e.store.saveTimers(ctx, w.timers); err != nil {
		return err
	}
	promise := promiseOf(h.After.ID, w.timers)
	promise.Hours = w.serving()
	if err := e.desk.PromiseMany(people.As(ctx, people.System()), []tickets.Promise{promise}); err != nil {
		return err
	}
	if h.Event.What == tickets.WasMerged && h.After.MergedInto != 0 {
		return e.inherit(ctx, w)
	}
	return nil
}

// serving are the hours by which what the requester was promised runs, as they were
// read while the event moved the timers; nil when nothing runs, or nothing was read.
func (w *watch) serving() *calendar.Calendar {
	for _, t := range w.timers {
		if t.Promise != Internal && t.State.alive() {
			return w.current[t.Calendar].Calendar
		}
	}
	return nil
}

// instantOf is when it happened to the ticket: a mail counts from when it was
// received, not from when it was filed.
func instantOf(h tickets.Happening) time.Time {
	switch {
	case h.Event.What == tickets.WasOpened:
		return h.After.CreatedAt
	case h.Message != nil:
		return h.Message.CreatedAt
	}
	return h.Event.At
}

// watch is one ticket's timers while an event moves them.
type watch struct {
	reading
	ticket   tickets.Ticket
	at       time.Time
	of       Case
	policy   Policy // that applies now
	policies map[PolicyID]Policy
	offices  map[people.TeamID]string // the calendars of the teams
	timers   []*Timer                 // oldest first
}

// calendarOf names the calendar on which a promise runs.
func (w *watch) calendarOf(p PromiseName) string {
	if p == Internal {
		return cmp.Or(w.offices[w.ticket.Team], calendar.Normandie)
	}
	return w.policy.Calendar
}

// watch reads a ticket's timers and chooses its policy; nil when no policy
// applies and nothing runs. One that is being opened has no timers yet.
func (e *Engine) watch(ctx context.Context, t tickets.Ticket, opened bool) (*watch, error) {
	var timers []*Timer
	var err error
	if !opened {
		if timers, err = e.store.timers(ctx, []tickets.ID{t.ID}); err != nil {
			return nil, err
		}
	}
	all, err := e.policies.Get(ctx)
	if err != nil {
		return nil, err
	}
	c, err := e.caseOf(ctx, t, all)
	if err != nil {
		return nil, err
	}
	p, ok := Choose(all, c)
	if !ok && len(timers) == 0 {
		return nil, nil
	}
	w := &watch{reading: e.reading(), ticket: t, of: c, policy: p, policies: byID(all), timers: timers}
	w.offices, err = e.offices(ctx, all)
	return w, err
}

func byID(all []Policy) map[PolicyID]Policy {
	policies := make(map[PolicyID]Policy, len(all))
	for _, p := range all {
		policies[p.ID] = p
	}
	return policies
}

// heed lets an event move the timers, as they are by the hours of today.
func (w *watch) heed(ctx context.Context, h tickets.Happening) error {
	w.at = instantOf(h)
	for _, t := range w.timers {
		if err := w.renew(ctx, t, w.policies[t.Policy]); err != nil {
			return err
		}
	}
	if reclassified(h) {
		if err := w.rejudge(ctx); err != nil {
			return err
		}
	}
	for _, m := range moves(h) {
		if err := w.carry(ctx, m); err != nil {
			return fmt.Errorf("%s %s: %w", m.do, m.promise, err)
		}
	}
	return nil
}

// last is the newest timer of a promise, nil when there is none.
func (w *watch) last(p PromiseName) *Timer {
	for i := len(w.timers) - 1; i >= 0; i-- {
		if w.timers[i].Promise == p {
			return w.timers[i]
		}
	}
	return nil
}

// carry does one move.
func (w *watch) carry(ctx context.Context, m move) error {
	t := w.last(m.promise)
	if m.do == start || m.do == revive && t == nil {
		return w.start(ctx, m.promise, t)
	}
	if t == nil {
		return nil
	}
	p := w.policies[t.Policy]
	h, err := w.hoursOf(ctx, t, p)
	if err != nil {
		return err
	}
	switch {
	case m.do == stop && t.State.alive():
		return t.stop(w.at, h)
	case m.do == drop && t.State.alive():
		return t.halt(w.at, dropped, h)
	case m.do == pause && t.State == running && p.pausing(t.Promise):
		return t.halt(w.at, paused, h)
	case m.do == resume && t.State == paused:
		return w.runOn(ctx, t, p)
	case m.do == revive && !t.State.alive():
		return w.revive(ctx, t)
	}
	return nil
}

// revive lets a timer that had been stopped run on, by the hours of today, under
// its own policy; under the one that applies now, if it had been withdrawn or
// its ticket has become another meanwhile.
func (w *watch) revive(ctx context.Context, t *Timer) error {
	p, withdrawn := w.policies[t.Policy], t.State == dropped
	t.State = paused
	if err := w.renew(ctx, t, p); err != nil {
		return err
	}
	if withdrawn || !p.Applies(w.of) {
		p = w.policy
		if err := w.judge(ctx, t); err != nil || t.State != paused {
			return err
		}
	}
	return w.runOn(ctx, t, p)
}

// runOn lets a timer that stands still run on by the hours that hold now.
func (w *watch) runOn(ctx context.Context, t *Timer, p Policy) error {
	h, err := w.hours(ctx, t.Calendar, p)
	if err != nil {
		return err
	}
	t.run(w.at, h)
	return nil
}

// start makes a new timer, unless one is alive, the policy promises nothing, or
// the first answer, which is the next one too, is still owed.
func (w *watch) start(ctx context.Context, promise PromiseName, last *Timer) error {
	target, promised := w.policy.Targets[promise]
	if !promised || last != nil && last.State.alive() {
		return nil
	}
	if first := w.last(First); promise == Next && first != nil && first.State.alive() {
		return nil
	}
	if promise == Internal && w.ticket.Team == 0 {
		return nil
	}
	on := w.calendarOf(promise)
	h, err := w.hours(ctx, on, w.policy)
	if err != nil {
		return err
	}
	t := &Timer{
		Ticket: w.ticket.ID, Promise: promise, Policy: w.policy.ID, Calendar: on, Target: target, StartedAt: w.at,
	}
	t.run(w.at, h)
	w.timers = append(w.timers, t)
	return nil
}

// rejudge puts the promises of a ticket under the policy that now applies. One
// that it does not make is withdrawn; one that had been withdrawn, and that it
// makes, goes on with the time used; one that was never made begins now.
func (w *watch) rejudge(ctx context.Context) error {
	for _, t := range w.timers {
		if t.State.alive() {
			if err := w.judge(ctx, t); err != nil {
				return err
			}
		}
	}
	if w.ticket.Status.Over() {
		return nil
	}
	for _, name := range w.owed() {
		if err := w.carry(ctx, move{name, revive}); err != nil {
			return err
		}
		if w.ticket.Status.Waiting() {
			if err := w.carry(ctx, move{name, pause}); err != nil {
				return err
			}
		}
	}
	return nil
}

// owed are the promises that the policy makes of a ticket which is not over, and
// that it lacks: never made, or withdrawn. The first answer is none any more once
// it was given, or the ticket was solved without.
func (w *watch) owed() (names []PromiseName) {
	for _, name := range []PromiseName{First, Resolution, Internal} {
		_, promised := w.policy.Targets[name]
		if !promised || name == First && (w.ticket.FirstRespondedAt != nil || w.ticket.Reopened > 0) {
			continue
		}
		if t := w.last(name); t == nil || t.State == dropped {
			names = append(names, name)
		}
	}
	return names
}

// judge puts a living timer under the policy that now applies, which says, too,
// whether it stands still while the ticket waits.
func (w *watch) judge(ctx context.Context, t *Timer) error {
	h, err := w.hoursOf(ctx, t, w.policy)
	if err != nil {
		return err
	}
	target, promised := w.policy.Targets[t.Promise]
	if !promised {
		return t.halt(w.at, dropped, h)
	}
	if on := w.calendarOf(t.Promise); on != t.Calendar {
		if h, err = w.move(ctx, t, on, h); err != nil {
			return err
		}
	}
	t.retarget(target, w.policy.ID, h)
	switch stands := w.policy.pausing(t.Promise); {
	case !w.ticket.Status.Waiting():
	case stands && t.State == running:
		return t.halt(w.at, paused, h)
	case !stands && t.State == paused:
		return w.runOn(ctx, t, w.policy)
	}
	return nil
}

// move puts a timer on another calendar, and gives the hours that count it from
// now on; the time used stays.
func (w *watch) move(ctx context.Context, t *Timer, to string, old hours) (hours, error) {
	runs := t.State == running
	if runs {
		if err := t.halt(w.at, paused, old); err != nil {
			return old, err
		}
	}
	t.Calendar = to
	h, err := w.hours(ctx, to, w.policy)
	if err == nil && runs {
		t.run(w.at, h)
	}
	return h, err
}

// promiseOf is what a ticket's timers promise to the requester: of each kind the
// newest, none where that was withdrawn, nor of a next answer that was given.
// What a team owes to itself is nobody's due date.
func promiseOf(id tickets.ID, timers []*Timer) tickets.Promise {
	p := tickets.Promise{Ticket: id}
	for _, t := range timers { // oldest first, so the newest wins
		due := t.DueAt
		if t.State == dropped || t.Promise == Next && !t.State.alive() {
			due = nil
		}
		switch t.Promise {
		case First:
			p.First = due
		case Next:
			p.Next = due
		case Resolution:
			p.Resolution = due
		}
	}
	for _, t := range timers {
		if t.Promise == Internal {
			continue
		}
		if t.State == running && t.DueAt != nil && (p.Due == nil || t.DueAt.Before(*p.Due)) {
			p.Due = t.DueAt
		}
		p.Provisional = p.Provisional || t.Provisional && t.State.alive()
	}
	return p
}
