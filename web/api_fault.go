package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/tickets"
)

// problem writes a failure as RFC 9457 wants it, outside of an operation.
func problem(c echo.Context, status int, detail string) error {
	c.Response().Header().Set(echo.HeaderContentType, "application/problem+json")
	return c.JSON(status, &huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: detail})
}

// failProgram answers a program whose request reached no operation.
func failProgram(c echo.Context, status int, err error) error {
	return problem(c, status, explained(i18n.From(c.Request().Context()), status, err))
}

// failed is an operation's error as an answer: the status of its kind, and in
// the reader's language what is wrong, field by field.
func failed(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	made := callOf(ctx)
	made.failed = err
	p, status := i18n.From(ctx), statusOf(err)
	if errors.Is(err, tickets.ErrCursor) || errors.Is(err, tickets.ErrSort) {
		status = http.StatusBadRequest
	}
	m := &huma.ErrorModel{Status: status, Title: http.StatusText(status), Detail: explained(p, status, err)}
	for field, why := range fault.FieldsOf(err) {
		m.Errors = append(m.Errors, &huma.ErrorDetail{Location: placeOf(made.method, field), Message: p.Say(why)})
	}
	slices.SortFunc(m.Errors, func(a, b *huma.ErrorDetail) int { return cmp.Compare(a.Location, b.Location) })
	return m
}

// explained says what went wrong. Not yours and not there are the same sentence.
func explained(p *i18n.Printer, status int, err error) string {
	switch {
	case status == http.StatusNotFound:
		return p.T("web.api.notfound")
	case status == http.StatusMethodNotAllowed:
		return p.T("web.api.method")
	case status == http.StatusTooManyRequests:
		return p.T("web.api.often")
	case errors.Is(err, tickets.ErrCursor):
		return p.T("web.api.cursor")
	case errors.Is(err, tickets.ErrSort):
		return p.T("web.api.sort")
	}
	return p.Explain(err)
}

// sentAs are the fields that programs know under another name than the desk.
var sentAs = map[string]string{"files": "attachments", "team": "queue"}

// placeOf says where in a request a field stands, as huma does for what it
// refuses by itself.
func placeOf(method, field string) string {
	if field == "idempotency_key" {
		return "header.Idempotency-Key"
	}
	in := "body."
	if method == http.MethodGet {
		in = "query."
	}
	return in + cmp.Or(sentAs[field], field)
}

// withoutValues takes what was sent out of what is answered: whoever sent it
// has it, and it may be long.
func withoutValues(_ huma.Context, _ string, v any) (any, error) {
	if m, ok := v.(*huma.ErrorModel); ok {
		for _, detail := range m.Errors {
			detail.Value = nil
			detail.Message, _, _ = strings.Cut(detail.Message, "\n")
		}
	}
	return v, nil
}
