package tickets

import (
	"context"
	"errors"
	"maps"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/sla/calendar"
)

// turn is one use case under way on one ticket: what it was, what it is
// becoming, and what has happened so far. A use case asks [turn.begin] for each
// thing it does, changes t, and says what happened; [turn.finish] writes it
// all and tells everyone.
type turn struct {
	desk     *Desk
	actor    people.Actor
	at       time.Time // when it happens, to the world; a mail happened when it was accepted
	was      Ticket    // as it was read
	t        Ticket    // as it is becoming
	told     Ticket    // as the last happening left it
	happened []Happening
	relation relation           // of the actor to the ticket
	quiet    bool               // no letter to the actor
	known    names              // whom the turn has met
	until    *calendar.Day      // the last day of the requester, before the desk acts by itself
	hours    *calendar.Calendar // by which the listeners have promised something; nil: they have not
}

// turnOn begins a turn on a ticket that was read.
func (d *Desk) turnOn(ctx context.Context, t Ticket) *turn {
	return &turn{
		desk: d, actor: people.ActorOf(ctx), at: d.db.Now(ctx), was: t, t: t, told: t,
		known: names{persons: map[people.ID]people.Person{}},
	}
}

// change runs a use case on a ticket that nobody else changes meanwhile. For an
// actor to whom the ticket does not exist it is fault.NotFound.
func (d *Desk) change(ctx context.Context, id ID, f func(ctx context.Context, w *turn) error) (after Ticket, err error) {
	err = d.db.Tx(ctx, func(ctx context.Context) error {
		w, err := d.takeUp(ctx, id)
		if err != nil {
			return err
		}
		if err := f(ctx, w); err != nil {
			return err
		}
		err = w.finish(ctx)
		after = w.t
		return err
	})
	if err != nil {
		return Ticket{}, err
	}
	return after, nil
}

// changeBoth is change for two tickets, of which the second may not exist: then
// its number is 0. They are locked in the order of their numbers, so that two
// such changes never wait for each other in a circle.
func (d *Desk) changeBoth(ctx context.Context, one, other ID, f func(ctx context.Context, w, v *turn) error) error {
	return d.db.Tx(ctx, func(ctx context.Context) error {
		turns := map[ID]*turn{}
		for _, id := range []ID{min(one, other), max(one, other)} {
			w, err := d.takeUp(ctx, id)
			if errors.Is(err, fault.NotFound) && id != one {
				w, err = d.turnOn(ctx, Ticket{}), nil
			}
			if err != nil {
				return err
			}
			turns[id] = w
		}
		w, v := turns[one], turns[other]
		if err := f(ctx, w, v); err != nil {
			return err
		}
		if err := w.finish(ctx); err != nil {
			return err
		}
		return v.finish(ctx)
	})
}

// takeUp begins a turn on a ticket, and locks it.
func (d *Desk) takeUp(ctx context.Context, id ID) (*turn, error) {
	t, err := d.store.lock(ctx, id)
	if err != nil {
		return nil, err
	}
	w := d.turnOn(ctx, t)
	w.relation, err = d.relation(ctx, t)
	return w, err
}

// may refuses an actor who may not do something: to whom the ticket does not
// exist, fault.NotFound; to whom it does, fault.Denied.
func (w *turn) may(do act) error {
	switch {
	case may(w.relation, do):
		return nil
	case may(w.relation, toSee):
		return fault.Because(fault.Denied, "tickets.refused.denied")
	}
	return fault.NotFound
}

// begin asks whether the actor may do something, and whether it exists where
// the ticket stands; then the ticket stands where it leads.
func (w *turn) begin(do act) error {
	if err := w.may(do); err != nil {
		return err
	}
	return w.move(do)
}

// move is begin for what follows from something that was asked for.
func (w *turn) move(do act) error {
	to, ok := next(w.t.Status, do)
	if !ok {
		return w.refused()
	}
	w.t.enter(to, w.at)
	return nil
}

// refused is why something does not exist where the ticket stands.
func (w *turn) refused() error {
	if w.t.MergedInto != 0 {
		return fault.Because(fault.Invalid, "tickets.refused.merged", "Ref", w.t.MergedInto.Label())
	}
	return refused(w.t.Status)
}

// expect refuses a change by somebody who has seen another version; 0 means
// that they do not say which.
func (w *turn) expect(ctx context.Context, version int) error {
	if version == 0 || version == w.was.Version {
		return nil
	}
	return w.overtaken(ctx, version)
}

// OvertakenError refuses a change by somebody who has seen another version. It is
// fault.Conflict, with the name of who came first.
type OvertakenError struct {
	*fault.Problem
	Since []Event // what changed since that version, oldest first; empty where it is not known
}

// Unwrap gives the problem.
func (o *OvertakenError) Unwrap() error { return o.Problem }

