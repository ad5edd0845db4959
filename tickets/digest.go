package tickets

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
)

// A digest gathers the letters that somebody does not want one by one. Each is
// kept as a line in the transaction that would have written it, due with the
// reader's next working morning. Once it is, one letter says it all, as it can be
// read by then, and the lines go with the transaction that writes it: no line is
// told twice, nor lost.

// sendDigests finds those whose digest is due.
type sendDigests struct{}

func (sendDigests) Kind() string { return "tickets.digests" }

// gather keeps a notice for its reader's digest.
func (w *turn) gather(ctx context.Context, n notice, reader people.Person) error {
	r, err := w.desk.Rhythm(ctx, reader)
	if err != nil {
		return err
	}
	l := digestLine{Person: reader.ID, Ticket: w.t.ID, Event: n.about.Event.ID, Letter: n.letter, Due: r.Morning(w.desk.db.Now(ctx))}
	if m := n.about.Message; m != nil {
		l.Message = m.ID
	}
	return w.desk.store.addLine(ctx, l)
}

// rechosen lets go at once of what waits for somebody who wants no digest any more.
func (d *Desk) rechosen(ctx context.Context, who people.ID, c people.Choices) error {
	if c.Pace == people.Digest {
		return nil
	}
	return d.store.hurry(ctx, who, d.db.Now(ctx))
}

// digestLeave is how long before its time is over the job leaves the rest to the
// next one: thousands may be due at the same eight o'clock.
const digestLeave = 20 * time.Second

// sendDigests writes what is due, to one person after the other. Whom it cannot
// write to, for an accident, does not keep it from the others.
func (d *Desk) sendDigests(ctx context.Context, _ sendDigests) (err error) {
	defer fault.Wrap(&err, "tickets: digests")
	spell := ctx
	if end, bounded := ctx.Deadline(); bounded {
		var cancel context.CancelFunc
		spell, cancel = context.WithDeadline(ctx, end.Add(-digestLeave))
		defer cancel()
	}
	var last people.ID
	var accidents []error
	for {
		who, err := d.store.awaiting(ctx, d.db.Now(ctx), last, batch)
		if err != nil || len(who) == 0 {
			return errors.Join(append(accidents, err)...)
		}
		for _, last = range who {
			if spell.Err() != nil {
				return errors.Join(append(accidents, ctx.Err())...)
			}
			if err := d.sendDigest(ctx, last); err != nil {
				accidents = append(accidents, err)
			}
		}
	}
}

// sendDigest writes what is due to one person, unless somebody has meanwhile.
func (d *Desk) sendDigest(ctx context.Context, id people.ID) (err error) {
	defer fault.Wrap(&err, "digest of %d", id)
	return d.db.Tx(ctx, func(ctx context.Context) error {
		if err := d.db.Lock(ctx, fmt.Sprintf("tickets.digest %d", id)); err != nil {
			return err
		}
		all, err := d.store.lines(ctx, id, d.db.Now(ctx))
		if err != nil || len(all) == 0 {
			return err
		}
		if err := d.writeDigest(ctx, id, all); err != nil {
			return err
		}
		return d.store.dropLines(ctx, all)
	})
}

// writeDigest writes the letter about some lines, unless its reader cannot be
// written to, or nothing of it is still to be said to them.
func (d *Desk) writeDigest(ctx context.Context, id people.ID, all []digestLine) error {
	reader, err := d.people.Get(ctx, id)
	if err != nil {
		return err
	}
	address, ok := reader.Mailbox()
	if !ok {
		return nil
	}
	g, err := d.digest(ctx, reader, all)
	if err != nil || len(g.Subjects) == 0 {
		return err
	}
	draft := g.draft(i18n.In(reader.Lang))
	draft.To = address
	_, err = d.outbox.Send(ctx, draft)
	return err
}

// digest reads what some lines are about, as far as their reader may know it now
// and wants to.
func (d *Desk) digest(ctx context.Context, reader people.Person, all []digestLine) (digest, error) {
	g := digest{Newest: all[len(all)-1].ID, Reader: reader, Site: d.conf.PublicURL, Now: d.db.Now(ctx)}
	choices, err := d.people.Choices(ctx, reader.ID)
	if err != nil {
		return g, err
	}
	actor, err := d.people.Actor(ctx, reader.ID, people.Web)
	if err != nil {
		return g, err
	}
	ctx = people.As(ctx, actor)
	byTicket := map[ID][]digestLine{}
	var order []ID
	for _, l := range all {
		if choices.Pace == people.Solved && paced(l.Letter, people.Solved, true) == unsaid {
			continue
		}
		if byTicket[l.Ticket] == nil {
			order = append(order, l.Ticket)
		}
		byTicket[l.Ticket] = append(byTicket[l.Ticket], l)
	}
	for _, id := range order {
		s, ok, err := d.subject(ctx, id, byTicket[id])
		if err != nil {
			return g, err
		}
		if ok {
			g.Subjects = append(g.Subjects, s)
		}
	}
	return g, nil
}

// subject reads what some lines say of one ticket to the actor; ok is false when
// that is nothing: the ticket is not theirs to see any more, or all that was said
// has been taken back.
func (d *Desk) subject(ctx context.Context, id ID, all []digestLine) (s subject, ok bool, err error) {
	t, r, err := d.seen(ctx, id)
	if errors.Is(err, fault.NotFound) {
		return s, false, nil
	}
	if err != nil {
		return s, false, err
	}
	what, said, err := d.store.told(ctx, all)
	if err != nil {
		return s, false, err
	}
	reader := people.ActorOf(ctx).Person
	s = subject{Ticket: t, Link: d.pageOf(id), ReplyTo: d.ReplyAddress(id, reader)}
	if t.MergedInto != 0 {
		s.ReplyTo = d.ReplyAddress(t.MergedInto, reader)
	}
	if t.Status == Solved && !may(r, toSeeNotes) {
		s.Rate = d.ratePage(t, reader)
	}
	var authors []people.ID
	for _, l := range all {
		n := news{letter: l.Letter, Event: what[l.Event]}
		if m, there := said[l.Message]; l.Message != 0 {
			if !there || m.Internal && !may(r, toSeeNotes) {
				continue
			}
			n.Text = m.Body
			for _, a := range m.Attachments {
				n.Files = append(n.Files, a.Name)
			}
		}
		if l.Letter == ratedLetter {
			n.Text = n.Event.Data[commentKey]
		}
		s.News, authors = append(s.News, n), append(authors, n.Event.Actor)
	}
	if len(s.News) == 0 {
		return s, false, nil
	}
	return s, true, d.nameAuthors(ctx, &s, authors, may(r, toSeeNotes))
}

// nameAuthors says who has done what is new; to the requester's side, with the
// team for which they have.
func (d *Desk) nameAuthors(ctx context.Context, s *subject, authors []people.ID, staff bool) error {
	who, err := d.people.Names(ctx, authors)
	if err != nil {
		return err
	}
	teams, err := d.people.Teams(ctx)
	if err != nil {
		return err
	}
	team := names{teams: teams}.team(s.Ticket.Team)
	for i, n := range s.News {
		author := who[n.Event.Actor]
		if s.News[i].By = author.Name; n.letter == informedLetter {
			s.News[i].By = cmp.Or(n.Event.Data[nameKey], author.Name)
		}
		if !staff && author.ID != s.Ticket.Requester && author.Role.AtLeast(people.Technician) {
			s.News[i].By = scene{Author: author, Team: team}.author()
		}
	}
	return nil
}
