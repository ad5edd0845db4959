package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"amigo/app/audit"
	"amigo/app/blob"
	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/i18n"
	"amigo/app/jobs"
	"amigo/app/limit"
	"amigo/app/live"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/app/redis"
	"amigo/app/seal"
	"amigo/sla"
	"amigo/sla/calendar"
	"amigo/tickets"
	"amigo/tickets/report"
	"amigo/web"
)

// school is where Ann works.
const school = "0140013N"

// apiWorld is an AMIGO that programs can ask: two requesters, technicians of
// two teams, a supervisor and an administrator.
type apiWorld struct {
	t      *testing.T
	db     *db.DB
	clock  *dbtest.Clock
	house  web.House
	mux    *jobs.Mux
	server *web.Server
	tokens map[string]string // by uid

	schemas schemas // what the OpenAPI document says of answers
}

func eachAPI(t *testing.T, f func(t *testing.T, w *apiWorld)) {
	t.Helper()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) { f(t, newAPIWorld(t, d, clock)) })
}

func newAPIWorld(t *testing.T, d *db.DB, clock *dbtest.Clock) *apiWorld {
	t.Helper()
	zone := must(time.LoadLocation("Europe/Paris"))(t)
	r := must(redis.Open(t.Context(), ""))(t)
	t.Cleanup(func() { _ = r.Close() })
	h := web.House{
		DB: d, Redis: r, Queue: jobs.New(d, r), Hub: live.New(d, r), Limit: limit.New(d), Audit: audit.New(d),
		Seal: must(seal.New([]string{"a secret of thirty-two characters"}))(t), Catalog: must(i18n.Load())(t), Book: calendar.NewBook(d),
	}
	h.Queue.Context = func(ctx context.Context) context.Context { return people.As(ctx, people.System()) }
	h.Outbox = mail.New(d, h.Queue, mail.Config{Address: "assistance@academie.test", Name: "AMIGO"})
	h.People = people.New(d, h.Audit, people.GroupRoles{})
	h.Desk = tickets.New(d, h.People, h.Outbox, h.Hub, blob.NewMemory(), h.Seal,
		tickets.Config{PublicURL: "https://amigo.test", MailAddress: "assistance@academie.test"})
	h.Engine = sla.New(sla.House{DB: d, Queue: h.Queue, Book: h.Book, Outbox: h.Outbox, People: h.People, Desk: h.Desk}, sla.Config{PublicURL: "https://amigo.test"})
	h.Reporter = report.New(report.House{DB: d, Book: h.Book, People: h.People, Outbox: h.Outbox}, report.Config{Zone: zone, PublicURL: "https://amigo.test"})
	w := &apiWorld{t: t, db: d, clock: clock, house: h, mux: jobs.NewMux(), tokens: map[string]string{}}
	h.Engine.Jobs(w.mux)
	w.settle()
	w.server = must(web.New(web.Config{PublicURL: "https://amigo.test", Idle: time.Hour, Longest: 8 * time.Hour, Zone: zone, Version: "test"}, h))(t)
	return w
}

// settle writes what every installation has, and its people.
func (w *apiWorld) settle() {
	w.t.Helper()
	ctx := people.As(w.t.Context(), people.System())
	for _, seed := range []func(context.Context) error{w.house.People.Seed, w.house.Book.Seed, w.house.Desk.Seed, w.house.Engine.Seed} {
		if err := seed(ctx); err != nil {
			w.t.Fatal(err)
		}
	}
	must(w.house.People.Import(ctx, people.Batch{
		Establishments: []people.Establishment{
			{UAI: school, Name: "Lycée Malherbe", Kind: "lycee", Public: true, Departement: "14", City: "Caen", Site: "caen"},
			{UAI: "0760001A", Name: "Collège Corneille", Kind: "college", Public: true, Departement: "76", City: "Rouen", Site: "rouen"},
		},
		Persons: []people.Entry{
			{UID: "ann", Name: "Ann Demandeuse", Title: "secrétaire", Lang: "en", Site: "caen", Establishments: []string{school}, Addresses: []string{"ann@academie.test"}},
			{UID: "bob", Name: "Bob Demandeur", Site: "rouen", Establishments: []string{"0760001A"}, Addresses: []string{"bob@academie.test"}},
			{UID: "theo", Name: "Théo Technicien", Role: people.Technician, Site: "caen", Teams: []string{"assistance-caen"}, Addresses: []string{"theo@academie.test"}},
			{UID: "tess", Name: "Tess Technicienne", Role: people.Technician, Site: "rouen", Teams: []string{"assistance-rouen"}, Addresses: []string{"tess@academie.test"}},
			{UID: "sam", Name: "Sam Superviseur", Role: people.Supervisor, Site: "caen", Addresses: []string{"sam@academie.test"}},
			{UID: "ada", Name: "Ada Administratrice", Role: people.Administrator, Addresses: []string{"ada@academie.test"}},
		},
	}))(w.t)
}

