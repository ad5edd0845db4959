package sso_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/coreos/go-oidc/v3/oidc"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/people"
	"amigo/app/sso"
)

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
		"http://evil.example/":               "",
		"https://evil.example/":              "",
		"javascript:alert(1)":                "",
		"ftp" + s.server.URL[len("http"):]:   "",
		s.server.URL + "@evil.example/":      "",
		"//evil.example/":                    "",
		`/\evil.example`:                     "", // stays a path of ours or goes nowhere
		strings.ToUpper(s.server.URL) + "/x": "",
	} {
		res, _ := s.get(client.SignOut(t.Context(), who.IDToken, returnTo))
		to := res.Header.Get("Location")
		if want == "" && to != "" && !strings.HasPrefix(to, s.server.URL+"/") || want != "" && to != want {
			t.Errorf("%s: %s to %q", returnTo, res.Status, to)
		}
	}
	if res, _ := s.get(client.SignOut(t.Context(), "forged", "/")); res.StatusCode != http.StatusBadRequest {
		t.Errorf("with a forged hint: %s", res.Status)
	}
}
