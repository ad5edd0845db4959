package sso_test

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"amigo/app/fault"
	"amigo/app/sso"
)

func message(err error) string {
	m, _ := fault.MessageOf(err)
	return m.Key
}

func TestASignInWithAnHonestProvider(t *testing.T) {
	p := newIDP(t)
	o := p.client()
	q, a := start(t, o)
	sum := sha256.Sum256([]byte(a.Verifier))
	for name, want := range map[string]string{
		"response_type": "code", "client_id": "amigo", "redirect_uri": callback, "scope": "openid profile email",
		"state": a.State, "nonce": a.Nonce, "code_challenge_method": "S256", "code_challenge": base64.RawURLEncoding.EncodeToString(sum[:]),
	} {
		if q.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, q.Get(name), want)
		}
	}
	if a.ReturnTo != "/tickets" || a.State == a.Nonce || len(a.Verifier) < 43 {
		t.Errorf("attempt %+v", a)
	}
	who, err := o.Finish(t.Context(), back(p.good(a)), a)
	if err != nil {
		t.Fatal(err)
	}
	if who.Issuer != p.server.URL || who.Subject != "subject-1" || who.SID != "sid-1" || who.UID != "clara.hebert" ||
		who.Name != "Clara Hébert" || who.Email != "clara@academie.test" || !slices.Equal(who.Groups, []string{"staff", "amigo-tech"}) || who.IDToken == "" {
		t.Errorf("%+v", who)
	}
	if got := p.requests[0]; got.Get("code_verifier") != a.Verifier || got.Get("redirect_uri") != callback || !p.basic[0] {
		t.Errorf("token request %v, basic %v", got, p.basic)
	}
	if _, b := start(t, o); b.State == a.State || b.Nonce == a.Nonce || b.Verifier == a.Verifier {
		t.Error("two attempts share a secret")
	}
}

