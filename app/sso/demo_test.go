package sso_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/coreos/go-oidc/v3/oidc"

	"amigo/app/audit"
	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/limit"
	"amigo/app/people"
	"amigo/app/seal"
	"amigo/app/sso"
)

var demoGroups = people.GroupRoles{Technician: []string{"tech"}, Supervisor: []string{"sup"}, Administrator: []string{"admin"}}

// stage is a demonstration: two web processes on one database, behind one
// address that gives the requests to them in turn.
type stage struct {
	t      *testing.T
	db     *db.DB
	clock  *dbtest.Clock
	dir    *people.Directory
	server *httptest.Server
	demos  []*sso.Demo
	turn   int
}

func newStage(t *testing.T, d *db.DB, clock *dbtest.Clock) *stage {
	t.Helper()
	s := &stage{t: t, db: d, clock: clock, dir: people.New(d, audit.New(d), demoGroups)}
	if err := s.dir.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err := s.dir.Import(t.Context(), people.Batch{
		Establishments: []people.Establishment{{UAI: "0149901L", Name: "Lycée Harel", Kind: "lycee", City: "Caen", Site: "caen"}},
		Persons: []people.Entry{
			{UID: "agent.demo", Name: "Claire Martin", Title: "secrétaire", Addresses: []string{"agent.demo@academie.test"}, Establishments: []string{"0149901L"}},
			{UID: "technicien.demo", Name: "Théo Vasseur", Role: people.Technician},
			{UID: "superviseur.demo", Name: "Sonia <b>Petit</b>", Role: people.Supervisor},
			{UID: "admin.demo", Name: "Alix Roux", Role: people.Administrator},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.turn++
		s.demos[s.turn%len(s.demos)].ServeHTTP(w, r)
	}))
	t.Cleanup(s.server.Close)
	s.mark("loaded")
	s.demos = []*sso.Demo{s.demo(s.server.URL), s.demo(s.server.URL)}
	return s
}

