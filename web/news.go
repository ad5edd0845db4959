package web

import (
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/web/ui"
)

// What an open page asks for by itself is the page as it is now, without what
// stands around it: the script there takes what is new and leaves alone what
// somebody has in hand. Since it has no frame, no sentence that was left for the
// next page is lost on it.

// ticketNews is a ticket, for whoever may see it.
func (s *Server) ticketNews(c echo.Context) error { return s.ticketShow(c) }

// bare says whether a request asks for what is inside of a page, and not for the
// page around it.
func bare(c echo.Context) bool {
	quiet, _ := c.Get(quietRoute).(bool)
	return quiet
}

// part is the frame of what is asked for without one: for the desk the navigation,
// whose counts have changed, too.
func (s *Server) part(c echo.Context, title string) ui.Page {
	ctx := c.Request().Context()
	page := ui.Page{Title: title, Bare: true}
	if actor := people.ActorOf(ctx); actor.Is(people.Technician) {
		page.Nav = s.ways(ctx, i18n.From(ctx), actor)
	}
	return marked(page, c.Request().URL)
}

// isTicket says whether a path is that of a ticket's page.
func isTicket(path string) bool {
	ref, below := strings.CutPrefix(path, "/tickets/")
	return below && ref != "" && strings.Trim(ref, "0123456789") == ""
}