// Every line is something that a hostile provider, or whoever stands between,
// may try; none of it signs anyone in.
func TestHostileAnswersSignNobodyIn(t *testing.T) {
	type crime struct {
		p *idp
		q url.Values   // what the browser comes back with
		a *sso.Attempt // what its session holds
	}
	set := func(name string, value any) func(*crime) {
		return func(c *crime) { c.p.claims = map[string]any{name: value} }
	}
	for name, c := range map[string]struct {
		do   func(*crime)
		want string
	}{
		"no signature": {func(c *crime) {
			c.p.sign = func(m map[string]any) string { return unsigned(t, m) }
		}, "sso.untrusted"},
		"signed with the client's secret": {func(c *crime) {
			c.p.sign = func(m map[string]any) string {
				return signed(t, jose.HS256, []byte(strings.Repeat("secret", 8)), "rsa", "JWT", m)
			}
		}, "sso.untrusted"},
		"signed with the public key as a secret": {func(c *crime) {
			c.p.sign = func(m map[string]any) string { return signed(t, jose.HS256, hmacKey(), "rsa", "JWT", m) }
		}, "sso.untrusted"},
		"an algorithm that we do not pin": {func(c *crime) {
			c.p.claims = map[string]any{"at_hash": nil}
			c.p.sign = func(m map[string]any) string { return signed(t, jose.RS512, keys().rsa, "rsa", "JWT", m) }
		}, "sso.untrusted"},
		"somebody else's key under the same name": {func(c *crime) {
			c.p.sign = func(m map[string]any) string { return signed(t, jose.RS256, keys().other, "rsa", "JWT", m) }
		}, "sso.untrusted"},
		"an unknown key": {func(c *crime) {
			c.p.sign = func(m map[string]any) string { return signed(t, jose.RS256, keys().other, "new", "JWT", m) }
		}, "sso.untrusted"},
		"an access token as ID token": {func(c *crime) {
			c.p.sign = func(m map[string]any) string { return signed(t, jose.RS256, keys().rsa, "rsa", "at+jwt", m) }
		}, "sso.untrusted"},
		"a logout token as ID token": {func(c *crime) {
			c.p.sign = func(m map[string]any) string { return signed(t, jose.RS256, keys().rsa, "rsa", "logout+jwt", m) }
		}, "sso.untrusted"},
		"nonsense as ID token": {func(c *crime) {
			c.p.sign = func(map[string]any) string { return "a.b.c" }
		}, "sso.untrusted"},
		"no ID token": {func(c *crime) {
			c.p.sign = func(map[string]any) string { return "" }
		}, "sso.untrusted"},

		"another audience":          {set("aud", "other"), "sso.untrusted"},
		"no audience":               {set("aud", nil), "sso.untrusted"},
		"ours among several":        {set("aud", []string{"amigo", "other"}), "sso.untrusted"},
		"made for another party":    {set("azp", "other"), "sso.untrusted"},
		"an azp that is no text":    {set("azp", 7), "sso.untrusted"},
		"another issuer":            {set("iss", "https://evil.example"), "sso.untrusted"},
		"issuer with a slash":       {func(c *crime) { c.p.claims = map[string]any{"iss": c.p.server.URL + "/"} }, "sso.untrusted"},
		"no subject":                {set("sub", nil), "sso.untrusted"},
		"an empty subject":          {set("sub", ""), "sso.untrusted"},
		"a blank subject":           {set("sub", "  "), "sso.untrusted"},
		"an endless subject":        {set("sub", strings.Repeat("s", 256)), "sso.untrusted"},
		"a subject with a NUL":      {set("sub", "clara\x00"), "sso.untrusted"},
		"another nonce":             {set("nonce", "other"), "sso.untrusted"},
		"no nonce":                  {set("nonce", nil), "sso.untrusted"},
		"another access token":      {set("at_hash", atHash("other")), "sso.untrusted"},
		"expired":                   {func(c *crime) { c.p.claims = map[string]any{"exp": seconds(c.p.clock.Now(), -2*time.Minute)} }, "sso.untrusted"},
		"without expiry":            {set("exp", nil), "sso.untrusted"},
		"issued tomorrow":           {func(c *crime) { c.p.claims = map[string]any{"iat": seconds(c.p.clock.Now(), 24*time.Hour)} }, "sso.untrusted"},
		"issued at no time":         {set("iat", nil), "sso.untrusted"},
		"not valid yet":             {func(c *crime) { c.p.claims = map[string]any{"nbf": seconds(c.p.clock.Now(), time.Hour)} }, "sso.untrusted"},
		"another state":             {func(c *crime) { c.q.Set("state", "other") }, "sso.stale"},
		"no state":                  {func(c *crime) { c.q.Del("state") }, "sso.stale"},
		"no attempt":                {func(c *crime) { *c.a = sso.Attempt{} }, "sso.stale"},
		"no attempt and no state":   {func(c *crime) { *c.a = sso.Attempt{}; c.q.Del("state") }, "sso.stale"},
		"another browser's attempt": {func(c *crime) { _, *c.a = start(t, c.p.client()) }, "sso.stale"},
		"an attempt without PKCE":   {func(c *crime) { c.a.Verifier = "" }, "sso.stale"},
		"an attempt without nonce":  {func(c *crime) { c.a.Nonce = "" }, "sso.stale"},
		"state twice":               {func(c *crime) { c.q.Add("state", "other") }, "sso.untrusted"},
		"code twice":                {func(c *crime) { c.q.Add("code", "other") }, "sso.untrusted"},
		"neither code nor error":    {func(c *crime) { c.q.Del("code") }, "sso.untrusted"},

		"mixed up with another provider":            {func(c *crime) { c.q.Set("iss", "https://evil.example") }, "sso.untrusted"},
		"an empty issuer parameter":                 {func(c *crime) { c.q.Set("iss", "") }, "sso.untrusted"},
		"the issuer parameter announced, not given": {func(c *crime) { c.q.Del("iss") }, "sso.untrusted"},
		"not announced, but another's": {func(c *crime) {
			c.p.discovery = map[string]any{"authorization_response_iss_parameter_supported": nil}
			c.q.Set("iss", "https://evil.example")
		}, "sso.untrusted"},
		"an error from another provider": {func(c *crime) {
			c.q.Set("iss", "https://evil.example")
			c.q.Set("error", "access_denied")
		}, "sso.untrusted"},
		"an error for another browser": {func(c *crime) {
			c.q.Set("state", "other")
			c.q.Set("error", "access_denied")
		}, "sso.stale"},

		"userinfo about somebody else": {func(c *crime) {
			c.p.claims = map[string]any{"groups": nil}
			c.p.userinfo = map[string]any{"sub": "subject-2", "groups": []string{"amigo-admin"}}
		}, "sso.untrusted"},
		"userinfo about nobody": {func(c *crime) {
			c.p.claims = map[string]any{"groups": nil}
			c.p.userinfo = map[string]any{"groups": []string{"amigo-admin"}}
		}, "sso.untrusted"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newIDP(t)
			o := p.client()
			_, a := start(t, p.client())
			crime := &crime{p: p, q: p.good(a), a: &a}
			c.do(crime)
			who, err := o.Finish(t.Context(), back(crime.q), a)
			if !errors.Is(err, fault.Denied) || message(err) != c.want || who.Subject != "" {
				t.Errorf("%+v, %v, want %s", who, err, c.want)
			}
		})
	}
}

