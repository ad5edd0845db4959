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
		records := make([]*record, len(lives))
		promises := make([]tickets.Promise, len(lives))
		for i, life := range lives {
			if records[i], err = m.replay(ctx, life); err != nil {
				return err
			}
			promises[i] = promiseOf(life[0].After.ID, records[i].timers)
			ids = append(ids, life[0].After.ID)
		}
		if err := e.desk.Keep(ctx, lives, promises); err != nil {
			return err
		}
		return e.store.addRecords(ctx, records)
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
	if m.persons, err = e.people.GetMany(ctx, slices.Compact(who)); err != nil {
		return m, err
	}
	m.places, err = e.people.EstablishmentsMany(ctx, slices.Compact(where))
	return m, err
}

// record is all that the timers of one ticket have been.
type record struct {
	timers []*Timer
	ended  map[*Timer][]Segment
}

// keep takes down the segments that have ended.
func (r *record) keep(_ context.Context, all []*Timer) error {
	for _, t := range all {
		if t.Open != nil && t.Open.To != nil {
			r.ended[t] = append(r.ended[t], *t.Open)
			t.Open = nil
		}
	}
	return nil
}

// replay lets the timers of a ticket hear of its life.
func (m memory) replay(ctx context.Context, life []tickets.Happening) (*record, error) {
	r := &record{ended: map[*Timer][]Segment{}}
	w := &watch{reading: m.reading, policies: byID(m.policies), save: r.keep}
	for _, h := range life {
		if err := w.recall(ctx, m, h); err != nil {
			return nil, err
		}
		if err := r.keep(ctx, w.timers); err != nil {
			return nil, err
		}
	}
	for _, t := range w.timers {
		if err := m.hush(ctx, t); err != nil {
			return nil, err
		}
	}
	r.timers = w.timers
	return r, nil
}

// recall hears of one event of the past.
func (w *watch) recall(ctx context.Context, m memory, h tickets.Happening) (err error) {
	defer fault.Wrap(&err, "ticket %d: %s", h.After.ID, h.Event.What)
	t := h.After
	p, ok := Choose(m.policies, Case{Ticket: t, Establishment: m.places[t.Establishment], Role: m.persons[t.Requester].Role})
	if !ok && len(w.timers) == 0 {
		return nil
	}
	w.ticket, w.policy = t, p
	return w.heed(ctx, h)
}

// hush puts off a bell to the first rung that lies ahead.
func (m memory) hush(ctx context.Context, t *Timer) error {
	if t.State != running {
		return nil
	}
	h, err := m.hoursOf(ctx, t, byID(m.policies)[t.Policy])
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
	told := t.Level
	t.Level = climbed[len(climbed)-1].Level
	t.aim(h)
	t.Level = told
	return nil
}
