package tickets

import (
	"context"
	"errors"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
)

// Consult is what staff write to a third party. It is internal on the ticket, and
// a letter to that party alone.
type Consult struct {
	Party       people.ID
	New         *ThirdParty // one that is added on the way, in the place of Party
	Body        string
	Attachments []AttachmentID
	Forward     []AttachmentID // files of this ticket's messages that go along
	Then        Status         // "", or WaitingThirdParty: the next move is theirs
	Seen        MessageID      // as of a [Reply]
	At          time.Time      // when it was sent off; zero: now
}

// Consult writes to a third party of a ticket; staff only. The letter has our
// reference and theirs, the subject of the ticket and these words, and nothing
// else of it; an answer comes back as an internal message. A ticket that nobody
// has is the writer's. Fields: party (none, or one that cannot be written to),
// body, files (one to forward that is not there), then; of a new party those of
// [Desk.AddThirdParty].
func (d *Desk) Consult(ctx context.Context, id ID, c Consult) (m Message, err error) {
	defer fault.Wrap(&err, "ticket %d: consult", id)
	_, err = d.change(ctx, id, func(ctx context.Context, w *turn) error {
		if err := w.begin(toConsult); err != nil {
			return err
		}
		said, err := w.consult(ctx, c)
		if err == nil {
			m = *said
		}
		return err
	})
	return m, err
}

func (w *turn) consult(ctx context.Context, c Consult) (*Message, error) {
	c.Body, c.Attachments = cleanText(c.Body), once(c.Attachments)
	f := fault.Fields{}
	checkBody(f, "body", c.Body, len(c.Attachments))
	if c.Then != "" && c.Then != WaitingThirdParty {
		f.Add("then", "tickets.field.choose")
	}
	along, err := w.forwarded(ctx, f, c)
	if err != nil {
		return nil, err
	}
	p, err := w.consulted(ctx, f, c)
	if err != nil {
		return nil, err
	}
	if err := w.checkSeen(ctx, c.Seen); err != nil {
		return nil, err
	}
	w.at = received(c.At, w.at)
	m, err := w.say(ctx, Message{Internal: true, Addressee: p.Person, Body: c.Body}, c.Attachments)
	if err != nil {
		return nil, err
	}
	if err := w.desk.store.copyFiles(ctx, along, m); err != nil {
		return nil, err
	}
	if err := w.take(); err != nil {
		return nil, err
	}
	w.happens(WasConsulted, m)
	w.last().Event.put(personKey, p.Person.String())
	w.last().Event.put(nameKey, p.Name)
	if c.Then == "" || c.Then == w.t.Status {
		return m, nil
	}
	return m, w.goTo(c.Then)
}

// consulted is to whom the words go; it ends what f says is wrong. One that is new
// is added once nothing else is.
func (w *turn) consulted(ctx context.Context, f fault.Fields, c Consult) (ThirdParty, error) {
	if c.New != nil {
		return w.involve(ctx, f, *c.New)
	}
	p, err := w.party(ctx, c.Party)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return p, err
	}
	who, err := w.person(ctx, p.Person)
	if err != nil {
		return p, err
	}
	if _, reachable := who.Mailbox(); !reachable {
		f.Add("party", "circle.field.party")
	}
	return p, f.Err()
}

// forwarded reads the files of the ticket's messages that go along with the words.
func (w *turn) forwarded(ctx context.Context, f fault.Fields, c Consult) ([]Attachment, error) {
	wanted := once(c.Forward)
	if len(wanted) == 0 {
		return nil, nil
	}
	all, err := w.desk.store.filesOf(ctx, w.t.ID, wanted)
	if len(all) != len(wanted) {
		f.Add("files", "tickets.files.gone")
	}
	if len(all)+len(c.Attachments) > MaxFiles {
		f.Add("files", "tickets.files.too_many", "Max", MaxFiles)
	}
	return all, err
}

// Heard is what a third party has written by mail.
type Heard struct {
	Address     string // from which it came: one of the party's
	Body        string
	Quoted      string
	Cc          []string
	Attachments []AttachmentID // the actor's own loose ones
	ReceivedAt  time.Time      // when it was accepted; zero: now
	Automatic   bool           // by a machine: nobody is written to because of it
}

// automaticKey is under which an event keeps that a machine wrote.
const automaticKey = "automatic"

// Hear keeps the words of a third party with the notes, in its own name. They
// move no status, neither end a wait nor reopen; whoever has the ticket is
// written to. For AMIGO itself, which has asked whose mail it is. An address of
// no third party of the ticket is fault.NotFound. Fields: files.
func (d *Desk) Hear(ctx context.Context, id ID, c Heard) (m Message, err error) {
	defer fault.Wrap(&err, "ticket %d: hear", id)
	p, ok, err := d.ThirdPartyAt(ctx, id, c.Address)
	if err != nil {
		return Message{}, err
	}
	if !ok {
		return Message{}, fault.NotFound
	}
	_, err = d.change(ctx, id, func(ctx context.Context, w *turn) error {
		if err := w.begin(toHear); err != nil {
			return err
		}
		w.at = received(c.ReceivedAt, w.at)
		f := fault.Fields{}
		w.checkWords(f, cleanText(c.Body), len(c.Attachments))
		if err := f.Err(); err != nil {
			return err
		}
		said, err := w.say(ctx, Message{Author: p.Person, Internal: true, Body: c.Body, Quoted: c.Quoted, Cc: c.Cc}, once(c.Attachments))
		if err != nil {
			return err
		}
		w.informed(said, p, c.Automatic)
		m = *said
		return nil
	})
	return m, err
}

// informed says that a third party has written.
func (w *turn) informed(m *Message, p ThirdParty, automatic bool) {
	w.happens(WasInformed, m)
	e := &w.last().Event
	e.Actor = p.Person
	e.put(nameKey, p.Name)
	if automatic {
		e.put(automaticKey, "yes")
	}
}
