package tickets

import (
	"context"

	"amigo/app/fault"
	"amigo/app/people"
)

// A ticket is unheard from the moment at which the requester's side says
// something until somebody of the desk reads it, or says something themselves.

// takesDown says whether the actor writes down at the desk what somebody else asks.
func (w *turn) takesDown() bool {
	return w.actor.Is(people.Technician) && (w.actor.Channel == people.Web || w.actor.Channel == people.Phone)
}

// unheard notes that the requester's side has said something.
func (w *turn) unheard() {
	if w.t.UnheardSince == nil {
		at := w.at
		w.t.UnheardSince = &at
	}
}

// heard notes that somebody of the desk knows what was said.
func (w *turn) heard() {
	if w.relation == staff {
		w.t.UnheardSince = nil
	}
}

// Read notes that somebody at the desk has read what was said on a ticket: a
// quiet write, which collides with nobody's form. Staff only.
func (d *Desk) Read(ctx context.Context, id ID) (err error) {
	defer fault.Wrap(&err, "ticket %d: read", id)
	t, r, err := d.seen(ctx, id)
	if err != nil {
		return err
	}
	if !may(r, toRead) {
		return fault.Because(fault.Denied, "tickets.refused.denied")
	}
	if t.UnheardSince == nil {
		return nil
	}
	return d.db.Tx(ctx, func(ctx context.Context) error {
		done, err := d.store.heard(ctx, id, *t.UnheardSince)
		if err == nil && done {
			d.publishInside(ctx, id)
		}
		return err
	})
}
