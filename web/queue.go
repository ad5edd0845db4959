package web

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

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
	csrf, title, count string
	search             ui.Search
	horizon            *horizonLine // at home: a calendar ends too soon
	trouble            *troubleLine // at home: mail does not come or go
	facets             facets
	keeping            savedForm
	columns            columnsForm
	query              string // what the address asks, for a change of the whole list
	queue              ui.Queue
	foot               string
	pager              ui.Pager
	empty              ui.Empty
	peek               *peekView
}

// queue shows one view of the queue, narrowed as the address says.
func (s *Server) queue(c echo.Context) error {
	ctx, here := c.Request().Context(), c.Request().URL
	if clean, err := s.cleanAddress(ctx, here.Query()); err != nil {
		return err
	} else if clean != "" {
		return seeOther(c, clean)
	}
	v, part, err := s.queueView(ctx, here)
	if err != nil {
		return err
	}
	if asking(here) == "/tickets" {
		if v.horizon, err = s.horizonLine(ctx); err != nil {
			return err
		}
		if v.trouble, err = s.troubleLine(ctx); err != nil {
			return err
		}
	}
	if ref, ok := tickets.ParseRef(here.Query().Get("peek")); ok {
		if v.peek, err = s.peekView(ctx, ref); err != nil {
			return err
		}
	}
	frame := s.frame(c, v.title)
	v.csrf = frame.CSRF
	markView(frame, part)
	return s.show(c, http.StatusOK, queuePage(frame, v))
}

// queueRows is what a page of the queue asks for by itself: the list that it
// shows, as it is now, and the counts of the views.
func (s *Server) queueRows(c echo.Context) error {
	ctx := c.Request().Context()
	here := &url.URL{Path: "/tickets", RawQuery: c.Request().URL.RawQuery}
	v, part, err := s.queueView(ctx, here)
	if err != nil {
		return err
	}
	v.csrf = s.csrf(ctx)
	page := marked(ui.Page{Nav: s.ways(ctx, i18n.From(ctx), people.ActorOf(ctx))}, here)
	markView(page, part)
	return s.show(c, http.StatusOK, queueParts(page, v))
}

// queueView gathers what stands on a page of the queue.
func (s *Server) queueView(ctx context.Context, here *url.URL) (v queueView, part view, err error) {
	t := i18n.From(ctx)
	q, err := s.askedOf(ctx, here.Query())
	if err != nil {
		return v, part, err
	}
	page, err := s.Desk.List(ctx, q.filter)
	if err != nil {
		return v, q.part, err
	}
	sizes, err := s.sizes(ctx, view{filter: counting(q.filter)})
	if err != nil {
		return v, q.part, err
	}
	total := cmp.Or(sized(t, sizes), t.Int(0))
	v = queueView{
		title: q.part.title(t), count: total, query: whole(here, q.part),
		search: ui.Search{Action: "/tickets", Value: q.own.Text, Placeholder: t.T("queue.search"), Kept: keptBeside(q.own)},
		pager:  pager(here, page.Next), empty: emptyQueue(t, q),
		foot: t.T("web.queue.foot", "Shown", t.Int(len(page.Tickets)), "Total", total),
	}
	if v.facets, err = s.facets(ctx, here, q); err != nil {
		return v, q.part, err
	}
	v.keeping = s.savedForm(ctx, q)
	columns, err := s.Views.Columns(ctx)
	if err != nil {
		return v, q.part, err
	}
	v.columns = columnsChosen(t, columns, asking(here))
	v.queue = ui.Queue{
		Caption: t.T("web.queue.caption", "View", v.title), Heads: heads(here, page.Sort), Pick: "ticket",
		Columns: columns, Words: columnWords(t, columns),
	}
	v.queue.Rows, err = s.rows(ctx, here, page.Tickets)
	return v, q.part, err
}

// counting is a filter as far as it says how many there are.
func counting(f tickets.Filter) tickets.Filter {
	f.Sort, f.Limit, f.Cursor = "", 0, ""
	return f
}