// must gives a value, or ends the test that has an error in its place.
func must[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// token is a bearer token of somebody, with all of their rights.
func (w *apiWorld) token(uid string) string {
	w.t.Helper()
	if w.tokens[uid] == "" {
		w.tokens[uid] = must(w.house.People.CreateToken(people.As(w.t.Context(), people.System()), uid, "", 24*365*time.Hour))(w.t)
	}
	return w.tokens[uid]
}

// at sets the clock to a time of the day in Paris.
func (w *apiWorld) at(when string) {
	w.t.Helper()
	zone := must(time.LoadLocation("Europe/Paris"))(w.t)
	w.clock.Set(must(time.ParseInLocation("2006-01-02 15:04", when, zone))(w.t).UTC())
}

// fields is a JSON object.
type fields = map[string]any

// answer is what came back: a JSON object, or bytes that are none.
type answer struct {
	t      *testing.T
	asked  string
	status int
	header http.Header
	raw    string
	fields
}

// ask sends a request as somebody; body is fields to be written as JSON, a
// string to be sent as it is, or nil.
func (w *apiWorld) ask(uid, method, path string, body any, headers ...string) answer {
	w.t.Helper()
	var sent io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		sent = strings.NewReader(b)
	default:
		sent = bytes.NewReader(must(json.Marshal(b))(w.t))
	}
	r := httptest.NewRequestWithContext(w.t.Context(), method, "https://amigo.test/api/v1"+path, sent)
	if sent != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if uid != "" {
		r.Header.Set("Authorization", "Bearer "+w.token(uid))
	}
	for pair := range slices.Chunk(headers, 2) {
		r.Header.Set(pair[0], pair[1])
	}
	return w.send(r)
}

// send sends a request, and looks at what every answer has to keep to.
func (w *apiWorld) send(r *http.Request) answer {
	w.t.Helper()
	rec := httptest.NewRecorder()
	w.server.ServeHTTP(rec, r)
	a := answer{t: w.t, asked: r.Method + " " + r.URL.RequestURI(), status: rec.Code, header: rec.Header(), raw: rec.Body.String(), fields: fields{}}
	if err := json.Unmarshal(rec.Body.Bytes(), &a.fields); err != nil {
		w.t.Fatalf("%s: %d, %q is no JSON object: %v", a.asked, a.status, a.raw, err)
	}
	want := "application/json"
	if a.status >= 400 {
		want = "application/problem+json"
		if a.fields["status"] != float64(a.status) || a.fields["title"] != http.StatusText(a.status) || a.fields["detail"] == "" {
			w.t.Errorf("%s: the problem says %v", a.asked, a.fields)
		}
	}
	if kind := a.header.Get("Content-Type"); kind != want && !strings.HasSuffix(r.URL.Path, "/openapi.json") {
		w.t.Errorf("%s: %d is %q", a.asked, a.status, kind)
	}
	wantInstants(w.t, a.asked, a.fields)
	path := strings.TrimPrefix(r.URL.Path, "/api/v1")
	for _, wrong := range w.document().check(r.Method, path, a.status, any(a.fields)) {
		w.t.Errorf("%s: %d does not fit the document: %s", a.asked, a.status, wrong)
	}
	return a
}

