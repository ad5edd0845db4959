package sla

import (
	"context"
	"slices"
	"time"

	"amigo/app/fault"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// State is how a promise stands.
type State string

// The states of a promise, as the API says them.
const (
	Running  State = "running"
	Paused   State = "paused"
	Met      State = "met"
	Breached State = "breached"
	None     State = "none"
)

// Standing is how one promise of a ticket stands at an instant.
type Standing struct {
	Promise     PromiseName
	Policy      PolicyID // that made it
	State       State
	Target      time.Duration // working time
	Consumed    time.Duration // working time
	DueAt       *time.Time    // nil while it stands still, and when no known day holds it
	Provisional bool          // DueAt lies on days for which no hours are published yet, or what was used does
	StoppedAt   *time.Time    // when it was met or missed
	Calendar    string
	Level       int // the highest rung told, in percent
}

// Left is the working time that remains; negative once the promise is broken.
func (s Standing) Left() time.Duration { return s.Target - s.Consumed }

// Standings reads the promises of tickets as they stand now: by ticket, in the
// order first, next, resolution, of each the newest. Promises that were
// withdrawn are left out. A promise that is broken is Breached, whether its
// timer still runs or not.
func (e *Engine) Standings(ctx context.Context, ids []tickets.ID) (map[tickets.ID][]Standing, error) {
	timers, err := e.store.glance(ctx, ids)
	if err != nil {
		return nil, err
	}
	newest := map[tickets.ID]map[PromiseName]*Timer{}
	for _, t := range timers {
		if newest[t.Ticket] == nil {
			newest[t.Ticket] = map[PromiseName]*Timer{}
		}
		newest[t.Ticket][t.Promise] = t
	}
	all := make(map[tickets.ID][]Standing, len(newest))
	now := e.db.Now(ctx)
	for id, of := range newest {
		for _, name := range Promises {
			t := of[name]
			if t == nil || t.State == dropped {
				continue
			}
			s, err := e.standing(ctx, t, now)
			if err != nil {
				return nil, err
			}
			all[id] = append(all[id], s)
		}
	}
	return all, nil
}

func (e *Engine) standing(ctx context.Context, t *Timer, now time.Time) (Standing, error) {
	s := Standing{
		Promise: t.Promise, Policy: t.Policy, Target: t.Target, Consumed: t.Used, DueAt: t.DueAt,
		Provisional: t.Provisional && t.State.alive(), StoppedAt: t.StoppedAt, Calendar: t.Calendar, Level: t.Level,
	}
	if t.Open != nil {
		v, err := e.book.Version(ctx, t.Open.Version)
		if err != nil {
			return s, err
		}
		if s.Consumed, err = t.consumed(now, v.Assumed()); err != nil && !calendar.Unknown(err) {
			return s, err
		}
	}
	switch {
	case t.State == missed, t.State.alive() && s.Consumed > s.Target:
		s.State = Breached
	case t.State == met:
		s.State = Met
	case t.State == paused:
		s.State = Paused
	default:
		s.State = Running
	}
	return s, nil
}

// Of gives the standing of one promise; its State is None when there is none.
func Of(all []Standing, name PromiseName) Standing {
	if i := slices.IndexFunc(all, func(s Standing) bool { return s.Promise == name }); i >= 0 {
		return all[i]
	}
	return Standing{Promise: name, State: None}
}

// Account is how a due date came about: the stretches of time during which the
// promise ran, and the days that lie ahead of it.
type Account struct {
	Standing
	Stretches []Stretch
	Since     time.Time       // the start of the running stretch; zero unless running
	Ahead     []calendar.Step // from the start of the running stretch to the due date; empty unless running
}

// Stretch is a time during which the promise ran and that has ended.
type Stretch struct {
	From, To time.Time
	Worked   time.Duration   // working time
	Days     []calendar.Step // what counted on each day, by the version that judged it; none where nothing did
}

// Explain accounts for the newest promise of that name on a ticket that the
// actor may see. None is fault.NotFound.
func (e *Engine) Explain(ctx context.Context, id tickets.ID, name PromiseName) (Account, error) {
	if _, err := e.desk.Get(ctx, id); err != nil {
		return Account{}, err
	}
	timers, err := e.store.timers(ctx, []tickets.ID{id})
	if err != nil {
		return Account{}, err
	}
	i := -1
	for k, t := range timers {
		if t.Promise == name {
			i = k
		}
	}
	if i < 0 {
		return Account{}, fault.NotFound
	}
	return e.account(ctx, timers[i])
}

func (e *Engine) account(ctx context.Context, t *Timer) (a Account, err error) {
	if a.Standing, err = e.standing(ctx, t, e.db.Now(ctx)); err != nil {
		return a, err
	}
	for _, s := range t.Past {
		v, err := e.book.Version(ctx, s.Version)
		if err != nil {
			return a, err
		}
		days, err := v.Assumed().Explain(s.From, s.Worked)
		if err != nil && !calendar.Unknown(err) {
			return a, err
		}
		a.Stretches = append(a.Stretches, Stretch{From: s.From, To: *s.To, Worked: s.Worked, Days: days})
	}
	if t.Open == nil {
		return a, nil
	}
	if a.Since = t.Open.From; t.Used >= t.Target {
		return a, nil
	}
	v, err := e.book.Version(ctx, t.Open.Version)
	if err != nil {
		return a, err
	}
	a.Ahead, err = v.Assumed().Explain(t.Open.From, t.Target-t.Used)
	if calendar.Unknown(err) {
		err = nil
	}
	return a, err
}
