package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/web/ui"
)

// install puts every route of the table behind its door. The order is the way
// of a request: name and log it, recover, headers, language, session and actor,
// the door, the form and its proof (CSRF), the handler.
func (s *Server) install() {
	s.echo.Use(s.logged, s.recovered, s.guarded, s.glancing, s.spoken)
	for _, r := range s.routes {
		chain := []echo.MiddlewareFunc{s.bounded(r)}
		switch _, asked := r.by.role(); {
		case asked:
			chain = append(chain, s.signedIn, s.door(r.by), s.proven)
		case r.by == forAnyone:
			chain = append(chain, s.signedIn, s.proven)
		case r.by == forHolders:
			chain = append(chain, s.held)
		case r.by == forMachines:
		default:
			panic(fmt.Sprintf("web: %s %s is for nobody", r.method, r.path))
		}
		s.echo.Add(r.method, r.path, r.to, chain...)
		if r.method == http.MethodGet {
			s.echo.Add(http.MethodHead, r.path, r.to, chain...)
		}
	}
	if s.Demo != nil {
		// The demonstration provider is a neighbour on our address: it has its
		// own pages, its own content policy and its own cookies.
		s.echo.Any("/demo-idp/*", echo.WrapHandler(s.Demo), s.bounded(route{}))
	}
	s.echo.RouteNotFound("/*", notFound, s.bounded(route{}), s.signedIn)
}

func notFound(echo.Context) error { return fault.NotFound }

// recovered turns a panic into an answer, and the log keeps the stack.
func (s *Server) recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler:
				panic(p)
			default:
				err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		return next(c)
	}
}

// requestHeader carries the name of a request, the reference that people quote
// when something went wrong.
const requestHeader = "X-Request-Id"

// logged names the request and writes one line about it.
func (s *Server) logged(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := rand.Text()[:10]
		c.Response().Header().Set(requestHeader, id)
		began := s.DB.Now(c.Request().Context())
		err := next(c)
		if err != nil {
			c.Error(err) // writes the answer, so that its status can be logged
		}
		r, status := c.Request(), c.Response().Status
		took := s.DB.Now(r.Context()).Sub(began)
		if s.conf.Answered != nil && c.Get(streamed) == nil {
			s.conf.Answered(c.Path(), r.Method, status, took)
		}
		attrs := []slog.Attr{
			slog.String("request", id), slog.String("method", r.Method), slog.String("path", r.URL.Path),
			slog.Int("status", status), slog.Duration("took", took),
			slog.String("from", c.RealIP()), slog.String("person", people.ActorOf(r.Context()).UID),
		}
		level := slog.LevelInfo
		if err != nil {
			attrs = append(attrs, slog.String("error", err.Error()))
		}
		if status >= http.StatusInternalServerError {
			level = slog.LevelError
		} else if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" || strings.HasPrefix(r.URL.Path, "/assets/") {
			level = slog.LevelDebug
		}
		slog.LogAttrs(r.Context(), level, "request", attrs...)
		return nil
	}
}

// glancing has a request ask once whether what seldom changes has changed.
func (s *Server) glancing(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.SetRequest(c.Request().WithContext(s.DB.Glance(c.Request().Context())))
		return next(c)
	}
}

// policy is what a page of ours may load and do: only what is ours, nothing
// inline, nothing evaluated, in nobody's frame. Every page may hold frames of ours,
// which show mail: a link followed within a page swaps its words, and the policy of
// the first page stays in force.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guarded sets the headers that keep pages from being misused.
func (s *Server) guarded(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if s.Demo != nil && strings.HasPrefix(c.Request().URL.Path, "/demo-idp/") {
			return next(c)
		}
		h := c.Response().Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("Cache-Control", "private, no-cache")
		if s.secure() {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		return next(c)
	}
}

// bounded bounds how long a request takes and how much of it is read.
func (s *Server) bounded(r route) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.Set(quietRoute, r.quiet)
			limit := r.body
			if limit == 0 {
				limit = usualBody
			}
			req := c.Request()
			sent := req.Body
			defer heardOut(c, sent)
			req.Body = http.MaxBytesReader(c.Response(), sent, limit)
			patience := r.patience
			if patience == 0 {
				patience = usualPatience
			}
			if patience == endless {
				return next(c)
			}
			ctx, cancel := context.WithTimeout(req.Context(), patience)
			defer cancel()
			// A body that trickles would outlast the context: cut it with it.
			cut := context.AfterFunc(ctx, func() {
				if errors.Is(ctx.Err(), context.DeadlineExceeded) {
					_ = http.NewResponseController(c.Response()).SetReadDeadline(time.Unix(1, 0))
				}
			})
			defer cut()
			c.SetRequest(req.WithContext(ctx))
			return next(c)
		}
	}
}