func TestBothPinnedAlgorithmsAndSmallDifferencesOfClocksAreAccepted(t *testing.T) {
	for name, do := range map[string]func(p *idp){
		"ES256": func(p *idp) {
			p.sign = func(m map[string]any) string { return signed(t, jose.ES256, p.ec, "ec", "JWT", m) }
		},
		"no key id": func(p *idp) {
			p.sign = func(m map[string]any) string { return signed(t, jose.RS256, keys().rsa, "", "JWT", m) }
		},
		"just expired":     func(p *idp) { p.claims = map[string]any{"exp": seconds(p.clock.Now(), -30*time.Second)} },
		"just issued":      func(p *idp) { p.claims = map[string]any{"iat": seconds(p.clock.Now(), 30*time.Second)} },
		"several, for us":  func(p *idp) { p.claims = map[string]any{"aud": []string{"amigo", "other"}, "azp": "amigo"} },
		"no at_hash":       func(p *idp) { p.claims = map[string]any{"at_hash": nil} },
		"no iss announced": func(p *idp) { p.discovery = map[string]any{"authorization_response_iss_parameter_supported": false} },
	} {
		t.Run(name, func(t *testing.T) {
			p := newIDP(t)
			do(p)
			o := p.client()
			_, a := start(t, o)
			q := p.good(a)
			if p.discovery != nil {
				q.Del("iss")
			}
			if who, err := o.Finish(t.Context(), back(q), a); err != nil || who.Subject != "subject-1" {
				t.Errorf("%+v, %v", who, err)
			}
		})
	}
}

func TestErrorsOfTheProviderBecomeSentences(t *testing.T) {
	for code, want := range map[string]struct {
		kind error
		key  string
	}{
		"access_denied":           {fault.Denied, "sso.refused"},
		"login_required":          {fault.Denied, "sso.failed"},
		"<script>":                {fault.Denied, "sso.failed"},
		"server_error":            {fault.Unavailable, "sso.unavailable"},
		"temporarily_unavailable": {fault.Unavailable, "sso.unavailable"},
	} {
		p := newIDP(t)
		o := p.client()
		_, a := start(t, o)
		q := p.good(a)
		q.Del("code")
		q.Set("error", code)
		if _, err := o.Finish(t.Context(), back(q), a); !errors.Is(err, want.kind) || message(err) != want.key {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestErrorsOfTheTokenEndpointBecomeSentences(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		kind   error
		key    string
	}{
		"used code":     {400, `{"error":"invalid_grant"}`, fault.Denied, "sso.stale"},
		"wrong secret":  {401, `{"error":"invalid_client"}`, fault.Unavailable, "sso.unavailable"},
		"broken":        {500, `<html>a secret page</html>`, fault.Unavailable, "sso.unavailable"},
		"no JSON":       {200, `hello`, fault.Unavailable, "sso.unavailable"},
		"endless":       {200, `{"access_token":"` + strings.Repeat("x", 2<<20) + `"}`, fault.Unavailable, "sso.unavailable"},
		"without token": {200, `{}`, fault.Unavailable, "sso.unavailable"},
	} {
		p := newIDP(t)
		p.token = func(w http.ResponseWriter, _ *http.Request) bool {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(c.status)
			_, _ = w.Write([]byte(c.body))
			return true
		}
		o := p.client()
		_, a := start(t, o)
		_, err := o.Finish(t.Context(), back(p.good(a)), a)
		if !errors.Is(err, c.kind) || message(err) != c.key || strings.Contains(err.Error(), "secret page") {
			t.Errorf("%s: %v", name, err)
		}
		if len(p.requests) != 1 {
			t.Errorf("%s: the code was sent %d times", name, len(p.requests))
		}
	}
}

func TestNobodyIsSentTheCodeAndTheSecretByARedirection(t *testing.T) {
	evil := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it went there") }))
	t.Cleanup(evil.Close)
	p := newIDP(t)
	p.token = func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, evil.URL, http.StatusTemporaryRedirect)
		return true
	}
	o := p.client()
	_, a := start(t, o)
	if _, err := o.Finish(t.Context(), back(p.good(a)), a); !errors.Is(err, fault.Unavailable) {
		t.Error(err)
	}
}

