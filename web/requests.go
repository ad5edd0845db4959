package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/sla"
	"amigo/tickets"
	"amigo/web/ui"
)

// ownTickets lists what somebody has asked, and what was asked for them.
func (s *Server) ownTickets(c echo.Context) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	f := tickets.Filter{Sort: tickets.ByUpdatedDesc, Text: c.QueryParam("q"), Cursor: c.QueryParam("cursor"), Limit: 20}
	page, err := s.Desk.List(ctx, f)
	if err != nil {
		return err
	}
	summary, err := s.summary(ctx)
	if err != nil {
		return err
	}
	list, err := s.requests(ctx, page.Tickets)
	if err != nil {
		return err
	}
	v := requestsView{
		summary: summary, search: ui.Search{Action: "/tickets", Value: f.Text, Label: t.T("web.requests.search"), Placeholder: t.T("web.requests.search")},
		requests: list, pager: pager(c.Request().URL, page.Next), sought: f.Text != "",
	}
	return s.show(c, http.StatusOK, requestsPage(s.frame(c, t.T("web.nav.my_requests")), v))
}

// requestsView is the list of one's own requests.
type requestsView struct {
	summary  string
	search   ui.Search
	requests []ui.Request
	pager    ui.Pager
	sought   bool // the list answers a search
}

// requests are tickets as those who asked understand them.
func (s *Server) requests(ctx context.Context, list []tickets.Ticket) ([]ui.Request, error) {
	cast, err := s.listCast(ctx, list)
	if err != nil {
		return nil, err
	}
	estimated, err := s.estimates(ctx, list...)
	if err != nil {
		return nil, err
	}
	all := make([]ui.Request, 0, len(list))
	for _, ticket := range list {
		all = append(all, ui.Request{
			Href: "/tickets/" + ticket.ID.Ref(), Subject: ticket.Subject, Status: string(ticket.Status),
			About: aboutRequest(cast, ticket, estimated, people.ActorOf(ctx).Person, s.DB.Now(ctx)),
		})
	}
	return all, nil
}

// aboutRequest is the line under a request: its number, for whom it is where
// that is not the reader, and what comes next.
func aboutRequest(cast cast, ticket tickets.Ticket, estimated estimates, me people.ID, now time.Time) string {
	t := cast.t
	parts := []string{t.T("web.request.number", "Ref", ticket.ID.Ref())}
	if ticket.Requester != me {
		parts = append(parts, t.T("web.request.for", "Name", cast.name(ticket.Requester)))
	} else if ticket.ReportedBy != me {
		parts = append(parts, t.T("web.request.by", "Name", cast.name(ticket.ReportedBy)))
	}
	switch {
	case ticket.Status == tickets.Fresh && ticket.FirstResponseDueAt != nil && now.Before(*ticket.FirstResponseDueAt):
		key := "web.request.answer_before"
		if estimated.has(ticket, sla.First) {
			key = "web.request.answer_estimated"
		}
		parts = append(parts, t.T(key, "When", t.Until(*ticket.FirstResponseDueAt, now)))
	case ticket.Status.Over() && ticket.SolvedAt != nil:
		parts = append(parts, t.Short(*ticket.SolvedAt, now))
	case ticket.Assignee != 0:
		parts = append(parts, t.T("web.request.followed", "Name", cast.name(ticket.Assignee)))
	}
	return strings.Join(parts, " · ")
}
