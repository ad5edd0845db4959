package web_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"amigo/app/limit"
	"amigo/app/people"
)

func TestWithoutATokenNobodyAsks(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		for header, challenge := range map[string]string{
			"":                             `Bearer realm="AMIGO"`,
			"Bearer":                       `Bearer realm="AMIGO"`,
			"Bearer  ":                     `Bearer realm="AMIGO"`,
			"Basic YW5uOmFubg==":           `Bearer realm="AMIGO"`,
			"Bearer amigo_made-up":         `Bearer realm="AMIGO", error="invalid_token"`,
			"Bearer " + w.token("ann")[6:]: `Bearer realm="AMIGO", error="invalid_token"`,
			"Bearer '\" OR 1=1 \x00é":      `Bearer realm="AMIGO", error="invalid_token"`,
		} {
			for _, path := range []string{"/me", "/tickets", "/tickets/1", "/reports/resolution", "/nothing"} {
				got := w.ask("", "GET", path, nil, "Authorization", header).want(http.StatusUnauthorized)
				if got.header.Get("WWW-Authenticate") != challenge {
					t.Errorf("%q: the challenge is %q", header, got.header.Get("WWW-Authenticate"))
				}
			}
		}
		w.ask("", "GET", "/me", nil, "Authorization", "bearer "+w.token("ann")).want(http.StatusOK).wantAt(fields{"uid": "ann"})
	})
}

func TestATokenEnds(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		short := must(w.house.People.CreateToken(people.As(t.Context(), people.System()), "ann", "", time.Hour))(t)
		ask := func() answer { return w.ask("", "GET", "/me", nil, "Authorization", "Bearer "+short) }
		ask().want(http.StatusOK)
		w.clock.Advance(time.Hour)
		ask().want(http.StatusUnauthorized)

		w.ask("bob", "GET", "/me", nil).want(http.StatusOK)
		gone := true
		must(w.house.People.Import(people.As(t.Context(), people.System()), people.Batch{Persons: []people.Entry{{UID: "bob", Name: "Bob Demandeur", Disabled: &gone}}}))(t)
		w.ask("bob", "GET", "/me", nil).want(http.StatusUnauthorized)
	})
}

func TestATokenGivesNoMoreThanItsRole(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		hers := w.open("ann", nil)
		modest := must(w.house.People.CreateToken(people.As(t.Context(), people.System()), "theo", people.Requester, time.Hour))(t)
		ask := func(method, path string, body any) answer {
			return w.ask("", method, path, body, "Authorization", "Bearer "+modest)
		}
		ask("GET", "/me", nil).want(http.StatusOK).wantAt(fields{"uid": "theo", "role": "requester"})
		ask("GET", hers, nil).want(http.StatusNotFound)
		ask("GET", "/people?q=ann", nil).want(http.StatusForbidden)
		if all := ask("GET", "/tickets", nil).items(); len(all) != 0 {
			t.Errorf("it lists %v", all)
		}
		own := ask("POST", "/tickets", fields{"subject": "Mon poste", "body": "Il ne démarre plus."}).want(http.StatusCreated)
		ticket := strings.TrimPrefix(own.header.Get("Location"), "/api/v1")
		ask("PATCH", ticket, fields{"version": 1, "assignee": "theo"}).want(http.StatusForbidden)
		ask("POST", ticket+"/messages", fields{"body": "entre nous", "internal": true}).want(http.StatusForbidden)
	})
}

func TestATokenSaysWhoItSpeaksFor(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		ann := w.ask("ann", "GET", "/me", nil).want(http.StatusOK).wantAt(fields{
			"uid": "ann", "name": "Ann Demandeuse", "email": "ann@academie.test", "title": "secrétaire", "role": "requester", "lang": "en", "site": "caen",
		})
		if works := ann.list("establishments"); len(works) != 1 || works[0]["uai"] != school || works[0]["name"] != "Lycée Malherbe" {
			t.Errorf("establishments: %s", ann.raw)
		}
		if teams, ok := ann.at("teams").([]any); !ok || len(teams) != 0 {
			t.Errorf("teams: %s", ann.raw)
		}
		theo := w.ask("theo", "GET", "/me", nil).want(http.StatusOK).wantAt(fields{"role": "technician"})
		if teams := theo.at("teams").([]any); len(teams) != 1 || teams[0] != "assistance-caen" {
			t.Errorf("teams: %s", theo.raw)
		}
		w.ask("ada", "GET", "/me", nil).want(http.StatusOK).wantAt(fields{"role": "administrator", "site": nil})
		if w.ask("ann", "GET", "/me", nil).header.Get("Cache-Control") != "no-store" {
			t.Error("what a token reads may be kept")
		}
	})
}

func TestTechniciansFindPeople(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		found := w.ask("theo", "GET", "/people?q=demand", nil).want(http.StatusOK)
		if all := found.items(); len(all) != 2 || all[0]["uid"] != "ann" || all[0]["email"] != "ann@academie.test" || all[1]["uid"] != "bob" {
			t.Errorf("%s", found.raw)
		}
		if all := w.ask("theo", "GET", "/people?q=demand&limit=1", nil).items(); len(all) != 1 {
			t.Errorf("limit=1 gives %v", all)
		}
		w.ask("ann", "GET", "/people?q=demand", nil).want(http.StatusForbidden)
		w.ask("theo", "GET", "/people", nil).refuses("query.q")
		w.ask("theo", "GET", "/people?q=a&limit=201", nil).refuses("query.limit")
	})
}

