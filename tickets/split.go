package tickets

import (
	"context"
	"strconv"

	"amigo/app/fault"
	"amigo/app/people"
)

// Split makes public words of the requester's side a ticket of their own: the
// same requester, place and service, on the route of its category, its clock
// running from when they were said. The words and their files stay on the old
// ticket, too. Whoever follows the old ticket on the requester's side follows the
// new one: it is their matter as much as before. Third parties do not go along:
// what they were asked about was the old one, and they are told of nothing that
// nobody writes to them. Staff only, once for each message. Fields: message.
func (d *Desk) Split(ctx context.Context, id ID, m MessageID) (t Ticket, err error) {
	defer fault.Wrap(&err, "ticket %d: split message %d", id, m)
	_, err = d.change(ctx, id, func(ctx context.Context, w *turn) error {
		if err := w.begin(toSplit); err != nil {
			return err
		}
		said, err := w.theirs(ctx, m)
		if err != nil {
			return err
		}
		if t, err = w.branch(ctx, said); err != nil {
			return err
		}
		w.happens(WasSplit, nil)
		w.last().Event.put(refKey, t.ID.Ref())
		w.last().Event.put(messageKey, strconv.FormatInt(int64(m), 10))
		return nil
	})
	if err != nil {
		return Ticket{}, err
	}
	return t, nil
}

// messageKey is under which an event keeps the number of a message.
const messageKey = "message"

// theirs is a public message of the requester's side that was not split off yet.
func (w *turn) theirs(ctx context.Context, id MessageID) (*Message, error) {
	found, err := w.desk.store.messages(ctx, w.t.ID, false, id-1, 1)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 || found[0].ID != id {
		return nil, fault.Fields{"message": fault.Say("tickets.field.choose")}
	}
	m := &found[0]
	author, err := w.person(ctx, m.Author)
	if err != nil {
		return nil, err
	}
	if m.Author != w.t.Requester && m.Author != w.t.ReportedBy && author.Role.AtLeast(people.Technician) {
		return nil, fault.Fields{"message": fault.Say("tickets.field.ours")}
	}
	events, err := w.desk.store.events(ctx, w.t.ID, true)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		if e.What == WasSplit && e.Data[messageKey] == strconv.FormatInt(int64(id), 10) {
			return nil, fault.Fields{"message": fault.Say("tickets.field.split", "Ref", "AMIGO #"+e.Data[refKey])}
		}
	}
	return m, nil
}

// branch opens the ticket that a message of this one begins.
func (w *turn) branch(ctx context.Context, m *Message) (Ticket, error) {
	d, old := w.desk, w.t
	n := d.turnOn(ctx, Ticket{})
	n.known, n.at = w.known, m.CreatedAt
	t := Ticket{
		Type: old.Type, Subject: old.Subject, Status: Fresh, Priority: Normal, Channel: m.Channel, Lane: lane(m.Channel),
		Requester: old.Requester, ReportedBy: m.Author, Establishment: old.Establishment, Site: old.Site,
		Service: old.Service, Category: old.Category, CreatedAt: m.CreatedAt, UpdatedAt: d.db.Now(ctx), Version: 1,
	}
	f := fault.Fields{}
	if err := n.setTeam(ctx, f, &t, 0); err != nil {
		return Ticket{}, err
	}
	if err := d.store.add(ctx, &t); err != nil {
		return Ticket{}, err
	}
	n.t = t
	followers, err := d.store.followers(ctx, old.ID)
	if err != nil {
		return Ticket{}, err
	}
	if err := n.followedBy(ctx, followers); err != nil {
		return Ticket{}, err
	}
	first := *m
	first.ID, first.Ticket, first.Attachments = 0, t.ID, nil
	if err := d.store.addMessage(ctx, &first); err != nil {
		return Ticket{}, err
	}
	if err := d.store.copyFiles(ctx, m.Attachments, &first); err != nil {
		return Ticket{}, err
	}
	n.happens(WasOpened, &first)
	n.at = d.db.Now(ctx)
	n.happens(WasSplitOff, nil)
	n.last().Event.put(refKey, old.ID.Ref())
	return n.t, n.announce(ctx)
}
