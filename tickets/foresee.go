package tickets

import (
	"context"
	"errors"

	"amigo/app/db"
	"amigo/app/fault"
	"amigo/app/people"
)

// Foreseen is what a change would make of a ticket.
type Foreseen struct {
	Before, After Ticket
	Tags          [2][]Tag // before and after, where tags were to change
	Err           error    // why it would be refused; nil: it would not
}

// Foresee says what [Desk.Change], and then [Desk.Reply] with an answer unless
// that is nil, would make of some tickets, by the rules of both, and does
// nothing. Versions and words that came meanwhile are not asked about.
func (d *Desk) Foresee(ctx context.Context, list []Ticket, c Change, answer *Reply) (all []Foreseen, err error) {
	defer fault.Wrap(&err, "tickets: foresee")
	met := names{persons: map[people.ID]people.Person{}}
	for _, t := range list {
		w := d.turnOn(ctx, t)
		if w.relation, err = d.relation(ctx, t); err != nil {
			return nil, err
		}
		w.known = met
		f := Foreseen{Before: t}
		f.Tags, err = w.imagine(ctx, c, answer)
		if err != nil && !refusal(err) {
			return nil, err
		}
		f.After, f.Err, met = w.t, err, w.known
		all = append(all, f)
	}
	return all, nil
}

// refusal says whether an error is an answer, and no accident.
func refusal(err error) bool {
	return errors.Is(err, fault.Invalid) || errors.Is(err, fault.Denied) || errors.Is(err, fault.NotFound) || errors.Is(err, fault.Conflict)
}

// imagine takes the steps of Change and Reply on a turn that writes nothing.
func (w *turn) imagine(ctx context.Context, c Change, answer *Reply) (tags [2][]Tag, err error) {
	if err := w.begin(toClassify); err != nil {
		return tags, err
	}
	f := fault.Fields{}
	retagged, err := w.retagged(ctx, f, c.Tags)
	if err = errors.Join(err, f.Err()); err != nil {
		return tags, err
	}
	tags = [2][]Tag{retagged.before, retagged.after}
	c.Tags = nil
	if err := w.classify(ctx, c); err != nil {
		return tags, err
	}
	if err := w.assign(ctx, c.Assignee, c.Team); err != nil {
		return tags, err
	}
	if c.Status != nil && *c.Status != w.t.Status {
		if err := w.imagineStatus(*c.Status, c.Solve); err != nil {
			return tags, err
		}
	}
	return tags, w.imagineAnswer(answer)
}

// imagineStatus is a change of status, of which the solution is not written.
func (w *turn) imagineStatus(to Status, c Solve) error {
	if to != Solved {
		return w.goTo(to)
	}
	if _, ok := next(w.t.Status, toSolve); !ok {
		return w.refused()
	}
	if err := w.checkSolve(c); err != nil {
		return err
	}
	return w.end(&Message{}, c.Outcome, c.Cause)
}

// imagineAnswer is an answer that is not written.
func (w *turn) imagineAnswer(answer *Reply) error {
	if answer == nil {
		return nil
	}
	do := w.voice(*answer)
	if err := w.may(do); err != nil {
		return err
	}
	if _, ok := next(w.t.Status, do); !ok {
		return w.refused()
	}
	if err := w.checkReply(*answer); err != nil {
		return err
	}
	if do == toComplete {
		return w.complete(&Message{}, false)
	}
	return w.answer(&Message{}, answer.Then)
}

// GetMany reads those of some tickets that the actor may see, by number.
func (d *Desk) GetMany(ctx context.Context, ids []ID) (found []Ticket, err error) {
	defer fault.Wrap(&err, "tickets: get many")
	if a := people.ActorOf(ctx); len(ids) > 0 && reads(a) {
		return d.store.many(ctx, a, db.Some(ids))
	}
	return nil, nil
}
