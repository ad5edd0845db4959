package web

import (
	"strings"

	"github.com/labstack/echo/v4"
)

// isTicket says whether a path is that of a ticket's page.
func isTicket(path string) bool {
	ref, below := strings.CutPrefix(path, "/tickets/")
	return below && ref != "" && strings.Trim(ref, "0123456789") == ""
}

// ticketNews is the page of a ticket as it is now, for the page of it that is
// open: the script there takes what is new and leaves alone what somebody is
// typing into. It has no frame, so that no sentence that was left for the next
// page is lost on it.
func (s *Server) ticketNews(c echo.Context) error { return s.ticketShow(c) }

// bare says whether a request asks for what is inside of a page, and not for the
// page around it.
func bare(c echo.Context) bool {
	quiet, _ := c.Get(quietRoute).(bool)
	return quiet
}
