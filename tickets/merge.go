package tickets

import (
	"context"
	"errors"

	"amigo/app/fault"
	"amigo/app/people"
)

// Merge lets a ticket go on as another: it closes with the outcome "merged";
// whoever took part in it follows the survivor from now on, and whoever watched
// it watches that. What was said stays where it was said; words that come later,
// by its requester's side or by mail, are heard on the survivor. Its requester
// gets one letter. Staff only. Fields: into (no such ticket, itself, closed or
// merged, or the ticket has children).
func (d *Desk) Merge(ctx context.Context, id, into ID) (err error) {
	defer fault.Wrap(&err, "ticket %d: merge into %d", id, into)
	return d.changeBoth(ctx, id, into, func(ctx context.Context, w, survivor *turn) error {
		if err := w.may(toMerge); err != nil {
			return err
		}
		if err := w.checkMerge(ctx, survivor); err != nil {
			return err
		}
		c, err := w.circle(ctx)
		if err != nil {
			return err
		}
		if err := survivor.followedBy(ctx, c.side); err != nil {
			return err
		}
		if err := survivor.workedOnBy(ctx, w.t.ID); err != nil {
			return err
		}
		if err := survivor.watchedAs(ctx, w.t.ID); err != nil {
			return err
		}
		if err := w.begin(toMerge); err != nil {
			return err
		}
		w.t.MergedInto, w.t.Outcome, w.t.Cause = survivor.t.ID, merged, ""
		w.happens(WasMerged, nil)
		w.last().Event.put(refKey, survivor.t.ID.Ref())
		survivor.happens(WasAbsorbed, nil)
		survivor.last().Event.put(refKey, w.t.ID.Ref())
		return nil
	})
}

// Merging is what a merge would do.
type Merging struct {
	From, Into Ticket
	Follow     []people.ID  // who would follow the survivor from then on
	Parties    []ThirdParty // who would work on it from outside, without addresses
}

// Merging says what [Desk.Merge] would do, and does nothing. What it would refuse
// is refused in the same way.
func (d *Desk) Merging(ctx context.Context, id, into ID) (m Merging, err error) {
	defer fault.Wrap(&err, "ticket %d: preview of a merge into %d", id, into)
	w, err := d.lookAt(ctx, id)
	if err != nil {
		return m, err
	}
	if err := w.begin(toMerge); err != nil {
		return m, err
	}
	survivor, err := d.lookAt(ctx, into)
	if errors.Is(err, fault.NotFound) {
		survivor, err = d.turnOn(ctx, Ticket{}), nil
	}
	if err != nil {
		return m, err
	}
	if err := w.checkMerge(ctx, survivor); err != nil {
		return m, err
	}
	m.From, m.Into = w.was, survivor.t
	c, err := w.circle(ctx)
	if err != nil {
		return m, err
	}
	for _, who := range c.side {
		if takes, err := survivor.takesPart(ctx, who); err != nil || takes {
			if err != nil {
				return m, err
			}
			continue
		}
		m.Follow = append(m.Follow, who)
	}
	m.Parties, err = d.store.parties(ctx, id)
	return m, err
}

// lookAt begins a turn that writes nothing.
func (d *Desk) lookAt(ctx context.Context, id ID) (*turn, error) {
	t, r, err := d.seen(ctx, id)
	if err != nil {
		return nil, err
	}
	w := d.turnOn(ctx, t)
	w.relation = r
	return w, nil
}

// refKey is under which an event keeps the reference of another ticket.
const refKey = "ref"

// checkMerge refuses a survivor that cannot be one. A survivor is never closed
// and what is merged is, so nothing goes on in a circle.
func (w *turn) checkMerge(ctx context.Context, survivor *turn) error {
	f := fault.Fields{}
	switch {
	case survivor.t.ID == 0:
		f.Add("into", "tickets.field.ref")
	case survivor.t.ID == w.t.ID:
		f.Add("into", "tickets.field.itself")
	case survivor.t.MergedInto != 0:
		f.Add("into", "tickets.field.merged", "Ref", survivor.t.MergedInto.Label())
	case survivor.t.Status == Closed:
		f.Add("into", "tickets.field.closed")
	default:
		has, err := w.desk.store.hasChildren(ctx, w.t.ID)
		if err != nil {
			return err
		}
		if has {
			f.Add("into", "tickets.field.children")
		}
	}
	return f.Err()
}

// goesOn is where words are heard that the requester's side, or AMIGO, says on a
// merged ticket: on the one that it goes on as. 0: here.
func (w *turn) goesOn(c Reply) (ID, error) {
	if w.t.MergedInto == 0 || w.relation == staff && w.voice(c) == toAnswer {
		return 0, nil
	}
	return w.t.MergedInto, w.may(toComplete)
}
