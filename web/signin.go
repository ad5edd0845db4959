package web

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/audit"
	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/app/sso"
	"amigo/web/ui"
)

// maxAttempts is how many sign-ins one browser may have under way: one a tab.
const maxAttempts = 5

// signIn sends the browser to the identity provider. All that it changes is the
// attempt, kept in the browser's own session.
func (s *Server) signIn(c echo.Context) error {
	ctx := c.Request().Context()
	back := ownPath(c.QueryParam("return"))
	if !people.ActorOf(ctx).Nobody() {
		return seeOther(c, back)
	}
	if s.Provider == nil {
		t := i18n.From(ctx)
		return s.show(c, http.StatusServiceUnavailable, noProviderPage(s.frame(c, t.T("web.signin.none.title"))))
	}
	if err := s.allow(c, "signin:"+c.RealIP(), signInRate); err != nil {
		return err
	}
	address, attempt, err := s.Provider.Start(ctx, back)
	if err != nil {
		return err
	}
	v := s.visit(ctx)
	v.Attempts = append(v.Attempts, attempt)
	v.Attempts = v.Attempts[max(0, len(v.Attempts)-maxAttempts):]
	s.keep(ctx, v)
	return seeOther(c, address)
}

// callback is where the provider sends the browser back to.
func (s *Server) callback(c echo.Context) error {
	ctx := c.Request().Context()
	if s.Provider == nil {
		return fault.NotFound
	}
	if err := s.allow(c, "signin:"+c.RealIP(), signInRate); err != nil {
		return err
	}
	attempt, ok := s.takeAttempt(c)
	if !ok {
		// A page of the past, or somebody else's address: there is nothing to finish.
		if !people.ActorOf(ctx).Nobody() {
			return seeOther(c, "/")
		}
		return s.signInFailed(c, "/", fault.Because(fault.Invalid, "web.signin.stale"))
	}
	who, err := s.Provider.Finish(ctx, c.Request(), attempt)
	if err != nil {
		return s.signInFailed(c, attempt.ReturnTo, err)
	}
	person, err := s.People.SignIn(ctx, who)
	if err != nil {
		return s.signInFailed(c, attempt.ReturnTo, err)
	}
	if err := s.enter(ctx, person, who); err != nil {
		return err
	}
	err = s.Audit.Write(ctx, audit.Entry{
		Actor: person.UID, Action: "session.signin", Subject: "person:" + person.UID,
		Details: map[string]any{"issuer": who.Issuer, "from": c.RealIP()},
	})
	if err != nil {
		return err
	}
	return seeOther(c, ownPath(attempt.ReturnTo))
}

// takeAttempt finds the sign-in that an answer belongs to and forgets it: it
// serves once, whatever comes of it.
func (s *Server) takeAttempt(c echo.Context) (sso.Attempt, bool) {
	ctx := c.Request().Context()
	v, state := s.visit(ctx), c.QueryParam("state")
	i := slices.IndexFunc(v.Attempts, func(a sso.Attempt) bool { return state != "" && a.State == state })
	if i < 0 {
		return sso.Attempt{}, false
	}
	attempt := v.Attempts[i]
	v.Attempts = slices.Delete(v.Attempts, i, i+1)
	s.keep(ctx, v)
	return attempt, true
}

// signInFailed says why a sign-in did not succeed and what to do.
func (s *Server) signInFailed(c echo.Context, back string, why error) error {
	slog.WarnContext(c.Request().Context(), "sign-in", "error", why, "from", c.RealIP())
	t := i18n.From(c.Request().Context())
	status := statusOf(why)
	if errors.Is(why, fault.Invalid) {
		status = http.StatusBadRequest
	}
	title := t.T("web.signin.failed.title")
	f := ui.Fault{Title: title, Text: t.Explain(why)}
	if status >= http.StatusInternalServerError {
		f.Code = c.Response().Header().Get(requestHeader)
	}
	return s.show(c, status, signInFailedPage(s.frame(c, title), f, signInAddress(back)))
}

