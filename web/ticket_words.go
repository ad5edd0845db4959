package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/i18n"
	"amigo/tickets"
	drafts "amigo/tickets/draft"
	"amigo/web/ui"
)

// ticketReply says something on a ticket: a reply, a note among technicians, or
// words to a third party.
func (s *Server) ticketReply(c echo.Context) error {
	return s.ticketSay(c, drafts.Reply)
}

// ticketSolve ends the work on a ticket.
func (s *Server) ticketSolve(c echo.Context) error {
	return s.ticketSay(c, drafts.Solve)
}

// ticketSay sends what stands in a form of the ticket, or takes a step on the way:
// keeping it, taking a file out again, putting a text in.
func (s *Server) ticketSay(c echo.Context, p drafts.Place) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	ctx, f := c.Request().Context(), formOf(c)
	w := written(f, p)
	w.Ticket = id
	shown := retyped(f, p)
	if w.Files, shown.wrong, err = s.keepFiles(c, f); err != nil {
		return err
	}
	if shown.kept = w.Files; p == drafts.Solve && w.With[drafts.Outcome] == "" && !f.Has("keep") {
		shown.wrong.Add("outcome", "tickets.field.choose")
	}
	switch {
	case f.Has("insert"):
		return s.showInserted(c, w, shown)
	case len(shown.wrong) > 0 || f.Has("drop"):
		shown.saved = s.saved(ctx, w)
		return s.showTicket(c, http.StatusUnprocessableEntity, id, shown)
	case f.Has("keep"):
		if _, err := s.Drafts.Keep(ctx, w); err != nil {
			return s.again(c, id, shown, err)
		}
		return s.done(c, id, "composer.draft.kept", "")
	}
	sent, err := s.Drafts.Send(ctx, w, s.conf.Grace)
	if err != nil {
		shown.saved, shown.unread = s.saved(ctx, w), w.Seen
		return s.again(c, id, shown, err)
	}
	return s.sentOff(c, w, sent)
}

// sentOff leads back to the ticket, and says what has become of what was written.
func (s *Server) sentOff(c echo.Context, w, sent drafts.Draft) error {
	sentName := replyDraft(w.Ticket)
	if w.Place == drafts.Solve {
		sentName = solveDraft(w.Ticket)
	}
	if !sent.Leaving() {
		return s.done(c, w.Ticket, doneKey(w), sentName)
	}
	ctx := c.Request().Context()
	seconds := int(s.conf.Grace.Seconds())
	s.flash(ctx, ui.Flash{Text: i18n.From(ctx).N("composer.leaving.soon", seconds), Sent: sentName})
	return seeOther(c, "/tickets/"+w.Ticket.Ref()+"#leaving")
}

// doneKey is the sentence of what was done.
func doneKey(w drafts.Draft) string {
	switch {
	case w.Place == drafts.Solve:
		return "web.ticket.solved"
	case w.With[drafts.Kind] == "note":
		return "web.ticket.noted"
	case w.With[drafts.Kind] == "consult":
		return "circle.consulted"
	}
	return "web.ticket.replied"
}

// showInserted shows the page with a template at the end of what was typed: for who
// has no script that puts it where the cursor stands.
func (s *Server) showInserted(c echo.Context, w drafts.Draft, shown draft) error {
	ctx := c.Request().Context()
	t, err := s.Desk.Get(ctx, w.Ticket)
	if err != nil {
		return err
	}
	if chosen := formOf(c).number("template"); chosen != 0 {
		text, err := s.Drafts.Filled(ctx, drafts.TemplateID(chosen), t)
		if err != nil {
			return err
		}
		shown.body = strings.TrimLeft(shown.body+"\n\n"+text, "\n")
	}
	w.Words = shown.body
	shown.saved = s.saved(ctx, w)
	return s.showTicket(c, http.StatusOK, w.Ticket, shown)
}

// written is what a form holds, as it is kept and sent.
func written(f *form, p drafts.Place) drafts.Draft {
	d := drafts.Draft{Place: p, Version: int(f.number("draft")), Seen: tickets.MessageID(f.number("seen")), With: map[string]string{}}
	take := func(names ...string) {
		for _, name := range names {
			if value := f.text(name); value != "" {
				d.With[name] = value
			}
		}
	}
	switch p {
	case drafts.Solve:
		d.Words = f.text("solution")
		take(drafts.Outcome, drafts.Cause, drafts.Version)
	case drafts.Ask:
		d.Words = f.text("body")
		take(askFields...)
	default:
		d.Words = f.text("body")
		take(drafts.Kind, drafts.Then)
		if f.text("kind") == "consult" {
			take(drafts.Party, drafts.Address, drafts.Name)
			d.With[drafts.Forward] = strings.Join(f.Values["forward"], " ")
		}
	}
	return d
}

// retyped is a form as the page shows it again.
func retyped(f *form, p drafts.Place) draft {
	d := draft{typed: true, saved: f.text("draft"), kind: f.text("kind"), party: f.text("party"), body: f.text("body")}
	d.address, d.name, d.along = f.text("address"), f.text("name"), f.Values["forward"]
	if p == drafts.Solve {
		d = draft{typed: true, saved: f.text("draft"), do: doSolve, body: f.text("solution"), outcome: f.text("outcome"), cause: f.text("cause")}
	}
	return d
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
