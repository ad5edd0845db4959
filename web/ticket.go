package web

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/web/ui"
)

// What a technician can have open on the page of a ticket, beside the composer.
const (
	doSolve    = "solve"
	doClassify = "classify"
	doParty    = "party"  // a third party is added, or with a number changed
	doFollow   = "follow" // somebody is let in
)

// draft is what somebody has written on the page of a ticket and that was not
// accepted yet; the zero draft is a page just opened.
type draft struct {
	do      string // doSolve, doClassify, doParty, doFollow, or empty: the composer
	kind    string // of the composer: "reply", "note" or "consult"
	party   string // to whom a third kind of words is written, by number
	who     string // whom doParty and doFollow are about: a number, an address, what was typed
	body    string
	why     string // a ticket is reopened
	outcome string
	cause   string
	change  *form           // what was chosen in the form that classifies, or typed about a third party
	found   []people.Person // who may have been meant
	warned  bool            // that whoever is let in is outside of the directory
	kept    []tickets.Attachment
	wrong   fault.Fields
	problem string // a sentence about all of it
	overdue bool   // somebody else came first: read again
}

// refOf reads the reference in an address.
func refOf(c echo.Context) (tickets.ID, error) {
	id, ok := tickets.ParseRef(c.Param("ref"))
	if !ok {
		return 0, fault.NotFound
	}
	return id, nil
}

// ticketShow shows a ticket.
func (s *Server) ticketShow(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	return s.showTicket(c, http.StatusOK, id, draft{do: c.QueryParam("do"), who: c.QueryParam("who")})
}

// showTicket shows a ticket to whoever may see it: as the work on it to
// technicians, as a conversation to everybody else.
func (s *Server) showTicket(c echo.Context, status int, id tickets.ID, d draft) error {
	ctx := c.Request().Context()
	t, err := s.Desk.Get(ctx, id)
	if err != nil {
		return err
	}
	if people.ActorOf(ctx).Is(people.Technician) {
		v, err := s.workView(ctx, t, d)
		if err != nil {
			return err
		}
		return s.show(c, status, workPage(s.frame(c, t.ID.Label()+" "+t.Subject), v))
	}
	v, err := s.talkView(ctx, t, d)
	if err != nil {
		return err
	}
	return s.show(c, status, talkPage(s.frame(c, t.Subject), v))
}

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

// done leads back to the ticket with a sentence about what happened. sent names
// the draft that went through.
func (s *Server) done(c echo.Context, id tickets.ID, key, sent string) error {
	ctx := c.Request().Context()
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T(key), Sent: sent})
	return seeOther(c, "/tickets/"+id.Ref())
}

// again shows the ticket with what was written, and why it was not accepted.
// What is neither to be mended nor to be read again is an error like any other.
func (s *Server) again(c echo.Context, id tickets.ID, d draft, err error) error {
	if !errors.Is(err, fault.Invalid) && !errors.Is(err, fault.Conflict) {
		return err
	}
	fields := fault.FieldsOf(err)
	if d.wrong == nil {
		d.wrong = fault.Fields{}
	}
	maps.Copy(d.wrong, fields)
	if fields == nil {
		d.problem = i18n.From(c.Request().Context()).Explain(err)
	}
	d.overdue = errors.Is(err, fault.Conflict)
	return s.showTicket(c, statusOf(err), id, d)
}

// says is what is wrong with a field of a draft.
func (d draft) says(ctx context.Context, fields ...string) string {
	for _, name := range fields {
		if m, ok := d.wrong[name]; ok {
			return i18n.From(ctx).Say(m)
		}
	}
	return ""
}

// chosen is a field of the form that classifies: as it was chosen, else as the
// ticket has it.
func (d draft) chosen(name, now string) string {
	if d.change == nil || !d.change.Has(name) {
		return now
	}
	return d.change.Get(name)
}

// replyDraft and solveDraft are the names under which a browser keeps what is
// being written.
func replyDraft(id tickets.ID) string { return "reply-" + id.Ref() }

func solveDraft(id tickets.ID) string { return "solve-" + id.Ref() }

// solution is the draft of a solution: the outcome that fits most tickets first.
func (d draft) solution() draft {
	d.outcome = cmp.Or(d.outcome, tickets.Outcomes[0])
	return d
}
