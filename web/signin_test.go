package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"amigo/app/people"
	"amigo/app/sso"
	"amigo/web"
)

// cookie is the session's cookie of a browser, if it has one.
func (b *browser) cookie() *http.Cookie {
	b.t.Helper()
	for _, c := range b.client.Jar.Cookies(must(url.Parse(b.town.url))(b.t)) {
		if c.Name == "amigo" {
			return c
		}
	}
	return nil
}

// with is another browser that has got hold of a session's cookie.
func (w *town) with(c *http.Cookie) *browser {
	w.t.Helper()
	b := w.visit("")
	b.client.Jar.SetCookies(must(url.Parse(w.url))(w.t), []*http.Cookie{c})
	return b
}

// out says whether a browser is not signed in.
func out(b *browser) bool {
	b.t.Helper()
	return strings.HasPrefix(b.get("/tickets").path, "/demo-idp/")
}

func TestSigningInLeadsBackToWhereOneWantedToGo(t *testing.T) {
	w := newTown(t)
	ticket := w.ticket("ann", "Imprimante muette")
	b := w.visit("")
	choice := b.get("/tickets/" + ticket.ID.Ref())
	if !strings.HasPrefix(choice.path, "/demo-idp/authorize") {
		t.Fatalf("at %s", choice.path)
	}
	b.signIn("ann", "/tickets/"+ticket.ID.Ref()+"?lang=fr").want(http.StatusOK, inside("h1", says("Imprimante muette")))
	b.get("/auth/oidc/login?return=/aide").at("/aide")
}

func TestOnlyOwnPathsAreReturnedTo(t *testing.T) {
	for given, want := range map[string]string{
		"/tickets": "/tickets", "/tickets?view=mine&q=a%20b": "/tickets?view=mine&q=a%20b", "/": "/", "": "/",
		"//evil.test": "/", "///evil.test": "/", "/\\evil.test": "/", "/\t/evil.test": "/", "\\/evil.test": "/", "https://evil.test/": "/",
		"javascript:alert(1)": "/", "evil.test": "/", "/auth/logout": "/", "/auth/oidc/login?return=/": "/", "/%5Cevil.test": "/",
		"/./auth/logout": "/", "/%2F/evil.test": "/evil.test", "/x/../..//evil.test": "/evil.test", "/" + strings.Repeat("a", 3000): "/",
		"/a\r\nSet-Cookie: x=y": "/", "/@evil.test": "/@evil.test",
	} {
		if got := web.OwnPath(given); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
	w := newTown(t)
	for _, evil := range []string{"//evil.test/", "https://evil.test/", `/\evil.test`} {
		w.visit("").signIn("ann", evil).at("/")
	}
}

func TestWhoOnlyReadsGetsNoSession(t *testing.T) {
	b := newTown(t).visit("")
	for _, path := range []string{"/", "/aide", "/aide/identifiant", "/nope"} {
		if b.get(path); b.cookie() != nil {
			t.Errorf("%s gave a session", path)
		}
	}
}

func TestTheSessionOfBeforeIsWorthNothingAfterSigningIn(t *testing.T) {
	w := newTown(t)
	b := w.visit("")
	b.get("/auth/oidc/login")
	before := b.cookie()
	b.signIn("ann", "/")
	after := b.cookie()
	if before == nil || after == nil || before.Value == after.Value {
		t.Fatalf("before %v, after %v", before, after)
	}
	if !out(w.with(before)) || out(w.with(after)) {
		t.Error("the cookie of before is signed in, or the new one is not")
	}
}

func TestSigningOutEndsTheSessionOnTheServer(t *testing.T) {
	w := newTown(t)
	b := w.visit("ann")
	stolen := b.cookie()
	gone := b.get("/").submit(`form[action="/auth/logout"]`, nil).want(http.StatusOK, says("Your AMIGO session has ended"), none(`form[action="/auth/logout"]`))
	if data := gone.header.Get("Clear-Site-Data"); data != `"cache", "storage"` {
		t.Errorf("Clear-Site-Data is %q", data)
	}
	if to := gone.header.Get("Refresh"); !strings.HasPrefix(to, "0; url="+w.url+"/demo-idp/logout?") {
		t.Errorf("Refresh is %q", to)
	}
	if b.cookie() != nil || !out(b) || !out(w.with(stolen)) {
		t.Error("the session goes on")
	}
}

func TestASessionEndsWhenItIsIdle(t *testing.T) {
	w := newTown(t)
	idle, busy := w.visit("ann"), w.visit("bob")
	for range 4 {
		w.clock.Advance(20 * time.Minute)
		if out(busy) {
			t.Fatal("who works was signed out")
		}
	}
	if !out(idle) {
		t.Error("a session goes on after 80 idle minutes")
	}
}

func TestASessionEndsAfterADay(t *testing.T) {
	w := newTown(t)
	b := w.visit("ann")
	for range 23 {
		w.clock.Advance(20 * time.Minute)
		b.get("/")
	}
	if out(b) {
		t.Fatal("signed out after 7 h 40")
	}
	w.clock.Advance(20 * time.Minute)
	if !out(b) {
		t.Error("a session goes on after eight hours")
	}
}

func TestRightsAreReadAgainAtEachRequest(t *testing.T) {
	w := newTown(t)
	theo := w.visit("theo")
	theo.get("/tickets").want(http.StatusOK, has(".side"))
	system := people.As(t.Context(), people.System())
	must(w.house.People.Import(system, people.Batch{Persons: []people.Entry{{UID: "theo", Name: "Théo Technicien", Role: people.Requester}}}))(t)
	theo.get("/tickets").want(http.StatusOK, none(".side"), inside("h1", says("Mes demandes")))
	must(w.house.People.Import(system, people.Batch{Persons: []people.Entry{{UID: "theo", Name: "Théo Technicien", Disabled: new(true)}}}))(t)
	if !out(theo) {
		t.Error("somebody disabled is still signed in")
	}
}

func TestAnAnswerOfTheProviderServesOnceAndInItsBrowserOnly(t *testing.T) {
	w := newTown(t)
	b, other := w.visit(""), w.visit("")
	b.client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.Path, "/auth/oidc/callback") {
			return http.ErrUseLastResponse
		}
		return nil
	}
	callback := b.signIn("ann", "/").header.Get("Location")
	if !strings.Contains(callback, "/auth/oidc/callback?") {
		t.Fatalf("sent to %q", callback)
	}
	other.get(callback).want(http.StatusBadRequest, inside("h1", says("La connexion n'a pas abouti")), has(`a[href^="/auth/oidc/login"]`))
	b.client.CheckRedirect = nil
	b.get(callback).want(http.StatusOK).at("/")
	again := w.with(b.cookie())
	again.get("/").submit(`form[action="/auth/logout"]`, nil)
	b.get(callback).want(http.StatusBadRequest)
	w.visit("").get("/auth/oidc/callback?error=access_denied&state=x").want(http.StatusBadRequest)
}

