package tickets

import (
	"context"

	"amigo/app/fault"
)

// LinkKind says what ties one ticket to another.
type LinkKind string

// The kinds.
const (
	Related   LinkKind = "related"   // they are about the same thing; it goes both ways
	Duplicate LinkKind = "duplicate" // the one asks what the other asked before
	Cause     LinkKind = "cause"     // the one is there because of the other
)

// LinkKinds lists them.
var LinkKinds = [...]LinkKind{Related, Duplicate, Cause}

// kindKey is under which an event keeps the kind of a link.
const kindKey = "kind"

// Link ties a ticket to another, in the place of whatever tied the two before:
// it is a duplicate of the other, or has the other as its cause. Neither is
// changed by it. Staff only. Fields: ref (no such ticket, itself), kind.
func (d *Desk) Link(ctx context.Context, id, other ID, kind LinkKind) (err error) {
	defer fault.Wrap(&err, "ticket %d: link to %d", id, other)
	return d.changeBoth(ctx, id, other, func(ctx context.Context, w, v *turn) error {
		if err := w.begin(toLink); err != nil {
			return err
		}
		f := fault.Fields{}
		switch {
		case v.t.ID == 0:
			f.Add("ref", "tickets.field.ref")
		case v.t.ID == w.t.ID:
			f.Add("ref", "tickets.field.itself")
		}
		switch kind {
		case Related, Duplicate, Cause:
		default:
			f.Add("kind", "tickets.field.choose")
		}
		if err := f.Err(); err != nil {
			return err
		}
		was, err := d.store.link(ctx, id, other)
		from, to := id, other
		if kind == Related {
			from, to = min(id, other), max(id, other)
		}
		now := linkRow{TicketID: from, OtherID: to, Kind: kind}
		if err != nil || was != nil && was.same(now) {
			return err
		}
		if err := d.store.unlink(ctx, id, other); err != nil {
			return err
		}
		now.ByID, now.At = w.actor.Person, w.at
		if err := d.store.addLink(ctx, now); err != nil {
			return err
		}
		w.ties(WasLinked, other, kind)
		v.ties(WasLinked, id, kind)
		return nil
	})
}

// Unlink unties two tickets; where nothing ties them it is fault.NotFound. Staff
// only.
func (d *Desk) Unlink(ctx context.Context, id, other ID) (err error) {
	defer fault.Wrap(&err, "ticket %d: unlink from %d", id, other)
	return d.changeBoth(ctx, id, other, func(ctx context.Context, w, v *turn) error {
		if err := w.begin(toLink); err != nil {
			return err
		}
		was, err := d.store.link(ctx, id, other)
		if err == nil && was == nil {
			err = fault.NotFound
		}
		if err != nil {
			return err
		}
		w.ties(WasUnlinked, other, was.Kind)
		v.ties(WasUnlinked, id, was.Kind)
		return d.store.unlink(ctx, id, other)
	})
}

// ties says that something ties the ticket to another, or no longer does.
func (w *turn) ties(what What, other ID, kind LinkKind) {
	w.happens(what, nil)
	w.last().Event.put(refKey, other.Ref())
	w.last().Event.put(kindKey, string(kind))
}
