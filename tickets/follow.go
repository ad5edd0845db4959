package tickets

import (
	"context"
	"errors"
	"slices"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
)

// Follower is somebody who takes part in a ticket because somebody said so: they
// read what is public, are written to from then on, and may say more.
type Follower struct {
	Person  people.ID
	AddedBy people.ID  // 0: not known
	AddedAt *time.Time // nil: not known
}

// Follow names somebody who is to follow a ticket: a person, or whoever has an
// address.
type Follow struct {
	Person  people.ID
	Address string // read when Person is 0
}

// Followers lists who follows a ticket that the actor may see.
func (d *Desk) Followers(ctx context.Context, id ID) (all []Follower, err error) {
	defer fault.Wrap(&err, "ticket %d: followers", id)
	if _, _, err := d.seen(ctx, id); err != nil {
		return nil, err
	}
	return d.store.following(ctx, id)
}

// Follow lets somebody take part in a ticket: what was said they may read, where
// they can sign in, and what will be said they are sent. The requester, and who
// reported it for them, may add people of the directory; staff may add anybody,
// who at an outside address is a guest. A mail adds nobody, whoever it was copied
// to. Who takes part already stays as they are. Fields: who.
func (d *Desk) Follow(ctx context.Context, id ID, c Follow) (who people.Person, err error) {
	defer fault.Wrap(&err, "ticket %d: follow", id)
	_, err = d.change(ctx, id, func(ctx context.Context, w *turn) error {
		if err := w.begin(toFollow); err != nil {
			return err
		}
		if !w.speaksForIt() {
			return fault.Because(fault.Denied, "tickets.refused.denied")
		}
		who, err = w.newcomer(ctx, c)
		if err != nil {
			return err
		}
		takesPart, err := w.takesPart(ctx, who.ID)
		if err != nil || takesPart {
			return err
		}
		if err := w.checkFollower(ctx, who); err != nil {
			return err
		}
		if err := d.store.addFollowers(ctx, id, w.actor.Person, w.at, who.ID); err != nil {
			return err
		}
		w.happens(WasFollowed, nil)
		w.last().Event.put(personKey, who.ID.String())
		return nil
	})
	return who, err
}

// speaksForIt says whether the actor decides who takes part: staff, and those who
// asked. Who was let in lets nobody in.
func (w *turn) speaksForIt() bool {
	return w.relation == staff || w.relation == system || w.actor.Person == w.t.Requester || w.actor.Person == w.t.ReportedBy
}

// newcomer is whom a command names. Only who may invite makes a guest of an
// address, or lets one in.
func (w *turn) newcomer(ctx context.Context, c Follow) (who people.Person, err error) {
	dir := w.desk.people
	unknown := fault.Fields{"who": fault.Say("circle.field.follower")}
	switch {
	case c.Person != 0:
		who, err = dir.Get(ctx, c.Person)
	case w.desk.ours(c.Address):
		return who, unknown
	case may(w.relation, toInvite):
		who, err = dir.Guest(ctx, c.Address, "")
	default:
		who, err = dir.ByAddress(ctx, c.Address)
	}
	known := who.Kind == people.Member || who.Kind == people.School || who.Kind == people.Guest && may(w.relation, toInvite)
	switch {
	case errors.Is(err, fault.NotFound), errors.Is(err, fault.Invalid), err == nil && (!known || who.DisabledAt != nil):
		return people.Person{}, unknown
	}
	return who, err
}

// checkFollower refuses who works on the ticket from outside, and too many.
func (w *turn) checkFollower(ctx context.Context, who people.Person) error {
	parties, err := w.desk.store.parties(ctx, w.t.ID)
	if err != nil {
		return err
	}
	all, err := w.desk.store.followers(ctx, w.t.ID)
	f := fault.Fields{}
	switch {
	case err != nil:
		return err
	case slices.ContainsFunc(parties, func(p ThirdParty) bool { return p.Person == who.ID }):
		f.Add("who", "circle.field.third_party")
	case len(all) >= MaxFollowers:
		f.Add("who", "circle.field.crowd", "Max", MaxFollowers)
	}
	return f.Err()
}

// Unfollow lets a follower go: from now on they read nothing and are sent
// nothing. Followers may go by themselves; who may add may remove. Nobody who
// does not follow is fault.NotFound.
func (d *Desk) Unfollow(ctx context.Context, id ID, who people.ID) (err error) {
	defer fault.Wrap(&err, "ticket %d: unfollow", id)
	_, err = d.change(ctx, id, func(ctx context.Context, w *turn) error {
		if err := w.begin(toUnfollow); err != nil {
			return err
		}
		if who != w.actor.Person && !w.speaksForIt() {
			return fault.Because(fault.Denied, "tickets.refused.denied")
		}
		done, err := d.store.dropFollower(ctx, id, who)
		if err == nil && !done {
			err = fault.NotFound
		}
		if err != nil {
			return err
		}
		w.happens(WasUnfollowed, nil)
		w.last().Event.put(personKey, who.String())
		return nil
	})
	return err
}

// followedBy lets people follow the ticket who do not take part in it yet, and
// do not work on it from outside.
func (w *turn) followedBy(ctx context.Context, who []people.ID) error {
	parties, err := w.desk.store.parties(ctx, w.t.ID)
	if err != nil {
		return err
	}
	who = slices.DeleteFunc(slices.Clone(who), func(p people.ID) bool {
		return p == w.t.Requester || p == w.t.ReportedBy || slices.ContainsFunc(parties, func(t ThirdParty) bool { return t.Person == p })
	})
	return w.desk.store.addFollowers(ctx, w.t.ID, w.actor.Person, w.at, who...)
}
