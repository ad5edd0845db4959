package tickets

import (
	"cmp"
	"context"
	"io"
	"time"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/app/seal"
)

// partyScene is a scene with a third party in it: of what it wrote, or of what is
// written to it.
func (w *turn) partyScene(ctx context.Context, s scene) (scene, error) {
	m := s.about.Message
	p, err := w.party(ctx, cmp.Or(m.Addressee, m.Author))
	if err != nil {
		return s, err
	}
	s.Party = p
	if m.Addressee == 0 {
		return s, nil
	}
	s.Reader.Name = p.Name
	for _, a := range m.Attachments {
		s.Files = append(s.Files, mail.Item{Title: a.Name, Link: w.desk.handOut(a.ID, p.Person, s.Now)})
	}
	return s, nil
}

// consult is the letter to a third party: what staff wrote to it, our reference
// and theirs. Of the ticket it shows the subject, and nothing else.
func (s scene) consult(d *mail.Draft, p *i18n.Printer) {
	if s.Party.Reference != "" {
		d.Subject = "[" + s.Ticket.ID.Label() + "] [" + s.Party.Reference + "] " + s.Ticket.Subject
		d.Renamed = true // by their reference they file it
	}
	b := &d.Body
	b.Paragraphs = []string{p.T("circle.letter.consulted", "Name", s.author(), "Ref", s.Ticket.ID.Label())}
	b.Quote = s.about.Message.Body
	b.Items = s.Files
	if s.Party.Reference != "" {
		b.Facts = append(b.Facts, [2]string{p.T("circle.letter.theirs"), s.Party.Reference})
	}
	if len(s.Files) > 0 {
		b.Paragraphs = append(b.Paragraphs, p.N("circle.letter.files", int(handOutLife/(24*time.Hour))))
	}
}

const (
	handOutPurpose = "file"
	handOutLife    = 30 * 24 * time.Hour
)

// handOut is the address at which a third party may fetch a file for some time,
// having no page to find it on. Empty where the installation has none.
func (d *Desk) handOut(id AttachmentID, to people.ID, now time.Time) string {
	if d.conf.PublicURL == "" {
		return ""
	}
	return d.conf.PublicURL + "/fichiers/" + d.seal.Seal(handOutPurpose, seal.Pack(int64(id), int64(to)), now.Add(handOutLife))
}

// HandedOut opens a file that was sent to a third party, by the token of its
// address; the caller closes it. It asks for no right but the token, which speaks
// as long as that party works on the ticket. A token that is not ours is
// fault.Invalid, one past its time seal.ErrExpired, a file that is not theirs any
// more fault.NotFound.
func (d *Desk) HandedOut(ctx context.Context, token string) (a Attachment, r io.ReadCloser, err error) {
	defer fault.Wrap(&err, "tickets: handed out")
	payload, err := d.seal.Open(handOutPurpose, token, d.db.Now(ctx))
	if err != nil {
		return Attachment{}, nil, err
	}
	numbers, err := seal.Unpack(payload, 2)
	if err != nil {
		return Attachment{}, nil, err
	}
	if a, err = d.store.attachment(ctx, AttachmentID(numbers[0])); err != nil {
		return Attachment{}, nil, err
	}
	theirs, err := d.store.sentTo(ctx, a, people.ID(numbers[1]))
	if err == nil && !theirs {
		err = fault.NotFound
	}
	if err != nil {
		return Attachment{}, nil, err
	}
	r, err = d.blobs.Open(ctx, a.Sum)
	return a, r, err
}
