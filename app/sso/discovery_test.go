package sso_test

import (
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"amigo/app/fault"
	"amigo/app/sso"
)

func TestAProviderThatIsDownStopsOnlySignIn(t *testing.T) {
	p := newIDP(t)
	p.down.Store(true)
	o := p.client() // nothing is asked yet
	for range 3 {
		_, _, err := o.Start(t.Context(), "/")
		if !errors.Is(err, fault.Unavailable) || message(err) != "sso.unavailable" || strings.Contains(err.Error(), "\n") {
			t.Fatalf("%v", err)
		}
	}
	if o.SignOut(t.Context(), "token", "/") != "" {
		t.Error("somewhere to sign out at")
	}
	if _, _, _, err := o.BackChannel(t.Context(), "x"); !errors.Is(err, fault.Unavailable) {
		t.Errorf("back-channel: %v", err)
	}
	p.down.Store(false)
	p.clock.Advance(2 * time.Second)
	if _, _, err := o.Start(t.Context(), "/"); err != nil {
		t.Errorf("it is up again: %v", err)
	}
}

func TestTheProviderIsLookedUpOnceAnHourAndKeptWhenItIsDown(t *testing.T) {
	p := newIDP(t)
	o := p.client()
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if _, _, err := o.Start(t.Context(), "/"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := p.asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	p.clock.Advance(time.Hour)
	start(t, o)
	if n := p.asked.Load(); n != 2 {
		t.Errorf("asked %d times after an hour", n)
	}
	p.down.Store(true)
	p.clock.Advance(time.Hour)
	start(t, o)
	if err := o.Ping(t.Context()); !errors.Is(err, fault.Unavailable) {
		t.Errorf("ping: %v", err)
	}
}

func TestADescriptionThatCannotBeTrustedIsNotUsed(t *testing.T) {
	for name, differs := range map[string]map[string]any{
		"another issuer":       {"issuer": "https://evil.example"},
		"no token endpoint":    {"token_endpoint": nil},
		"keys without https":   {"jwks_uri": "http://evil.example/keys"},
		"a script":             {"authorization_endpoint": "javascript:alert(1)"},
		"logout without https": {"end_session_endpoint": "http://evil.example/"},
		"endless":              {"x": strings.Repeat("x", 2<<20)},
	} {
		p := newIDP(t)
		p.discovery = differs
		if _, _, err := p.client().Start(t.Context(), "/"); !errors.Is(err, fault.Unavailable) || len(err.Error()) > 600 {
			t.Errorf("%s: %.700v", name, err)
		}
	}
}

func TestScopesAndAuthenticationAreThoseOfTheProvider(t *testing.T) {
	p := newIDP(t)
	p.discovery = map[string]any{"scopes_supported": []string{"openid", "groups"}, "token_endpoint_auth_methods_supported": []string{"client_secret_post"}}
	o := p.client()
	q, a := start(t, o)
	if q.Get("scope") != "openid profile email groups" {
		t.Errorf("scope %q", q.Get("scope"))
	}
	if _, err := o.Finish(t.Context(), back(p.good(a)), a); err != nil {
		t.Fatal(err)
	}
	if p.basic[0] || p.requests[0].Get("client_secret") != "secret" {
		t.Errorf("token request %v", p.requests[0])
	}
	public := p.client(func(c *sso.OIDCConfig) { c.ClientSecret = "" })
	_, a = start(t, public)
	if _, err := public.Finish(t.Context(), back(p.good(a)), a); err != nil {
		t.Fatal(err)
	}
	if p.basic[1] || p.requests[1].Has("client_secret") || p.requests[1].Get("client_id") != "amigo" {
		t.Errorf("token request %v", p.requests[1])
	}
}

func TestAConfigurationThatCannotWorkIsRefusedWithEveryReason(t *testing.T) {
	_, err := sso.NewOIDC(sso.OIDCConfig{Issuer: "http://idp.academie.test", RedirectURL: "/callback"}, time.Now)
	for _, want := range []string{"AMIGO_OIDC_ISSUER", "AMIGO_OIDC_CLIENT_ID", "AMIGO_PUBLIC_URL"} {
		if !errors.Is(err, fault.Invalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not name %s", err, want)
		}
	}
	for _, issuer := range []string{"", "idp", "https://user:pw@idp.test", "https://idp.test?x", "https://idp.test#x", "ftp://idp.test"} {
		if _, err := sso.NewOIDC(sso.OIDCConfig{Issuer: issuer, ClientID: "a", RedirectURL: callback}, time.Now); err == nil {
			t.Errorf("%q is accepted", issuer)
		}
	}
	for _, issuer := range []string{"https://idp.test/realms/x", "http://localhost:8080", "http://127.0.0.1:1", "http://[::1]:1"} {
		if _, err := sso.NewOIDC(sso.OIDCConfig{Issuer: issuer, ClientID: "a", RedirectURL: callback}, time.Now); err != nil {
			t.Errorf("%v", err)
		}
	}
}

func TestSignOutGoesToTheProviderWithTheTokenThatItGave(t *testing.T) {
	p := newIDP(t)
	u, err := url.Parse(p.client().SignOut(t.Context(), "the-token", "/au-revoir"))
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if u.Path != "/logout" || q.Get("realm") != "x" || q.Get("id_token_hint") != "the-token" || q.Get("client_id") != "amigo" ||
		q.Get("post_logout_redirect_uri") != "https://amigo.academie.test/au-revoir" {
		t.Errorf("%s", u)
	}
	p.discovery = map[string]any{"end_session_endpoint": nil}
	if to := p.client().SignOut(t.Context(), "the-token", "/"); to != "" {
		t.Errorf("a provider without an address for it: %s", to)
	}
}
