package sla

import (
	"context"
	"slices"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

// inherit is what a merge means for the ticket that goes on. It keeps its own
// promises; but whoever asked first, on the merged ticket, has waited longer: if
// that one was opened earlier and has used more of its resolution, the survivor
// goes on from its start and with its stretches of time.
func (e *Engine) inherit(ctx context.Context, merged *watch) (err error) {
	defer fault.Wrap(&err, "goes on as ticket %d", merged.ticket.MergedInto)
	ctx = people.As(ctx, people.System())
	heir, err := e.desk.Get(ctx, merged.ticket.MergedInto)
	if err != nil || !merged.ticket.CreatedAt.Before(heir.CreatedAt) {
		return err
	}
	w, err := e.watch(ctx, heir, false)
	if err != nil || w == nil {
		return err
	}
	w.at = merged.at
	from, to := merged.last(Resolution), w.last(Resolution)
	if from == nil || to == nil || !to.State.alive() {
		return nil
	}
	took, err := w.takeOver(ctx, to, from)
	if err != nil || !took {
		return err
	}
	if err := e.store.dropSegments(ctx, to.ID); err != nil {
		return err
	}
	if err := e.store.saveTimers(ctx, w.timers); err != nil {
		return err
	}
	return e.desk.PromiseMany(ctx, []tickets.Promise{promiseOf(heir.ID, w.timers)})
}

// takeOver gives a living timer the past of one that has ended, if that has used more.
func (w *watch) takeOver(ctx context.Context, t, from *Timer) (took bool, err error) {
	p := w.policies[t.Policy]
	if err := w.renew(ctx, t, p); err != nil {
		return false, err
	}
	h, err := w.hoursOf(ctx, t, p)
	if err != nil {
		return false, err
	}
	runs := t.State == running
	if err := t.halt(w.at, paused, h); err != nil || from.Used <= t.Used {
		return false, err
	}
	t.StartedAt, t.Used, t.Past = from.StartedAt, from.Used, slices.Clone(from.Past)
	for i := range t.Past {
		t.Past[i].ID, t.Past[i].changed = 0, true
	}
	if err := w.renew(ctx, t, p); err != nil {
		return false, err
	}
	if runs {
		return true, w.runOn(ctx, t, p)
	}
	if h, err = w.hoursOf(ctx, t, p); err == nil {
		t.rest(h)
	}
	return true, err
}
