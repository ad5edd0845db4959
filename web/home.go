package web

import (
	"context"
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/web/ui"
)

// recent is how many of their requests people see at home.
const recent = 5

// home is where everyone arrives: technicians at their queue, requesters at
// their requests, everybody else at what helps without signing in.
func (s *Server) home(c echo.Context) error {
	ctx := c.Request().Context()
	actor := people.ActorOf(ctx)
	t := i18n.From(ctx)
	switch {
	case actor.Is(people.Technician):
		return seeOther(c, "/tickets")
	case actor.Nobody():
		page := s.frame(c, t.T("web.home.title"))
		return s.show(c, 200, publicHomePage(page, s.reach(ctx, publicPhones(t)), guideDoors(t)))
	}
	page, err := s.Desk.List(ctx, tickets.Filter{Sort: tickets.ByUpdatedDesc, Limit: recent})
	if err != nil {
		return err
	}
	list, err := s.requests(ctx, page.Tickets)
	if err != nil {
		return err
	}
	summary, err := s.summary(ctx)
	if err != nil {
		return err
	}
	me, err := s.People.Get(ctx, actor.Person)
	if err != nil {
		return err
	}
	view := requesterHome{
		summary: summary, requests: list,
		reach: s.reach(ctx, phonesOf(t, me)), guides: guideDoors(t),
	}
	return s.show(c, 200, requesterHomePage(s.frame(c, t.T("web.home.hello", "Name", actor.Name)), view))
}

// requesterHome is what a requester sees at home.
type requesterHome struct {
	summary  string
	requests []ui.Request
	reach    ui.Reach
	guides   []ui.Door
}

// summary says how one's own requests stand: "2 en cours, 1 attend votre
// réponse". It is empty when there is nothing to say.
func (s *Server) summary(ctx context.Context) (string, error) {
	t := i18n.From(ctx)
	var parts []string
	for _, count := range []struct {
		key      string
		statuses []tickets.Status
	}{
		{"web.home.running", []tickets.Status{tickets.Fresh, tickets.Opened, tickets.WaitingThirdParty}},
		{"web.home.waiting_for_you", []tickets.Status{tickets.WaitingRequester}},
	} {
		n, err := s.Desk.Count(ctx, tickets.Filter{Statuses: count.statuses})
		if err != nil {
			return "", err
		}
		if n > 0 {
			parts = append(parts, t.N(count.key, n))
		}
	}
	return strings.Join(parts, ", "), nil
}

// reach says who answers now and by which numbers.
func (s *Server) reach(ctx context.Context, phones []ui.Phone) ui.Reach {
	r := ui.Reach{Phones: phones}
	if h := s.hours(ctx); h != nil {
		r.Hours = *h
	}
	return r
}

// publicPhones are the numbers for those of whom we do not know where they work.
func publicPhones(t *i18n.Printer) []ui.Phone {
	lycee := people.Establishment{Public: true, Kind: "lycee"}.EmergencyPhones()
	other := people.Establishment{}.EmergencyPhones()
	phones := []ui.Phone{{Label: t.T("web.reach.lycees"), Number: lycee[0]}}
	for i, number := range other {
		label := t.T("web.reach.others")
		if i > 0 {
			label = t.T("web.reach.or")
		}
		phones = append(phones, ui.Phone{Label: label, Number: number})
	}
	return phones
}

// phonesOf are the numbers that somebody may call where they work.
func phonesOf(t *i18n.Printer, p people.Person) []ui.Phone {
	if len(p.Establishments) == 0 {
		return publicPhones(t)
	}
	var phones []ui.Phone
	for i, number := range p.Establishments[0].EmergencyPhones() {
		label := t.T("web.reach.emergency")
		if i > 0 {
			label = t.T("web.reach.or")
		}
		phones = append(phones, ui.Phone{Label: label, Number: number})
	}
	return phones
}
