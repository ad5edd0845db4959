package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

// ticketAssign gives a ticket to somebody: to oneself, by the button "Prendre".
func (s *Server) ticketAssign(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	f := formOf(c)
	a := tickets.Assign{Version: int(f.number("version"))}
	if f.Has("assignee") {
		a.Assignee = new(people.ID(f.number("assignee")))
	}
	if f.Has("team") {
		a.Team = new(people.TeamID(f.number("team")))
	}
	if _, err := s.Desk.Assign(c.Request().Context(), id, a); err != nil {
		return s.again(c, id, draft{}, err)
	}
	done := "web.ticket.assigned"
	if a.Assignee != nil && *a.Assignee == people.ActorOf(c.Request().Context()).Person {
		done = "web.ticket.taken"
	}
	return s.done(c, id, done, "")
}

// ticketWait pauses a ticket until somebody else moves.
func (s *Server) ticketWait(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	f := formOf(c)
	w := tickets.Wait{Version: int(f.number("version")), For: tickets.Status(f.text("for"))}
	if _, err := s.Desk.Wait(c.Request().Context(), id, w); err != nil {
		return s.again(c, id, draft{}, err)
	}
	return s.done(c, id, "web.ticket.paused", "")
}

// ticketChange changes what sort of ticket it is, who works on it, and whether
// it still waits. Only the fields that the form has are changed.
func (s *Server) ticketChange(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	ctx, f, d := c.Request().Context(), formOf(c), draft{do: doClassify}
	d.change = f
	chosen, err := s.chooseAsker(c, &d)
	if err != nil {
		return err
	}
	if !chosen {
		return s.showTicket(c, statusOfChoice(d), id, d)
	}
	change, wrong := readChange(f)
	if err = wrong.Err(); err == nil {
		_, err = s.Desk.Change(ctx, id, change)
	}
	if err != nil {
		return s.again(c, id, d, err)
	}
	if f.Has("status") {
		return s.done(c, id, "web.ticket.resumed", "")
	}
	return s.done(c, id, "web.ticket.changed", "")
}

// chooseAsker finds who is to be the requester, where somebody else was typed; ok
// is false when the form comes back to choose among those who were found, or
// with the one who was picked.
func (s *Server) chooseAsker(c echo.Context, d *draft) (ok bool, err error) {
	f := d.change
	if f.Has("pick") {
		f.Set("requester", f.Get("pick"))
		f.Del("colleague")
		return false, nil
	}
	if d.who = f.text("colleague"); d.who == "" {
		return true, nil
	}
	found, err := s.meant(c, d)
	if err != nil || d.wrong != nil {
		return false, err
	}
	if found.Person == 0 {
		p, err := s.People.ByAddress(c.Request().Context(), found.Address)
		if errors.Is(err, fault.NotFound) {
			d.wrong = fault.Fields{"who": fault.Say("web.ask.nobody")}
			return false, nil
		}
		if err != nil {
			return false, err
		}
		found.Person = p.ID
	}
	d.warned = false
	f.Set("requester", number(found.Person))
	return true, nil
}

// statusOfChoice is 200 for a form in which somebody was picked, and 422 for one
// that asks who was meant.
func statusOfChoice(d draft) int {
	if d.wrong != nil {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// readChange reads what somebody wants changed: only the fields that the form has,
// and of those that say what they were drawn with only the ones that were touched.
func readChange(f *form) (tickets.Change, fault.Fields) {
	change, wrong := tickets.Change{Version: int(f.number("version"))}, fault.Fields{}
	touched := func(name string) bool { return f.Has(name) && !f.untouched(name) }
	text := func(name string) *string {
		if !touched(name) {
			return nil
		}
		return new(f.text(name))
	}
	change.Subject, change.Establishment, change.Category, change.Service = text("subject"), text("establishment"), text("category"), text("service")
	change.Status, change.Type = (*tickets.Status)(text("status")), (*tickets.Type)(text("type"))
	if touched("team") {
		change.Team = new(people.TeamID(f.number("team")))
	}
	if touched("assignee") {
		change.Assignee = new(people.ID(f.number("assignee")))
	}
	if touched("requester") {
		change.Requester = new(people.ID(f.number("requester")))
	}
	switch by := touched("priority"); {
	case by && f.text("priority") != "":
		change.Priority = (*tickets.Priority)(text("priority"))
	case by && (f.text("impact") == "" || f.text("urgency") == ""):
		wrong.Add("priority", "facts.form.neither")
	case by || touched("impact") || touched("urgency"):
		change.Impact, change.Urgency = new(tickets.Impact(f.text("impact"))), new(tickets.Urgency(f.text("urgency")))
	}
	return change, wrong
}
