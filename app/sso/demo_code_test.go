package sso_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/seal"
	"amigo/app/sso"
)

// A form that the provider did not make, or that lay about too long, does nothing.
func TestTheFormCarriesASealedRequest(t *testing.T) {
	clock := dbtest.NewClock()
	s := newStage(t, dbtest.SQLite(t, clock.Now), clock)
	address, _, err := s.demos[0].Client().Start(t.Context(), "/")
	if err != nil {
		t.Fatal(err)
	}
	_, doc := s.get(address)
	good := hidden(doc).Get("asked")
	refused := func(asked string) {
		t.Helper()
		res, _ := s.post(s.server.URL+"/demo-idp/authorize", url.Values{"person": {"admin.demo"}, "asked": {asked}})
		if res.StatusCode != http.StatusBadRequest || res.Header.Get("Location") != "" {
			t.Errorf("%q: %s", asked, res.Status)
		}
	}
	refused("")
	refused("x" + good)
	refused(good[:len(good)-2])
	clock.Advance(31 * time.Minute)
	refused(good)
}

func TestARequestThatIsNotAmigosGoesNowhere(t *testing.T) {
	clock := dbtest.NewClock()
	s := newStage(t, dbtest.SQLite(t, clock.Now), clock)
	address, a, err := s.demos[0].Client().Start(t.Context(), "/")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		do   func(url.Values)
		want string // the error that is sent back; empty: told here
	}{
		"another client":       {func(q url.Values) { q.Set("client_id", "other") }, ""},
		"no client":            {func(q url.Values) { q.Del("client_id") }, ""},
		"another callback":     {func(q url.Values) { q.Set("redirect_uri", "https://evil.example/") }, ""},
		"a longer callback":    {func(q url.Values) { q.Set("redirect_uri", q.Get("redirect_uri")+"/../x") }, ""},
		"no callback":          {func(q url.Values) { q.Del("redirect_uri") }, ""},
		"the implicit flow":    {func(q url.Values) { q.Set("response_type", "id_token") }, "unsupported_response_type"},
		"no openid":            {func(q url.Values) { q.Set("scope", "profile") }, "invalid_scope"},
		"no PKCE":              {func(q url.Values) { q.Del("code_challenge") }, "invalid_request"},
		"plain PKCE":           {func(q url.Values) { q.Set("code_challenge_method", "plain") }, "invalid_request"},
		"PKCE without method":  {func(q url.Values) { q.Del("code_challenge_method") }, "invalid_request"},
		"twice the same":       {func(q url.Values) { q.Add("nonce", "x") }, "invalid_request"},
		"silently":             {func(q url.Values) { q.Set("prompt", "none") }, "login_required"},
		"a request object":     {func(q url.Values) { q.Set("request", "x") }, "request_not_supported"},
		"a request by address": {func(q url.Values) { q.Set("request_uri", "http://127.0.0.1/") }, "request_uri_not_supported"},
	} {
		u, _ := url.Parse(address)
		q := u.Query()
		c.do(q)
		u.RawQuery = q.Encode()
		res, _ := s.get(u.String())
		to, _ := url.Parse(res.Header.Get("Location"))
		if c.want == "" {
			if res.StatusCode != http.StatusBadRequest || to.String() != "" {
				t.Errorf("%s: %s to %s", name, res.Status, to)
			}
			continue
		}
		if got := to.Query(); got.Get("error") != c.want || got.Get("state") != a.State || got.Get("iss") != s.server.URL+"/demo-idp" || got.Has("code") {
			t.Errorf("%s: %s to %s", name, res.Status, to)
		}
	}
}

// redeem sends a token request that is right but for what change does.
func (s *stage) redeem(code string, a sso.Attempt, secret string, change func(url.Values)) (int, map[string]any) {
	s.t.Helper()
	form := url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {s.server.URL + "/auth/oidc/callback"},
		"code_verifier": {a.Verifier}, "client_id": {"amigo"}, "client_secret": {secret},
	}
	if change != nil {
		change(form)
	}
	res, err := browser.PostForm(s.server.URL+"/demo-idp/token", form)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	var body map[string]any
	if err := json.NewDecoder(res.Body).Decode(&body); err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, body
}

// clientSecret is what AMIGO sends: it is read off a token request of its own.
func (s *stage) clientSecret() string {
	s.t.Helper()
	keys, err := seal.New([]string{strings.Repeat("secret ", 8)})
	if err != nil {
		s.t.Fatal(err)
	}
	return keys.Code("sso.demo.client", nil)
}

func TestACodeIsGoodOnceForItsClientAndVerifierWithinAMinute(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		s := newStage(t, d, clock)
		client, secret := s.demos[0].Client(), s.clientSecret()
		r, a := s.pick(client, "agent.demo")
		code := r.URL.Query().Get("code")
		for name, c := range map[string]struct {
			change func(url.Values)
			status int
			want   string
		}{
			"another verifier": {func(f url.Values) { f.Set("code_verifier", strings.Repeat("x", 52)) }, 400, "invalid_grant"},
			"no verifier":      {func(f url.Values) { f.Del("code_verifier") }, 400, "invalid_grant"},
			"another callback": {func(f url.Values) { f.Set("redirect_uri", "https://evil.example/") }, 400, "invalid_grant"},
			"another secret":   {func(f url.Values) { f.Set("client_secret", "x") }, 401, "invalid_client"},
			"no secret":        {func(f url.Values) { f.Del("client_secret") }, 401, "invalid_client"},
			"another client":   {func(f url.Values) { f.Set("client_id", "x") }, 401, "invalid_client"},
			"another grant":    {func(f url.Values) { f.Set("grant_type", "refresh_token") }, 400, "unsupported_grant_type"},
			"a changed code":   {func(f url.Values) { f.Set("code", code+"A") }, 400, "invalid_grant"},
			"no code":          {func(f url.Values) { f.Del("code") }, 400, "invalid_grant"},
		} {
			if status, body := s.redeem(code, a, secret, c.change); status != c.status || body["error"] != c.want || body["id_token"] != nil {
				t.Errorf("%s: %d %v", name, status, body)
			}
		}
		if _, err := client.Finish(t.Context(), r, a); err != nil {
			t.Fatalf("after all those: %v", err)
		}
		if _, err := client.Finish(t.Context(), r, a); !errors.Is(err, fault.Denied) || message(err) != "sso.stale" {
			t.Errorf("a second time: %v", err)
		}
		r, a = s.pick(client, "agent.demo")
		clock.Advance(time.Minute)
		if _, err := client.Finish(t.Context(), r, a); !errors.Is(err, fault.Denied) || message(err) != "sso.stale" {
			t.Errorf("a minute later: %v", err)
		}
	})
}

func TestACodeIsExchangedOnceByHoweverManyAtOnce(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		s := newStage(t, d, clock)
		r, a := s.pick(s.demos[0].Client(), "agent.demo")
		var wg sync.WaitGroup
		results := make([]error, 6)
		for i := range results {
			wg.Go(func() { _, results[i] = s.demos[i%2].Client().Finish(t.Context(), r, a) })
		}
		wg.Wait()
		won := 0
		for _, err := range results {
			if err == nil {
				won++
			} else if !errors.Is(err, fault.Denied) {
				t.Error(err)
			}
		}
		if won != 1 {
			t.Errorf("exchanged %d times", won)
		}
	})
}
