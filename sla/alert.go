package sla

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/jobs"
	"amigo/app/people"
	"amigo/tickets"
)

// Alert is the job that writes one letter to a person, about everything that
// they must be told of.
type Alert struct {
	Person people.ID `json:"person"`
}

// Kind names the job in the database.
func (Alert) Kind() string { return "sla.alert" }

const (
	gather     = 20 * time.Second // what one sweep finds goes into one letter
	breath     = 10 * time.Minute // between two letters to one person
	alertAgain = time.Minute      // a letter that is so late is looked for by the sweep
)

// alert notes that some people must be told of the level that a timer has
// reached; their letters go out soon, or when they may be written to again.
func (e *Engine) alert(ctx context.Context, t *Timer, who []people.ID) error {
	now := e.db.Now(ctx)
	a := alert{Ticket: t.Ticket, Timer: t.ID, Level: t.Level, DueAt: now, CreatedAt: now}
	if t.DueAt != nil {
		a.DueAt = *t.DueAt
	}
	return e.address(ctx, a, who)
}

// address gives an alert to some people, each once.
func (e *Engine) address(ctx context.Context, a alert, who []people.ID) error {
	now := e.db.Now(ctx)
	for _, a.Person = range who {
		if err := e.store.addAlert(ctx, a, now.Add(gather+alertAgain)); err != nil {
			return err
		}
		if err := e.queue.Put(ctx, Alert{a.Person}, jobs.Once(), jobs.At(now.Add(gather))); err != nil {
			return err
		}
	}
	return nil
}

// rescue puts the letters that should have gone out, and whose job came too
// early or to grief.
func (e *Engine) rescue(ctx context.Context) error {
	now := e.db.Now(ctx)
	who, err := e.store.waiting(ctx, now, now.Add(ringAgain))
	for _, id := range who {
		if err := e.queue.Put(ctx, Alert{id}, jobs.Once()); err != nil {
			return err
		}
	}
	return err
}

// write sends a person what they must be told of, and marks it in the same
// transaction. Within ten minutes of the last letter, and while the promise's
// office is closed, it waits; what has been settled meanwhile is forgotten, and
// who has gone away meanwhile is stood in for.
func (e *Engine) write(ctx context.Context, a Alert) (err error) {
	defer fault.Wrap(&err, "sla: alert %d", a.Person)
	return e.db.Tx(ctx, func(ctx context.Context) error {
		ctx = people.As(ctx, people.System())
		if err := e.db.Lock(ctx, fmt.Sprintf("sla.alert %d", a.Person)); err != nil {
			return err
		}
		pending, err := e.store.unsent(ctx, a.Person)
		if err != nil || len(pending) == 0 {
			return err
		}
		if at, err := e.reachable(ctx, a.Person); err != nil {
			return err
		} else if at.After(e.db.Now(ctx)) {
			return e.later(ctx, a, pending, at)
		}
		p, err := e.sort(ctx, pending)
		if err != nil {
			return err
		}
		if err := e.store.forget(ctx, idsOfAlerts(p.settled)); err != nil {
			return err
		}
		if err := e.passOn(ctx, a.Person, &p); err != nil {
			return err
		}
		if err := e.send(ctx, a, p.warnings, p.told); err != nil {
			return err
		}
		return e.later(ctx, a, p.closed, p.opening)
	})
}

// reachable is when a person may next be written to: ten minutes after the last
// letter, and for who wants to be left in peace outside of their hours within
// these. Their alerts are gathered here meanwhile, and told as they stand then:
// letters that the outbox held would be many, and old.
func (e *Engine) reachable(ctx context.Context, person people.ID) (time.Time, error) {
	now := e.db.Now(ctx)
	last, err := e.store.lastSent(ctx, person)
	if err != nil {
		return now, err
	}
	if last != nil && last.Add(breath).After(now) {
		return last.Add(breath), nil
	}
	return e.desk.NotBefore(ctx, int64(person), now)
}

// later has alerts wait until an instant.
func (e *Engine) later(ctx context.Context, a Alert, all []alert, at time.Time) error {
	if len(all) == 0 {
		return nil
	}
	if err := e.store.putOff(ctx, idsOfAlerts(all), at.Add(alertAgain)); err != nil {
		return err
	}
	return e.queue.Put(ctx, a, jobs.Once(), jobs.At(at))
}

