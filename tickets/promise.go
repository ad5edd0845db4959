package tickets

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
)

// Promise is what a keeper of promises writes on a ticket: quietly, without
// moving its version.
type Promise struct {
	Ticket                  ID
	First, Next, Resolution *time.Time // due dates, also of kept promises
	Due                     *time.Time // the earliest that is unmet
	Provisional             bool       // they lie on days for which no hours are published yet
}

// PromiseMany writes promises; System and listeners only. Tickets are written
// in the order of their numbers, so that two sweeps never wait for each other
// in a circle.
func (d *Desk) PromiseMany(ctx context.Context, all []Promise) error {
	if err := quietly(ctx); err != nil {
		return fmt.Errorf("tickets: promise: %w", err)
	}
	all = slices.SortedFunc(slices.Values(all), func(a, b Promise) int { return cmp.Compare(a.Ticket, b.Ticket) })
	return d.db.Tx(ctx, func(ctx context.Context) error {
		for _, p := range all {
			if err := d.store.promise(ctx, p); err != nil {
				return fmt.Errorf("ticket %d: promise: %w", p.Ticket, err)
			}
			if !telling(ctx) {
				d.publish(ctx, p.Ticket)
			}
		}
		return nil
	})
}

// Escalation says who must hear that a promise comes near, or was missed.
type Escalation struct {
	Promise string // "first", "next", "resolution"
	Level   int    // percent of the target used
	DueAt   time.Time
	Tell    []people.ID
}

// Escalate records it on the ticket and writes the letters; quiet; System only.
func (d *Desk) Escalate(ctx context.Context, id ID, e Escalation) (err error) {
	defer fault.Wrap(&err, "ticket %d: escalate", id)
	if err := quietly(ctx); err != nil {
		return err
	}
	return d.db.Tx(ctx, func(ctx context.Context) error {
		t, err := d.store.lock(ctx, id)
		if err != nil {
			return err
		}
		if err := d.store.raise(ctx, id, e.Level); err != nil {
			return err
		}
		t.Escalation = max(t.Escalation, e.Level)
		w := d.turnOn(ctx, t)
		w.actor = people.System()
		w.happens(WasEscalated, nil)
		w.last().Event.Data = map[string]string{"level": strconv.Itoa(e.Level), "promise": e.Promise}
		if err := d.store.addEvent(ctx, &w.last().Event); err != nil {
			return err
		}
		if err := w.post(ctx, &e); err != nil {
			return err
		}
		d.publish(ctx, id)
		return nil
	})
}
