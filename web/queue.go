package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/web/ui"
)

// ticketList is the queue for technicians, and for everyone else the list of
// what they have asked.
func (s *Server) ticketList(c echo.Context) error {
	if people.ActorOf(c.Request().Context()).Is(people.Technician) {
		return s.queue(c)
	}
	return s.ownTickets(c)
}

// queueView is a page of the queue.
type queueView struct {
	title, count string
	search       ui.Search
	horizon      *horizonLine // at home: a calendar ends too soon
	trouble      *troubleLine // at home: mail does not come or go
	facets       []ui.Menu
	applied      []ui.Button // what narrows the list, each a way out of it
	queue        ui.Queue
	foot         string
	pager        ui.Pager
	empty        ui.Empty
}

// queue shows one view of the queue, narrowed as the address says.
func (s *Server) queue(c echo.Context) error {
	ctx, ask := c.Request().Context(), c.QueryParams()
	part, ok := viewAsked(ask, people.ActorOf(ctx))
	if !ok {
		return fault.NotFound
	}
	f, err := s.filterOf(ctx, part)
	if err != nil {
		return err
	}
	f = narrowed(f, ask)
	page, err := s.Desk.List(ctx, f)
	if err != nil {
		return err
	}
	total, err := s.Desk.Count(ctx, f)
	if err != nil {
		return err
	}
	v, err := s.queueView(ctx, c.Request().URL, part, f, page, total)
	if err != nil {
		return err
	}
	if asking(c.Request().URL) == "/tickets" {
		if v.horizon, err = s.horizonLine(ctx); err != nil {
			return err
		}
		if v.trouble, err = s.troubleLine(ctx); err != nil {
			return err
		}
	}
	frame := s.frame(c, v.title)
	markView(frame, part)
	return s.show(c, http.StatusOK, queuePage(frame, v))
}

// viewAsked is the view that an address names. Who searches without naming one
// searches everywhere, and for one person's tickets also among what is over.
func viewAsked(ask url.Values, a people.Actor) (part view, ok bool) {
	name := ask.Get("view")
	if name == "" && ask.Get("q") != "" {
		name = "all"
	}
	if part, ok = viewNamed(name, a); part.name == "all" && ask.Get("q") == "" && ask.Get("requester") == "" {
		part.filter.Statuses = alive
	}
	return part, ok
}

// queueView gathers what stands on a page of the queue.
func (s *Server) queueView(ctx context.Context, here *url.URL, part view, f tickets.Filter, page tickets.Page, total int) (v queueView, err error) {
	t := i18n.From(ctx)
	v = queueView{
		title: t.T("web.view." + part.name), count: cmp.Or(counted(t, total), t.Int(0)),
		search: ui.Search{Action: "/tickets", Value: f.Text, Placeholder: t.T("web.queue.search")},
		pager:  pager(here, page.Next), empty: emptyQueue(t, part, here.Query()),
		foot: t.T("web.queue.foot", "Shown", t.Int(len(page.Tickets)), "Total", cmp.Or(counted(t, total), t.Int(0))),
	}
	if v.facets, v.applied, err = s.facets(ctx, here); err != nil {
		return v, err
	}
	v.queue = ui.Queue{Caption: t.T("web.queue.caption", "View", v.title), Heads: heads(here, f.Sort)}
	v.queue.Rows, err = s.rows(ctx, page.Tickets)
	return v, err
}

// markView marks the view that is shown, also where the address names none.
func markView(page ui.Page, shown view) {
	for _, group := range page.Nav {
		for i := range group.Items {
			if group.Items[i].Href == shown.href() {
				group.Items[i].Current = true
			}
		}
	}
}

