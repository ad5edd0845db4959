package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
)

// healthz says that the process answers; it asks nobody else.
func (s *Server) healthz(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// readyz says that requests can be served: the database and Redis answer.
func (s *Server) readyz(c echo.Context) error {
	ctx := c.Request().Context()
	for _, part := range []struct {
		name string
		err  error
	}{{"database", s.DB.Ping(ctx)}, {"redis", s.Redis.Ping(ctx)}} {
		if part.err != nil {
			return c.String(http.StatusServiceUnavailable, part.name+" does not answer\n")
		}
	}
	return c.String(http.StatusOK, "ready\n")
}

// securityLasts is for how long the contact is good; RFC 9116 section 2.5.5
// wants less than a year.
const securityLasts = 180 * 24 * time.Hour

// securityText says whom to tell of a weakness (RFC 9116).
func (s *Server) securityText(c echo.Context) error {
	if s.conf.MailAddress == "" {
		return fault.NotFound
	}
	day := s.DB.Now(c.Request().Context()).Truncate(24 * time.Hour)
	var text strings.Builder
	fmt.Fprintf(&text, "Contact: mailto:%s\n", s.conf.MailAddress)
	fmt.Fprintf(&text, "Expires: %s\n", day.Add(securityLasts).Format(time.RFC3339))
	fmt.Fprintf(&text, "Preferred-Languages: fr, en\n")
	fmt.Fprintf(&text, "Canonical: %s/.well-known/security.txt\n", s.conf.PublicURL)
	return c.String(http.StatusOK, text.String())
}