// backChannel ends sessions because the provider says so (OpenID Connect
// Back-Channel Logout 1.0). It comes from the provider, not from a browser.
func (s *Server) backChannel(c echo.Context) error {
	if s.Provider == nil {
		return fault.NotFound
	}
	ctx := c.Request().Context()
	c.Response().Header().Set("Cache-Control", "no-store")
	issuer, subject, sid, err := s.Provider.BackChannel(ctx, c.FormValue("logout_token"))
	if err != nil {
		slog.WarnContext(ctx, "back-channel logout", "error", err, "from", c.RealIP())
		return c.JSON(http.StatusBadRequest, map[string]string{"error": "invalid_request"})
	}
	if err := s.store.ofAccount(ctx, issuer, subject, sid); err != nil {
		return err
	}
	return c.NoContent(http.StatusOK)
}

// signOut ends the session here, and leads on to the provider's own.
func (s *Server) signOut(c echo.Context) error {
	ctx := c.Request().Context()
	v, actor := s.visit(ctx), people.ActorOf(ctx)
	idToken, err := s.Seal.Decrypt(idTokenPurpose, v.IDToken)
	if err != nil {
		idToken = nil // there was none, or the secret it was sealed with is gone
	}
	onward := ""
	if s.Provider != nil {
		onward = s.Provider.SignOut(ctx, string(idToken), s.conf.PublicURL+"/")
	}
	if err := s.sessions.Destroy(ctx); err != nil {
		return err
	}
	if err := s.Audit.Write(ctx, audit.Entry{Actor: actor.UID, Action: "session.signout", Subject: "person:" + actor.UID}); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Clear-Site-Data", `"cache", "storage"`)
	if onward != "" {
		// Not by redirect: the content policy lets a form lead nowhere but home.
		h.Set("Refresh", "0; url="+onward)
	}
	// The page is for nobody in particular.
	c.SetRequest(c.Request().WithContext(people.As(ctx, people.Actor{})))
	t := i18n.From(ctx)
	return s.show(c, http.StatusOK, signedOutPage(s.frame(c, t.T("web.signout.title")), onward))
}

// askToSignIn leads who is not signed in to the sign-in and back. What they
// had written into a form comes back to them on the page.
func (s *Server) askToSignIn(c echo.Context) error {
	r := c.Request()
	if bare(c) { // a script asks, by itself: there is nobody to lead anywhere
		return c.NoContent(http.StatusUnauthorized)
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		address := signInAddress(r.URL.RequestURI())
		if r.Header.Get("HX-Request") != "" {
			// A script may not follow to the provider; the browser may.
			c.Response().Header().Set("HX-Redirect", address)
			return c.NoContent(http.StatusNoContent)
		}
		return seeOther(c, address)
	}
	if !s.fromOurs(r) {
		return fault.Because(fault.Denied, "web.denied.origin")
	}
	written := ""
	if form, err := readForm(r, false); err == nil {
		written = form.text("body")
	}
	t := i18n.From(r.Context())
	back := refererPath(r, s.public.Host)
	return s.show(c, http.StatusUnauthorized, lostSessionPage(s.frame(c, t.T("web.lost.title")), written, signInAddress(back)))
}

// refererPath is the path of the page that a form was on; "/" when it is not ours.
func refererPath(r *http.Request, host string) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != host && u.Host != r.Host {
		return "/"
	}
	return ownPath(u.RequestURI())
}

// maxReturn is how long an address to return to may be.
const maxReturn = 2000

// ownPath is a path of ours to return to, or "/" for anything else: another
// host, however it is spelt, and the pages of signing in and out.
func ownPath(s string) string {
	if len(s) == 0 || len(s) > maxReturn || s[0] != '/' {
		return "/"
	}
	for _, r := range s {
		// Browsers read a backslash as a slash, and skip control characters.
		if r == '\\' || r < ' ' || r == 0x7f {
			return "/"
		}
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || strings.HasPrefix(s, "//") {
		return "/"
	}
	clean := path.Clean(u.Path)
	if strings.HasPrefix(clean, "/auth/") || strings.HasPrefix(clean, "//") || strings.ContainsAny(u.Path, "\\") {
		return "/"
	}
	return (&url.URL{Path: clean, RawQuery: u.RawQuery, Fragment: u.Fragment}).String()
}