func TestKeysThatCannotBeReadAreUnavailableNotForged(t *testing.T) {
	p := newIDP(t)
	p.discovery = map[string]any{"jwks_uri": "http://127.0.0.1:1/keys"}
	o := p.client()
	_, a := start(t, o)
	if _, err := o.Finish(t.Context(), back(p.good(a)), a); !errors.Is(err, fault.Unavailable) || message(err) != "sso.unavailable" {
		t.Error(err)
	}
}

func TestGroupsAndUIDMayStandInVariousPlaces(t *testing.T) {
	for name, c := range map[string]struct {
		claims, userinfo map[string]any
		conf             func(*sso.OIDCConfig)
		uid              string
		groups           []string
	}{
		"one group as a text":     {map[string]any{"groups": "amigo-tech"}, nil, nil, "clara.hebert", []string{"amigo-tech"}},
		"a text is not cut":       {map[string]any{"groups": "a,b c"}, nil, nil, "clara.hebert", []string{"a,b c"}},
		"an empty list":           {map[string]any{"groups": []string{}}, nil, nil, "clara.hebert", nil},
		"texts only":              {map[string]any{"groups": []any{"a", 7, nil, map[string]any{"x": "b"}, "c"}}, nil, nil, "clara.hebert", []string{"a", "c"}},
		"an object is no list":    {map[string]any{"groups": map[string]any{"a": true}}, nil, nil, "clara.hebert", nil},
		"other names":             {map[string]any{"roles": []string{"r"}, "eppn": "c.h"}, nil, func(c *sso.OIDCConfig) { c.GroupsClaim, c.UIDClaim = "roles", "eppn" }, "c.h", []string{"r"}},
		"groups by userinfo":      {map[string]any{"groups": nil}, map[string]any{"sub": "subject-1", "groups": "u", "preferred_username": "other"}, nil, "clara.hebert", []string{"u"}},
		"uid by userinfo":         {map[string]any{"preferred_username": nil}, map[string]any{"sub": "subject-1", "groups": "u", "preferred_username": "c.h"}, nil, "c.h", []string{"staff", "amigo-tech"}},
		"a uid that is no text":   {map[string]any{"preferred_username": []string{"admin"}}, nil, nil, "", []string{"staff", "amigo-tech"}},
		"neither, and nobody ask": {map[string]any{"groups": nil, "preferred_username": nil}, map[string]any{"sub": "subject-1"}, nil, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := newIDP(t)
			p.claims, p.userinfo = c.claims, c.userinfo
			conf := c.conf
			if conf == nil {
				conf = func(*sso.OIDCConfig) {}
			}
			o := p.client(conf)
			_, a := start(t, o)
			who, err := o.Finish(t.Context(), back(p.good(a)), a)
			if err != nil || who.UID != c.uid || !slices.Equal(who.Groups, c.groups) {
				t.Errorf("%+v, %v", who, err)
			}
		})
	}
}

func TestASignInWithoutUserInfoWouldTakeARoleAwaySoItFails(t *testing.T) {
	p := newIDP(t)
	p.claims = map[string]any{"groups": nil}
	o := p.client()
	_, a := start(t, o)
	if _, err := o.Finish(t.Context(), back(p.good(a)), a); !errors.Is(err, fault.Unavailable) {
		t.Error(err)
	}
}

func TestAnAddressThatTheProviderDoesNotVouchForIsLeftOut(t *testing.T) {
	for _, verified := range []any{false, "false"} {
		p := newIDP(t)
		p.claims = map[string]any{"email_verified": verified, "name": nil, "given_name": "Clara", "family_name": "Hébert"}
		o := p.client()
		_, a := start(t, o)
		if who, err := o.Finish(t.Context(), back(p.good(a)), a); err != nil || who.Email != "" || who.Name != "Clara Hébert" {
			t.Errorf("%+v, %v", who, err)
		}
	}
}
