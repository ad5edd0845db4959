package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"amigo/app/people"
	"amigo/tickets"
	"amigo/web"
)

// publicPages can be read by everybody.
var publicPages = []string{"/", "/aide", "/aide/mot-de-passe", "/aide/page-bloquee", "/aide/identifiant", "/aide/compte-verrouille", "/accessibilite", "/donnees-personnelles"}

func TestEveryPageIsGuardedAndSaysAllOfItsSentencesInBothLanguages(t *testing.T) {
	w := newTown(t)
	ref := "/tickets/" + w.ticket("ann", "Imprimante muette").ID.Ref()
	solved := w.ticket("ann", "Copieur")
	must(w.house.Desk.Reply(w.as("theo"), solved.ID, tickets.Reply{Body: "Et maintenant ?", Then: tickets.WaitingThirdParty}))(t)
	must(w.house.Desk.Note(w.as("tess"), solved.ID, tickets.Note{Body: "Entre nous."}))(t)
	must(w.house.Desk.Assign(w.as("tess"), solved.ID, tickets.Assign{Assignee: new(must(w.house.People.ByUID(t.Context(), "tess"))(t).ID)}))(t)
	must(w.house.Desk.Change(w.as("tess"), solved.ID, tickets.Change{Priority: new(tickets.Urgent), Service: new("vpn"), Type: new(tickets.Request)}))(t)
	must(w.house.Desk.Solve(w.as("tess"), solved.ID, tickets.Solve{Solution: "Voilà.", Cause: "other"}))(t)
	done := "/tickets/" + solved.ID.Ref()
	for uid, paths := range map[string][]string{
		"":     append([]string{"/nope", "/aide/nope"}, publicPages...),
		"ann":  {"/", "/tickets", "/tickets?q=rien", "/tickets/new", ref, done, "/tickets/9", "/aide"},
		"bob":  {"/", "/tickets", ref},
		"theo": {"/tickets", "/tickets?view=mine", "/tickets?view=free", "/tickets?view=soon", "/tickets?view=waiting", "/tickets?view=all", "/tickets?q=rien", "/tickets?view=nope", "/tickets?view=all&status=solved&site=caen&service=vpn&priority=urgent&type=request&channel=web", ref, ref + "?do=solve", ref + "?do=classify", ref + "?do=tags", ref + "?do=check", ref + "?do=spend", ref + "?do=wake", ref + "?do=link", ref + "?do=adopt", ref + "/merge", ref + "/merge?into=9", ref + "/history", done, "/tickets/new"},
		"sam":  {"/tickets", done}, "ada": {"/tickets"},
	} {
		b := w.visit(uid)
		for _, lang := range []string{"fr", "en"} {
			b.get("/?lang=" + lang)
			for _, path := range paths {
				p := b.get(path).wantGuarded()
				if got := p.Find("html").AttrOr("lang", ""); got != lang {
					t.Errorf("%s for %q is in %q, want %q", path, uid, got, lang)
				}
				if kept := p.header.Get("Cache-Control"); uid != "" && kept != "no-store" || uid == "" && !strings.Contains(kept, "private") {
					t.Errorf("%s for %q: Cache-Control is %q", path, uid, kept)
				}
				if p.status >= 500 {
					t.Errorf("%s for %q: %d", path, uid, p.status)
				}
			}
		}
	}
}

func TestEveryLinkOfThePublicPagesLeadsSomewhere(t *testing.T) {
	w := newTown(t)
	b := w.visit("")
	seen := map[string]bool{}
	for _, path := range publicPages {
		b.get(path).Find("main a[href^='/'], footer a[href^='/']").Each(func(_ int, a *goquery.Selection) { seen[a.AttrOr("href", "")] = true })
	}
	for path := range seen {
		if p := b.get(path); p.status != http.StatusOK {
			t.Errorf("%s: %d", path, p.status)
		}
	}
}

