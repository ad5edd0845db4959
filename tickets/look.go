package tickets

import (
	"context"
	"slices"

	"amigo/app/fault"
	"amigo/app/people"
)

// Look is a ticket as its page shows it to one reader, with everybody who appears
// on it.
type Look struct {
	Ticket    Ticket
	Messages  []Message // as of [Desk.Messages]
	Events    []Event   // as of [Desk.Events]
	Followers []Follower
	People    map[people.ID]people.Person

	// What only staff see.
	Parties  []ThirdParty // as of [Desk.ThirdParties]
	Watchers []people.ID
	Tags     []Tag
	Checks   []Check
	Efforts  []Effort // oldest first
	Wakes    []Wake   // of everybody, the earliest first
	Kin      Kin
}

// Look reads all that the page of a ticket shows: one look at the actor's rights,
// and few statements however much there is. A ticket that they may not see is
// fault.NotFound.
func (d *Desk) Look(ctx context.Context, id ID) (l Look, err error) {
	defer fault.Wrap(&err, "ticket %d: look", id)
	t, r, err := d.seen(ctx, id)
	if err != nil {
		return Look{}, err
	}
	l.Ticket = t
	notes := may(r, toSeeNotes)
	if l.Messages, err = d.store.messages(ctx, id, notes, 0, 0); err != nil {
		return Look{}, err
	}
	if l.Events, err = d.store.events(ctx, id, notes); err != nil {
		return Look{}, err
	}
	if notes {
		err = d.backstage(ctx, &l)
	} else {
		l.Followers, err = d.store.following(ctx, id)
	}
	if err != nil {
		return Look{}, err
	}
	if l.People, err = d.people.GetMany(ctx, l.cast()); err != nil {
		return Look{}, err
	}
	l.address()
	return l, nil
}

// backstage adds what only staff see.
func (d *Desk) backstage(ctx context.Context, l *Look) (err error) {
	if err = d.store.beside(ctx, l); err != nil {
		return err
	}
	l.Kin, err = d.store.kin(ctx, l.Ticket)
	return err
}

// cast are the people who appear, each once.
func (l Look) cast() []people.ID {
	ids := append([]people.ID{l.Ticket.Requester, l.Ticket.ReportedBy, l.Ticket.Assignee}, l.Watchers...)
	for _, m := range l.Messages {
		ids = append(ids, m.Author, m.Addressee)
	}
	for _, e := range l.Events {
		ids = append(ids, e.Actor, personIn(e.Data))
	}
	for _, f := range l.Followers {
		ids = append(ids, f.Person)
	}
	for _, p := range l.Parties {
		ids = append(ids, p.Person)
	}
	for _, c := range l.Checks {
		ids = append(ids, c.DoneBy)
	}
	for _, e := range l.Efforts {
		ids = append(ids, e.Person)
	}
	for _, w := range l.Wakes {
		ids = append(ids, w.Person)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) > 0 && ids[0] == 0 {
		ids = ids[1:]
	}
	return ids
}

// address gives the third parties where they are written to, and puts them in the
// order of their names.
func (l Look) address() {
	for i, p := range l.Parties {
		l.Parties[i].Address = addressOf(l.People[p.Person])
	}
	sortParties(l.Parties)
}
