package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
)

// borne lets a request through that bears a valid token, as the person of the
// token. The OpenAPI document is open to anyone.
func (s *Server) borne(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if strings.HasPrefix(c.Path(), apiRoot+"/openapi") {
			return next(c)
		}
		c.Response().Header().Set("Cache-Control", "no-store")
		scheme, token, _ := strings.Cut(c.Request().Header.Get(echo.HeaderAuthorization), " ")
		token = strings.TrimSpace(token)
		if !strings.EqualFold(scheme, "Bearer") || token == "" {
			return unknown(c, `Bearer realm="AMIGO"`, "web.api.token_missing")
		}
		actor, err := s.People.Bearer(c.Request().Context(), token)
		if errors.Is(err, fault.Denied) {
			return unknown(c, `Bearer realm="AMIGO", error="invalid_token"`, "web.api.token_refused")
		}
		if err != nil {
			return err
		}
		// The standard library passes over what it cannot read of a query, and the
		// list would come as if it had not been asked for.
		if _, err := url.ParseQuery(c.Request().URL.RawQuery); err != nil {
			return problem(c, http.StatusBadRequest, i18n.From(c.Request().Context()).T("web.api.query"))
		}
		if allowed, retry := s.programs.Take(actor.Person.String(), s.DB.Now(c.Request().Context())); !allowed {
			return comeBack(c, retry)
		}
		limits := route{}
		if c.Path() == apiRoot+"/attachments" {
			limits = uploading
		}
		return s.bounded(limits)(operated(actor, next))(c)
	}
}

// unknown answers somebody whom no token names (RFC 6750 section 3).
func unknown(c echo.Context, challenge, key string) error {
	c.Response().Header().Set(echo.HeaderWWWAuthenticate, challenge)
	return problem(c, http.StatusUnauthorized, i18n.From(c.Request().Context()).T(key))
}

// call is what an operation leaves behind for the log: huma has answered by
// then, and swallowed the error.
type call struct {
	method string
	failed error
}

type callKey struct{}

// callOf is the call that an operation answers.
func callOf(ctx context.Context) *call {
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		return &call{}
	}
	return c
}

// operated runs an operation as the actor, and hands on how it failed.
func operated(actor people.Actor, next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		made := &call{method: r.Method}
		c.SetRequest(r.WithContext(context.WithValue(people.As(r.Context(), actor), callKey{}, made)))
		if err := next(c); err != nil {
			return err
		}
		return made.failed
	}
}
