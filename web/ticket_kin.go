package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/web/ui"
)

// otherRef reads the reference of another ticket from a form, as people type it;
// 0 is one that cannot be.
func otherRef(f *form, name string) tickets.ID {
	id, _ := tickets.ParseRef(f.text(name))
	return id
}

// ticketLink ties a ticket to another.
func (s *Server) ticketLink(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	f := formOf(c)
	if err := s.Desk.Link(c.Request().Context(), id, otherRef(f, "ref"), tickets.LinkKind(f.text("kind"))); err != nil {
		return s.again(c, id, draft{do: doLink, change: f}, err)
	}
	return s.besideAgain(c, id, "facts.link.made", "#kin")
}

// ticketUnlink unties a ticket from another, or from its parent.
func (s *Server) ticketUnlink(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	ctx, f := c.Request().Context(), formOf(c)
	if f.Has("leave") {
		err = s.Desk.Adopt(ctx, id, 0)
	} else {
		err = s.Desk.Unlink(ctx, id, otherRef(f, "unlink"))
	}
	if err != nil {
		return s.again(c, id, draft{}, err)
	}
	return s.besideAgain(c, id, "facts.link.dropped", "#kin")
}

// ticketAdopt gives a ticket a parent.
func (s *Server) ticketAdopt(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	f := formOf(c)
	parent := otherRef(f, "parent")
	err = fault.Fields{"parent": fault.Say("tickets.field.ref")}
	if parent != 0 {
		err = s.Desk.Adopt(c.Request().Context(), id, parent)
	}
	if err != nil {
		return s.again(c, id, draft{do: doAdopt, change: f}, err)
	}
	return s.besideAgain(c, id, "facts.adopt.made", "#kin")
}

// mergeView asks into which ticket one is to be merged, and says what will happen.
type mergeView struct {
	head         ui.Head
	action, back string
	csrf         string
	into         ui.Field
	will         []string // what will happen, in sentences; nil: no ticket was named yet
	survivor     kinLine
	version      string
}

// ticketMergeShow asks into which ticket one goes, and shows what will happen.
func (s *Server) ticketMergeShow(c echo.Context) error {
	return s.mergePage(c, http.StatusOK, c.QueryParam("into"), nil)
}

// ticketMerge lets a ticket go on as another.
func (s *Server) ticketMerge(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	ctx, f := c.Request().Context(), formOf(c)
	into := otherRef(f, "into")
	if err := s.Desk.Merge(ctx, id, into); err != nil {
		if fault.FieldsOf(err) == nil {
			return s.again(c, id, draft{}, err)
		}
		return s.mergePage(c, http.StatusUnprocessableEntity, f.text("into"), fault.FieldsOf(err))
	}
	t := i18n.From(ctx)
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: t.T("facts.merge.done", "Ref", id.Label(), "Into", into.Label())})
	return seeOther(c, "/tickets/"+into.Ref())
}

func (s *Server) mergePage(c echo.Context, status int, typed string, wrong fault.Fields) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	ticket, err := s.Desk.Get(ctx, id)
	if err != nil {
		return err
	}
	v := mergeView{
		head:   ui.Head{Title: t.T("facts.merge.title"), Over: joined(id.Label(), ticket.Subject)},
		action: "/tickets/" + id.Ref() + "/merge", back: "/tickets/" + id.Ref(), csrf: s.csrf(ctx),
	}
	if typed != "" && wrong == nil {
		into, _ := tickets.ParseRef(typed)
		m, err := s.Desk.Merging(ctx, id, into)
		wrong = fault.FieldsOf(err)
		switch {
		case wrong != nil:
			status = http.StatusUnprocessableEntity
		case err != nil:
			return err
		default:
			if err := s.mergeWill(c, m, &v); err != nil {
				return err
			}
		}
	}
	v.into = ui.Field{
		Name: "into", Label: t.T("facts.merge.into"), Hint: t.T("facts.merge.hint"), Value: typed, Autofocus: true, Autocomplete: "off",
		Error: draft{wrong: wrong}.says(ctx, "into"),
	}
	return s.show(c, status, mergePage(s.frame(c, v.head.Title), v))
}

