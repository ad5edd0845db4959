package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/web/ui"
)

// followPanel is who follows a ticket, and how somebody is let in.
type followPanel struct {
	action, csrf string
	list         []followLine
	none         string
	form         *ui.Field // asks whom to let in; nil: nobody is being
	found        []candidate
	warning      *ui.Banner // who is let in is outside of the directory
	add          *ui.Link
}

// followLine is one follower.
type followLine struct {
	person ui.Person
	drop   *ui.Button // nil where the reader may not
}

// followHref is where somebody at an address is let in.
func followHref(id tickets.ID, address string) string {
	return "/tickets/" + id.Ref() + "?" + url.Values{"do": {doFollow}, "who": {address}}.Encode() + "#followers"
}

// followPanel shows who follows a ticket.
func (s *Server) followPanel(ctx context.Context, t tickets.Ticket, d draft, l timeline) followPanel {
	p, actor := i18n.From(ctx), people.ActorOf(ctx)
	v := followPanel{action: "/tickets/" + t.ID.Ref(), csrf: s.csrf(ctx), none: p.T("circle.no_follower")}
	decides := l.staff || actor.Person == t.Requester || actor.Person == t.ReportedBy
	persons := l.cast.persons
	for _, f := range l.look.Followers {
		id := f.Person
		line := followLine{person: chip(persons[id])}
		if persons[id].Kind == people.Guest {
			line.person.About = p.T("circle.outside")
		}
		switch {
		case id == actor.Person:
			line.drop = &ui.Button{Label: p.T("circle.leave"), Small: true}
		case decides:
			line.drop = &ui.Button{Label: p.T("circle.drop", "Name", persons[id].Name), Icon: "x", Bare: true, Kind: ui.Text, Small: true}
		}
		if line.drop != nil {
			line.drop.Name, line.drop.Value = "who", number(id)
		}
		v.list = append(v.list, line)
	}
	switch {
	case t.Status == tickets.Closed || !decides:
	case d.do == doFollow:
		v.asking(ctx, d, l.staff)
	default:
		v.add = &ui.Link{Label: p.T("circle.add_follower"), Href: v.action + "?do=" + doFollow + "#followers"}
	}
	return v
}

// asking asks whom to let in.
func (v *followPanel) asking(ctx context.Context, d draft, staff bool) {
	p := i18n.From(ctx)
	hint := "circle.who_hint"
	if staff {
		hint = "circle.who_hint_staff"
	}
	v.form = &ui.Field{
		Name: "colleague", ID: "follower", Label: p.T("circle.who"), Hint: p.T(hint), Value: d.who, Error: d.says(ctx, "who"),
		Autofocus: true, Autocomplete: "off",
		Attrs: map[string]any{
			"hx-get": "/tickets/new/people", "hx-trigger": "input changed delay:200ms", "hx-target": "#people-found", "hx-swap": "innerHTML",
		},
	}
	v.found = candidates(d.found)
	if d.warned {
		v.warning = &ui.Banner{Meaning: ui.Soon, Title: p.T("circle.outside_title"), Text: p.T("circle.outside_text", "Who", d.who)}
	}
}

// ticketFollow lets somebody take part in a ticket. Whoever is outside of the
// directory is let in once staff have read what that means.
func (s *Server) ticketFollow(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	ctx, f := c.Request().Context(), formOf(c)
	if _, err := s.Desk.Get(ctx, id); err != nil {
		return err
	}
	d := draft{do: doFollow, who: f.text("colleague")}
	who := tickets.Follow{Person: people.ID(f.number("pick"))}
	if who.Person == 0 {
		if who, err = s.meant(c, &d); err != nil {
			return err
		}
		d.warned = d.warned && !f.Has("outside")
		if d.wrong != nil || d.warned {
			return s.showTicket(c, http.StatusUnprocessableEntity, id, d)
		}
	}
	if _, err := s.Desk.Follow(ctx, id, who); err != nil {
		return s.again(c, id, d, err)
	}
	return s.done(c, id, "circle.followed", "")
}

// meant is whom somebody has typed: an address, or who is named exactly. Whom it
// might be is offered.
func (s *Server) meant(c echo.Context, d *draft) (tickets.Follow, error) {
	ctx := c.Request().Context()
	if err := s.allow(c, "people:"+people.ActorOf(ctx).Person.String(), peopleRate); err != nil {
		return tickets.Follow{}, err
	}
	staff := people.ActorOf(ctx).Is(people.Technician)
	if address := people.NormalAddress(d.who); people.ValidAddress(address) {
		p, err := s.People.ByAddress(ctx, address)
		if err != nil && !errors.Is(err, fault.NotFound) {
			return tickets.Follow{}, err
		}
		d.warned = staff && (err != nil || p.Kind == people.Guest)
		return tickets.Follow{Address: address}, nil
	}
	if strings.TrimSpace(d.who) == "" {
		d.wrong = fault.Fields{"who": fault.Say("circle.who_missing")}
		return tickets.Follow{}, nil
	}
	found, err := s.People.Search(ctx, d.who, maxFound)
	if err != nil {
		return tickets.Follow{}, err
	}
	for _, p := range found {
		if namedExactly(p, d.who) {
			return tickets.Follow{Person: p.ID}, nil
		}
	}
	d.found, d.wrong = found, fault.Fields{"who": fault.Say("web.ask.choose")}
	if len(found) == 0 {
		d.wrong = fault.Fields{"who": fault.Say("web.ask.nobody")}
	}
	return tickets.Follow{}, nil
}

// ticketUnfollow lets a follower go; who goes by themselves has no page to go
// back to, unless they work here.
func (s *Server) ticketUnfollow(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	who := people.ID(formOf(c).number("who"))
	if err := s.Desk.Unfollow(ctx, id, who); err != nil {
		return err
	}
	actor := people.ActorOf(ctx)
	if who != actor.Person || actor.Is(people.Technician) {
		return s.done(c, id, "circle.unfollowed", "")
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T("circle.left", "Ref", id.Label())})
	return seeOther(c, "/tickets")
}