// Who sends too much is heard out to this extent, so that the answer reaches
// them: a connection that is closed while they still send is a reset, and the
// answer is lost with it.
const (
	heardOutBytes = 64 << 20
	heardOutTime  = 10 * time.Second
)

// heardOut reads away the rest of a body that was refused for its size.
func heardOut(c echo.Context, sent io.Reader) {
	if c.Response().Status != http.StatusRequestEntityTooLarge {
		return
	}
	cut := time.AfterFunc(heardOutTime, func() { _ = http.NewResponseController(c.Response()).SetReadDeadline(time.Unix(1, 0)) })
	defer cut.Stop()
	_, _ = io.CopyN(io.Discard, sent, heardOutBytes)
}

// languageCookie keeps the language that somebody chose.
const languageCookie = "amigo-lang"

// spoken finds the reader's language: what the address asks for (?lang=en, kept
// from then on), what was kept, what the browser accepts.
func (s *Server) spoken(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		lang := c.QueryParam("lang")
		if lang == "fr" || lang == "en" {
			s.keepLanguage(c, lang, 365*24*3600)
		} else if kept, err := c.Cookie(languageCookie); err == nil && (kept.Value == "fr" || kept.Value == "en") {
			lang = kept.Value
		} else {
			lang = ""
			c.Response().Header().Add("Vary", "Accept-Language")
		}
		c.Set(chosenLanguage, lang)
		if lang == "" {
			lang = s.Catalog.Match(c.Request().Header.Get("Accept-Language"))
		}
		ctx := i18n.With(c.Request().Context(), s.Catalog.Printer(lang, s.conf.Zone))
		c.SetRequest(c.Request().WithContext(ui.WithAssets(ctx, s.assets.address)))
		return next(c)
	}
}

// keepLanguage has the browser keep a language for some seconds; for fewer than
// none it forgets it, and the person's own is spoken again.
func (s *Server) keepLanguage(c echo.Context, lang string, seconds int) {
	c.SetCookie(&http.Cookie{ //nolint:gosec // on loopback http there is no Secure
		Name: languageCookie, Value: lang, Path: "/", MaxAge: seconds,
		Secure: s.secure(), HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// chosenLanguage is where the language that the reader chose is kept during a
// request; empty when they did not choose.
const chosenLanguage = "amigo.language"

// signedIn reads the session and puts who acts into the context, with the
// rights that they have now.
func (s *Server) signedIn(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := s.openSession(c); err != nil {
			return err
		}
		ctx := c.Request().Context()
		v := s.visit(ctx)
		if v.Person == 0 {
			return next(c)
		}
		actor, err := s.actorOf(ctx, v.Person)
		switch {
		case errors.Is(err, fault.Denied) || errors.Is(err, fault.NotFound):
			// Disabled or gone since: all their sessions go with them.
			if err := errors.Join(s.store.ofPerson(ctx, v.Person), s.sessions.Destroy(ctx)); err != nil {
				return err
			}
			return next(c)
		case err != nil:
			return err
		}
		ctx = people.As(ctx, actor)
		if c.Get(chosenLanguage) == "" && actor.Lang != "" {
			ctx = i18n.With(ctx, s.Catalog.Printer(actor.Lang, s.conf.Zone))
		}
		c.SetRequest(c.Request().WithContext(ctx))
		// What was shown to somebody must not be found on the computer afterwards.
		c.Response().Header().Set("Cache-Control", "no-store")
		return next(c)
	}
}

// actorOf is who acts in a request: the person of its session, who was read with it.
func (s *Server) actorOf(ctx context.Context, id people.ID) (people.Actor, error) {
	if found := foundIn(ctx); found.Person.ID == id {
		return found.Person.Actor(people.Web)
	}
	return s.People.Actor(ctx, id, people.Web) // who has just signed in
}

// door lets pass whoever has the role. Who is not signed in is asked to sign
// in; who may not is told so.
func (s *Server) door(by audience) echo.MiddlewareFunc {
	least, _ := by.role()
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			actor := people.ActorOf(c.Request().Context())
			switch {
			case actor.Is(least):
				return next(c)
			case actor.Nobody():
				return s.askToSignIn(c)
			}
			return fault.Because(fault.Denied, "web.denied."+string(by))
		}
	}
}
