package sla

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"amigo/app/fault"
	"amigo/app/jobs"
	"amigo/app/people"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// Repromise is the job that counts anew what runs on a calendar of which there
// is a newer version.
type Repromise struct{}

// Kind names the job in the database.
func (Repromise) Kind() string { return "sla.repromise" }

const (
	batch       = 500             // tickets in one transaction, which holds them for a moment
	shiftLength = time.Minute     // after which another job goes on: this one must end in time
	lateAfter   = 5 * time.Minute // by then nothing is under way any more that began with the old version
)

// published hears of a new version of a calendar, in the transaction that writes
// it. A ticket that is being opened meanwhile still begins with the old version,
// and nobody sees it yet: the second job finds it.
func (e *Engine) published(ctx context.Context, _, _ calendar.Version) error {
	if err := e.queue.Put(ctx, Repromise{}); err != nil {
		return err
	}
	return e.queue.Put(ctx, Repromise{}, jobs.At(e.db.Now(ctx).Add(lateAfter)))
}

// repromise counts anew, batch by batch in the order of the tickets, whatever
// living promise an old version counts. What is left to do stands in the segments
// themselves: a process that dies in between leaves the rest to whoever does the
// job again, and nothing is done twice.
func (e *Engine) repromise(ctx context.Context, _ Repromise) (err error) {
	defer fault.Wrap(&err, "sla: repromise")
	shift, over := context.WithTimeout(ctx, shiftLength)
	defer over()
	group, work := errgroup.WithContext(ctx)
	group.SetLimit(e.store.lanes())
	var ids []tickets.ID
	for last := tickets.ID(0); shift.Err() == nil; last = ids[len(ids)-1] {
		if ids, err = e.outdated(work, last); err != nil || len(ids) == 0 {
			break
		}
		next := ids
		group.Go(func() error {
			return e.db.Tx(work, func(ctx context.Context) error { return e.renewMany(ctx, next) })
		})
	}
	// A worker that is told to end before it began has not done the job.
	if err = errors.Join(group.Wait(), err, ctx.Err()); err != nil || len(ids) == 0 {
		return err
	}
	return e.queue.Put(ctx, Repromise{})
}

// outdated lists the next tickets after one with a living promise that an old
// version of a calendar counts.
func (e *Engine) outdated(ctx context.Context, after tickets.ID) ([]tickets.ID, error) {
	current, err := e.newest(ctx)
	if err != nil {
		return nil, err
	}
	return e.store.outdated(ctx, current, after, batch)
}

// newest are the current versions of all calendars.
func (e *Engine) newest(ctx context.Context) ([]calendar.VersionID, error) {
	all, err := e.book.List(ctx)
	ids := make([]calendar.VersionID, 0, len(all))
	for _, v := range all {
		ids = append(ids, v.ID)
	}
	return ids, err
}

// Left counts the promises that are still to be counted anew: none, unless a
// calendar has just changed.
func (e *Engine) Left(ctx context.Context) (n int, err error) {
	defer fault.Wrap(&err, "sla: left")
	current, err := e.newest(ctx)
	if err != nil {
		return 0, err
	}
	return e.store.countOutdated(ctx, current)
}

// renewMany counts the living promises of tickets anew, where there is a newer
// version, and writes what that changes. It holds the tickets, so it runs in a
// transaction.
func (e *Engine) renewMany(ctx context.Context, ids []tickets.ID) error {
	if err := e.store.hold(ctx, ids...); err != nil {
		return err
	}
	timers, err := e.store.timers(ctx, ids)
	if err != nil {
		return err
	}
	all, err := e.store.policies(ctx)
	if err != nil {
		return err
	}
	r, policies := e.reading(), byID(all)
	before, was := promisesOf(timers), rowsOfTimers(timers)
	for _, t := range timers {
		if err := r.renew(ctx, t, policies[t.Policy]); err != nil {
			return err
		}
	}
	if err := e.store.renewTimers(ctx, timers, was); err != nil {
		return err
	}
	after := promisesOf(timers)
	maps.DeleteFunc(after, func(id tickets.ID, p tickets.Promise) bool { return samePromise(p, before[id]) })
	return e.desk.PromiseMany(people.As(ctx, people.System()), slices.Collect(maps.Values(after)))
}

// promisesOf is what the timers of several tickets promise, by ticket.
func promisesOf(timers []*Timer) map[tickets.ID]tickets.Promise {
	of := map[tickets.ID][]*Timer{}
	for _, t := range timers {
		of[t.Ticket] = append(of[t.Ticket], t)
	}
	all := make(map[tickets.ID]tickets.Promise, len(of))
	for id, timers := range of {
		all[id] = promiseOf(id, timers)
	}
	return all
}

func samePromise(a, b tickets.Promise) bool {
	return a.Provisional == b.Provisional && sameInstant(a.First, b.First) && sameInstant(a.Next, b.Next) &&
		sameInstant(a.Resolution, b.Resolution) && sameInstant(a.Due, b.Due)
}

func sameInstant(a, b *time.Time) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Equal(*b)
}