func TestWhatCannotBeReadIsAProblem(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		w.ask("ann", "GET", "/nothing", nil).want(http.StatusNotFound)
		w.ask("ann", "GET", "/tickets/1/nothing", nil).want(http.StatusNotFound)
		r := httptest.NewRequestWithContext(t.Context(), "GET", "https://amigo.test/api/v2/me", nil)
		w.send(r).want(http.StatusNotFound)
		for _, method := range []string{"DELETE", "OPTIONS", "HEAD"} {
			if allow := w.ask("ann", method, "/tickets", nil).want(http.StatusMethodNotAllowed).header.Get("Allow"); !strings.Contains(allow, "GET") || !strings.Contains(allow, "POST") {
				t.Errorf("%s: Allow: %q", method, allow)
			}
		}
		w.ask("ann", "POST", "/tickets", `{"subject":`).want(http.StatusBadRequest)
		w.ask("ann", "POST", "/tickets", `[]`).want(http.StatusUnprocessableEntity)
		w.ask("ann", "POST", "/tickets", `"x"`).want(http.StatusUnprocessableEntity)
		w.ask("ann", "POST", "/tickets", ``).want(http.StatusBadRequest)
		w.ask("ann", "POST", "/tickets", `subject=x`, "Content-Type", "application/x-www-form-urlencoded").want(http.StatusUnsupportedMediaType)
		w.ask("ann", "POST", "/tickets", `{"subject":"x","body":"`+strings.Repeat("a", 2<<20)+`"}`).want(http.StatusRequestEntityTooLarge)
		w.ask("ann", "POST", "/tickets", "{\"subject\":\"x\\u0000\xff\",\"body\":\"a\\u0000b\"}").want(http.StatusCreated).wantAt(fields{"subject": "x\ufffd"})
	})
}

func TestProblemsAreToldInTheLanguageThatIsAskedFor(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		french := w.ask("ann", "GET", "/tickets/1", nil).want(http.StatusNotFound)
		english := w.ask("ann", "GET", "/tickets/1", nil, "Accept-Language", "en").want(http.StatusNotFound)
		if french.at("detail") == english.at("detail") || !strings.Contains(english.at("detail").(string), "no such thing") {
			t.Errorf("%v, %v", french.at("detail"), english.at("detail"))
		}
		for _, c := range []struct{ method, path, body, french, english string }{
			{"GET", "/people", "", "Ce paramètre est obligatoire.", "This parameter is required."},
			{"GET", "/tickets?limit=201", "", "Maximum : 200.", "Maximum: 200."},
			{"GET", "/tickets?limit=many", "", "Écrivez un nombre entier.", "Write a whole number."},
			{"GET", "/tickets?priority=mauve", "", "Choisissez parmi : low, normal, high, urgent.", "Choose among: low, normal, high, urgent."},
			{"POST", "/tickets", `{"body":"x"}`, "Le champ « subject » est obligatoire.", "The field “subject” is required."},
			{"POST", "/tickets", `{"subject":3,"body":"x"}`, "Écrivez un texte.", "Write a text."},
			{"POST", "/tickets", `{"subject":"","body":"x"}`, "Nombre de caractères, au moins : 1.", "Number of characters, at least: 1."},
			{"POST", "/tickets", `{"subject":"x","body":"x","colour":1}`, "Ce champ n'existe pas.", "There is no such field."},
			{"POST", "/tickets", `{"subject"`, "Le corps de la demande n'est pas du JSON valide.", "The body of the request is not valid JSON."},
		} {
			for lang, want := range map[string]string{"fr": c.french, "en": c.english} {
				var sent any
				if c.body != "" {
					sent = c.body
				}
				refused := w.ask("ann", c.method, c.path, sent, "Accept-Language", lang)
				wrong := refused.list("errors")
				if len(wrong) == 0 || !slices.ContainsFunc(wrong, func(e fields) bool { return plain(e["message"].(string)) == want }) {
					t.Errorf("%s %s %s: %s, want %q", c.method, c.path, c.body, refused.raw, want)
				}
			}
		}
	})
}

func TestAProgramThatNeverStopsIsAskedToWait(t *testing.T) {
	eachAPI(t, func(t *testing.T, w *apiWorld) {
		w.server.SetProgramRate(limit.Rate{Burst: 3, Per: time.Minute})
		for range 3 {
			w.ask("ann", "GET", "/me", nil).want(http.StatusOK)
		}
		if wait := w.ask("ann", "GET", "/me", nil).want(http.StatusTooManyRequests).header.Get("Retry-After"); wait != "21" {
			t.Errorf("come again in %q", wait)
		}
		w.ask("bob", "GET", "/me", nil).want(http.StatusOK)
		w.clock.Advance(21 * time.Second)
		w.ask("ann", "GET", "/me", nil).want(http.StatusOK)
	})
}
