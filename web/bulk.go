package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/tickets/bulk"
	drafts "amigo/tickets/draft"
	"amigo/web/ui"
)

// bulkGather begins a change of many tickets: those that were ticked in the queue
// (ticket, again and again), or all of its view (whole, with the queue's address as
// query).
func (s *Server) bulkGather(c echo.Context) error {
	ctx, f := c.Request().Context(), formOf(c)
	var id bulk.ID
	var err error
	if f.text("whole") != "" {
		id, err = s.gatherView(c, f.text("query"))
	} else {
		id, err = s.Bulks.Gather(ctx, ticketsNamed(f.Values["ticket"]))
	}
	if m, ok := fault.MessageOf(err); ok && errors.Is(err, fault.Invalid) && !errors.Is(err, tickets.ErrFilter) {
		s.flash(ctx, ui.Flash{Meaning: ui.Late, Text: i18n.From(ctx).Say(m)})
		return seeOther(c, "/tickets?"+ownQuery(f.text("query")))
	}
	if err != nil {
		return err
	}
	return seeOther(c, bulkPath(id))
}

// gatherView begins a change of all tickets that a view of the queue holds now.
func (s *Server) gatherView(c echo.Context, query string) (bulk.ID, error) {
	ask, err := url.ParseQuery(query)
	if err != nil {
		return 0, fault.NotFound
	}
	q, err := s.askedOf(c.Request().Context(), ask)
	if err != nil {
		return 0, err
	}
	return s.Bulks.GatherAll(c.Request().Context(), q.filter)
}

