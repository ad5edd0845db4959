package mailin

import (
	"context"
	"slices"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
)

// carryOut does what a verdict says and writes it down, in one transaction.
func (in *Intake) carryOut(ctx context.Context, m message, k knowledge, v Verdict, f files) (err error) {
	var row Inbound
	switch v.Act {
	case Open:
		row, err = in.open(ctx, m, k, v, f)
	case Reply:
		row, err = in.reply(ctx, m, k, v, f)
	case Hold:
		row = m.settled(Held, v)
	case Returned:
		row, err = in.bounce(ctx, m, k, v)
	case Refuse:
		row, err = m.settled(Ignored, v), in.refuse(ctx, m, v)
	default:
		row = m.settled(Ignored, v)
	}
	if err != nil {
		return err
	}
	for _, s := range k.begun {
		if err := in.warn(ctx, s, row.Ticket); err != nil {
			return err
		}
	}
	return in.conclude(ctx, row, Received)
}

// conclude writes what became of a message that stood in a state.
func (in *Intake) conclude(ctx context.Context, row Inbound, was State) error {
	now := in.db.Now(ctx)
	row.FiledAt = &now
	done, err := in.store.settle(ctx, row, was)
	if err == nil && !done {
		err = errOvertaken
	}
	if err == nil && was == Received {
		in.tell(ctx, row)
	}
	in.publish(ctx, row.ID)
	return err
}

// open makes a ticket of a message.
func (in *Intake) open(ctx context.Context, m message, k knowledge, v Verdict, f files) (Inbound, error) {
	row := m.settled(Filed, v)
	who, err := in.author(ctx, m, k, v)
	if err != nil {
		return row, err
	}
	ids, err := f.of(m, who)
	if err != nil {
		return row, err
	}
	row.Ticket, row.Message, err = in.openAs(ctx, m, who, tickets.Open{
		Establishment: v.Establishment, Attachments: ids, Quiet: !v.Answer,
	})
	if err != nil {
		return row, err
	}
	if v.Linked != 0 {
		err = in.link(ctx, v.Linked, row.Ticket)
	}
	if err == nil && v.Answer && slices.Contains(v.Flags, FlagLimits) {
		err = in.answer(ctx, m, who.Person, "limits", row.Ticket)
	}
	return row, err
}

// openAs opens a ticket in an actor's name, and gives it and its first message.
func (in *Intake) openAs(ctx context.Context, m message, who people.Actor, c tickets.Open) (tickets.ID, tickets.MessageID, error) {
	words := i18n.In(who.Lang)
	c.Subject, c.ReceivedAt, c.Channel = cutRunes(m.letter.Subject, tickets.MaxSubject), m.row.ReceivedAt, people.Mail
	c.Cc = m.cc(in.ours)
	c.Body, c.Quoted = m.body(true)
	if m.unreadable() {
		c.Body = words.T("mailin.unreadable.body", "Sender", sender(m, words), "Reason", words.T("mailin.unread."+string(m.letter.Unread)))
	}
	if blankLine(c.Subject) {
		c.Subject = words.T("mailin.subject.none")
		if m.unreadable() {
			c.Subject = words.T("mailin.unreadable.subject")
		}
	}
	t, first, err := in.desk.OpenWith(people.As(ctx, who), c)
	return t.ID, first, err
}

// sender is how the one who sent a message is named to a technician.
func sender(m message, words *i18n.Printer) string {
	return firstNonEmpty(m.row.Sender, words.T("mailin.sender.unknown"))
}

// blankLine says whether nothing can be seen of a line.
func blankLine(s string) bool { return tickets.Blank(cleanName(s)) }

