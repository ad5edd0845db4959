package mailin

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

// files are the files of a message, uploaded in somebody's name.
type files struct {
	by  people.ID
	ids []tickets.AttachmentID
}

// upload brings the files of a message to the desk, in the name of whoever says
// it as far as can be told now. It is done outside of any transaction; those
// that nobody claims in the end are deleted by the desk after a day.
func (in *Intake) upload(ctx context.Context, m message) (files, error) {
	if len(m.enclosures()) == 0 {
		return files{}, nil
	}
	k, err := in.know(ctx, m, tentative)
	if err != nil {
		return files{}, err
	}
	v := Judge(m.letter, k.Known)
	if v.Act != Open && v.Act != Reply {
		return files{}, nil
	}
	who, err := in.author(ctx, m, k, v)
	if err != nil {
		return files{}, err
	}
	return in.uploadAs(ctx, m, who)
}

// uploadAs brings the files of a message to the desk in an actor's name.
func (in *Intake) uploadAs(ctx context.Context, m message, who people.Actor) (f files, err error) {
	defer fault.Wrap(&err, "upload")
	ctx = people.As(ctx, who)
	f.by = who.Person
	for _, e := range m.enclosures() {
		a, err := in.desk.Attach(ctx, e.name, bytes.NewReader(e.content.whole()))
		if err != nil {
			return files{}, fmt.Errorf("%q: %w", e.name, err)
		}
		f.ids = append(f.ids, a.ID)
	}
	return f, nil
}

// of gives the files to whoever says the message; errOvertaken when they were
// uploaded in another's name.
func (f files) of(m message, who people.Actor) ([]tickets.AttachmentID, error) {
	if len(m.enclosures()) > 0 && f.by != who.Person {
		return nil, errOvertaken
	}
	return f.ids, nil
}

// author is who says a message, as the verdict has it. Whom nothing has proven
// is somebody else than the owner of the address.
func (in *Intake) author(ctx context.Context, m message, k knowledge, v Verdict) (people.Actor, error) {
	switch {
	case v.Reason == ByThirdParty: // who may do nothing on the ticket: AMIGO keeps it for them
		return byMail(people.System()), nil
	case v.Voice == AsPerson, v.Voice == AsSchool:
		a := k.sender
		if a.Person != v.Person {
			var err error
			if a, err = in.people.Actor(ctx, v.Person, people.Mail); err != nil {
				return a, err
			}
		}
		a.Believed = v.Proven
		return a, nil
	case v.Voice == AsGuest:
		return in.guest(ctx, m.letter.From, m.letter.FromName)
	}
	return in.stranger(ctx, m)
}

// byMail is an actor whose words came by mail.
func byMail(a people.Actor) people.Actor {
	a.Channel = people.Mail
	return a
}

// guest is whoever writes from an address and proves nothing.
func (in *Intake) guest(ctx context.Context, address, name string) (people.Actor, error) {
	p, err := in.people.Unproven(ctx, address, name)
	if err != nil {
		return people.Actor{}, err
	}
	return in.people.Actor(ctx, p.ID, people.Mail)
}

// stranger is who sent a message that says nothing of itself: the sender that
// its envelope names, or nobody, for whom AMIGO speaks.
func (in *Intake) stranger(ctx context.Context, m message) (people.Actor, error) {
	a, err := in.guest(ctx, cleanEmail(m.row.EnvelopeFrom), "")
	if errors.Is(err, fault.Invalid) {
		return byMail(people.System()), nil
	}
	return a, err
}
