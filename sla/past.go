package sla

import (
	"context"
	"slices"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// Load writes tickets whose past was lived elsewhere, with the promises that
// the engine would have made of it, event by event; System only. All of it is
// judged by the policies and calendars of today. What a promise has used of its
// target already is told to nobody: its bell rings at the first rung that lies
// ahead. A past that cannot have been is fault.Invalid or fault.Denied, and then
// nothing is written.
func (e *Engine) Load(ctx context.Context, all []tickets.Past) (ids []tickets.ID, err error) {
	defer fault.Wrap(&err, "sla: load")
	err = e.db.Tx(ctx, func(ctx context.Context) error {
		lives, err := e.desk.Relive(ctx, all)
		if err != nil {
			return err
		}
		m, err := e.memory(ctx, lives)
		if err != nil {
			return err
		}
		timers := make([][]*Timer, len(lives))
		promises := make([]tickets.Promise, len(lives))
		for i, life := range lives {
			if timers[i], err = m.replay(ctx, life); err != nil {
				return err
			}
			promises[i] = promiseOf(life[0].After.ID, timers[i])
			ids = append(ids, life[0].After.ID)
		}
		if err := e.desk.Keep(ctx, lives, promises); err != nil {
			return err
		}
		return e.store.addTimers(ctx, timers)
	})
	if err != nil {
		return nil, err
	}
	return ids, nil
}

// memory is what lives are judged by.
type memory struct {
	reading
	now      time.Time
	policies []Policy
	persons  map[people.ID]people.Person
	places   map[string]people.Establishment
	offices  map[people.TeamID]string
}

func (e *Engine) memory(ctx context.Context, lives [][]tickets.Happening) (m memory, err error) {
	var who []people.ID
	var where []string
	for _, life := range lives {
		for _, h := range life {
			who, where = append(who, h.After.Requester), append(where, h.After.Establishment)
		}
	}
	slices.Sort(who)
	slices.Sort(where)
	m = memory{reading: e.reading(), now: e.db.Now(ctx)}
	if m.policies, err = e.store.policies(ctx); err != nil {
		return m, err
	}
	if m.offices, err = e.offices(ctx, m.policies); err != nil {
		return m, err
	}
	if m.persons, err = e.people.GetMany(ctx, slices.Compact(who)); err != nil {
		return m, err
	}
	m.places, err = e.people.EstablishmentsMany(ctx, slices.Compact(where))
	return m, err
}

// replay lets the timers of a ticket hear of its life.
func (m memory) replay(ctx context.Context, life []tickets.Happening) ([]*Timer, error) {
	w := &watch{reading: m.reading, policies: byID(m.policies), offices: m.offices}
	for _, h := range life {
		if err := w.recall(ctx, m, h); err != nil {
			return nil, err
		}
	}
	for _, t := range w.timers {
		if err := m.hush(ctx, t, w.policies[t.Policy]); err != nil {
			return nil, err
		}
	}
	return w.timers, nil
}

// recall hears of one event of the past.
func (w *watch) recall(ctx context.Context, m memory, h tickets.Happening) (err error) {
	defer fault.Wrap(&err, "ticket %d: %s", h.After.ID, h.Event.What)
	c := Case{Ticket: h.After, Establishment: m.places[h.After.Establishment], Role: m.persons[h.After.Requester].Role}
	if asked(m.policies, "period") {
		if c.Periods, err = m.periods(ctx, h.After); err != nil {
			return err
		}
	}
	p, ok := Choose(m.policies, c)
	if !ok && len(w.timers) == 0 {
		return nil
	}
	w.ticket, w.of, w.policy = h.After, c, p
	return w.heed(ctx, h)
}

// hush passes the rungs that were climbed in the past: the next bell is that of
// the first rung that lies ahead.
func (m memory) hush(ctx context.Context, t *Timer, p Policy) error {
	if t.State != running {
		return nil
	}
	h, err := m.hoursOf(ctx, t, p)
	if err != nil {
		return err
	}
	climbed, err := t.rungs(m.now, h)
	if err != nil || len(climbed) == 0 {
		if calendar.Unknown(err) {
			return nil
		}
		return err
	}
	t.Level = climbed[len(climbed)-1].Level
	t.aim(h)
	return nil
}
