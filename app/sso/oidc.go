package sso

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"amigo/app/fault"
	"amigo/app/people"
)

// leeway is how far the provider's clock and ours may be apart.
const leeway = time.Minute

// OIDCConfig says which provider to believe and who we are to it.
type OIDCConfig struct {
	// Issuer is the provider's identity, an https address (http on loopback).
	Issuer string
	// ClientID and ClientSecret are ours; without a secret we are a public client.
	ClientID, ClientSecret string
	// RedirectURL is our callback, as the provider knows it.
	RedirectURL string
	// GroupsClaim names the claim that lists groups; "groups" when empty.
	GroupsClaim string
	// UIDClaim names the claim with the directory's uid; "preferred_username"
	// when empty.
	UIDClaim string
	// Transport carries the requests to the provider; nil is the network, by the
	// proxy of the environment.
	Transport http.RoundTripper
}

// OIDC signs people in with an OpenID Connect provider (Core 1.0, the code
// flow). It may be used from several goroutines.
type OIDC struct {
	conf   OIDCConfig
	now    func() time.Time
	client *http.Client

	// NewToken makes secrets; crypto/rand.Text unless a test sets it.
	NewToken func() string

	mu    sync.Mutex
	known *provider
	tried time.Time // when looking the provider up last failed
	fail  error
}

var _ Provider = (*OIDC)(nil)

// NewOIDC builds a client. It asks the provider nothing yet; a configuration
// that cannot work is fault.Invalid. now is the clock.
func NewOIDC(c OIDCConfig, now func() time.Time) (*OIDC, error) {
	var problems []error
	if err := safeAddress(c.Issuer); err != nil {
		problems = append(problems, fmt.Errorf("AMIGO_OIDC_ISSUER: %w", err))
	}
	if c.ClientID == "" {
		problems = append(problems, errors.New("AMIGO_OIDC_CLIENT_ID: is missing"))
	}
	if err := safeAddress(c.RedirectURL); err != nil {
		problems = append(problems, fmt.Errorf("AMIGO_PUBLIC_URL: %w", err))
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("sso: %w: %w", fault.Invalid, errors.Join(problems...))
	}
	return newOIDC(c, now), nil
}

// newOIDC is NewOIDC for a configuration that was found good.
func newOIDC(c OIDCConfig, now func() time.Time) *OIDC {
	c.GroupsClaim = cmp.Or(c.GroupsClaim, "groups")
	c.UIDClaim = cmp.Or(c.UIDClaim, "preferred_username")
	return &OIDC{conf: c, now: now, client: newClient(c.Transport), NewToken: rand.Text}
}

// safeAddress refuses an address that is not https, or http on loopback.
func safeAddress(text string) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("%q is not an address", text)
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return nil
	}
	return fmt.Errorf("%q must begin with https", text)
}

// isLoopback says whether a host name or address means this machine.
func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Start implements [Provider].
func (o *OIDC) Start(ctx context.Context, returnTo string) (string, Attempt, error) {
	p, err := o.provider(ctx)
	if err != nil {
		return "", Attempt{}, err
	}
	a := Attempt{State: o.NewToken(), Nonce: o.NewToken(), Verifier: o.NewToken() + o.NewToken(), ReturnTo: returnTo}
	return p.oauth.AuthCodeURL(a.State, oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)), a, nil
}

// Finish implements [Provider].
func (o *OIDC) Finish(ctx context.Context, r *http.Request, a Attempt) (people.Identity, error) {
	p, err := o.provider(ctx)
	if err != nil {
		return people.Identity{}, err
	}
	code, err := o.readAnswer(p, r.URL.Query(), a)
	if err != nil {
		return people.Identity{}, err
	}
	token, err := p.oauth.Exchange(o.context(ctx), code, oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return people.Identity{}, exchangeFault(err)
	}
	raw, _ := token.Extra("id_token").(string)
	signed, err := o.checkIDToken(ctx, p, raw, token.AccessToken, a.Nonce)
	if err != nil {
		return people.Identity{}, err
	}
	return o.identity(ctx, p, signed, raw, token)
}

// readAnswer reads the parameters that the browser brought back: the code, if
// they are for this attempt and from this provider.
func (o *OIDC) readAnswer(p *provider, q url.Values, a Attempt) (code string, err error) {
	for _, name := range []string{"state", "code", "iss", "error"} {
		if len(q[name]) > 1 { // RFC 6749 section 3.1
			return "", untrusted("the parameter %s stands twice", name)
		}
	}
	if a.State == "" || a.Nonce == "" || a.Verifier == "" || !equal(q.Get("state"), a.State) {
		return "", fmt.Errorf("sso: the state is not this browser's: %w", fault.Because(fault.Denied, "sso.stale"))
	}
	if iss, given := q["iss"]; given && iss[0] != o.conf.Issuer || !given && p.IssParameter {
		return "", untrusted("the answer comes from %q", iss)
	}
	if failed := q.Get("error"); failed != "" {
		return "", answerFault(failed)
	}
	if q.Get("code") == "" {
		return "", untrusted("neither code nor error")
	}
	return q.Get("code"), nil
}

// answerFault is what an error of the authorization endpoint means to the
// person (RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6).
func answerFault(code string) error {
	switch code {
	case "access_denied":
		return fmt.Errorf("sso: %w", fault.Because(fault.Denied, "sso.refused"))
	case "temporarily_unavailable", "server_error":
		return fmt.Errorf("sso: %s: %w", code, fault.Because(fault.Unavailable, "sso.unavailable"))
	}
	return fmt.Errorf("sso: the provider answers %.60q: %w", code, fault.Because(fault.Denied, "sso.failed"))
}

// exchangeFault is what it means that a code was not exchanged.
func exchangeFault(err error) error {
	answer, ok := errors.AsType[*oauth2.RetrieveError](err)
	switch {
	case ok && answer.ErrorCode == "invalid_grant":
		return fmt.Errorf("sso: the code is not accepted: %w", fault.Because(fault.Denied, "sso.stale"))
	case ok:
		// The body may be anything: only the code of the error is for the log.
		return fmt.Errorf("sso: token endpoint: status %d, %.60q: %w", answer.Response.StatusCode, answer.ErrorCode,
			fault.Because(fault.Unavailable, "sso.unavailable"))
	}
	return fmt.Errorf("sso: token endpoint: %w: %w", fault.Because(fault.Unavailable, "sso.unavailable"), err)
}

// untrusted is an answer that no honest provider gives.
func untrusted(format string, args ...any) error {
	return fmt.Errorf("sso: "+format+": %w", append(args, fault.Because(fault.Denied, "sso.untrusted"))...)
}

// equal compares two secrets in constant time.
func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// context makes go-oidc and oauth2 use our HTTP client.
func (o *OIDC) context(ctx context.Context) context.Context { return oidc.ClientContext(ctx, o.client) }