// sizes is how many tickets a view has; the navigation has often just counted it.
func (s *Server) sizes(ctx context.Context, v view) (tickets.Size, error) {
	v.name, v.counted = "shown", true
	all, err := s.viewSizes(ctx, []view{v})
	return all[v.name], err
}

// whole is what an address asks with its view named: for what is done with the
// whole list, wherever its reader is.
func whole(here *url.URL, part view) string {
	ask := here.Query()
	ask.Set("view", part.name)
	for _, name := range []string{"cursor", "lang", "peek"} {
		ask.Del(name)
	}
	return ask.Encode()
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

// rows are tickets as lines of the queue.
func (s *Server) rows(ctx context.Context, here *url.URL, list []tickets.Ticket) ([]ui.Row, error) {
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
	known, err := s.lexicon(ctx)
	if err != nil {
		return nil, err
	}
	tell, writing := s.teller(ctx), s.writingTags(ctx)
	peeked := here.Query().Get("peek")
	rows := make([]ui.Row, 0, len(list))
	for _, t := range list {
		ref := t.ID.Ref()
		row := ui.Row{
			Href: "/tickets/" + ref, Ref: ref, Value: ref, Subject: t.Subject, Due: tell.due(t, all),
			Requester: cast.name(t.Requester), Place: cast.beside(t),
			Channel: string(t.Channel), Priority: string(t.Priority), Assignee: cast.person(t.Assignee),
			Fresh: t.UnheardSince != nil, Chosen: ref == peeked, Peek: with(here, "peek", ref), More: known.cells(tell, t),
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
func heads(here *url.URL, sort tickets.Sort) map[string]ui.Sort {
	return map[string]ui.Sort{
		"due": head(here, sort, tickets.ByDue, tickets.ByDueDesc), "ref": head(here, sort, tickets.ByRef, tickets.ByRefDesc),
		"created": head(here, sort, tickets.ByCreatedDesc, tickets.ByCreated), "updated": head(here, sort, tickets.ByUpdatedDesc, tickets.ByUpdated),
		"priority": head(here, sort, tickets.ByPriorityDesc, tickets.ByPriority),
	}
}

// head is a column that sorts, first one way and then the other.
func head(here *url.URL, sort, first, then tickets.Sort) ui.Sort {
	way := func(s tickets.Sort) string {
		if strings.HasPrefix(string(s), "-") {
			return "descending"
		}
		return "ascending"
	}
	switch sort {
	case first:
		return ui.Sort{Href: with(here, "sort", string(then)), Way: way(first)}
	case then:
		return ui.Sort{Href: with(here, "sort", string(first)), Way: way(then)}
	}
	return ui.Sort{Href: with(here, "sort", string(first))}
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
	if name != "peek" {
		q.Del("cursor")
		q.Del("peek")
	}
	q.Del("lang")
	q.Set(name, value)
	if value == "" {
		q.Del(name)
	}
	return (&url.URL{Path: here.Path, RawQuery: q.Encode()}).String()
}

// emptyQueue says why there is nothing, and what to do.
func emptyQueue(t *i18n.Printer, q asked) ui.Empty {
	if len(counting(q.own).Values()) > 0 || q.own.Cursor != "" {
		return ui.Empty{Icon: "search", Title: t.T("web.queue.nothing.title"), Text: t.T("web.queue.nothing.text")}
	}
	if q.part.saved != nil {
		return ui.Empty{Icon: q.part.icon, Title: t.T("queue.view.empty"), Text: t.T("queue.view.empty_text")}
	}
	return ui.Empty{Icon: q.part.icon, Title: t.T("web.queue.empty." + q.part.name), Text: t.T("web.queue.empty_text." + q.part.name)}
}

// keptBeside is what a search in the queue leaves as it is: what the address has
// narrowed already, but not where it looked.
func keptBeside(own tickets.Filter) (kept []ui.Kept) {
	own = counting(own)
	own.Text = ""
	values := own.Values()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		kept = append(kept, ui.Kept{Name: name, Value: values.Get(name)})
	}
	return kept
}