// mark writes the setting that makes the database a demonstration.
func (s *stage) mark(value string) {
	s.t.Helper()
	if _, err := s.db.SQL().Exec("DELETE FROM settings"); err != nil {
		s.t.Fatal(err)
	}
	err := s.db.Tx(s.t.Context(), func(ctx context.Context) error {
		return s.db.Gorm(ctx).Exec("INSERT INTO settings (key, value, updated_at) VALUES (?, ?, ?)", sso.DemoMark, value, s.db.Now(ctx)).Error
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) demo(public string) *sso.Demo {
	s.t.Helper()
	keys, err := seal.New([]string{strings.Repeat("secret ", 8)})
	if err != nil {
		s.t.Fatal(err)
	}
	demo, err := sso.NewDemo(s.db, s.dir, limit.New(s.db), keys, sso.DemoConfig{
		PublicURL: public, RedirectURL: public + "/auth/oidc/callback",
		Roles: map[people.Role]string{people.Technician: "tech", people.Supervisor: "sup", people.Administrator: "admin"},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return demo
}

// browser does not follow redirections: a test wants to see them.
var browser = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func (s *stage) get(address string) (*http.Response, *goquery.Document) {
	s.t.Helper()
	res, err := browser.Get(address)
	if err != nil {
		s.t.Fatal(err)
	}
	return res, s.read(res)
}

func (s *stage) post(address string, form url.Values) (*http.Response, *goquery.Document) {
	s.t.Helper()
	res, err := browser.PostForm(address, form)
	if err != nil {
		s.t.Fatal(err)
	}
	return res, s.read(res)
}

func (s *stage) read(res *http.Response) *goquery.Document {
	s.t.Helper()
	defer res.Body.Close()
	doc, err := goquery.NewDocumentFromReader(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return doc
}

// hidden is what the page's form sends along.
func hidden(doc *goquery.Document) url.Values {
	form := url.Values{}
	doc.Find("form[method=post] input[type=hidden]").Each(func(_ int, in *goquery.Selection) {
		form.Set(in.AttrOr("name", ""), in.AttrOr("value", ""))
	})
	return form
}

// pick goes to the provider and chooses somebody; the answer is our callback's
// request.
func (s *stage) pick(client sso.Provider, uid string) (*http.Request, sso.Attempt) {
	s.t.Helper()
	address, a, err := client.Start(s.t.Context(), "/tickets")
	if err != nil {
		s.t.Fatal(err)
	}
	_, doc := s.get(address)
	form := hidden(doc)
	form.Set("person", uid)
	res, _ := s.post(doc.Find("form[method=post]").AttrOr("action", ""), form)
	if res.StatusCode != http.StatusSeeOther {
		s.t.Fatalf("choosing %s: %s", uid, res.Status)
	}
	return httptest.NewRequest(http.MethodGet, res.Header.Get("Location"), nil), a
}

func TestTheDemonstrationSignsInWhoeverIsChosen(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		s := newStage(t, d, clock)
		for i, c := range []struct {
			uid   string
			role  people.Role
			group []string
		}{
			{"agent.demo", people.Requester, nil},
			{"technicien.demo", people.Technician, []string{"tech"}},
			{"superviseur.demo", people.Supervisor, []string{"sup"}},
			{"admin.demo", people.Administrator, []string{"admin"}},
			{"agent.demo", people.Requester, nil}, // again
		} {
			client := s.demos[i%2].Client()
			r, a := s.pick(client, c.uid)
			who, err := client.Finish(t.Context(), r, a)
			if err != nil {
				t.Fatal(err)
			}
			if who.UID != c.uid || who.Issuer == "" || who.Subject == "" || who.SID == "" || who.IDToken == "" || !slices.Equal(who.Groups, c.group) {
				t.Errorf("%+v", who)
			}
			p, err := s.dir.SignIn(t.Context(), who)
			if err != nil || p.UID != c.uid || p.Role != c.role || p.Kind != people.Member {
				t.Errorf("%s: %+v, %v", c.uid, p, err)
			}
		}
	})
}

func TestTheDemonstrationSurvivesAnotherPort(t *testing.T) {
	clock := dbtest.NewClock()
	s := newStage(t, dbtest.SQLite(t, clock.Now), clock)
	signIn := func() people.Person {
		client := s.demos[0].Client()
		r, a := s.pick(client, "agent.demo")
		who, err := client.Finish(t.Context(), r, a)
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.dir.SignIn(t.Context(), who)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	first := signIn()
	other := httptest.NewServer(s.server.Config.Handler)
	t.Cleanup(other.Close)
	s.demos = []*sso.Demo{s.demo(other.URL)}
	if again := signIn(); again.ID != first.ID {
		t.Errorf("on another port it is %+v", again)
	}
}

func TestThePageOffersPeopleByRoleAndFindsTheOthers(t *testing.T) {
	clock := dbtest.NewClock()
	s := newStage(t, dbtest.SQLite(t, clock.Now), clock)
	address, _, err := s.demos[0].Client().Start(t.Context(), "/")
	if err != nil {
		t.Fatal(err)
	}
	res, doc := s.get(address)
	offered := func(doc *goquery.Document) []string {
		return doc.Find("button[name=person]").Map(func(_ int, b *goquery.Selection) string { return b.AttrOr("value", "") })
	}
	if got := offered(doc); !slices.Equal(got, []string{"agent.demo", "technicien.demo", "superviseur.demo", "admin.demo"}) {
		t.Errorf("offered %v", got)
	}
	if text := doc.Find("button[value='agent.demo']").Text(); !strings.Contains(text, "secrétaire · Lycée Harel, Caen") {
		t.Errorf("agent.demo is %q", text)
	}
	if doc.Find("button b, script, [style], [onclick]").Length() != 0 {
		t.Error("something on the page is not ours")
	}
	csp := res.Header.Get("Content-Security-Policy")
	if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || !strings.Contains(csp, "form-action 'self' "+s.server.URL) {
		t.Errorf("policy %q", csp)
	}
	sheet := doc.Find("link[rel=stylesheet]").AttrOr("href", "")
	if res, _ := s.get(s.server.URL + sheet); res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/css") {
		t.Errorf("style: %s, %s", res.Status, res.Header.Get("Content-Type"))
	}
	search := hidden(doc)
	search.Set("q", "clai")
	if _, found := s.get(doc.Find("form[method=get]").AttrOr("action", "") + "?" + search.Encode()); !slices.Equal(offered(found), []string{"agent.demo"}) {
		t.Errorf("found %v", offered(found))
	}
}

func TestAChoiceThatCannotBeIsOfferedAgain(t *testing.T) {
	clock := dbtest.NewClock()
	s := newStage(t, dbtest.SQLite(t, clock.Now), clock)
	yes := true
	if _, err := s.dir.Import(t.Context(), people.Batch{Persons: []people.Entry{{UID: "admin.demo", Disabled: &yes}}}); err != nil {
		t.Fatal(err)
	}
	address, _, err := s.demos[0].Client().Start(t.Context(), "/")
	if err != nil {
		t.Fatal(err)
	}
	_, doc := s.get(address)
	for _, uid := range []string{"", "nobody", "admin.demo", "amigo:system"} {
		form := hidden(doc)
		form.Set("person", uid)
		res, again := s.post(s.server.URL+"/demo-idp/authorize", form)
		if res.StatusCode != http.StatusUnprocessableEntity || again.Find("[role=alert]").Length() != 1 || hidden(again).Get("asked") == "" {
			t.Errorf("%q: %s", uid, res.Status)
		}
	}
}

func TestWhoeverCancelsIsNotSignedIn(t *testing.T) {
	clock := dbtest.NewClock()
	s := newStage(t, dbtest.SQLite(t, clock.Now), clock)
	client := s.demos[0].Client()
	address, a, err := client.Start(t.Context(), "/")
	if err != nil {
		t.Fatal(err)
	}
	_, doc := s.get(address)
	form := hidden(doc)
	form.Set("cancel", "1")
	res, _ := s.post(s.server.URL+"/demo-idp/authorize", form)
	_, err = client.Finish(t.Context(), httptest.NewRequest(http.MethodGet, res.Header.Get("Location"), nil), a)
	if !errors.Is(err, fault.Denied) || message(err) != "sso.refused" {
		t.Errorf("%v", err)
	}
}

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

func TestTheDemonstrationIsAStandardProvider(t *testing.T) {
	clock := dbtest.NewClock()
	s := newStage(t, dbtest.SQLite(t, clock.Now), clock)
	// An ordinary client library, over the network, finds and understands it.
	p, err := oidc.NewProvider(t.Context(), s.server.URL+"/demo-idp")
	if err != nil {
		t.Fatal(err)
	}
	r, a := s.pick(s.demos[0].Client(), "agent.demo")
	status, body := s.redeem(r.URL.Query().Get("code"), a, s.clientSecret(), nil)
	if status != http.StatusOK {
		t.Fatalf("%d %v", status, body)
	}
	signed, err := p.Verifier(&oidc.Config{ClientID: "amigo", Now: clock.Now}).Verify(t.Context(), body["id_token"].(string))
	if err != nil {
		t.Fatal(err)
	}
	access := body["access_token"].(string)
	if err := signed.VerifyAccessToken(access); err != nil || signed.Nonce != a.Nonce {
		t.Errorf("nonce %q, %v", signed.Nonce, err)
	}
	info := func(token string) (int, map[string]any) {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, p.UserInfoEndpoint(), nil)
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := browser.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var said map[string]any
		if err := json.NewDecoder(res.Body).Decode(&said); err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, said
	}
	if status, said := info(access); status != http.StatusOK || said["sub"] != signed.Subject || said["preferred_username"] != "agent.demo" || said["email"] != "agent.demo@academie.test" {
		t.Errorf("%d %v", status, said)
	}
	for name, token := range map[string]string{"none": "", "the code": r.URL.Query().Get("code"), "the ID token": body["id_token"].(string)} {
		if status, _ := info(token); status != http.StatusUnauthorized {
			t.Errorf("userinfo with %s: %d", name, status)
		}
	}
	clock.Advance(5 * time.Minute)
	if status, _ := info(access); status != http.StatusUnauthorized {
		t.Errorf("userinfo after five minutes: %d", status)
	}
}

func TestSigningOutComesBackToAmigoOnly(t *testing.T) {
	clock := dbtest.NewClock()
	s := newStage(t, dbtest.SQLite(t, clock.Now), clock)
	client := s.demos[0].Client()
	r, a := s.pick(client, "agent.demo")
	who, err := client.Finish(t.Context(), r, a)
	if err != nil {
		t.Fatal(err)
	}
	for returnTo, want := range map[string]string{
		"/au-revoir":                         s.server.URL + "/au-revoir",
		s.server.URL + "/":                   s.server.URL + "/",
		"https://evil.example/":              "",
		"javascript:alert(1)":                "",
		s.server.URL + "@evil.example/":      "",
		"//evil.example/":                    "",
		`/\evil.example`:                     "", // stays a path of ours or goes nowhere
		strings.ToUpper(s.server.URL) + "/x": "",
	} {
		res, _ := s.get(client.SignOut(t.Context(), who.IDToken, returnTo))
		to := res.Header.Get("Location")
		if u, err := url.Parse(to); want == "" && to != "" && (err != nil || "http://"+u.Host != s.server.URL) || want != "" && to != want {
			t.Errorf("%s: %s to %q", returnTo, res.Status, to)
		}
	}
	if res, _ := s.get(client.SignOut(t.Context(), "forged", "/")); res.StatusCode != http.StatusBadRequest {
		t.Errorf("with a forged hint: %s", res.Status)
	}
}

// None of it exists but on the machine itself, on a database made for it.
func TestTheDemonstrationProviderExistsOnlyThere(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		s := newStage(t, d, clock)
		const public = "http://127.0.0.1:8473"
		ask := func(public, method, path, host string, header http.Header) int {
			r := httptest.NewRequest(method, "http://"+host+path, nil)
			r.Host = host
			r.Header = header
			w := httptest.NewRecorder()
			s.demo(public).ServeHTTP(w, r)
			return w.Code
		}
		const document = "/demo-idp/.well-known/openid-configuration"
		for _, host := range []string{"127.0.0.1:8473", "localhost:8473", "localhost", "[::1]:8473", "127.8.8.8", "LOCALHOST"} {
			if got := ask(public, "GET", document, host, nil); got != http.StatusOK {
				t.Errorf("host %s: %d", host, got)
			}
		}
		for _, host := range []string{"amigo.academie.test", "10.0.0.7:8473", "localhost.evil.example", "127.0.0.1.evil.example", "0.0.0.0", "", "evil@127.0.0.1", "127.1", "[::ffff:10.0.0.1]"} {
			if got := ask(public, "GET", document, host, nil); got != http.StatusNotFound {
				t.Errorf("host %q: %d", host, got)
			}
		}
		for _, public := range []string{"https://amigo.academie.test", "http://10.0.0.7:8473", "http://localhost.evil.example", ""} {
			if got := ask(public, "GET", document, "127.0.0.1:8473", nil); got != http.StatusNotFound {
				t.Errorf("public address %q: %d", public, got)
			}
		}
		for _, name := range []string{"Forwarded", "X-Forwarded-For", "x-forwarded-proto", "X-Forwarded-Host", "X-Forwarded", "X-Real-IP", "Via", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP"} {
			header := http.Header{}
			header.Set(name, "127.0.0.1")
			if got := ask(public, "GET", document, "127.0.0.1:8473", header); got != http.StatusNotFound {
				t.Errorf("header %s: %d", name, got)
			}
		}
		every := [][2]string{
			{"GET", document}, {"GET", "/demo-idp/keys"}, {"GET", "/demo-idp/authorize"}, {"POST", "/demo-idp/authorize"}, {"POST", "/demo-idp/token"},
			{"GET", "/demo-idp/userinfo"}, {"GET", "/demo-idp/logout"}, {"GET", "/demo-idp/style.css"},
		}
		for _, value := range []string{"loading", ""} {
			s.mark(value)
			for _, e := range every {
				if got := ask(public, e[0], e[1], "127.0.0.1:8473", nil); got != http.StatusNotFound {
					t.Errorf("mark %q, %s %s: %d", value, e[0], e[1], got)
				}
			}
			if _, _, err := s.demo(public).Client().Start(t.Context(), "/"); !errors.Is(err, fault.Unavailable) {
				t.Errorf("its own client: %v", err)
			}
		}
	})
}

