package web

import (
	"github.com/labstack/echo/v4"

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
	f := formOf(c)
	if _, err := s.Desk.Change(c.Request().Context(), id, readChange(f)); err != nil {
		return s.again(c, id, draft{do: doClassify, change: f}, err)
	}
	if f.Has("status") {
		return s.done(c, id, "web.ticket.resumed", "")
	}
	return s.done(c, id, "web.ticket.changed", "")
}

func readChange(f *form) tickets.Change {
	change := tickets.Change{Version: int(f.number("version"))}
	if f.Has("status") {
		change.Status = new(tickets.Status(f.text("status")))
	}
	if f.Has("type") {
		change.Type = new(tickets.Type(f.text("type")))
	}
	if f.Has("priority") {
		change.Priority = new(tickets.Priority(f.text("priority")))
	}
	if f.Has("service") {
		change.Service = new(f.text("service"))
	}
	if f.Has("team") {
		change.Team = new(people.TeamID(f.number("team")))
	}
	if f.Has("assignee") {
		change.Assignee = new(people.ID(f.number("assignee")))
	}
	return change
}