// document is the OpenAPI document, as programs read it.
func (w *apiWorld) document() schemas {
	w.t.Helper()
	if w.schemas.doc == nil {
		rec := httptest.NewRecorder()
		w.server.ServeHTTP(rec, httptest.NewRequestWithContext(w.t.Context(), http.MethodGet, "https://amigo.test/api/v1/openapi.json", nil))
		if err := json.Unmarshal(rec.Body.Bytes(), &w.schemas.doc); err != nil {
			w.t.Fatal(err)
		}
	}
	return w.schemas
}

// wantInstants demands RFC 3339 in UTC of everything that is called so.
func wantInstants(t *testing.T, where string, v any) {
	t.Helper()
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			wantInstants(t, where, item)
		}
	case fields:
		for name, value := range v {
			text, isText := value.(string)
			if isText && (name == "at" || strings.HasSuffix(name, "_at")) {
				if at, err := time.Parse(time.RFC3339Nano, text); err != nil || !strings.HasSuffix(text, "Z") || at.IsZero() {
					t.Errorf("%s: %s is %q", where, name, text)
				}
			}
			wantInstants(t, where, value)
		}
	}
}

// want demands a status; the answer itself comes back for more.
func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: %d, want %d: %s", a.asked, a.status, status, a.raw)
	}
	return a
}

// refuses demands 422 with a complaint about each of some places, and no other.
func (a answer) refuses(places ...string) answer {
	a.t.Helper()
	a.want(http.StatusUnprocessableEntity)
	got := map[string]bool{}
	for _, e := range a.list("errors") {
		got[e["location"].(string)] = true
		if e["message"] == "" || e["value"] != nil {
			a.t.Errorf("%s: %v", a.asked, e)
		}
	}
	if have := slices.Sorted(maps.Keys(got)); !slices.Equal(have, slices.Sorted(slices.Values(places))) {
		a.t.Errorf("%s: refuses %v, want %v: %s", a.asked, have, places, a.raw)
	}
	return a
}

// at reads a value by its path: "sla.state".
func (a answer) at(path string) any { return dig(a.fields, path) }

func dig(v any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		object, ok := v.(fields)
		if !ok {
			return nil
		}
		v = object[name]
	}
	return v
}

// list reads a list of objects.
func (a answer) list(name string) []fields {
	a.t.Helper()
	all, ok := a.fields[name].([]any)
	if !ok {
		return nil
	}
	var objects []fields
	for _, item := range all {
		objects = append(objects, item.(fields))
	}
	return objects
}

// items are the objects of a list's page.
func (a answer) items() []fields {
	a.t.Helper()
	if _, ok := a.fields["items"].([]any); !ok {
		a.t.Fatalf("%s: items is %v", a.asked, a.fields["items"])
	}
	return a.list("items")
}

// wantAt demands values by their paths.
func (a answer) wantAt(want fields) answer {
	a.t.Helper()
	for path, value := range want {
		if got := a.at(path); got != value {
			a.t.Errorf("%s: %s is %v, want %v", a.asked, path, got, value)
		}
	}
	return a
}

// open opens a ticket and gives its address below /api/v1.
func (w *apiWorld) open(uid string, more fields) string {
	w.t.Helper()
	body := fields{"subject": "Imprimante muette", "body": "Plus rien ne sort."}
	maps.Copy(body, more)
	made := w.ask(uid, "POST", "/tickets", body).want(http.StatusCreated)
	return strings.TrimPrefix(made.header.Get("Location"), "/api/v1")
}

// change changes a ticket as it is now.
func (w *apiWorld) change(uid, ticket string, c fields) answer {
	w.t.Helper()
	now := w.ask("theo", "GET", ticket, nil).want(http.StatusOK)
	body := fields{"version": now.at("version")}
	maps.Copy(body, c)
	return w.ask(uid, "PATCH", ticket, body)
}