// ticketsNamed reads references; what is none is passed over.
func ticketsNamed(refs []string) (ids []tickets.ID) {
	for _, ref := range refs {
		if id, ok := tickets.ParseRef(ref); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

// ownQuery is a query as an address of ours can hold it.
func ownQuery(query string) string {
	ask, err := url.ParseQuery(query)
	if err != nil {
		return ""
	}
	return ask.Encode()
}

func bulkPath(id bulk.ID) string { return "/bulk/" + number(id) }

// bulkOf is the change that a request is about.
func (s *Server) bulkOf(c echo.Context) (bulk.Bulk, error) {
	id, err := numbered(c)
	if err != nil {
		return bulk.Bulk{}, err
	}
	return s.Bulks.Get(c.Request().Context(), bulk.ID(id))
}

// bulkList shows one's own newest changes.
func (s *Server) bulkList(c echo.Context) error {
	ctx := c.Request().Context()
	all, err := s.Bulks.List(ctx)
	if err != nil {
		return err
	}
	t := i18n.From(ctx)
	table := ui.Table{Caption: t.T("bulk.list_caption"), Stacked: true, Columns: []ui.Column{
		{Label: t.T("bulk.column_number")},
		{Label: t.T("bulk.column_when")},
		{Label: t.T("bulk.column_what"), Prose: true},
		{Label: t.T("bulk.column_state")},
		{Label: t.T("bulk.column_tickets"), Number: true},
	}}
	for _, b := range all {
		asked, err := s.askedWords(ctx, b.Action)
		if err != nil {
			return err
		}
		table.Rows = append(table.Rows, []ui.Cell{
			{Text: number(b.ID), Href: bulkPath(b.ID)},
			{Text: t.Short(b.CreatedAt, s.DB.Now(ctx))},
			{Text: strings.Join(asked, " · ")},
			{Body: bulkMark(t, b.State).View()},
			{Text: t.Int(b.Total)},
		})
	}
	return s.show(c, http.StatusOK, bulksPage(s.frame(c, t.T("bulk.title")), table))
}

// bulkShow shows a change of many tickets: what is to become of them, the
// preview, how it goes, how it went.
func (s *Server) bulkShow(c echo.Context) error {
	b, err := s.bulkOf(c)
	if err != nil {
		return err
	}
	return s.showBulk(c, http.StatusOK, b, nil)
}

// showBulk shows one, with the form as somebody filled it, if they did.
func (s *Server) showBulk(c echo.Context, status int, b bulk.Bulk, sent *bulkSent) error {
	v, err := s.bulkView(c, b, sent)
	if err != nil {
		return err
	}
	return s.show(c, status, bulkPage(s.frame(c, v.title), v))
}

// bulkSent is the form of a change as it was filled, and what is wrong with it.
type bulkSent struct {
	url.Values
	wrong fault.Fields
}

// bulkPlan takes what is to become of the tickets, and leads to the preview.
func (s *Server) bulkPlan(c echo.Context) error {
	ctx, f := c.Request().Context(), formOf(c)
	b, err := s.bulkOf(c)
	if err != nil {
		return err
	}
	sent := &bulkSent{Values: f.Values, wrong: fault.Fields{}}
	action, err := s.readAction(c, sent)
	if err != nil {
		return err
	}
	err = s.Bulks.Plan(ctx, b.ID, action)
	for name, why := range fault.FieldsOf(err) {
		if _, said := sent.wrong[name]; !said {
			sent.wrong[name] = why
		}
	}
	switch {
	case len(sent.wrong) > 0:
		return s.showBulk(c, http.StatusUnprocessableEntity, b, sent)
	case errors.Is(err, fault.Conflict):
		s.flash(ctx, ui.Flash{Meaning: ui.Late, Text: i18n.From(ctx).Explain(err)})
	case err != nil:
		return err
	}
	return seeOther(c, bulkPath(b.ID))
}

// readAction reads the form.
func (s *Server) readAction(c echo.Context, sent *bulkSent) (a bulk.Action, err error) {
	f := form{Values: sent.Values}
	a = bulk.Action{
		Status: tickets.Status(f.text("status")), Priority: tickets.Priority(f.text("priority")), Category: f.text("category"),
		Team: people.TeamID(f.number("team")), AddTags: listed(f.text("add_tags")), RemoveTags: listed(f.text("remove_tags")),
		Text: f.text("text"), Lang: i18n.From(c.Request().Context()).Lang(), Outcome: f.text("outcome"), Cause: f.text("cause"),
	}
	switch chosen := f.text("assignee"); chosen {
	case "":
	case tickets.Nobody:
		a.Assignee = new(people.ID)
	default:
		a.Assignee = new(people.ID(f.number("assignee")))
		if *a.Assignee == 0 {
			sent.wrong.Add("assignee", "tickets.field.assignee")
		}
	}
	if ref := f.text("into"); ref != "" {
		id, ok := tickets.ParseRef(strings.TrimPrefix(ref, "AMIGO "))
		if !ok {
			sent.wrong.Add("into", "tickets.field.ref")
		}
		a.Into = id
	}
	if a.Status != tickets.Solved {
		a.Outcome, a.Cause = "", ""
	}
	if id := f.number("template"); id > 0 && tickets.Blank(a.Text) {
		template, err := s.Drafts.Template(c.Request().Context(), drafts.TemplateID(id))
		switch {
		case errors.Is(err, fault.NotFound):
			sent.wrong.Add("template", "bulk.field.template")
		case err != nil:
			return a, err
		}
		a.Text, a.Lang = template.Body, template.Lang
	}
	return a, nil
}

// listed are the names of a list with commas.
func listed(text string) (names []string) {
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// bulkStart lets a change happen.
func (s *Server) bulkStart(c echo.Context) error {
	return s.moveBulk(c, "bulk.started", s.Bulks.Start)
}

// bulkStop ends one that runs.
func (s *Server) bulkStop(c echo.Context) error { return s.moveBulk(c, "bulk.stopped", s.Bulks.Stop) }

// bulkProgress is how far a change has come: a part of its page, which asks again
// until it is at its end, and then for the page as a whole.
func (s *Server) bulkProgress(c echo.Context) error {
	b, err := s.bulkOf(c)
	if err != nil {
		return err
	}
	if b.State != bulk.Running {
		c.Response().Header().Set("HX-Refresh", "true")
	}
	p, err := s.bulkProgressOf(c.Request().Context(), b)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, p.view())
}

// fateAsked is which tickets of a change an address asks for, and after which.
func fateAsked(ask url.Values) (fate bulk.Fate, after tickets.ID) {
	for _, f := range bulk.Fates {
		if string(f) == ask.Get("fate") {
			fate = f
		}
	}
	n, _ := strconv.ParseInt(ask.Get("after"), 10, 64)
	return fate, tickets.ID(max(n, 0))
}
