package mailin

import (
	"context"
	"errors"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

// Accept decides about a message that was held, or that the rules have wrongly
// ignored: it goes on a ticket, or, with 0, opens one. It gives that ticket.
//
// On a ticket in which its sender takes part it is said by them, since the
// technician vouches for it; on any other it becomes an internal note of the
// technician's: nobody takes part in a ticket because of a mail. A new ticket is
// its sender's, if they can be written to, and nobody's rights go with it.
//
// Only technicians decide; for others the message is fault.NotFound. One that is
// not waiting for a decision is fault.Conflict; a ticket that is not there,
// fault.NotFound; a closed one, fault.Invalid.
func (in *Intake) Accept(ctx context.Context, id ID, on tickets.ID) (to tickets.ID, err error) {
	defer fault.Wrap(&err, "mailin: accept %d", id)
	m, err := in.undecided(ctx, id)
	if err != nil {
		return 0, err
	}
	who, takesPart, err := in.spokesman(ctx, m, on)
	if err != nil {
		return 0, err
	}
	f, err := in.uploadAs(ctx, m, who)
	if err != nil {
		return 0, err
	}
	err = in.db.Tx(ctx, func(ctx context.Context) error {
		if err := in.alone(ctx, m); err != nil {
			return err
		}
		row := m.row
		row.State, row.Ticket, row.DecidedBy = Filed, on, people.ActorOf(ctx).UID
		switch {
		case on == 0:
			row.Ticket, row.Message, err = in.openAs(ctx, m, who, tickets.Open{Attachments: f.ids, Quiet: m.automatic()})
		case takesPart:
			row.Message, err = in.say(ctx, m, Verdict{Ticket: on, Answer: !m.automatic()}, who, f.ids)
		default:
			row.Message, err = in.say(ctx, m, Verdict{Ticket: on, Internal: true}, who, f.ids)
		}
		to = row.Ticket
		return in.decided(ctx, row, m.row.State, err)
	})
	return to, err
}

// Discard decides that nothing becomes of a message that was held. It stays in
// the list, as ignored. Faults as those of [Intake.Accept].
func (in *Intake) Discard(ctx context.Context, id ID) (err error) {
	defer fault.Wrap(&err, "mailin: discard %d", id)
	row, err := in.waiting(ctx, id, Held, Failed)
	if err != nil {
		return err
	}
	return in.db.Tx(ctx, func(ctx context.Context) error {
		was := row.State
		row.State, row.DecidedBy = Ignored, people.ActorOf(ctx).UID
		return in.decided(ctx, row, was, nil)
	})
}

// Replay tries a failed message again, from the beginning; with 0, all failed
// ones. It gives their number. Only technicians may, for others it is fault.NotFound.
func (in *Intake) Replay(ctx context.Context, id ID) (n int, err error) {
	defer fault.Wrap(&err, "mailin: replay %d", id)
	if !people.ActorOf(ctx).Is(people.Technician) {
		return 0, fault.NotFound
	}
	err = in.db.Tx(ctx, func(ctx context.Context) error {
		ids, err := in.store.revive(ctx, id)
		if err != nil {
			return err
		}
		n = len(ids)
		for _, id := range ids {
			in.publish(ctx, id)
			if err := in.queue.Put(ctx, File{Inbound: id}); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && id != 0 && n == 0 {
		err = fault.NotFound
	}
	return n, err
}

// waiting reads a message for a technician who decides about it.
func (in *Intake) waiting(ctx context.Context, id ID, states ...State) (Inbound, error) {
	row, err := in.Get(ctx, id)
	if err != nil {
		return Inbound{}, err
	}
	for _, s := range states {
		if row.State == s {
			return row, nil
		}
	}
	return Inbound{}, fault.Because(fault.Conflict, "mailin.refused.decided")
}

// undecided reads a message that can be accepted, and takes it apart.
func (in *Intake) undecided(ctx context.Context, id ID) (message, error) {
	row, err := in.waiting(ctx, id, Held, Ignored, Failed)
	if err != nil {
		return message{}, err
	}
	raw, err := in.raw(ctx, row.Sum)
	if err != nil {
		return message{}, err
	}
	m := read(row, raw, in.ours)
	row.MessageID, row.Thread, row.Recipient, row.BodyHash = idKey(m.letter.MessageID), m.thread, shown(m.recipient), m.bodyHash
	m.row = row
	return m, nil
}

// spokesman is who says an accepted message on a ticket, 0 being a new one, and
// whether they take part in it.
func (in *Intake) spokesman(ctx context.Context, m message, on tickets.ID) (people.Actor, bool, error) {
	technician := byMail(people.ActorOf(ctx))
	who, err := in.claimed(ctx, m)
	if err != nil || who.Nobody() {
		return technician, false, err
	}
	if on == 0 {
		return who, false, nil
	}
	takesPart, err := in.desk.Participates(ctx, on, who.Person)
	if err != nil || !takesPart {
		return technician, false, err
	}
	return who, true, nil
}

// claimed is who a message says that it is from, believed by nobody yet; nobody
// when it does not say.
func (in *Intake) claimed(ctx context.Context, m message) (people.Actor, error) {
	if m.letter.From == "" {
		return people.Actor{}, nil
	}
	p, err := in.people.ByAddress(ctx, m.letter.From)
	switch {
	case errors.Is(err, fault.NotFound), err == nil && (p.DisabledAt != nil || p.Role.AtLeast(people.Technician)):
		return in.guest(ctx, m.letter.From, m.letter.FromName)
	case err != nil:
		return people.Actor{}, err
	}
	a, err := in.people.Actor(ctx, p.ID, people.Mail)
	a.Believed = false
	return a, err
}

// decided writes a technician's decision, unless it could not be carried out or
// somebody else has decided meanwhile.
func (in *Intake) decided(ctx context.Context, row Inbound, was State, err error) error {
	if err != nil {
		return err
	}
	row.LastError = ""
	err = in.conclude(ctx, row, was)
	if errors.Is(err, errOvertaken) {
		return fault.Because(fault.Conflict, "mailin.refused.decided")
	}
	return err
}
