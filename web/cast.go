package web

import (
	"context"
	"strings"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/web/ui"
)

// cast is everybody who appears on a page, and where they work.
type cast struct {
	persons map[people.ID]people.Person
	places  map[string]people.Establishment
	t       *i18n.Printer
}

// castOf reads who appears in some tickets; more are people beside them.
func (s *Server) castOf(ctx context.Context, list []tickets.Ticket, more ...people.ID) (cast, error) {
	return s.cast(ctx, list, append(more, appear(list)...), s.People.GetMany)
}

// listCast is castOf for lists, which show no more of people than their names.
func (s *Server) listCast(ctx context.Context, list []tickets.Ticket) (cast, error) {
	return s.cast(ctx, list, appear(list), s.People.Names)
}

func (s *Server) cast(ctx context.Context, list []tickets.Ticket, ids []people.ID,
	read func(context.Context, []people.ID) (map[people.ID]people.Person, error),
) (c cast, err error) {
	c.t = i18n.From(ctx)
	if c.persons, err = read(ctx, distinct(ids)); err != nil {
		return c, err
	}
	var places []string
	for _, t := range list {
		places = append(places, t.Establishment)
	}
	c.places, err = s.People.EstablishmentsMany(ctx, places)
	return c, err
}

// appear are the people of tickets; 0 is nobody.
func appear(list []tickets.Ticket) (ids []people.ID) {
	for _, t := range list {
		ids = append(ids, t.Requester, t.ReportedBy, t.Assignee)
	}
	return ids
}

// castIn is everybody who appears on the page of a ticket. Where it is from stands
// with the requester, if they work there.
func (s *Server) castIn(ctx context.Context, look tickets.Look) (c cast, err error) {
	c = cast{t: i18n.From(ctx), persons: look.People, places: map[string]people.Establishment{}}
	uai := look.Ticket.Establishment
	for _, e := range look.People[look.Ticket.Requester].Establishments {
		c.places[e.UAI] = e
	}
	if _, known := c.places[uai]; uai != "" && !known {
		c.places, err = s.People.EstablishmentsMany(ctx, []string{uai})
	}
	return c, err
}

func distinct(ids []people.ID) []people.ID {
	seen := map[people.ID]bool{}
	var once []people.ID
	for _, id := range ids {
		if !seen[id] && id != 0 {
			seen[id] = true
			once = append(once, id)
		}
	}
	return once
}

// name is what somebody is called on a page.
func (c cast) name(id people.ID) string {
	if p, ok := c.persons[id]; ok && p.Name != "" {
		return p.Name
	}
	return c.t.T("web.person.unknown")
}

// place is where a ticket is from: the establishment and its town, or the site.
func (c cast) place(t tickets.Ticket) string { return placeName(c.places[t.Establishment]) }

// beside is the place that stands under the requester's name: of a school that
// asks for itself, whose name was just said, its town.
func (c cast) beside(t tickets.Ticket) string {
	if e := c.places[t.Establishment]; e.Name == c.name(t.Requester) {
		return e.City
	}
	return c.place(t)
}

// placeName is an establishment as people say it: "Lycée Malherbe, Caen", but
// "Rectorat, site de Caen".
func placeName(e people.Establishment) string {
	if e.Name == "" || e.City == "" || strings.HasSuffix(e.Name, e.City) {
		return e.Name
	}
	return e.Name + ", " + e.City
}

// person is somebody with what they do and where.
func (c cast) person(id people.ID) ui.Person {
	if id == 0 {
		return ui.Person{}
	}
	return ui.Person{Name: c.name(id), About: c.persons[id].Title}
}

// teller is for the reader of a request, now.
func (s *Server) teller(ctx context.Context) teller {
	return teller{t: i18n.From(ctx), now: s.DB.Now(ctx)}
}
