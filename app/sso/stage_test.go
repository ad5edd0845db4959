package sso_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"amigo/app/audit"
	"amigo/app/db"
	"amigo/app/db/dbtest"
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
