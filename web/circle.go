package web

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/web/ui"
)

// circle gathers who stands around a ticket, for technicians.
func (s *Server) circle(ctx context.Context, t tickets.Ticket, d draft, l timeline, v *workView) (err error) {
	if v.silence, err = s.silenceOn(ctx, t.ID); err != nil {
		return err
	}
	v.parties = l.partyPanel(ctx, s.csrf(ctx), d, l.look.Messages)
	v.follow = s.followPanel(ctx, t, d, l)
	return nil
}

// followable are the addresses to which mails on a ticket were copied and whose
// owners the reader may let in: any for staff; for those who asked, people of the
// directory.
func (s *Server) followable(ctx context.Context, look tickets.Look) (map[string]bool, error) {
	actor, t := people.ActorOf(ctx), look.Ticket
	staff := actor.Is(people.Technician)
	if t.Status == tickets.Closed || !staff && actor.Person != t.Requester && actor.Person != t.ReportedBy {
		return nil, nil
	}
	taking, may := takingPart(look), map[string]bool{}
	for _, m := range look.Messages {
		for _, address := range m.Cc {
			if _, asked := may[address]; asked || len(may) >= tickets.MaxCc {
				continue
			}
			p, err := s.People.ByAddress(ctx, address)
			switch {
			case err == nil:
				may[address] = !slices.Contains(taking, p.ID) && p.DisabledAt == nil && (staff || p.Kind != people.Guest)
			case errors.Is(err, fault.NotFound):
				may[address] = staff
			default:
				return nil, err
			}
		}
	}
	return may, nil
}

// takingPart are the people of the requester's side.
func takingPart(look tickets.Look) []people.ID {
	ids := []people.ID{look.Ticket.Requester, look.Ticket.ReportedBy}
	for _, f := range look.Followers {
		ids = append(ids, f.Person)
	}
	return ids
}

// copies are the addresses to which a mail went, too.
func (l timeline) copies(m tickets.Message) []ui.Copy {
	var all []ui.Copy
	for _, address := range m.Cc {
		one := ui.Copy{Address: address}
		if l.follows[address] {
			one.Follow = followHref(l.ticket.ID, address)
		}
		all = append(all, one)
	}
	return all
}

// noteLabel says of an internal message who outside wrote or was written to;
// empty for a note among colleagues.
func (l timeline) noteLabel(m tickets.Message) string {
	t := l.tell.t
	if m.Addressee == 0 {
		if name := l.partyName(m.Author); name != "" {
			return t.T("circle.from_party")
		}
		return ""
	}
	name, address := l.partyName(m.Addressee), ""
	for _, letter := range l.mailed.letters["message:"+number(m.ID)] {
		address = letter.Address
	}
	if name == "" {
		name = l.cast.name(m.Addressee)
	}
	return t.T("circle.to_party", "Name", name, "Address", address)
}

// partyName is what staff call a third party on the ticket, also one that was
// removed since; empty for everybody else.
func (l timeline) partyName(id people.ID) string {
	for _, p := range l.parties {
		if p.Person == id {
			return p.Name
		}
	}
	for _, e := range slices.Backward(l.events) {
		if e.What == tickets.WasDropped && aboutWhom(e) == id {
			return e.Data["name"]
		}
	}
	return ""
}

// aboutWhom is the person whom an event is about; 0 for none.
func aboutWhom(e tickets.Event) people.ID {
	n, err := strconv.ParseInt(e.Data["person"], 10, 64)
	if err != nil {
		return 0
	}
	return people.ID(n)
}

// circled says who came to stand around the ticket, or went.
func (l timeline) circled(e tickets.Event) string {
	t, who, whom := l.tell.t, l.cast.name(e.Actor), l.cast.name(aboutWhom(e))
	switch {
	case e.What == tickets.WasInvolved && e.Data["reference"] != "":
		return t.T("circle.event.involved_as", "Who", who, "Name", e.Data["name"], "Reference", e.Data["reference"])
	case e.What == tickets.WasInvolved, e.What == tickets.WasDropped:
		return t.T("circle.event."+string(e.What), "Who", who, "Name", e.Data["name"])
	case e.What == tickets.WasUnfollowed && e.Actor == aboutWhom(e):
		return t.T("circle.event.left", "Who", who)
	}
	return t.T("circle.event."+string(e.What), "Who", who, "Name", whom)
}