// pile is what lies on the desk of whoever writes to a person.
type pile struct {
	warnings []warning // to be told now, the most urgent first
	told     []alert   // by these
	settled  []alert   // no longer of interest
	closed   []alert   // whose office opens later
	opening  time.Time // the first of these openings
}

// sort looks at each alert as its promise stands now.
func (e *Engine) sort(ctx context.Context, pending []alert) (p pile, err error) {
	now, r, seen := e.db.Now(ctx), e.reading(), map[TimerID]bool{}
	policies, err := e.store.policies(ctx)
	if err != nil {
		return p, err
	}
	timers, err := e.timersOf(ctx, pending)
	if err != nil {
		return p, err
	}
	for _, a := range pending {
		t := timers[a.Timer]
		ticket, err := e.desk.Get(ctx, a.Ticket)
		if err != nil {
			return p, err
		}
		if a.settled(t) || ticket.Status.Over() {
			p.settled = append(p.settled, a)
			continue
		}
		h, err := r.hoursOf(ctx, t, byID(policies)[t.Policy])
		if err != nil {
			return p, err
		}
		if opening := told(now, h.cal); opening.After(now) {
			if p.closed = append(p.closed, a); p.opening.IsZero() || opening.Before(p.opening) {
				p.opening = opening
			}
			continue
		}
		p.told = append(p.told, a)
		if seen[a.Timer] {
			continue
		}
		s, err := e.standing(ctx, t, now)
		if err != nil {
			return p, err
		}
		if s.DueAt == nil {
			s.DueAt = &a.DueAt
		}
		seen[a.Timer] = true
		p.warnings = append(p.warnings, warning{Ticket: ticket, Standing: s, timer: a.Timer})
	}
	slices.SortStableFunc(p.warnings, func(a, b warning) int { return cmp.Compare(a.Left(), b.Left()) })
	return p, nil
}

// settled says whether a promise was kept or withdrawn before anybody was told.
// A team's own that its escalation ended, handing the ticket to the next team, is
// still to be told.
func (a alert) settled(t *Timer) bool {
	handed := t.Promise == Internal && t.State != dropped && !t.State.alive() && t.StoppedAt.Equal(a.CreatedAt)
	return !t.State.alive() && !handed
}

// timersOf reads the timers that alerts are about, as they stand.
func (e *Engine) timersOf(ctx context.Context, pending []alert) (map[TimerID]*Timer, error) {
	var ids []tickets.ID
	for _, a := range pending {
		ids = append(ids, a.Ticket)
	}
	slices.Sort(ids)
	timers := map[TimerID]*Timer{}
	for chunk := range slices.Chunk(slices.Compact(ids), 500) { // values in one statement
		all, err := e.store.glance(ctx, chunk)
		if err != nil {
			return nil, err
		}
		for _, t := range all {
			timers[t.ID] = t
		}
	}
	return timers, nil
}

// send writes the letter about some warnings; who cannot be written to is not.
func (e *Engine) send(ctx context.Context, a Alert, warnings []warning, told []alert) error {
	if len(told) == 0 {
		return nil
	}
	reader, err := e.people.Get(ctx, a.Person)
	if err != nil {
		return err
	}
	address, ok := reader.Mailbox()
	if !ok {
		return e.store.forget(ctx, idsOfAlerts(told))
	}
	for i, w := range warnings {
		who, err := e.people.Names(ctx, []people.ID{w.Ticket.Requester})
		if err != nil {
			return err
		}
		warnings[i].Requester = who[w.Ticket.Requester].Name
	}
	b := bulletin{Newest: told[len(told)-1].ID, Reader: reader, Warnings: warnings, Site: e.conf.PublicURL, Now: e.db.Now(ctx)}
	draft := b.draft(i18n.In(reader.Lang))
	draft.To = address
	if _, err := e.outbox.Send(ctx, draft); err != nil {
		return err
	}
	return e.store.markSent(ctx, idsOfAlerts(told))
}

func idsOfAlerts(all []alert) []int64 {
	ids := make([]int64, 0, len(all))
	for _, a := range all {
		ids = append(ids, a.ID)
	}
	return ids
}

// warning is a promise that comes near, or was missed.
type warning struct {
	Standing
	Ticket    tickets.Ticket
	Requester string
	timer     TimerID
}
