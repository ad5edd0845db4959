package web

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/sla/calendar"
	"amigo/web/ui"
)

// frame is the page around a page: who reads it, where they can go, what has
// just happened. It cannot fail: what cannot be found out is left out.
func (s *Server) frame(c echo.Context, title string) ui.Page {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	if bare(c) {
		return s.part(c, title)
	}
	page := ui.Page{
		Title: title, Hours: s.hours(ctx), Foot: s.foot(c),
		SignIn: signInAddress(shownAt(c, s.routes).String()),
	}
	actor := people.ActorOf(ctx)
	if actor.Nobody() {
		page.Tagline = t.T("web.tagline")
		page.Nav = []ui.NavGroup{{Items: publicWays(t)}}
		return marked(page, c.Request().URL)
	}
	page.CSRF, page.Flashes = s.csrf(ctx), s.flashes(ctx)
	page.Live, page.Stay = s.liveAddress(c), s.stay(c)
	page.Viewer = &ui.Viewer{
		Person: ui.Person{Name: actor.Name, About: t.T("web.role." + string(actor.Role))},
		Key:    viewerKey(actor), SignOut: "/auth/logout",
		Links: []ui.Link{
			{Label: t.T("preferences.title"), Href: "/preferences", Icon: "settings"},
			{Label: t.T("web.language.switch"), Href: otherLanguage(c, s.routes), Icon: "globe", Whole: true},
		},
	}
	page.Nav = s.ways(ctx, t, actor)
	if actor.Is(people.Technician) {
		page.New = &ui.Link{Label: t.T("web.nav.new_ticket"), Href: "/tickets/new"}
	}
	return marked(page, c.Request().URL)
}

// viewerKey tells viewers apart in the browser without naming them.
func viewerKey(a people.Actor) string {
	sum := sha256.Sum256([]byte("viewer:" + a.UID))
	return hex.EncodeToString(sum[:6])
}

// foot is what stands under every page in Accueil.
func (s *Server) foot(c echo.Context) []ui.Link {
	t := i18n.From(c.Request().Context())
	return []ui.Link{
		{Label: t.T("web.nav.help"), Href: "/aide"},
		{Label: t.T("web.nav.accessibility"), Href: "/accessibilite"},
		{Label: t.T("web.nav.privacy"), Href: "/donnees-personnelles"},
		{Label: t.T("web.language.switch"), Href: otherLanguage(c, s.routes), Whole: true},
	}
}

// otherLanguage is the same page in the other language.
func otherLanguage(c echo.Context, routes []route) string {
	lang := "en"
	if i18n.From(c.Request().Context()).Lang() == "en" {
		lang = "fr"
	}
	here := shownAt(c, routes)
	query := here.Query()
	query.Set("lang", lang)
	here.RawQuery = query.Encode()
	return here.String()
}

// shownAt is the address of the page that the reader sees. What answers a form
// may have none: then it is that of the page on which the form stands, the
// nearest above it that can be asked for, or home. It is made of our own routes,
// so that it never leads away from AMIGO.
func shownAt(c echo.Context, routes []route) *url.URL {
	asked := c.Request().URL
	if method := c.Request().Method; method == http.MethodGet || method == http.MethodHead {
		// An address that begins with two slashes is that of another host.
		return &url.URL{Path: path.Clean(asked.Path), RawQuery: asked.RawQuery}
	}
	query := asked.RawQuery // of the very page only
	pattern, at := strings.Split(c.Path(), "/"), strings.Split(asked.Path, "/")
	for n := min(len(pattern), len(at)); n > 1; n-- {
		if isPage(routes, strings.Join(pattern[:n], "/")) {
			return &url.URL{Path: strings.Join(at[:n], "/"), RawQuery: query}
		}
		query = ""
	}
	return &url.URL{Path: "/"}
}

// isPage says whether a route can be asked for.
func isPage(routes []route, pattern string) bool {
	return slices.ContainsFunc(routes, func(r route) bool { return r.method == http.MethodGet && r.path == pattern })
}

// signInAddress leads to the sign-in and back to a path of ours.
func signInAddress(back string) string {
	return "/auth/oidc/login?" + url.Values{"return": {ownPath(back)}}.Encode()
}

// hours says whether somebody answers now, and until when.
func (s *Server) hours(ctx context.Context) *ui.Hours {
	v, err := s.Book.Current(ctx, calendar.Normandie)
	if err != nil {
		slog.WarnContext(ctx, "opening hours", "error", err)
		return nil
	}
	now := s.DB.Now(ctx)
	m, err := v.At(now)
	if err != nil {
		slog.WarnContext(ctx, "opening hours", "error", err)
		return nil
	}
	return hoursIn(i18n.From(ctx), m, now)
}

// hoursIn says a moment of the calendar in the reader's words.
func hoursIn(t *i18n.Printer, m calendar.Moment, now time.Time) *ui.Hours {
	h := &ui.Hours{Open: m.Open, Detail: t.T("web.hours.detail", "Day", t.Date(now), "Period", periodName(t, m.Plan))}
	switch {
	case m.Open && m.Until.IsZero():
		h.Words = t.T("web.hours.open")
	case m.Open:
		h.Words = t.T("web.hours.open_until", "Clock", t.Clock(m.Until))
	case m.Until.IsZero():
		h.Words = t.T("web.hours.closed")
	default:
		h.Words = t.T("web.hours.closed_until", "When", t.Short(m.Until, now))
	}
	return h
}

// periodName is what the days around an instant are called: a holiday, the
// school holidays, term.
func periodName(t *i18n.Printer, p calendar.Plan) string {
	if name := cmp.Or(p.Closure, p.Period); name != "" {
		return name
	}
	return t.T("web.hours.term")
}