func TestWithoutItsDatabaseTheDemonstrationIsUnavailable(t *testing.T) {
	clock := dbtest.NewClock()
	s := newStage(t, dbtest.SQLite(t, clock.Now), clock)
	if err := s.db.Close(); err != nil {
		t.Fatal(err)
	}
	res, err := http.Get(s.server.URL + "/demo-idp/keys")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	if res.StatusCode != http.StatusServiceUnavailable || bytes.Contains(body, []byte("sql")) {
		t.Errorf("%s %s", res.Status, body)
	}
}

// The key is the secret's: another installation has another.
func TestTheKeyIsTheSameInEveryProcess(t *testing.T) {
	clock := dbtest.NewClock()
	s := newStage(t, dbtest.SQLite(t, clock.Now), clock)
	key := func() string {
		res, err := http.Get(s.server.URL + "/demo-idp/keys")
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var set struct{ Keys []map[string]string }
		if err := json.NewDecoder(res.Body).Decode(&set); err != nil || len(set.Keys) != 1 {
			t.Fatalf("%v, %v", set, err)
		}
		if _, private := set.Keys[0]["d"]; private {
			t.Fatal("the private key is published")
		}
		if _, err := base64.RawURLEncoding.DecodeString(set.Keys[0]["x"]); err != nil {
			t.Fatal(err)
		}
		return set.Keys[0]["kid"] + set.Keys[0]["x"]
	}
	if one, two := key(), key(); one != two { // each from another process
		t.Errorf("%s and %s", one, two)
	}
}
