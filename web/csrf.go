package web

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"net/http"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
)

// secretSize is the length of a session's secret, in bytes.
const secretSize = 32

// csrfField is the name of the token in forms; htmx sends it with them.
const csrfField = "csrf"

// proven lets a request that changes something pass when it came from one of
// our own pages: the browser says so (Origin, Sec-Fetch-Site), and the form
// holds a token that only that session's pages know. It reads the form.
func (s *Server) proven(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		switch c.Request().Method {
		case http.MethodGet, http.MethodHead, http.MethodOptions:
			return next(c)
		}
		if !s.fromOurs(c.Request()) {
			return fault.Because(fault.Denied, "web.denied.origin")
		}
		form, err := readForm(c.Request(), true)
		if err != nil {
			return err
		}
		defer form.close()
		if !tokenFits(s.visit(c.Request().Context()).Secret, form.Get(csrfField)) {
			return fault.Because(fault.Denied, "web.denied.csrf")
		}
		c.Set(formKey, form)
		return next(c)
	}
}

// held is [Server.proven] for pages that a signed link opens. Without a session
// there is no token; the link is one that nobody else can make. It reads the form.
func (s *Server) held(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		switch c.Request().Method {
		case http.MethodGet, http.MethodHead, http.MethodOptions:
			return next(c)
		}
		if r := c.Request(); !s.fromOurs(r) && !nameless(r) {
			return fault.Because(fault.Denied, "web.denied.origin")
		}
		form, err := readForm(c.Request(), false)
		if err != nil {
			return err
		}
		defer form.close()
		c.Set(formKey, form)
		return next(c)
	}
}

// nameless says whether a browser does not tell from where it sends: an old one on
// a page of ours that names no referrer.
func nameless(r *http.Request) bool {
	return r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == "null"
}

// fromOurs says whether a request was sent by one of our own pages, as far as
// the browser tells. The protection of net/http would let pass whatever names
// our origin; a browser that says "cross-site" beside it is believed.
func (s *Server) fromOurs(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return s.origins.Check(r) == nil
	}
	return false
}

// csrf is the token for the forms of a page. It differs on each page, so that
// its compressed length tells nobody anything (BREACH).
func (s *Server) csrf(ctx context.Context) string {
	v := s.visit(ctx)
	if len(v.Secret) != secretSize {
		v.Secret = newSecret()
		s.keep(ctx, v)
	}
	masked := make([]byte, 2*secretSize)
	_, _ = rand.Read(masked[:secretSize])
	subtle.XORBytes(masked[secretSize:], masked[:secretSize], v.Secret)
	return base64.RawURLEncoding.EncodeToString(masked)
}

// tokenFits says whether a token was made of a secret.
func tokenFits(secret []byte, token string) bool {
	masked, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(masked) != 2*secretSize || len(secret) != secretSize {
		return false
	}
	opened := make([]byte, secretSize)
	subtle.XORBytes(opened, masked[:secretSize], masked[secretSize:])
	return subtle.ConstantTimeCompare(opened, secret) == 1
}
