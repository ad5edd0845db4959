package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"amigo/app/people"
	"amigo/tickets"
)

// ticketReply says something on a ticket: a reply, or a note among technicians.
func (s *Server) ticketReply(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	ctx, f := c.Request().Context(), formOf(c)
	d := draft{kind: f.text("kind"), party: f.text("party"), body: f.text("body")}
	if d.kept, d.wrong, err = s.keepFiles(c, f); err != nil {
		return err
	}
	if len(d.wrong) > 0 || f.Has("drop") {
		return s.showTicket(c, http.StatusUnprocessableEntity, id, d)
	}
	done := "web.ticket.replied"
	switch d.kind {
	case "note":
		done = "web.ticket.noted"
		_, err = s.Desk.Note(ctx, id, tickets.Note{Body: d.body, Attachments: idsOf(d.kept)})
	case "consult":
		done = "circle.consulted"
		_, err = s.Desk.Consult(ctx, id, tickets.Consult{
			Party: people.ID(f.number("party")), Body: d.body, Attachments: idsOf(d.kept), Then: tickets.Status(f.text("then")),
		})
	default:
		_, err = s.Desk.Reply(ctx, id, tickets.Reply{
			Body: d.body, Attachments: idsOf(d.kept), Seen: tickets.MessageID(f.number("seen")), Then: tickets.Status(f.text("then")),
		})
	}
	if err != nil {
		return s.again(c, id, d, err)
	}
	return s.done(c, id, done, replyDraft(id))
}

// ticketSolve ends the work on a ticket.
func (s *Server) ticketSolve(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	f := formOf(c)
	d := draft{do: doSolve, body: f.text("solution"), outcome: f.text("outcome"), cause: f.text("cause")}
	if d.kept, d.wrong, err = s.keepFiles(c, f); err != nil {
		return err
	}
	if d.outcome == "" {
		d.wrong.Add("outcome", "tickets.field.choose")
	}
	if len(d.wrong) > 0 || f.Has("drop") {
		return s.showTicket(c, http.StatusUnprocessableEntity, id, d)
	}
	_, err = s.Desk.Solve(c.Request().Context(), id, tickets.Solve{
		Version: int(f.number("version")), Solution: d.body, Outcome: d.outcome, Cause: d.cause, Attachments: idsOf(d.kept),
	})
	if err != nil {
		return s.again(c, id, d, err)
	}
	return s.done(c, id, "web.ticket.solved", solveDraft(id))
}

// ticketReopen takes a solved ticket up again.
func (s *Server) ticketReopen(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	why := formOf(c).text("why")
	if _, err := s.Desk.Reopen(c.Request().Context(), id, why); err != nil {
		return s.again(c, id, draft{why: why}, err)
	}
	return s.done(c, id, "web.ticket.reopened", "")
}