func TestTheLanguageIsChosenThenKeptThenGuessed(t *testing.T) {
	w := newTown(t)
	for name, c := range map[string]struct {
		uid, accept, chosen, want string
	}{
		"a browser in English":     {"", "en-GB,en;q=0.8", "", "en"},
		"a browser in Breton":      {"", "br", "", "fr"},
		"chosen over the browser":  {"", "en", "fr", "fr"},
		"the person's own":         {"ann", "fr", "", "en"},
		"chosen over the person's": {"ann", "fr", "fr", "fr"},
		"nothing like a language":  {"", "fr", "<script>", "fr"},
	} {
		b := w.visit(c.uid)
		b.lang = c.accept
		if c.chosen != "" {
			b.get("/aide?" + url.Values{"lang": {c.chosen}}.Encode())
		}
		if got := b.get("/aide").Find("html").AttrOr("lang", ""); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	back := w.visit("").get("/aide/identifiant?x=1").Find(`footer a[href*="lang=en"]`).AttrOr("href", "")
	if back != "/aide/identifiant?lang=en&x=1" {
		t.Errorf("the other language is at %q", back)
	}
}

func TestBuiltFilesAreKeptForEverUnderTheAddressOfTheirBytes(t *testing.T) {
	w := newTown(t)
	b := w.visit("")
	home := b.get("/")
	address := home.Find("link[rel=icon]").AttrOr("href", "")
	if !regexp.MustCompile(`^/assets/([0-9a-f]{12}|0)/favicon\.svg$`).MatchString(address) {
		t.Fatalf("the icon is at %q", address)
	}
	if strings.HasPrefix(address, "/assets/0/") {
		b.get(address).want(http.StatusNotFound) // not built here; the address is sound all the same
		return
	}
	p := b.get(address).want(http.StatusOK).wantGuarded()
	if kept := p.header.Get("Cache-Control"); kept != "public, max-age=31536000, immutable" || p.header.Get("Set-Cookie") != "" {
		t.Errorf("kept %q", kept)
	}
	if kept := b.get("/assets/000000000000/favicon.svg").want(http.StatusOK).header.Get("Cache-Control"); kept != "no-cache" {
		t.Errorf("an old address is kept %q", kept)
	}
	for _, name := range []string{"nothing.css", ".keep", "..%2Fserver.go", ""} {
		b.get("/assets/0/" + name).want(http.StatusNotFound)
	}
}

func TestThePartsThatMachinesAsk(t *testing.T) {
	w := newTown(t)
	b := w.visit("")
	for path, want := range map[string]string{"/healthz": "ok\n", "/readyz": "ready\n"} {
		if p := b.get(path).want(http.StatusOK).wantGuarded(); p.raw != want || p.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %q", path, p.raw)
		}
	}
	text := b.get("/.well-known/security.txt").want(http.StatusOK).raw
	for _, line := range []string{"Contact: mailto:assistance@academie.test\n", "Expires: 2027-05-17T00:00:00Z\n", "Canonical: " + w.url + "/.well-known/security.txt\n"} {
		if !strings.Contains(text, line) {
			t.Errorf("%q is missing in %q", line, text)
		}
	}
	_ = w.db.Close()
	b.get("/healthz").want(http.StatusOK)
	if p := b.get("/readyz").want(http.StatusServiceUnavailable); p.raw != "database does not answer\n" {
		t.Errorf("readyz: %q", p.raw)
	}
}

func TestAHeadIsAGetWithoutABody(t *testing.T) {
	w := newTown(t)
	for path, want := range map[string]int{"/aide": 200, "/nope": 404, "/healthz": 200} {
		r := must(http.NewRequestWithContext(t.Context(), http.MethodHead, w.url+path, nil))(t)
		res := must(http.DefaultClient.Do(r))(t)
		_ = res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, want)
		}
	}
}

func TestAVerbThatIsNotThereIsAPageThatIsNotThere(t *testing.T) {
	w := newTown(t)
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch, "TRACE"} {
		r := must(http.NewRequestWithContext(t.Context(), method, w.url+"/aide", nil))(t)
		w.visit("").do(r).want(http.StatusNotFound)
	}
}

func TestHomeSaysHowOnesRequestsStand(t *testing.T) {
	w := newTown(t)
	bob := w.visit("bob")
	bob.get("/").want(http.StatusOK, inside("h1", says("Bonjour Bob Demandeur")), inside(".empty", says("Vous n'avez pas encore de demande")), says("0806 000 488"), silent("09 70 80 97 97"))
	w.ticket("bob", "Un")
	w.ticket("bob", "Deux")
	asked := w.ticket("bob", "Trois")
	must(w.house.Desk.Reply(w.as("theo"), asked.ID, tickets.Reply{Body: "Où ?", Then: tickets.WaitingRequester}))(t)
	bob.get("/").want(http.StatusOK, inside(".title", says("2 en cours, 1 attend votre réponse")), count(".request", 3), none(".empty"))
	w.visit("").get("/").want(http.StatusOK, inside(".reach", says("Ouvert jusqu'à 13 h"), says("09 70 80 97 97")), count(".door", 4))
	w.visit("theo").get("/").at("/tickets")
}

