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
	doAssign   = "assign" // the same form, at who works on it
	doParty    = "party"  // a third party is added, or with a number changed
	doFollow   = "follow" // somebody is let in
	doTags     = "tags"
	doCheck    = "check" // the checklist
	doSpend    = "spend" // time is noted, or with a number corrected
	doWake     = "wake"  // a reminder
	doLink     = "link"  // the ticket is tied to another
	doAdopt    = "adopt" // it gets a parent
)

// draft is what somebody has written on the page of a ticket and that was not
// accepted yet; the zero draft is a page just opened.
type draft struct {
	do      string // one of the above, or empty: the composer
	kind    string // of the composer: "reply", "note" or "consult"
	party   string // to whom a third kind of words is written, by number
	who     string // whom or what the form is about: a number, an address, what was typed
	body    string
	why     string // a ticket is reopened
	outcome string
	cause   string
	change  *form           // what was chosen or typed in a form beside the conversation
	found   []people.Person // who may have been meant
	warned  bool            // that whoever is let in is outside of the directory
	kept    []tickets.Attachment
	wrong   fault.Fields
	problem string          // a sentence about all of it
	overdue bool            // somebody else came first: read again
	since   []tickets.Event // what they changed

	typed   bool   // it was sent by a form, and not just opened
	address string // of a third party that is new, and what it is called
	name    string
	along   []string // files of the ticket that go to a third party, by number
	forward []tickets.Attachment
	saved   string            // the version that the server keeps
	aside   []string          // what another device wrote
	unread  tickets.MessageID // what came after it was not read when this was sent
	pad     pad
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
	look, err := s.Desk.Look(ctx, id)
	if err != nil {
		return err
	}
	if d, err = s.resumed(ctx, look, d); err != nil {
		return err
	}
	if people.ActorOf(ctx).Is(people.Technician) {
		v, err := s.workView(ctx, look, d)
		if err != nil {
			return err
		}
		return s.show(c, status, workPage(s.frame(c, id.Label()+" "+look.Ticket.Subject), v))
	}
	v, err := s.talkView(ctx, look, d)
	if err != nil {
		return err
	}
	return s.show(c, status, talkPage(s.frame(c, look.Ticket.Subject), v))
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
	if o, ok := errors.AsType[*tickets.OvertakenError](err); ok {
		d.since = o.Since
	}
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
