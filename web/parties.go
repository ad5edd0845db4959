package web

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/web/ui"
)

// partyPanel is who works on a ticket from outside.
type partyPanel struct {
	action, csrf string
	list         []partyLine
	form         *partyForm // nil: nobody is being added or changed
	add          *ui.Link   // nil where nothing changes any more
}

// partyLine is one third party.
type partyLine struct {
	name, address, about string
	change               string // where it is changed; empty where nothing changes any more
}

// partyForm asks about a third party: a new one, or one whose address stays.
type partyForm struct {
	who                      string
	name, address, reference ui.Field
	fixed                    string // the address that stays
}

func (f *partyForm) fields() []ui.Field { return []ui.Field{f.name, f.address, f.reference} }

// partyPanel shows the third parties of a ticket.
func (l timeline) partyPanel(ctx context.Context, csrf string, d draft, messages []tickets.Message) partyPanel {
	t := l.tell.t
	v := partyPanel{action: "/tickets/" + l.ticket.ID.Ref() + "/party", csrf: csrf}
	open := l.ticket.Status != tickets.Closed
	here := "/tickets/" + l.ticket.ID.Ref() + "?do=" + doParty
	for _, p := range l.parties {
		line := partyLine{name: p.Name, address: p.Address, about: l.partyAbout(p, messages)}
		if open {
			line.change = here + "&who=" + number(p.Person) + "#parties"
		}
		v.list = append(v.list, line)
	}
	if open && d.do == doParty {
		v.form = l.partyForm(ctx, d)
	} else if open {
		v.add = &ui.Link{Label: t.T("circle.add_party"), Href: here + "#parties"}
	}
	return v
}

// partyAbout is their reference, and when they were last written to and wrote.
func (l timeline) partyAbout(p tickets.ThirdParty, messages []tickets.Message) string {
	t := l.tell.t
	var written, answered time.Time
	for _, m := range messages {
		if m.Addressee == p.Person {
			written = m.CreatedAt
		}
		if m.Internal && m.Author == p.Person {
			answered = m.CreatedAt
		}
	}
	var parts []string
	if p.Reference != "" {
		parts = append(parts, t.T("circle.their_ref", "Reference", p.Reference))
	}
	if written.IsZero() {
		parts = append(parts, t.T("circle.never_written"))
	} else {
		parts = append(parts, t.T("circle.written", "When", t.Short(written, l.tell.now)))
	}
	if !answered.IsZero() {
		parts = append(parts, t.T("circle.answered", "When", t.Short(answered, l.tell.now)))
	}
	return joined(parts...)
}

// partyForm is the form as it is filled: as it was typed, else as it is known.
func (l timeline) partyForm(ctx context.Context, d draft) *partyForm {
	t := l.tell.t
	var now tickets.ThirdParty
	for _, p := range l.parties {
		if number(p.Person) == d.who {
			now = p
		}
	}
	field := func(name, value string) ui.Field {
		return ui.Field{Name: name, ID: "party-" + name, Label: t.T("circle." + name), Value: d.chosen(name, value), Error: d.says(ctx, name)}
	}
	f := &partyForm{name: field("name", now.Name), address: field("address", ""), reference: field("reference", now.Reference)}
	f.name.Autofocus, f.name.MaxLength = true, tickets.MaxPartyName
	f.address.Type, f.address.Hint = "email", t.T("circle.address_hint")
	f.reference.Optional, f.reference.MaxLength, f.reference.Hint = true, tickets.MaxReference, t.T("circle.reference_hint")
	if now.Person != 0 {
		f.who, f.fixed = number(now.Person), now.Address
	}
	return f
}

// ticketParty adds a third party, or changes the one that the form names.
func (s *Server) ticketParty(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	ctx, f := c.Request().Context(), formOf(c)
	p := tickets.ThirdParty{
		Person: people.ID(f.number("who")), Name: f.text("name"), Address: f.text("address"), Reference: f.text("reference"),
	}
	done := "circle.party_changed"
	if p.Person != 0 {
		err = s.Desk.ChangeThirdParty(ctx, id, p)
	} else {
		done = "circle.party_added"
		_, err = s.Desk.AddThirdParty(ctx, id, p)
	}
	if err != nil {
		return s.again(c, id, draft{do: doParty, who: f.text("who"), change: f}, err)
	}
	return s.done(c, id, done, "")
}

// ticketPartyRemove ends the work of a third party on a ticket.
func (s *Server) ticketPartyRemove(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	who, err := strconv.ParseInt(formOf(c).Get("who"), 10, 64)
	if err != nil {
		return fault.NotFound
	}
	if err := s.Desk.RemoveThirdParty(c.Request().Context(), id, people.ID(who)); err != nil {
		return s.again(c, id, draft{}, err)
	}
	return s.done(c, id, "circle.party_removed", "")
}

// title is what the form of a third party is called.
func (f *partyForm) title(t *i18n.Printer) string {
	if f.who != "" {
		return t.T("circle.change_party")
	}
	return t.T("circle.add_party")
}

// back is the page of the ticket without the form.
func (v partyPanel) back() string { return strings.TrimSuffix(v.action, "/party") }