// link says on both tickets that one goes on where the other ended.
func (in *Intake) link(ctx context.Context, old, now tickets.ID) error {
	ctx = people.As(ctx, people.System())
	words := i18n.In("fr")
	if _, err := in.desk.Note(ctx, now, tickets.Note{Body: words.T("mailin.linked.after", "Ref", old.Label())}); err != nil {
		return err
	}
	_, err := in.desk.Note(ctx, old, tickets.Note{Body: words.T("mailin.linked.before", "Ref", now.Label())})
	return err
}

// reply puts a message on its ticket.
func (in *Intake) reply(ctx context.Context, m message, k knowledge, v Verdict, f files) (Inbound, error) {
	row := m.settled(Filed, v)
	if m.automatic() && k.closed() && v.Reason != ByThirdParty {
		return m.settled(Ignored, v), nil // it is worth no new ticket
	}
	who, err := in.author(ctx, m, k, v)
	if err != nil {
		return row, err
	}
	ids, err := f.of(m, who)
	if err != nil {
		return row, err
	}
	row.Message, err = in.say(ctx, m, v, who, ids)
	if err == nil && v.Answer && slices.Contains(v.Flags, FlagLimits) {
		err = in.answer(ctx, m, who.Person, "limits", row.Ticket)
	}
	return row, err
}

// say puts a message on a ticket in the form that the verdict wants.
func (in *Intake) say(ctx context.Context, m message, v Verdict, who people.Actor, ids []tickets.AttachmentID) (tickets.MessageID, error) {
	body, quoted := m.body(false)
	if v.Reason == ByThirdParty {
		said, err := in.desk.Hear(people.As(ctx, who), v.Ticket, tickets.Heard{
			Address: m.letter.From, Body: body, Quoted: quoted, Cc: m.cc(in.ours), Attachments: ids,
			ReceivedAt: m.row.ReceivedAt, Automatic: m.automatic() || !v.Answer,
		})
		return said.ID, err
	}
	switch {
	case v.Note:
		body, _ = NoteOf(body)
	case v.Internal && v.Reason != AmongStaff:
		body = reported(m, i18n.In(who.Lang), body)
	}
	ctx = people.As(ctx, who)
	// A technician's absence note is no answer to a requester.
	if v.Internal || m.automatic() && who.Is(people.Technician) {
		said, err := in.desk.Note(ctx, v.Ticket, tickets.Note{Body: body, Quoted: quoted, Attachments: ids, ReceivedAt: m.row.ReceivedAt})
		return said.ID, err
	}
	said, err := in.desk.Reply(ctx, v.Ticket, tickets.Reply{
		Body: body, Quoted: quoted, Attachments: ids, Cc: m.cc(in.ours),
		ReceivedAt: m.row.ReceivedAt, Quiet: !v.Answer, Automatic: m.automatic(),
	})
	return said.ID, err
}

// reported is what somebody wrote who does not say it themselves, under a line
// that names them.
func reported(m message, words *i18n.Printer, body string) string {
	head := words.T("mailin.reported", "Sender", sender(m, words), "Subject", m.row.Subject)
	return cutRunes(head+"\n\n"+body, tickets.MaxBody)
}

// bounce marks the letter that came back and its address, and tells whoever
// works the ticket.
func (in *Intake) bounce(ctx context.Context, m message, k knowledge, v Verdict) (Inbound, error) {
	row := m.settled(Filed, v)
	b := m.letter.Bounce
	if v.Reason != BouncedDelayed {
		if err := in.outbox.Bounce(ctx, k.returned.ID, v.Hard, b.Diagnostic); err != nil {
			return row, err
		}
	}
	if v.Ticket == 0 {
		return row, nil
	}
	words := i18n.In("fr")
	text := words.T("mailin.returned."+string(v.Reason), "Address", v.Address, "Subject", k.returned.Subject)
	if b.Diagnostic != "" {
		text += "\n\n" + b.Diagnostic
	}
	said, err := in.desk.Note(people.As(ctx, people.System()), v.Ticket, tickets.Note{Body: text, ReceivedAt: m.row.ReceivedAt})
	row.Message = said.ID
	return row, err
}
