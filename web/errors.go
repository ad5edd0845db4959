package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/tickets"
	"amigo/web/ui"
)

// Failures that only a web server knows.
var (
	errTooMany  = errors.New("web: too many requests")
	errTooLarge = errors.New("web: the request is too large")
)

// statusOf is the status that says how a request failed. Not yours and not
// there are the same.
func statusOf(err error) int {
	if e, ok := errors.AsType[*echo.HTTPError](err); ok {
		return e.Code
	}
	for _, known := range []struct {
		kind   error
		status int
	}{
		{errTooMany, http.StatusTooManyRequests},
		{errTooLarge, http.StatusRequestEntityTooLarge},
		{tickets.ErrSort, http.StatusBadRequest},
		{tickets.ErrCursor, http.StatusBadRequest},
		{tickets.ErrFilter, http.StatusBadRequest},
		{fault.NotFound, http.StatusNotFound},
		{fault.Denied, http.StatusForbidden},
		{fault.Conflict, http.StatusConflict},
		{fault.Invalid, http.StatusUnprocessableEntity},
		{fault.Unavailable, http.StatusServiceUnavailable},
		{context.DeadlineExceeded, http.StatusServiceUnavailable},
	} {
		if errors.Is(err, known.kind) {
			return known.status
		}
	}
	return http.StatusInternalServerError
}

// fail answers a request that failed: a page that says what happened, what was
// kept and what to do, never the text of the error.
func (s *Server) fail(err error, c echo.Context) {
	if c.Response().Committed {
		return
	}
	status := statusOf(err)
	// The request may have ended; the page about it still has to be drawn.
	c.SetRequest(c.Request().WithContext(context.WithoutCancel(c.Request().Context())))
	if strings.HasPrefix(c.Request().URL.Path, "/api/") {
		_ = failProgram(c, status, err)
		return
	}
	if status == http.StatusMethodNotAllowed {
		status = http.StatusNotFound
	}
	h := c.Response().Header()
	h.Del("ETag")
	h.Del("Content-Encoding")
	if c.Request().Method == http.MethodHead {
		_ = c.NoContent(status)
		return
	}
	if err := s.show(c, status, faultPage(s.frame(c, faultTitle(c, status)), s.faultOf(c, status, err))); err != nil {
		// Not even the page about it: say it plainly.
		_ = c.String(http.StatusInternalServerError, "AMIGO : une erreur est survenue. Réessayez dans quelques minutes.\n")
	}
}

// faultTitle is the headline over a failure.
func faultTitle(c echo.Context, status int) string {
	p := i18n.From(c.Request().Context())
	switch status {
	case http.StatusNotFound:
		return p.T("web.fault.notfound.title")
	case http.StatusForbidden:
		return p.T("web.fault.denied.title")
	case http.StatusConflict:
		return p.T("web.fault.conflict.title")
	case http.StatusUnprocessableEntity, http.StatusBadRequest, http.StatusRequestEntityTooLarge:
		return p.T("web.fault.invalid.title")
	case http.StatusTooManyRequests:
		return p.T("web.fault.toomany.title")
	case http.StatusServiceUnavailable:
		return p.T("web.fault.unavailable.title")
	}
	return p.T("web.fault.accident.title")
}

// faultOf is what the page says: the sentence that the error carries, or one
// for its kind. Where it was our fault, the reference that stands in the log.
func (s *Server) faultOf(c echo.Context, status int, err error) ui.Fault {
	p := i18n.From(c.Request().Context())
	f := ui.Fault{Title: faultTitle(c, status)}
	switch {
	case errors.Is(err, errTooMany):
		f.Text = p.T("web.fault.toomany.text")
	case errors.Is(err, errTooLarge):
		f.Text = p.T("web.fault.toolarge.text")
	case status == http.StatusNotFound:
		f.Text = p.T("core.fault.notfound")
	default:
		f.Text = p.Explain(err)
	}
	if status >= http.StatusInternalServerError {
		f.Code = c.Response().Header().Get(requestHeader)
	}
	return f
}
