package tickets

import (
	"context"
	"time"

	"amigo/app/fault"
)

// Note is an internal message.
type Note struct {
	Body        string
	Quoted      string
	Attachments []AttachmentID
	ReceivedAt  time.Time // mail: when it was accepted; zero: now
}

// Note adds an internal message; staff only, on any ticket, closed ones too.
// Whom of the staff it names with an @ is told, see [Mention]; whoever writes one
// has read those that named them. Fields: body, files.
func (d *Desk) Note(ctx context.Context, id ID, c Note) (m Message, err error) {
	defer fault.Wrap(&err, "ticket %d: note", id)
	_, err = d.change(ctx, id, func(ctx context.Context, w *turn) error {
		if err := w.begin(toNote); err != nil {
			return err
		}
		w.at = received(c.ReceivedAt, w.at)
		said, err := w.note(ctx, c)
		if err == nil {
			m = *said
		}
		return err
	})
	return m, err
}

func (w *turn) note(ctx context.Context, c Note) (*Message, error) {
	c.Body, c.Attachments = cleanText(c.Body), once(c.Attachments)
	f := fault.Fields{}
	checkBody(f, "body", c.Body, len(c.Attachments))
	if err := f.Err(); err != nil {
		return nil, err
	}
	m, err := w.say(ctx, Message{Internal: true, Body: c.Body, Quoted: c.Quoted}, c.Attachments)
	if err != nil {
		return nil, err
	}
	w.heard()
	w.happens(WasNoted, m)
	if err := w.mention(ctx, m); err != nil {
		return nil, err
	}
	return m, w.desk.store.readMentions(ctx, w.actor.Person, w.t.ID, w.at)
}
