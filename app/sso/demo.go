package sso

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"amigo/app/db"
	"amigo/app/fault"
	"amigo/app/limit"
	"amigo/app/people"
	"amigo/app/seal"
)

// demoPath is where the demonstration provider stands under our own address.
const demoPath = "/demo-idp"

// demoClientID is who AMIGO is to its demonstration provider.
const demoClientID = "amigo"

// DemoConfig says where the demonstration provider stands.
type DemoConfig struct {
	// PublicURL is AMIGO's own address; the provider stands under its /demo-idp.
	// Anywhere but on loopback there is no demonstration provider.
	PublicURL string
	// RedirectURL is AMIGO's callback, the only one that the provider sends to.
	RedirectURL string
	// Roles is the group that the provider gives to people of each role.
	Roles map[people.Role]string
	// Page renders the choice of a person; nil is a plain page of our own. It
	// must post one value person and all Fields to Action.
	Page func(w http.ResponseWriter, r *http.Request, c Choice)
}

// Demo is an OpenID Connect provider for demonstrations: whoever asks may be
// any of the people in the directory. It is an http.Handler for everything
// under /demo-idp, and answers 404 unless all of this holds: the database bears
// the mark of a demonstration, our public address and the Host of the request
// are on loopback, and nothing says that the request was forwarded.
//
// It keeps nothing in memory, so any of several web processes can answer any
// request: the authorization request that the page carries, the codes and the
// access tokens are sealed values, and a code is used up in the database.
type Demo struct {
	conf   DemoConfig
	issuer string
	db     *db.DB
	people *people.Directory
	limit  *limit.Limiter
	seal   *seal.Sealer
	key    demoKey
	mux    *http.ServeMux
	client *OIDC
}

// NewDemo builds the provider and AMIGO as its client. It reads nothing yet.
func NewDemo(d *db.DB, dir *people.Directory, l *limit.Limiter, s *seal.Sealer, c DemoConfig) (*Demo, error) {
	key, err := newDemoKey(s)
	if err != nil {
		return nil, err
	}
	if c.Page == nil {
		c.Page = plainPage
	}
	p := &Demo{
		conf: c, issuer: strings.TrimSuffix(c.PublicURL, "/") + demoPath,
		db: d, people: dir, limit: l, seal: s, key: key, mux: http.NewServeMux(),
	}
	p.mux.HandleFunc("GET "+demoPath+"/.well-known/openid-configuration", p.describe)
	p.mux.HandleFunc("GET "+demoPath+"/keys", p.keys)
	p.mux.HandleFunc("GET "+demoPath+"/authorize", p.authorize)
	p.mux.HandleFunc("POST "+demoPath+"/authorize", p.choose)
	p.mux.HandleFunc("POST "+demoPath+"/token", p.token)
	p.mux.HandleFunc("GET "+demoPath+"/userinfo", p.userInfo)
	p.mux.HandleFunc("POST "+demoPath+"/userinfo", p.userInfo)
	p.mux.HandleFunc("GET "+demoPath+"/logout", p.endSession)
	p.mux.HandleFunc("POST "+demoPath+"/logout", p.endSession)
	p.mux.HandleFunc("GET "+demoPath+"/style.css", style)
	p.client = newOIDC(OIDCConfig{
		Issuer: p.issuer, ClientID: demoClientID, ClientSecret: p.clientSecret(), RedirectURL: c.RedirectURL, Transport: inside{p},
	}, func() time.Time { return d.Now(context.Background()) })
	return p, nil
}

// Client is AMIGO as an ordinary client of this provider. Its requests to the
// provider do not leave the process, so they arrive behind any mapping of
// ports, and before the listener is up.
func (p *Demo) Client() Provider { return demoClient{p.client} }

// clientSecret is the same in every process.
func (p *Demo) clientSecret() string { return p.seal.Code("sso.demo.client", nil) }

// ServeHTTP answers everything under /demo-idp.
func (p *Demo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	if !p.here(r) {
		http.NotFound(w, r)
		return
	}
	marked, err := isDemonstration(r.Context(), p.db)
	if err != nil {
		p.broken(w, r, err)
		return
	}
	if !marked {
		http.NotFound(w, r)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	p.mux.ServeHTTP(w, r)
}

// here says whether a request comes from this machine, as far as it shows.
func (p *Demo) here(r *http.Request) bool {
	public, err := url.Parse(p.conf.PublicURL)
	if err != nil || !isLoopback(public.Hostname()) || !isLoopback(hostOf(r.Host)) {
		return false
	}
	for name := range r.Header {
		if forwarding(name) {
			return false
		}
	}
	return true
}

// hostOf is a Host header without its port.
func hostOf(hostport string) string {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	return strings.ToLower(strings.Trim(host, "[]"))
}

// forwarding says whether a header is one that proxies add.
func forwarding(name string) bool {
	switch name = http.CanonicalHeaderKey(name); name {
	case "Forwarded", "Via", "X-Real-Ip", "X-Client-Ip", "X-Cluster-Client-Ip", "True-Client-Ip", "Cf-Connecting-Ip", "Fastly-Client-Ip", "X-Original-Host":
		return true
	}
	return strings.HasPrefix(name, "X-Forwarded")
}

// broken answers for a database that does not.
func (p *Demo) broken(w http.ResponseWriter, r *http.Request, err error) {
	slog.ErrorContext(r.Context(), "demonstration provider", "error", err)
	http.Error(w, "unavailable", http.StatusServiceUnavailable)
}

// demoIssuer is what accounts of the demonstration are bound to, whatever port
// AMIGO listens on today: the database is kept from one start to the next.
const demoIssuer = "urn:amigo:demonstration"

// demoClient is a client whose identities come from demoIssuer.
type demoClient struct{ *OIDC }

func (c demoClient) Finish(ctx context.Context, r *http.Request, a Attempt) (people.Identity, error) {
	who, err := c.OIDC.Finish(ctx, r, a)
	if err == nil {
		who.Issuer = demoIssuer
	}
	return who, err
}

func (c demoClient) BackChannel(ctx context.Context, token string) (issuer, subject, sid string, err error) {
	issuer, subject, sid, err = c.OIDC.BackChannel(ctx, token)
	if err == nil {
		issuer = demoIssuer
	}
	return issuer, subject, sid, err
}

// member is an enabled member of the directory.
func (p *Demo) member(ctx context.Context, uid string) (people.Person, error) {
	who, err := p.people.ByUID(ctx, uid)
	if err == nil && (who.Kind != people.Member || who.DisabledAt != nil) {
		err = fmt.Errorf("sso: %q: %w", uid, fault.NotFound)
	}
	return who, err
}

// notFound says whether an error is no more than somebody who is not there.
func notFound(err error) bool { return errors.Is(err, fault.NotFound) }