// mergeWill says what a merge will do.
func (s *Server) mergeWill(c echo.Context, m tickets.Merging, v *mergeView) error {
	ctx := c.Request().Context()
	t, tell := i18n.From(ctx), s.teller(ctx)
	cast, err := s.castOf(ctx, []tickets.Ticket{m.From, m.Into}, m.Follow...)
	if err != nil {
		return err
	}
	v.survivor = timeline{tell: tell}.kinLine(tickets.Relative{ID: m.Into.ID, Subject: m.Into.Subject, Status: m.Into.Status, CreatedAt: m.Into.CreatedAt})
	from, into := m.From.ID.Label(), m.Into.ID.Label()
	v.will = append(v.will, t.T("facts.merge.will.close", "Ref", from))
	v.will = append(v.will, t.T("facts.merge.will.letter", "Who", cast.name(m.From.Requester), "Into", into))
	if len(m.Follow) > 0 {
		v.will = append(v.will, t.T("facts.merge.will.follow", "Who", t.Join(cast.names(m.Follow)), "Into", into))
	}
	var parties []string
	for _, p := range m.Parties {
		parties = append(parties, p.Name)
	}
	if len(parties) > 0 {
		v.will = append(v.will, t.T("facts.merge.will.parties", "Who", t.Join(parties), "Into", into))
	}
	if m.From.Requester != m.Into.Requester {
		v.will = append(v.will, t.T("facts.merge.will.others", "Who", cast.name(m.From.Requester), "Other", cast.name(m.Into.Requester)))
	}
	v.will = append(v.will, t.T("facts.merge.will.words", "Ref", from, "Into", into))
	return nil
}

func (c cast) names(ids []people.ID) (all []string) {
	for _, id := range ids {
		all = append(all, c.name(id))
	}
	return all
}

// splitView asks whether a message is to become a ticket, and says what will happen.
type splitView struct {
	head         ui.Head
	action, back string
	csrf         string
	message      ui.Message
	id           string
	will         []string
	problem      string
}

// ticketSplitShow shows the message that is to become a ticket.
func (s *Server) ticketSplitShow(c echo.Context) error {
	n, err := strconv.ParseInt(c.QueryParam("message"), 10, 64)
	if err != nil {
		return fault.NotFound
	}
	return s.splitPage(c, http.StatusOK, tickets.MessageID(n), nil)
}

// ticketSplit makes a ticket of a message.
func (s *Server) ticketSplit(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	ctx, m := c.Request().Context(), tickets.MessageID(formOf(c).number("message"))
	made, err := s.Desk.Split(ctx, id, m)
	if fields := fault.FieldsOf(err); fields != nil {
		return s.splitPage(c, http.StatusUnprocessableEntity, m, fields)
	}
	if err != nil {
		return s.again(c, id, draft{}, err)
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T("facts.split.done", "Ref", made.ID.Label())})
	return seeOther(c, "/tickets/"+made.ID.Ref())
}

func (s *Server) splitPage(c echo.Context, status int, message tickets.MessageID, wrong fault.Fields) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	look, err := s.Desk.Look(ctx, id)
	if err != nil {
		return err
	}
	l := timeline{look: look, ticket: look.Ticket, staff: true, tell: s.teller(ctx), parties: look.Parties}
	if l.cast, err = s.castIn(ctx, look); err != nil {
		return err
	}
	v := splitView{
		head:   ui.Head{Title: t.T("facts.split.title"), Over: joined(id.Label(), look.Ticket.Subject)},
		action: "/tickets/" + id.Ref() + "/split", back: "/tickets/" + id.Ref(), csrf: s.csrf(ctx), id: number(message),
		problem: draft{wrong: wrong}.says(ctx, "message"),
	}
	found := false
	for _, m := range look.Messages {
		if m.ID == message {
			v.message, found = l.message(m), true
		}
	}
	if !found {
		return fault.NotFound
	}
	v.will = []string{t.T("facts.split.will.open", "Who", l.cast.name(look.Ticket.Requester)), t.T("facts.split.will.clock"), t.T("facts.split.will.stays")}
	if len(look.Followers) > 0 {
		var who []people.ID
		for _, f := range look.Followers {
			who = append(who, f.Person)
		}
		v.will = append(v.will, t.T("facts.split.will.follow", "Who", t.Join(l.cast.names(who))))
	}
	if len(look.Parties) > 0 {
		v.will = append(v.will, t.T("facts.split.will.parties"))
	}
	return s.show(c, status, splitPage(s.frame(c, v.head.Title), v))
}
