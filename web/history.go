package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"amigo/app/i18n"
	"amigo/tickets"
	"amigo/web/ui"
)

// changed is one field of a ticket that somebody changed, as people read it.
type changed struct{ field, before, after string }

// fieldOrder is the order in which the fields of one change are told; others come
// after them.
var fieldOrder = []string{
	"subject", "type", "status", "priority", "impact", "urgency", "queue", "assignee", "requester", "establishment", "site",
	"service", "category", "tags", "outcome", "cause", "parent", "merged_into",
}

// changes are the fields that an event changed.
func (l timeline) changes(e tickets.Event) []changed {
	var all []changed
	for _, field := range fieldOrder {
		if pair, ok := e.Changes[field]; ok {
			all = append(all, changed{l.tell.t.T("facts.field." + field), l.value(field, pair[0]), l.value(field, pair[1])})
		}
	}
	return all
}

// value is a value of a field as people read it.
func (l timeline) value(field, value string) string {
	t := l.tell.t
	if value == "" {
		return t.T("web.value.none")
	}
	switch field {
	case "type", "priority", "outcome":
		return t.T("web." + field + "." + value)
	case "status":
		return t.T("ui.status." + value)
	case "impact":
		return impactName(t, tickets.Impact(value))
	case "urgency":
		return t.T("facts.urgency." + value)
	case "cause":
		return t.T(causeKey(value))
	case "queue":
		return l.team(value)
	case "assignee", "requester":
		return l.named(value)
	case "category":
		return categoryName(t, value)
	case "service":
		return cmp.Or(l.services[value], value)
	case "establishment":
		return cmp.Or(placeName(l.cast.places[value]), value)
	case "parent", "merged_into":
		if id, ok := tickets.ParseRef(value); ok {
			return id.Label()
		}
	}
	return value
}

// banner says over the page why what was sent was not accepted, and what
// somebody else has changed meanwhile.
func (l timeline) banner(ctx context.Context, d draft) (b *ui.Banner, since []string) {
	if d.problem == "" {
		return nil, nil
	}
	b = &ui.Banner{Meaning: ui.Late, Title: d.problem, Live: true}
	if d.overdue {
		b.Meaning, b.Text = ui.Soon, i18n.From(ctx).T("web.ticket.overtaken")
	}
	t := l.tell.t
	for _, e := range d.since {
		for _, c := range l.changes(e) {
			since = append(since, t.T("facts.since", "Who", l.cast.name(e.Actor), "Field", c.field, "Before", c.before, "After", c.after))
		}
	}
	return b, since
}

// historyView is everything that ever changed on a ticket.
type historyView struct {
	head  ui.Head
	back  string
	table ui.Table
}

// ticketHistory shows who changed what of a ticket, and when: for the eyes, and on
// paper.
func (s *Server) ticketHistory(c echo.Context) error {
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
	var drawn []templ.Component
	l, err := s.timelineOf(ctx, look, draft{}, &drawn)
	if err != nil {
		return err
	}
	v := historyView{
		head: ui.Head{Title: t.T("facts.history.title"), Over: joined(id.Label(), look.Ticket.Subject)}, back: "/tickets/" + id.Ref(),
		table: ui.Table{Caption: t.T("facts.history.title"), Hidden: true, Stacked: true, Columns: []ui.Column{
			{Label: t.T("facts.history.when")},
			{Label: t.T("facts.history.who")},
			{Label: t.T("facts.history.what"), Prose: true},
			{Label: t.T("facts.history.before"), Prose: true},
			{Label: t.T("facts.history.after"), Prose: true},
		}},
	}
	for _, e := range l.events {
		v.table.Rows = append(v.table.Rows, l.historyRows(e)...)
	}
	slices.Reverse(v.table.Rows) // the newest first
	return s.show(c, http.StatusOK, historyPage(s.frame(c, v.head.Title), v))
}

// historyRows tells an event: a row for each field that it changed, or one.
func (l timeline) historyRows(e tickets.Event) (rows [][]ui.Cell) {
	t := l.tell.t
	row := func(what, before, after string) {
		rows = append(rows, []ui.Cell{
			{Text: t.DateAt(e.At, l.tell.now) + ", " + t.Clock(e.At)}, {Text: l.cast.name(e.Actor)}, {Text: what}, {Text: before}, {Text: after},
		})
	}
	for _, c := range slices.Backward(l.changes(e)) {
		row(c.field, c.before, "→ "+c.after)
	}
	if len(rows) == 0 {
		row(cmp.Or(l.event(e), t.T("facts.what."+string(e.What))), "", "")
	}
	return rows
}

// listed says what became of a point of the checklist.
func (l timeline) listed(e tickets.Event) string {
	return l.tell.t.T("facts.event."+e.Data["done"], "Who", l.cast.name(e.Actor), "Check", e.Data["check"])
}

// spent says how long somebody worked, or how they corrected it.
func (l timeline) spent(e tickets.Event) string {
	t := l.tell.t
	length := func(key string) string {
		n, err := strconv.Atoi(e.Data[key])
		if err != nil {
			return e.Data[key]
		}
		return t.Working(minutes(n))
	}
	who := l.cast.name(e.Actor)
	switch before := e.Data["before"]; {
	case e.Data["minutes"] == "0":
		return t.T("facts.event.unspent", "Who", who, "Time", length("before"))
	case before != "":
		return t.T("facts.event.respent", "Who", who, "Before", length("before"), "After", length("minutes"))
	}
	return t.T("facts.event.spent", "Who", who, "Time", length("minutes"))
}

// woke says whom of the desk the ticket came back to.
func (l timeline) woke(e tickets.Event) string {
	return l.tell.t.T("facts.event.woken", "Who", l.cast.name(aboutWhom(e)))
}

// tied says that the ticket was tied to another, or no longer is.
func (l timeline) tied(e tickets.Event) string {
	return l.tell.t.T("facts.event."+string(e.What), "Who", l.cast.name(e.Actor), "Ref", other(e).Label(), "Kind", l.tell.t.T("facts.tied."+e.Data["kind"]))
}
