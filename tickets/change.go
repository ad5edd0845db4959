package tickets

import (
	"context"

	"amigo/app/fault"
	"amigo/app/people"
)

// Change is what staff change of a ticket in one go; nil: unchanged.
type Change struct {
	Version  int // 0: as it is now
	Status   *Status
	Type     *Type
	Priority *Priority
	Assignee *people.ID
	Team     *people.TeamID
	Category *string
	Service  *string
	Solve    Solve // read when Status is Solved
}

// Change changes a ticket in one transaction. A transition that does not exist
// is fault.Invalid. Fields: type, priority, category, service, and those of
// Assign and Solve.
func (d *Desk) Change(ctx context.Context, id ID, c Change) (t Ticket, err error) {
	defer fault.Wrap(&err, "ticket %d: change", id)
	return d.change(ctx, id, func(ctx context.Context, w *turn) error {
		if err := w.begin(toClassify); err != nil {
			return err
		}
		if err := w.expect(ctx, c.Version); err != nil {
			return err
		}
		if err := w.classify(ctx, c); err != nil {
			return err
		}
		if err := w.assign(ctx, c.Assignee, c.Team); err != nil {
			return err
		}
		switch {
		case c.Status == nil || *c.Status == w.t.Status:
			return nil
		case *c.Status == Solved:
			return w.solve(ctx, c.Solve)
		}
		return w.goTo(*c.Status)
	})
}

// classify says what sort of ticket it is.
func (w *turn) classify(ctx context.Context, c Change) error {
	f := fault.Fields{}
	before := w.t
	if c.Type != nil {
		if w.t.Type = *c.Type; !c.Type.Valid() {
			f.Add("type", "tickets.field.choose")
		}
	}
	if c.Priority != nil {
		w.t.Priority = *c.Priority
		w.checkPriority(f, *c.Priority)
	}
	if c.Service != nil || c.Category != nil {
		service, category := w.t.Service, w.t.Category
		if c.Service != nil {
			service, category = *c.Service, "" // the new service brings its own
		}
		if c.Category != nil {
			category = *c.Category
		}
		if err := w.setService(ctx, f, &w.t, service, category); err != nil {
			return err
		}
	}
	if err := f.Err(); err != nil {
		return err
	}
	if w.t != before {
		w.happens(WasClassified, nil)
	}
	return nil
}

// goTo brings the ticket to another status, without words.
func (w *turn) goTo(to Status) error {
	do, ok := actFor(w.t.Status, to)
	if !ok {
		return w.refused()
	}
	if err := w.begin(do); err != nil {
		return err
	}
	switch do {
	case toAsk, toRefer:
		w.happens(WasPaused, nil)
	case toResume:
		w.happens(WasResumed, nil)
	case toReopen:
		w.happens(WasReopened, nil)
	case toClose:
		w.happens(WasClosed, nil)
	}
	return nil
}
