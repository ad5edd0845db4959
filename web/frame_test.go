package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// other is where a page leads to be read in English.
func (p *page) other() string {
	return p.Find("a[href*='lang=en']").First().AttrOr("href", "")
}

func TestAPageThatAnswersAFormLeadsBackToThatFormInTheOtherLanguage(t *testing.T) {
	w := newTown(t)
	talk := "/tickets/" + w.ticket("bob", "Écran noir").ID.Ref()
	for name, c := range map[string]struct {
		uid, on, form string
		typed         map[string]string
		want          string
	}{
		"a new ticket":          {"bob", "/tickets/new", "form#ask", nil, "/tickets/new?lang=en"},
		"a reply":               {"bob", talk, "form[action$='/reply']", nil, talk + "?lang=en"},
		"the delays":            {"sam", "/admin/delays", "main form", map[string]string{"remind": "x"}, "/admin/delays?lang=en"},
		"a new policy":          {"sam", "/admin/policies/new", "form#policy", nil, "/admin/policies/new?lang=en"},
		"a calendar":            {"sam", normandie + "/edit", "form#calendar", map[string]string{"zone": "Lune"}, normandie + "/edit?lang=en"},
		"a calendar like other": {"sam", "/admin/calendars/rouen/edit?model=normandie", "form#calendar", map[string]string{"zone": "Lune"}, "/admin/calendars/rouen/edit?lang=en&model=normandie"},
		"an import":             {"sam", normandie + "/import", "form#import", nil, normandie + "/import?lang=en"},
	} {
		b := w.visit(c.uid)
		b.get("/?lang=fr")
		refused := b.get(c.on).submit(c.form, c.typed).want(http.StatusUnprocessableEntity)
		if got := refused.other(); got != c.want {
			t.Errorf("%s: leads to %q, want %q", name, got, c.want)
			continue
		}
		b.get(refused.other()).want(http.StatusOK, has(c.form), count(`html[lang="en"]`, 1))
	}
}

func TestWhatFailsLeadsToTheNearestPageAboveIt(t *testing.T) {
	w := newTown(t)
	sam := w.visit("sam")
	for path, want := range map[string]string{ // each is refused: there is no token
		"/tickets/10001/reply?x=1":           "/tickets/10001?lang=en",
		"/admin/policies/3/move":             "/admin/policies/3?lang=en",
		"/admin/policies/rejudge":            "/admin/policies?lang=en",
		"/admin/absences/7/end":              "/admin/absences?lang=en",
		"/admin/calendars/drafts/5/apply":    "/admin/calendars/drafts/5?lang=en",
		"/admin/calendars/normandie/edit":    "/admin/calendars/normandie/edit?lang=en",
		"/tickets/%2Fevil.example/reply":     "/tickets/?lang=en",
		"//evil.example/tickets/10001/reply": "/?lang=en",
		"/nowhere":                           "/?lang=en",
	} {
		if got := sam.post(path, nil).other(); got != want {
			t.Errorf("%s leads to %q, want %q", path, got, want)
		}
	}
}

func TestTheOtherLanguageIsNeverOnAnotherHost(t *testing.T) {
	w := newTown(t)
	b := w.visit("")
	for _, path := range []string{"//evil.example/x", "///evil.example", `/\evil.example`, "/%5Cevil.example", "/%2F%2Fevil.example", "//evil.example/../x"} {
		to := b.get(path).want(http.StatusNotFound).other()
		if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.HasPrefix(to, `/\`) {
			t.Errorf("%s leads to %q", path, to)
		}
	}
}
