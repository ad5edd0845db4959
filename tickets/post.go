package tickets

import (
	"context"
	"errors"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
)

// post writes the letters that the turn causes into the outbox.
func (w *turn) post(ctx context.Context) error {
	c, err := w.circle(ctx)
	if err != nil {
		return err
	}
	all := notices(w.happened, c)
	choices, err := w.choices(ctx, all)
	if err != nil {
		return err
	}
	for _, n := range all {
		if err := w.send(ctx, n, choices[n.reader]); err != nil {
			return err
		}
	}
	return nil
}

// choices reads what the readers of some letters want to be written about, and when.
func (w *turn) choices(ctx context.Context, all []notice) (map[people.ID]people.Choices, error) {
	if len(all) == 0 {
		return nil, nil
	}
	readers := make([]people.ID, 0, len(all))
	for _, n := range all {
		readers = append(readers, n.reader)
	}
	return w.desk.people.ChoicesMany(ctx, readers)
}

// circle is who stands around the ticket now. Whoever reported it and is staff
// took a call; they read of it on the page.
func (w *turn) circle(ctx context.Context) (circle, error) {
	c := circle{actor: w.actor.Person, quiet: w.quiet, status: w.t.Status}
	var followers []people.ID
	if !w.fresh() {
		var err error
		if followers, err = w.desk.store.followers(ctx, w.t.ID); err != nil {
			return c, err
		}
	}
	if err := w.meet(ctx, append(followers, w.t.Requester, w.t.ReportedBy)...); err != nil {
		return c, err
	}
	c.side = append(w.askers(), followers...)
	if !watched(w.happened) || w.fresh() {
		return c, nil
	}
	all, err := w.desk.store.watchers(ctx, w.t.ID)
	if err != nil {
		return c, err
	}
	c.watchers, err = w.stillHere(ctx, all)
	return c, err
}

// stillHere leaves those who work at the desk.
func (w *turn) stillHere(ctx context.Context, all []people.ID) (here []people.ID, err error) {
	if err := w.meet(ctx, all...); err != nil {
		return nil, err
	}
	for _, id := range all {
		if p := w.known.persons[id]; p.DisabledAt == nil && p.Role.AtLeast(people.Technician) {
			here = append(here, id)
		}
	}
	return here, nil
}

// askers are the requester, and whoever reported it for them and is not staff.
func (w *turn) askers() []people.ID {
	if w.t.ReportedBy == w.t.Requester || w.known.persons[w.t.ReportedBy].Role.AtLeast(people.Technician) {
		return []people.ID{w.t.Requester}
	}
	return []people.ID{w.t.Requester, w.t.ReportedBy}
}

// send writes one letter, or keeps it for the reader's digest, as they want it and
// unless they cannot be written to.
func (w *turn) send(ctx context.Context, n notice, c people.Choices) error {
	when := paced(n.letter, c.Pace, w.filed(n.reader))
	if when == unsaid {
		return nil
	}
	if err := w.meet(ctx, n.reader, w.actor.Person, w.t.Requester); err != nil {
		return err
	}
	reader := w.known.persons[n.reader]
	address, ok := reader.Mailbox()
	if !ok {
		return nil
	}
	if when == gathered {
		return w.gather(ctx, n, reader)
	}
	s, err := w.scene(ctx, n, reader)
	if err != nil {
		return err
	}
	draft := s.draft(i18n.In(reader.Lang))
	draft.To, draft.AtOnce = address, n.letter == openedLetter || !c.Quiet
	draft.First = n.letter == openedLetter
	_, err = w.desk.outbox.Send(ctx, draft)
	return err
}

// scene gathers what a letter may speak of.
func (w *turn) scene(ctx context.Context, n notice, reader people.Person) (scene, error) {
	d := w.desk
	s := scene{
		notice: n, Ticket: w.t, Reader: reader, Author: w.known.persons[w.actor.Person],
		Requester: w.known.persons[w.t.Requester], Now: d.db.Now(ctx), ReplyTo: d.ReplyAddress(w.t.ID, reader.ID),
		Link: d.pageOf(w.t.ID), Choose: preferencesAt(d.conf.PublicURL), Until: w.until,
		Proven: w.actor.Believed && (reader.Kind != people.Guest || reader.ID != w.actor.Person),
	}
	if err := w.meetTeams(ctx); err != nil {
		return s, err
	}
	s.Team = w.known.team(w.t.Team)
	switch n.letter {
	case openedLetter:
	case consultedLetter, informedLetter:
		return w.partyScene(ctx, s)
	case solvedLetter, abandonedLetter:
		s.Rate = d.ratePage(w.t, reader.ID)
		return s, nil
	case remindedLetter:
		var err error
		s.Question, err = d.store.question(ctx, w.t.ID, w.askers())
		return s, err
	case mergedLetter:
		s.ReplyTo = d.ReplyAddress(w.t.MergedInto, reader.ID)
		s.Link = d.pageOf(w.t.MergedInto)
		return s, nil
	default:
		return s, nil
	}
	place, err := w.establishment(ctx, w.t.Requester, w.t.Establishment)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return s, err
	}
	s.Phones = place.EmergencyPhones() // of no place: everybody's
	s.Reopens, err = d.reopening(ctx, w.hours, s.Now)
	return s, err
}

// pageOf is the address of a ticket's page, empty where the installation has none.
func (d *Desk) pageOf(id ID) string {
	if d.conf.PublicURL == "" {
		return ""
	}
	return d.conf.PublicURL + "/tickets/" + id.Ref()
}
