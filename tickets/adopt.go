package tickets

import (
	"context"

	"amigo/app/fault"
)

// Adopt makes a ticket the child of another, or releases it where parent is 0.
// A parent has no parent, and a child no children. Staff only. Fields: parent
// (no such ticket, itself, over, a child, or the ticket has children).
func (d *Desk) Adopt(ctx context.Context, child, parent ID) (err error) {
	defer fault.Wrap(&err, "ticket %d: adopt by %d", child, parent)
	if parent == 0 {
		_, err = d.change(ctx, child, func(_ context.Context, w *turn) error { return w.adopt(0) })
		return err
	}
	return d.changeBoth(ctx, child, parent, func(ctx context.Context, w, over *turn) error {
		if err := w.may(toAdopt); err != nil {
			return err
		}
		if err := w.checkParent(ctx, over.t); err != nil {
			return err
		}
		return w.adopt(parent)
	})
}

// adopt gives the ticket a parent, 0 for none.
func (w *turn) adopt(parent ID) error {
	if err := w.begin(toAdopt); err != nil {
		return err
	}
	if w.t.Parent == parent {
		return nil
	}
	w.t.Parent = parent
	if parent == 0 {
		w.happens(WasReleased, nil)
		return nil
	}
	w.happens(WasAdopted, nil)
	w.last().Event.put(refKey, parent.Ref())
	return nil
}

func (w *turn) checkParent(ctx context.Context, parent Ticket) error {
	f := fault.Fields{}
	switch {
	case parent.ID == 0:
		f.Add("parent", "tickets.field.ref")
	case parent.ID == w.t.ID:
		f.Add("parent", "tickets.field.itself")
	case parent.Status.Over():
		f.Add("parent", "tickets.field.over")
	case parent.Parent != 0:
		f.Add("parent", "tickets.field.child", "Ref", parent.Parent.Label())
	default:
		has, err := w.desk.store.hasChildren(ctx, w.t.ID)
		if err != nil {
			return err
		}
		if has {
			f.Add("parent", "tickets.field.children")
		}
	}
	return f.Err()
}
