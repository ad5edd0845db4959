package sla

import (
	"context"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

// Rejudge is the job that puts the living promises under the policies of today,
// from one ticket on.
type Rejudge struct {
	After tickets.ID `json:"after"`
}

// Kind names the job in the database.
func (Rejudge) Kind() string { return "sla.rejudge" }

// rejudgeBatch is how many tickets one job judges anew.
const rejudgeBatch = 200

// Rejudge puts the promises of all open tickets to which any is made under the
// policies of today, in a job: targets, calendars and ladders change, the time
// used stays. A promise that is not made any more is withdrawn; one that is made
// anew begins now. Supervisors only.
func (e *Engine) Rejudge(ctx context.Context) error {
	if !people.ActorOf(ctx).Is(people.Supervisor) {
		return fault.Denied
	}
	return e.queue.Put(ctx, Rejudge{})
}

// rejudge judges the next tickets anew, and leaves the rest to the next job.
func (e *Engine) rejudge(ctx context.Context, j Rejudge) (err error) {
	defer fault.Wrap(&err, "sla: rejudge after ticket %d", j.After)
	ids, err := e.store.promised(ctx, j.After, rejudgeBatch)
	if err != nil || len(ids) == 0 {
		return err
	}
	return e.db.Tx(ctx, func(ctx context.Context) error {
		if err := e.store.hold(ctx, ids...); err != nil {
			return err
		}
		for _, id := range ids {
			if err := e.judge(ctx, id); err != nil {
				return err
			}
		}
		return e.queue.Put(ctx, Rejudge{After: ids[len(ids)-1]})
	})
}

// judge puts the living promises of one ticket under the policy of today.
func (e *Engine) judge(ctx context.Context, id tickets.ID) (err error) {
	defer fault.Wrap(&err, "ticket %d", id)
	ctx = people.As(ctx, people.System())
	t, err := e.desk.Get(ctx, id)
	if err != nil {
		return err
	}
	w, err := e.watch(ctx, t, false)
	if err != nil || w == nil {
		return err
	}
	before := promiseOf(id, w.timers)
	w.at = e.db.Now(ctx)
	if err := w.rejudge(ctx); err != nil {
		return err
	}
	if err := e.store.saveTimers(ctx, w.timers); err != nil {
		return err
	}
	if after := promiseOf(id, w.timers); !samePromise(before, after) {
		return e.desk.PromiseMany(ctx, []tickets.Promise{after})
	}
	return nil
}