func TestTheHoursAreThoseOfTheDay(t *testing.T) {
	w := newTown(t)
	b := w.visit("")
	for when, want := range map[string]string{
		"2026-11-18 12:59": "Ouvert jusqu'à 13 h", "2026-11-18 13:00": "Fermé, ouvre demain 8 h", "2026-11-20 17:30": "Fermé, ouvre lundi 8 h",
		"2026-12-24 10:00": "Ouvert jusqu'à 12 h 30",
	} {
		w.at(when)
		b.get("/").check(inside(".reach", says(want)))
	}
}

func TestAddressesOfProxiesAreBelievedOnlyFromProxies(t *testing.T) {
	for name, c := range map[string]struct {
		proxies []string
		want    string
	}{
		"nobody is trusted":     {nil, "127.0.0.1"},
		"this one is trusted":   {[]string{"127.0.0.1"}, "203.0.113.7"},
		"another one is":        {[]string{"192.0.2.0/24"}, "127.0.0.1"},
		"so is its whole chain": {[]string{"127.0.0.0/8", "203.0.113.7"}, "198.51.100.9"},
	} {
		w := newTown(t, func(conf *web.Config, _ *web.House) { conf.TrustedProxies = c.proxies })
		b := w.visit("")
		r := must(http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+"/auth/oidc/login", nil))(t)
		r.Header.Set("X-Forwarded-For", "198.51.100.9, 203.0.113.7")
		b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		b.do(r)
		var keys []string
		if err := w.db.Gorm(t.Context()).Table("limits").Pluck("key", &keys).Error; err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(keys, "signin:"+c.want) {
			t.Errorf("%s: counted under %v", name, keys)
		}
	}
}

func TestNotYoursIsNotThere(t *testing.T) {
	w := newTown(t)
	theirs := w.ticket("ann", "Secret").ID.Ref()
	bob := w.visit("bob")
	missing := bob.get("/tickets/999999").want(http.StatusNotFound)
	same := func(p *page) string {
		body := strings.NewReplacer(theirs, "REF", "999999", "REF").Replace(p.raw)
		return regexp.MustCompile(`name="csrf" value="[^"]*"`).ReplaceAllString(body, "")
	}
	if got := bob.get("/tickets/"+theirs).want(http.StatusNotFound, silent("Secret")); same(got) != same(missing) {
		t.Error("a ticket that is not Bob's does not look like one that is not there")
	}
	token := bob.get("/aide").Find("input[name=csrf]").First().AttrOr("value", "")
	for _, what := range []string{"reply", "reopen"} {
		form := url.Values{"csrf": {token}, "body": {"x"}, "why": {"x"}}
		got, gone := bob.post("/tickets/"+theirs+"/"+what, form).want(http.StatusNotFound), bob.post("/tickets/999999/"+what, form).want(http.StatusNotFound)
		if same(got) != same(gone) {
			t.Errorf("%s tells them apart", what)
		}
	}
	for _, made := range []string{"/tickets/0", "/tickets/-1", "/tickets/x", "/tickets/99999999999999999999", "/tickets/%00", "/attachments/x", "/attachments/-1"} {
		if p := bob.get(made); p.status != http.StatusNotFound {
			t.Errorf("%s: %d", made, p.status)
		}
	}
	if n := must(w.house.Desk.Messages(people.As(t.Context(), people.System()), must(w.house.Desk.Get(w.as("ann"), tickets.ID(must(parse(theirs))(t))))(t).ID))(t); len(n) != 1 {
		t.Errorf("%d messages", len(n))
	}
}

func parse(ref string) (int64, error) {
	id, ok := tickets.ParseRef(ref)
	if !ok {
		return 0, fmt.Errorf("%q is no reference", ref)
	}
	return int64(id), nil
}
