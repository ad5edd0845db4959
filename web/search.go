package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/app/words"
	"amigo/tickets"
	"amigo/web/ui"
)

// How much a search shows: a page of it, and the few lines of a palette.
const (
	findHits   = 30
	findPeople = 8
	fewHits    = 6
	fewPeople  = 4
)

// findView is the page of a search.
type findView struct {
	staff  bool
	search ui.Search
	kept   []ui.Kept // what the address asks for and the form has no field for
	fields []findField
	found  findFound
}

// findField is a question of the form with its answers.
type findField struct {
	ui.Field
	options []ui.Option
}

// findFound is what a search has found.
type findFound struct {
	staff    bool
	asked    bool   // there was something to look for
	text     string // as it was typed
	hits     []findHit
	best     string // says that these are not all
	people   []findPerson
	anywhere string // the same search without its filters, where it has some
}

// findHit is a ticket that was found.
type findHit struct {
	href, about, status, priority string
	staff                         bool
	subject                       []words.Run
	said                          *findSaid
}

// findSaid is a message in which the words stand.
type findSaid struct {
	href, who string
	note      bool
	words     []words.Run
}

// findPerson is somebody who was found, and where their tickets are.
type findPerson struct {
	person ui.Person
	href   string
}

// searchPage shows the form of a search and what it has found.
func (s *Server) searchPage(c echo.Context) error {
	ctx := c.Request().Context()
	f, err := tickets.ParseFilter(c.QueryParams())
	if err != nil {
		return err
	}
	t := i18n.From(ctx)
	v := findView{staff: people.ActorOf(ctx).Is(people.Technician), search: ui.Search{
		Action: "/search", Value: f.Text, Large: true, Label: t.T("find.box"), Placeholder: t.T("find.example"),
	}}
	if v.fields, err = s.findFields(ctx, c.QueryParams()); err != nil {
		return err
	}
	v.kept = keptOf(f, v.fields)
	if v.found, err = s.findFound(ctx, f, findHits, findPeople); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, findPage(s.frame(c, t.T("find.title")), v))
}

// searchPart answers while somebody types: a part of the page, or, with few, the
// first lines of it for a palette.
func (s *Server) searchPart(c echo.Context) error {
	ctx := c.Request().Context()
	if err := s.allow(c, "search:"+people.ActorOf(ctx).Person.String(), searchRate); err != nil {
		return err
	}
	f, err := tickets.ParseFilter(c.QueryParams())
	if err != nil {
		return err
	}
	hits, persons := findHits, findPeople
	if c.QueryParam("few") != "" {
		hits, persons = fewHits, fewPeople
	} else {
		c.Response().Header().Set("HX-Replace-Url", (&url.URL{Path: "/search", RawQuery: c.QueryParams().Encode()}).String())
	}
	found, err := s.findFound(ctx, f, hits, persons)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, findPart(found))
}

// findFound looks for tickets and, for staff, for people.
func (s *Server) findFound(ctx context.Context, f tickets.Filter, hits, persons int) (v findFound, err error) {
	t, staff := i18n.From(ctx), people.ActorOf(ctx).Is(people.Technician)
	v.staff, v.text = staff, strings.TrimSpace(f.Text)
	if v.asked = v.text != ""; !v.asked {
		return v, nil
	}
	found, err := s.Desk.Find(ctx, tickets.Find{Text: f.Text, Filter: f, Limit: hits})
	if err != nil {
		return v, err
	}
	if v.hits, err = s.findHits(ctx, found, staff); err != nil {
		return v, err
	}
	if len(found) == hits {
		v.best = t.T(findWord(staff, "best"), "Shown", t.Int(hits), "Most", t.Int(tickets.MaxFound))
	}
	narrow := f
	narrow.Text, narrow.Sort, narrow.Cursor, narrow.Limit = "", "", "", 0
	if len(narrow.Values()) > 0 {
		v.anywhere = "/search?" + url.Values{"q": {f.Text}}.Encode()
		return v, nil // filters are about tickets
	}
	if staff {
		v.people, err = s.findPeople(ctx, v.text, persons)
	}
	return v, err
}

// findHits are tickets that were found as lines of the page.
func (s *Server) findHits(ctx context.Context, found []tickets.Hit, staff bool) ([]findHit, error) {
	var list []tickets.Ticket
	var authors []people.ID
	for _, h := range found {
		list = append(list, h.Ticket)
		if h.Said != nil {
			authors = append(authors, h.Said.Author)
		}
	}
	if len(list) == 0 {
		return nil, nil
	}
	cast, err := s.cast(ctx, list, append(authors, appear(list)...), s.People.Names)
	if err != nil {
		return nil, err
	}
	hits := make([]findHit, 0, len(found))
	for _, h := range found {
		hits = append(hits, hitOf(cast, h, staff, s.DB.Now(ctx)))
	}
	return hits, nil
}

// hitOf is one ticket that was found. Requesters read who writes as they do on
// the page of their ticket.
func hitOf(cast cast, h tickets.Hit, staff bool, now time.Time) findHit {
	t, ticket := cast.t, h.Ticket
	about := []string{t.T("web.request.number", "Ref", ticket.ID.Ref())}
	if staff {
		about = append(about, cast.name(ticket.Requester))
		if place := cast.beside(ticket); place != "" {
			about = append(about, place)
		}
	}
	about = append(about, t.T(findWord(staff, "opened"), "When", t.Short(ticket.CreatedAt, now)))
	hit := findHit{
		href: "/tickets/" + ticket.ID.Ref(), about: strings.Join(about, " · "), status: string(ticket.Status), staff: staff, subject: h.Subject,
	}
	if staff {
		hit.priority = string(ticket.Priority)
	}
	if h.Said != nil {
		hit.said = &findSaid{
			href: hit.href + "#m-" + number(h.Said.ID), note: h.Said.Internal, words: h.Excerpt,
			who: t.T("find.said", "Name", cast.name(h.Said.Author), "When", t.Short(h.Said.CreatedAt, now)),
		}
	}
	return hit
}

// findPeople are people whose name, uid or address begins so.
func (s *Server) findPeople(ctx context.Context, text string, most int) ([]findPerson, error) {
	found, err := s.People.Search(ctx, text, most)
	if err != nil {
		return nil, err
	}
	var all []findPerson
	for _, p := range found {
		all = append(all, findPerson{chip(p), "/tickets?" + url.Values{"view": {"all"}, "requester": {p.UID}}.Encode()})
	}
	return all, nil
}