// narrowed adds to a filter what the address asks for. Fields are taken by
// name; a value that nothing has finds nothing.
func narrowed(f tickets.Filter, ask url.Values) tickets.Filter {
	if status := tickets.Status(ask.Get("status")); status != "" {
		f.Statuses = []tickets.Status{status}
	}
	f.Priority = tickets.Priority(ask.Get("priority"))
	f.Type = tickets.Type(ask.Get("type"))
	f.Channel = people.Channel(ask.Get("channel"))
	f.Site = ask.Get("site")
	f.Service = ask.Get("service")
	f.Text = ask.Get("q")
	if id, err := strconv.ParseInt(ask.Get("requester"), 10, 64); err == nil {
		f.Asked = people.ID(id)
	}
	f.Sort = tickets.Sort(ask.Get("sort"))
	f.Cursor = ask.Get("cursor")
	return f
}

// rows are tickets as lines of the queue.
func (s *Server) rows(ctx context.Context, list []tickets.Ticket) ([]ui.Row, error) {
	cast, err := s.listCast(ctx, list)
	if err != nil {
		return nil, err
	}
	all, err := s.stakes(ctx, list)
	if err != nil {
		return nil, err
	}
	silent, err := s.silenceTags(ctx, list)
	if err != nil {
		return nil, err
	}
	tell, writing := s.teller(ctx), s.writingTags(ctx)
	rows := make([]ui.Row, 0, len(list))
	for _, t := range list {
		row := ui.Row{
			Href: "/tickets/" + t.ID.Ref(), Ref: t.ID.Ref(), Subject: t.Subject, Due: tell.due(t, all),
			Requester: cast.name(t.Requester), Place: cast.beside(t),
			Channel: string(t.Channel), Priority: string(t.Priority), Assignee: cast.person(t.Assignee),
		}
		if t.Type == tickets.Request {
			row.Tags = append(row.Tags, ui.Mark{Meaning: ui.Calm, Word: tell.t.T("web.type.request")})
		}
		if tag, ok := silent[t.ID]; ok {
			row.Tags = append(row.Tags, tag)
		}
		if tag, ok := writing[t.ID]; ok {
			row.Tags = append(row.Tags, tag)
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// heads are the columns by which the queue can be sorted.
func heads(here *url.URL, sort tickets.Sort) ui.Heads {
	return ui.Heads{Due: head(here, sort, tickets.ByDue, tickets.ByDueDesc), Ref: head(here, sort, tickets.ByCreated, tickets.ByCreatedDesc)}
}

func head(here *url.URL, sort, up, down tickets.Sort) ui.Sort {
	switch cmp.Or(sort, tickets.ByDue) {
	case up:
		return ui.Sort{Href: with(here, "sort", string(down)), Way: "ascending"}
	case down:
		return ui.Sort{Href: with(here, "sort", string(up)), Way: "descending"}
	}
	return ui.Sort{Href: with(here, "sort", string(up))}
}

// pager leads to the next page, and back to the first.
func pager(here *url.URL, next string) ui.Pager {
	var p ui.Pager
	if here.Query().Get("cursor") != "" {
		p.Earlier = with(here, "cursor", "")
	}
	if next != "" {
		p.Later = with(here, "cursor", next)
	}
	return p
}

// with is the address of the same list with one question asked otherwise. What
// changes the list begins it anew.
func with(here *url.URL, name, value string) string {
	q := here.Query()
	q.Del("cursor")
	q.Del("lang")
	q.Set(name, value)
	if value == "" {
		q.Del(name)
	}
	return (&url.URL{Path: here.Path, RawQuery: q.Encode()}).String()
}

// emptyQueue says why there is nothing, and what to do.
func emptyQueue(t *i18n.Printer, part view, ask url.Values) ui.Empty {
	narrow := []string{"q", "status", "priority", "type", "channel", "site", "service", "cursor"}
	if slices.ContainsFunc(narrow, func(name string) bool { return ask.Get(name) != "" }) {
		return ui.Empty{Icon: "search", Title: t.T("web.queue.nothing.title"), Text: t.T("web.queue.nothing.text")}
	}
	return ui.Empty{Icon: part.icon, Title: t.T("web.queue.empty." + part.name), Text: t.T("web.queue.empty_text." + part.name)}
}
