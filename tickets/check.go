package tickets

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"amigo/app/fault"
	"amigo/app/people"
)

// CheckID identifies a point of a checklist.
type CheckID int64

// Check is one thing that there is to do on a ticket.
type Check struct {
	ID     CheckID
	Text   string
	DoneAt *time.Time // nil: still to do
	DoneBy people.ID
}

// Limits of checklists. More is fault.Invalid, by field.
const (
	MaxChecks = 50  // points of one ticket
	MaxCheck  = 200 // characters of one
)

// Under these an event keeps which point it is about, and what became of it.
const (
	checkKey = "check"
	doneKey  = "done"
)

// AddChecks puts points at the end of a checklist, one for each line of a text;
// staff only. Fields: check.
func (d *Desk) AddChecks(ctx context.Context, id ID, text string) (err error) {
	defer fault.Wrap(&err, "ticket %d: add to the checklist", id)
	return d.onList(ctx, id, func(ctx context.Context, w *turn, list []Check) error {
		var points []string
		for line := range strings.Lines(cleanText(text)) {
			if point := cleanLine(line); point != "" {
				points = append(points, point)
			}
		}
		f := fault.Fields{}
		switch {
		case len(points) == 0:
			f.Add("check", "tickets.field.required")
		case len(list)+len(points) > MaxChecks:
			f.Add("check", "facts.check.crowd", "Max", MaxChecks)
		case slices.ContainsFunc(points, func(p string) bool { return utf8.RuneCountInString(p) > MaxCheck }):
			f.Add("check", "tickets.field.long", "Max", MaxCheck)
		}
		if err := f.Err(); err != nil {
			return err
		}
		for _, p := range points {
			w.checks(p, "added")
		}
		return d.store.addChecks(ctx, id, points, w.at)
	})
}

// Tick says that a point is done, or that it is not. Two people who tick two
// points at once both have. Staff only; a point that is not there is
// fault.NotFound.
func (d *Desk) Tick(ctx context.Context, id ID, point CheckID, done bool) (err error) {
	defer fault.Wrap(&err, "ticket %d: tick %d", id, point)
	return d.onCheck(ctx, id, point, func(ctx context.Context, w *turn, list []Check, i int) error {
		switch {
		case (list[i].DoneAt != nil) == done:
			return nil
		case done:
			w.checks(list[i].Text, "ticked")
			return d.store.tick(ctx, point, &w.at, w.actor.Person)
		}
		w.checks(list[i].Text, "unticked")
		return d.store.tick(ctx, point, nil, 0)
	})
}

// MoveCheck moves a point one place up, or down. Staff only.
func (d *Desk) MoveCheck(ctx context.Context, id ID, point CheckID, up bool) (err error) {
	defer fault.Wrap(&err, "ticket %d: move %d of the checklist", id, point)
	return d.onCheck(ctx, id, point, func(ctx context.Context, w *turn, list []Check, i int) error {
		other := i + 1
		if up {
			other = i - 1
		}
		if other < 0 || other >= len(list) {
			return nil
		}
		d.publishInside(ctx, id)
		return d.store.swapChecks(ctx, list[i].ID, list[other].ID)
	})
}

// DropCheck takes a point off the list. Staff only.
func (d *Desk) DropCheck(ctx context.Context, id ID, point CheckID) (err error) {
	defer fault.Wrap(&err, "ticket %d: drop %d of the checklist", id, point)
	return d.onCheck(ctx, id, point, func(ctx context.Context, w *turn, list []Check, i int) error {
		w.checks(list[i].Text, "removed")
		return d.store.dropCheck(ctx, point)
	})
}

// onList changes the checklist of a ticket, which nobody else does meanwhile.
func (d *Desk) onList(ctx context.Context, id ID, f func(context.Context, *turn, []Check) error) error {
	_, err := d.change(ctx, id, func(ctx context.Context, w *turn) error {
		if err := w.begin(toCheck); err != nil {
			return err
		}
		list, err := d.store.checks(ctx, id)
		if err != nil {
			return err
		}
		return f(ctx, w, list)
	})
	return err
}

// onCheck changes one point of a checklist, the i-th.
func (d *Desk) onCheck(ctx context.Context, id ID, point CheckID, f func(context.Context, *turn, []Check, int) error) error {
	return d.onList(ctx, id, func(ctx context.Context, w *turn, list []Check) error {
		i := slices.IndexFunc(list, func(c Check) bool { return c.ID == point })
		if i < 0 {
			return fault.NotFound
		}
		return f(ctx, w, list, i)
	})
}

// checks says what became of a point.
func (w *turn) checks(text, done string) {
	w.happens(WasChecked, nil)
	w.last().Event.put(checkKey, text)
	w.last().Event.put(doneKey, done)
}