// neighbour is a provider whose logout tokens are plain words, and that breaks on demand.
type neighbour struct {
	sso.Provider
	breaks bool
}

func (n neighbour) Start(ctx context.Context, back string) (string, sso.Attempt, error) {
	if n.breaks {
		panic("the provider's fault")
	}
	return n.Provider.Start(ctx, back)
}

func (neighbour) BackChannel(_ context.Context, token string) (issuer, subject, sid string, err error) {
	parts := strings.Split(token, "|")
	if len(parts) != 3 {
		return "", "", "", errors.New("no token")
	}
	return parts[0], parts[1], parts[2], nil
}

func TestTheProviderEndsSessions(t *testing.T) {
	w := newTown(t, func(_ *web.Config, h *web.House) { h.Provider = neighbour{Provider: h.Provider} })
	ann, annToo, bob := w.visit("ann"), w.visit("ann"), w.visit("bob")
	var rows []struct{ Issuer, Subject, Sid string }
	if err := w.db.Gorm(t.Context()).Table("sessions").Joins("JOIN persons ON persons.id = person_id AND uid = 'ann'").Order("sessions.created_at, sid").Scan(&rows).Error; err != nil || len(rows) != 2 {
		t.Fatalf("%d sessions of Ann: %v", len(rows), err)
	}
	provider := w.visit("")
	tell := func(token string, want int) {
		t.Helper()
		r := must(http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+"/auth/oidc/backchannel", strings.NewReader(url.Values{"logout_token": {token}}.Encode())))(t)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "cross-site") // it is no browser of ours
		r.Header.Set("Origin", "https://provider.test")
		provider.do(r).want(want)
	}
	tell("garbage", http.StatusBadRequest)
	tell(rows[0].Issuer+"|"+rows[0].Subject+"|"+rows[0].Sid, http.StatusOK)
	if out(ann) == out(annToo) {
		t.Error("one of Ann's two sessions was to end")
	}
	tell(rows[0].Issuer+"|"+rows[0].Subject+"|", http.StatusOK)
	if !out(ann) || !out(annToo) || out(bob) {
		t.Error("all of Ann's sessions were to end, and Bob's not")
	}
}

