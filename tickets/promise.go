package tickets

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"amigo/sla/calendar"
)

// Promise is what a keeper of promises writes on a ticket: quietly, without
// moving its version.
type Promise struct {
	Ticket                  ID
	First, Next, Resolution *time.Time // due dates, of First and Resolution also when kept
	Due                     *time.Time // the earliest that is unmet
	Provisional             bool       // they lie on days for which no hours are published yet

	// Hours are those by which the promises to the requester run; nil: nobody says.
	Hours *calendar.Calendar
}

// keep gives a ticket the dates of its promises.
func (t *Ticket) keep(p Promise) {
	t.FirstResponseDueAt, t.NextResponseDueAt = utc(p.First), utc(p.Next)
	t.ResolutionDueAt, t.DueAt, t.Provisional = utc(p.Resolution), utc(p.Due), p.Provisional
}

func utc(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	there := at.UTC()
	return &there
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
		if err := d.store.promises(ctx, all); err != nil {
			return fmt.Errorf("tickets: %d promises: %w", len(all), err)
		}
		if heard := telling(ctx); heard != nil { // then the pages wake when all has been told
			for _, p := range all {
				heard[p.Ticket] = p
			}
			return nil
		}
		for _, p := range all {
			d.publish(ctx, p.Ticket)
		}
		return nil
	})
}
