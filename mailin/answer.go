package mailin

import (
	"context"
	"fmt"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/tickets"
)

// refuse tells the sender that nothing was opened, where that is safe.
func (in *Intake) refuse(ctx context.Context, m message, v Verdict) error {
	if !v.Answer {
		return nil
	}
	who, err := in.guest(ctx, m.letter.From, m.letter.FromName)
	if err != nil {
		return err
	}
	return in.answer(ctx, m, who.Person, string(v.Reason), 0)
}

// answer tells somebody what became of their message: about is the end of the
// i18n keys. It repeats nothing of the message: nobody has proven who wrote it.
func (in *Intake) answer(ctx context.Context, m message, to people.ID, about string, ticket tickets.ID) (err error) {
	defer fault.Wrap(&err, "answer %s", about)
	p, err := in.people.Get(ctx, to)
	if err != nil {
		return err
	}
	words := i18n.In(p.Lang)
	d := mail.Draft{
		Key: fmt.Sprintf("inbound:%d:%s", m.row.ID, about), Kind: about, Ticket: int64(ticket), Person: int64(to),
		To: m.letter.From, Lang: words.Lang(), Subject: words.T("mailin.answer." + about + ".subject"), Nameless: true,
		Body: mail.Body{
			Greeting:   words.T("mailin.answer.greeting"),
			Paragraphs: []string{words.T("mailin.answer."+about+".text", "Megabytes", MaxSize>>20, "Parts", MaxParts)},
		},
	}
	if ticket != 0 {
		d.Subject = "[" + ticket.Label() + "] " + d.Subject
		d.Body.Footer = []string{words.T("tickets.letter.footer", "Ref", ticket.Label())}
	}
	_, err = in.outbox.Send(ctx, d)
	return err
}