func TestAPanicBecomesAPageWithAReference(t *testing.T) {
	w := newTown(t, func(_ *web.Config, h *web.House) { h.Provider = neighbour{Provider: h.Provider, breaks: true} })
	p := w.visit("").get("/auth/oidc/login").want(http.StatusInternalServerError, inside("h1", says("Une erreur est survenue")), silent("fault"), has("a[href='/']"))
	if id := p.header.Get("X-Request-Id"); id == "" || !strings.Contains(p.raw, id) {
		t.Errorf("the reference %q is not on the page", id)
	}
}

func TestWithoutAProviderThePageSaysHowToConfigureOne(t *testing.T) {
	w := newTown(t, func(_ *web.Config, h *web.House) { h.Provider, h.Demo = nil, nil })
	b := w.visit("")
	b.get("/tickets").want(http.StatusServiceUnavailable, says("AMIGO_OIDC_ISSUER"), has(`a[href="/aide"]`))
	b.get("/auth/oidc/callback?state=x").want(http.StatusNotFound)
	b.get("/demo-idp/authorize").want(http.StatusNotFound)
}

func TestSigningInTooOftenHasToWait(t *testing.T) {
	w := newTown(t)
	b := w.visit("")
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for range 300 {
		b.get("/auth/oidc/login")
	}
	if p := b.get("/auth/oidc/login").want(http.StatusTooManyRequests, inside("h1", says("Trop de demandes"))); p.header.Get("Retry-After") == "" {
		t.Error("nothing says when to come again")
	}
	w.clock.Advance(time.Minute)
	b.get("/auth/oidc/login").want(http.StatusSeeOther)
}

func TestOnHTTPSTheCookieIsBoundToTheHost(t *testing.T) {
	w := newTown(t, func(c *web.Config, _ *web.House) { c.PublicURL = "https://amigo.test" })
	rec := httptest.NewRecorder()
	w.server.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "https://amigo.test/auth/oidc/login", nil))
	cookies := rec.Result().Cookies()
	if len(cookies) != 1 {
		t.Fatalf("cookies: %v", cookies)
	}
	c := cookies[0]
	if c.Name != "__Host-amigo" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 0 || !c.Expires.IsZero() {
		t.Errorf("the cookie is %v", c)
	}
	if rec.Header().Get("Strict-Transport-Security") == "" {
		t.Error("there is no Strict-Transport-Security")
	}
}

func TestSweepingRemovesWhatHasExpired(t *testing.T) {
	w := newTown(t)
	web.Jobs(w.mux, w.db)
	w.visit("ann")
	w.clock.Advance(20 * time.Minute)
	bob := w.visit("bob")
	w.clock.Advance(20 * time.Minute)
	if err := w.house.Queue.Drain(people.As(t.Context(), people.System()), w.mux); err != nil {
		t.Fatal(err)
	}
	var n int64
	if w.db.Gorm(t.Context()).Table("sessions").Count(&n); n != 1 || out(bob) {
		t.Errorf("%d sessions are left", n)
	}
}

func TestAFormSentAfterTheSessionEndedGivesTheTextBack(t *testing.T) {
	w := newTown(t)
	ticket := w.ticket("bob", "Imprimante muette")
	talk := w.visit("bob").get("/tickets/" + ticket.ID.Ref())
	w.clock.Advance(time.Hour)
	lost := talk.submit("form#composer", map[string]string{"body": "Le voyant est <orange>."}).want(http.StatusUnauthorized,
		inside("textarea[readonly]", says("Le voyant est <orange>.")), has(`a[href="/auth/oidc/login?return=%2Ftickets%2F`+ticket.ID.Ref()+`"]`))
	if lost.header.Get("Set-Cookie") != "" {
		t.Error("the page gave a session")
	}
}