// overtaken is the conflict of versions for somebody who has seen one.
func (w *turn) overtaken(ctx context.Context, seen int) error {
	since, err := w.desk.store.changesAfter(ctx, w.t.ID, seen)
	if err != nil {
		return err
	}
	var who people.ID
	if len(since) > 0 {
		who = since[len(since)-1].Actor
	} else if who, err = w.desk.store.lastChanger(ctx, w.t.ID); err != nil {
		return err
	}
	name, err := w.nameOf(ctx, who)
	if err != nil {
		return err
	}
	return &OvertakenError{Problem: fault.Because(fault.Conflict, "tickets.refused.overtaken", "Who", name), Since: since}
}

// happens says what the changes since the last happening amount to.
func (w *turn) happens(what What, m *Message) {
	e := Event{Ticket: w.t.ID, At: w.at, What: what, Actor: w.actor.Person}
	w.happened = append(w.happened, Happening{Event: e, Before: w.told, After: w.t, Message: m})
	w.told = w.t
}

// last is the newest happening.
func (w *turn) last() *Happening { return &w.happened[len(w.happened)-1] }

// finish writes what changed and what happened, tells the listeners, and posts
// the letters. Where nothing happened there is nothing to write.
func (w *turn) finish(ctx context.Context) error {
	if len(w.happened) == 0 {
		return nil
	}
	if err := w.settle(ctx); err != nil {
		return err
	}
	if done, err := w.desk.store.write(ctx, w.t, w.was.Version); err != nil {
		return err
	} else if !done {
		return w.overtaken(ctx, w.was.Version)
	}
	return w.announce(ctx)
}

// settle names the changes of each happening and gives the ticket its version:
// a new one when a field has changed; words alone do not collide with a form.
func (w *turn) settle(ctx context.Context) error {
	moved := false
	for i := range w.happened {
		h := &w.happened[i]
		if err := w.meet(ctx, h.Before.Assignee, h.After.Assignee, h.Before.Requester, h.After.Requester); err != nil {
			return err
		}
		if h.Before.Team != h.After.Team {
			if err := w.meetTeams(ctx); err != nil {
				return err
			}
		}
		fields, beside := changes(h.Before, h.After, w.known), h.Event.Changes
		if len(fields) > 0 {
			moved, h.Event.version = true, w.was.Version+1
		}
		maps.Copy(fields, beside)
		h.Event.Changes = fields
	}
	if moved {
		w.t.Version++
	}
	w.t.UpdatedAt = w.desk.db.Now(ctx)
	for i := range w.happened {
		w.happened[i].After.Version, w.happened[i].After.UpdatedAt = w.t.Version, w.t.UpdatedAt
	}
	return nil
}

// announce writes the events, lets the listeners hear, and writes the letters with
// what they have promised.
func (w *turn) announce(ctx context.Context) error {
	d := w.desk
	if err := w.foresee(ctx); err != nil {
		return err
	}
	for i := range w.happened {
		if err := d.store.addEvent(ctx, &w.happened[i].Event); err != nil {
			return err
		}
	}
	if err := w.index(ctx); err != nil {
		return err
	}
	heard, err := d.tell(ctx, w.happened)
	if err != nil {
		return err
	}
	p, made := heard[w.t.ID]
	if made {
		w.t.keep(p)
		w.hours = p.Hours
	}
	if err := w.post(ctx); err != nil {
		return err
	}
	if inside(w.happened) && !made {
		d.publishInside(ctx, w.t.ID)
	} else {
		d.publish(ctx, w.t.ID)
	}
	return nil
}

// fresh says whether the ticket is being opened: nobody has said anything
// before, and nobody follows it yet.
func (w *turn) fresh() bool { return w.was.ID == 0 }

// meet reads the people whom the turn has not met yet; 0 is nobody.
func (w *turn) meet(ctx context.Context, ids ...people.ID) error {
	var strangers []people.ID
	for _, id := range ids {
		if _, met := w.known.persons[id]; !met && id != 0 {
			strangers = append(strangers, id)
			w.known.persons[id] = people.Person{}
		}
	}
	if len(strangers) == 0 {
		return nil
	}
	found, err := w.desk.people.GetMany(ctx, strangers)
	for id, p := range found {
		w.known.persons[id] = p
	}
	return err
}

func (w *turn) meetTeams(ctx context.Context) (err error) {
	if w.known.teams == nil {
		w.known.teams, err = w.desk.people.Teams(ctx)
	}
	return err
}

// person is somebody, read once in a turn.
func (w *turn) person(ctx context.Context, id people.ID) (people.Person, error) {
	err := w.meet(ctx, id)
	return w.known.persons[id], err
}

// nameOf is the name that people know somebody by; AMIGO's own when nobody is known.
func (w *turn) nameOf(ctx context.Context, id people.ID) (string, error) {
	p, err := w.person(ctx, id)
	if p.Name == "" {
		return people.System().Name, err
	}
	return p.Name, err
}
