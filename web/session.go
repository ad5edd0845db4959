package web

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"

	"amigo/app/people"
	"amigo/app/sso"
	"amigo/web/ui"
)

// visit is what a session holds. Before anybody has signed in, that is the
// attempts to do so and nothing else.
type visit struct {
	Person   people.ID     `json:"person,omitempty"`
	Issuer   string        `json:"issuer,omitempty"`
	Subject  string        `json:"subject,omitempty"`
	SID      string        `json:"sid,omitempty"`      // the provider's own session
	IDToken  string        `json:"id_token,omitempty"` // sealed; tells the provider whom to sign out
	Secret   []byte        `json:"secret,omitempty"`   // what the tokens of forms are made of
	Attempts []sso.Attempt `json:"attempts,omitempty"`
	Flashes  []ui.Flash    `json:"flashes,omitempty"`
}

// visitKey is the only thing that a session of scs holds.
const visitKey = "visit"

// newSessions makes the keeper of sessions. Times are the store's business,
// which counts them on our clock; the cookie ends with the browser.
func (s *Server) newSessions() *scs.SessionManager {
	m := scs.New()
	m.Store, m.Codec = s.store, visitCodec{}
	m.Lifetime = s.conf.Longest
	m.Cookie = scs.SessionCookie{Name: "amigo", Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
	if s.secure() {
		// RFC 6265bis: __Host- keeps other hosts of our domain from setting it.
		m.Cookie.Name, m.Cookie.Secure = "__Host-amigo", true
	}
	return m
}

// openSession loads the session that the cookie names into the request, and
// makes what changes in it reach store and cookie before the answer does.
func (s *Server) openSession(c echo.Context) error {
	token := ""
	if cookie, err := c.Cookie(s.sessions.Cookie.Name); err == nil {
		token = cookie.Value
	}
	c.Response().Header().Add("Vary", "Cookie")
	ctx := c.Request().Context()
	if token != "" {
		found, ok, err := s.store.find(ctx, token)
		switch {
		case err != nil:
			return err
		case ok && !automatic(c):
			if found, err = s.store.touch(ctx, found); err != nil {
				// With a full disk nothing can be written, and everything is still read.
				slog.ErrorContext(ctx, "session: its use is not noted", "error", err)
			}
		case !ok:
			token = "" // it is nobody's, and so is not looked for again
		}
		ctx = withFound(ctx, found)
	}
	ctx, err := s.sessions.Load(ctx, token)
	if err != nil {
		return err
	}
	if known := s.sessions.Token(ctx); known != "" {
		ctx = withKnown(ctx, known)
	}
	c.SetRequest(c.Request().WithContext(ctx))
	c.Response().Before(func() { s.saveSession(c) })
	return nil
}

// automaticHeader is what a script says of a request that nobody asked for. It
// can only take away: such a request does not keep a session alive.
const automaticHeader = "Amigo-Automatic"

// quietRoute is where it is kept during a request that its route is one that
// scripts ask for by themselves.
const quietRoute = "amigo.quiet"

// automatic says whether nobody asked for a request: it came of itself.
func automatic(c echo.Context) bool {
	quiet, _ := c.Get(quietRoute).(bool)
	return quiet || c.Request().Header.Get(automaticHeader) != ""
}

// leftOf is how long the session of a request lasts if nobody does anything, and
// how long it can last at most; 0 without one.
func (s *Server) leftOf(ctx context.Context) (idle, longest time.Duration) {
	found := foundIn(ctx)
	if found.Row.Hash == "" {
		return 0, 0
	}
	now := s.DB.Now(ctx)
	return found.Row.ExpiresAt.Sub(now), found.Row.CreatedAt.Add(s.conf.Longest).Sub(now)
}

// saveSession runs just before the answer begins. What cannot be kept then is
// lost, as a session that ends: the log says so.
func (s *Server) saveSession(c echo.Context) {
	ctx := c.Request().Context()
	switch s.sessions.Status(ctx) {
	case scs.Modified:
		token, expiry, err := s.sessions.Commit(ctx)
		if errors.Is(err, errEnded) {
			return
		}
		if err != nil {
			slog.ErrorContext(ctx, "session", "error", err)
			return
		}
		s.sessions.WriteSessionCookie(ctx, c.Response(), token, expiry)
	case scs.Destroyed:
		s.sessions.WriteSessionCookie(ctx, c.Response(), "", time.Time{})
	}
}

// visit is what the session of a request holds.
func (s *Server) visit(ctx context.Context) visit {
	v, _ := s.sessions.Get(ctx, visitKey).(visit)
	return v
}

// keep changes what the session holds.
func (s *Server) keep(ctx context.Context, v visit) { s.sessions.Put(ctx, visitKey, v) }

// enter begins the session of somebody who has proven who they are. The token
// that the browser had before is worth nothing afterwards.
func (s *Server) enter(ctx context.Context, p people.Person, who people.Identity) error {
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	v := visit{Person: p.ID, Issuer: who.Issuer, Subject: who.Subject, SID: who.SID, Secret: newSecret()}
	if who.IDToken != "" {
		v.IDToken = s.Seal.Encrypt(idTokenPurpose, []byte(who.IDToken))
	}
	s.keep(ctx, v)
	return nil
}

// idTokenPurpose is what id tokens are sealed for.
const idTokenPurpose = "web/id-token"

func newSecret() []byte {
	secret := make([]byte, secretSize)
	_, _ = rand.Read(secret) // never fails: crypto/rand ends the program instead
	return secret
}

// flash leaves a sentence for the next page that the reader sees.
func (s *Server) flash(ctx context.Context, f ui.Flash) {
	v := s.visit(ctx)
	v.Flashes = append(v.Flashes, f)
	s.keep(ctx, v)
}

// flashes takes what was left for the reader.
func (s *Server) flashes(ctx context.Context) []ui.Flash {
	v := s.visit(ctx)
	if len(v.Flashes) == 0 {
		return nil
	}
	left := v.Flashes
	v.Flashes = nil
	s.keep(ctx, v)
	return left
}

// visitCodec writes sessions as JSON, which a newer program still reads.
type visitCodec struct{}

type writtenVisit struct {
	Deadline time.Time `json:"deadline"`
	Visit    visit     `json:"visit"`
}

// Encode writes a session.
func (visitCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	v, _ := values[visitKey].(visit)
	return json.Marshal(writtenVisit{Deadline: deadline, Visit: v})
}

// Decode reads a session.
func (visitCodec) Decode(data []byte) (time.Time, map[string]any, error) {
	var w writtenVisit
	if err := json.Unmarshal(data, &w); err != nil {
		return time.Time{}, nil, err
	}
	return w.Deadline, map[string]any{visitKey: w.Visit}, nil
}
