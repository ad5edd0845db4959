package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"amigo/app/people"
	"amigo/tickets"
	"amigo/web/ui"
)

// peekView is a ticket at a glance: what is asked, how it stands, what was said last.
type peekView struct {
	csrf, ref, href string
	subject, from   string
	status          tickets.Status
	statusWord      string
	due             ui.Clock
	assignee        ui.Person
	free            bool
	version, me     string
	said            []peekWords
	beside          string // how many messages are not shown; "" for none
}

// peekWords is a message at a glance.
type peekWords struct {
	who      string
	when     ui.Moment
	words    string
	internal bool
}

// How much of a ticket is seen at a glance.
const (
	peekMessages = 3
	peekRunes    = 600
)

// ticketPeek is a ticket beside the list: a part of the page.
func (s *Server) ticketPeek(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	v, err := s.peekView(c.Request().Context(), id)
	if err != nil {
		return err
	}
	v.csrf = s.csrf(c.Request().Context())
	return s.show(c, http.StatusOK, peekPart(v))
}

func (s *Server) peekView(ctx context.Context, id tickets.ID) (*peekView, error) {
	t, err := s.Desk.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	said, err := s.Desk.Messages(ctx, id)
	if err != nil {
		return nil, err
	}
	hidden := max(len(said)-peekMessages, 0)
	said = said[hidden:]
	var authors []people.ID
	for _, m := range said {
		authors = append(authors, m.Author)
	}
	cast, err := s.cast(ctx, []tickets.Ticket{t}, append(appear([]tickets.Ticket{t}), authors...), s.People.Names)
	if err != nil {
		return nil, err
	}
	all, err := s.stakes(ctx, []tickets.Ticket{t})
	if err != nil {
		return nil, err
	}
	tell := s.teller(ctx)
	v := &peekView{
		csrf: s.csrf(ctx), ref: t.ID.Ref(), href: "/tickets/" + t.ID.Ref(), subject: t.Subject, from: joined(cast.name(t.Requester), cast.beside(t)),
		status: t.Status, statusWord: tell.t.T("ui.status." + string(t.Status)), due: tell.due(t, all), assignee: cast.person(t.Assignee),
		free: t.Assignee == 0 && !t.Status.Over(), version: number(int64(t.Version)), me: number(people.ActorOf(ctx).Person),
	}
	if hidden > 0 {
		v.beside = tell.t.N("queue.peek.beside", hidden)
	}
	for _, m := range said {
		v.said = append(v.said, peekWords{who: cast.name(m.Author), when: tell.moment(m.CreatedAt), words: glance(m.Body), internal: m.Internal})
	}
	return v, nil
}

// glance is the beginning of what was said.
func glance(body string) string {
	if runes := []rune(body); len(runes) > peekRunes {
		return string(runes[:peekRunes]) + " …"
	}
	return body
}
