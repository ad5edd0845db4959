package web_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

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
	"amigo/app/sso"
	"amigo/mailin"
	"amigo/sla"
	"amigo/sla/calendar"
	"amigo/tickets"
	"amigo/tickets/bulk"
	drafts "amigo/tickets/draft"
	"amigo/tickets/report"
	"amigo/tickets/view"
	"amigo/web"
)

// town is an AMIGO that listens, with the people of apiWorld, who sign in by
// the demonstration provider.
type town struct {
	*apiWorld
	url  string
	demo *sso.Demo
}

// demoRoles are the groups of the demonstration provider.
var demoRoles = map[people.Role]string{people.Technician: "tech", people.Supervisor: "sup", people.Administrator: "admin"}

// newTown builds one on SQLite; change may alter it before it opens.
func newTown(t *testing.T, change ...func(c *web.Config, h *web.House)) *town {
	t.Helper()
	clock := dbtest.NewClock()
	return newTownOn(t, dbtest.SQLite(t, clock.Now), clock, change...)
}

func newTownOn(t *testing.T, d *db.DB, clock *dbtest.Clock, change ...func(c *web.Config, h *web.House)) *town {
	t.Helper()
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	zone := must(time.LoadLocation("Europe/Paris"))(t)
	r := must(redis.Open(t.Context(), ""))(t)
	t.Cleanup(func() { _ = r.Close() })
	h := web.House{
		DB: d, Redis: r, Queue: jobs.New(d, r), Hub: live.New(d, r), Limit: limit.New(d), Audit: audit.New(d),
		Seal: must(seal.New([]string{"a secret of thirty-two characters"}))(t), Catalog: must(i18n.Load())(t), Book: calendar.NewBook(d),
	}
	h.Outbox = mail.New(d, h.Queue, mail.Config{Address: "assistance@academie.test", Name: "AMIGO"})
	h.People = people.New(d, h.Audit, people.GroupRoles{Technician: []string{"tech"}, Supervisor: []string{"sup"}, Administrator: []string{"admin"}})
	blobs := blob.NewMemory()
	h.Desk = tickets.New(d, h.People, h.Outbox, h.Hub, blobs, h.Seal, tickets.Config{PublicURL: server.URL, MailAddress: "assistance@academie.test"})
	h.Drafts = drafts.New(drafts.House{DB: d, Queue: h.Queue, Hub: h.Hub, People: h.People, Desk: h.Desk})
	h.Views = view.New(d)
	h.Bulks = bulk.New(bulk.House{DB: d, Queue: h.Queue, Audit: h.Audit, People: h.People, Desk: h.Desk, Fill: h.Drafts.Fill})
	h.Engine = sla.New(sla.House{DB: d, Queue: h.Queue, Book: h.Book, Outbox: h.Outbox, People: h.People, Desk: h.Desk}, sla.Config{PublicURL: "https://amigo.test"})
	h.Reporter = report.New(report.House{DB: d, Book: h.Book, People: h.People, Outbox: h.Outbox}, report.Config{Zone: zone, PublicURL: server.URL})
	h.Intake = mailin.New(mailin.House{
		DB: d, Queue: h.Queue, Desk: h.Desk, People: h.People, Outbox: h.Outbox, Blobs: blobs, Limit: h.Limit, Hub: h.Hub,
	}, mailin.Config{Address: "assistance@academie.test"})
	demo := must(sso.NewDemo(d, h.People, h.Limit, h.Seal, sso.DemoConfig{PublicURL: server.URL, RedirectURL: server.URL + "/auth/oidc/callback", Roles: demoRoles}))(t)
	h.Provider, h.Demo = demo.Client(), demo
	conf := web.Config{PublicURL: server.URL, Idle: 30 * time.Minute, Longest: 8 * time.Hour, Zone: zone, Version: "test", MailAddress: "assistance@academie.test"}
	for _, f := range change {
		f(&conf, &h)
	}
	w := &town{apiWorld: &apiWorld{t: t, db: d, clock: clock, house: h, mux: jobs.NewMux(), tokens: map[string]string{}}, url: server.URL, demo: demo}
	w.settle()
	w.mark()
	w.server = must(web.New(conf, h))(t)
	handler = w.server
	return w
}

// mark makes the database one of demonstration.
func (w *town) mark() {
	w.t.Helper()
	err := w.db.Tx(w.t.Context(), func(ctx context.Context) error {
		return w.db.Gorm(ctx).Exec("INSERT INTO settings (key, value, updated_at) VALUES (?, 'loaded', ?)", sso.DemoMark, w.db.Now(ctx)).Error
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// as is a context in which somebody acts, as on a page.
func (w *town) as(uid string) context.Context {
	w.t.Helper()
	p := must(w.house.People.ByUID(w.t.Context(), uid))(w.t)
	return people.As(w.t.Context(), must(w.house.People.Actor(w.t.Context(), p.ID, people.Web))(w.t))
}

// ticket opens a ticket by the desk itself.
func (w *town) ticket(uid, subject string) tickets.Ticket {
	w.t.Helper()
	return must(w.house.Desk.Open(w.as(uid), tickets.Open{Subject: subject, Body: "Bonjour, " + subject + "."}))(w.t)
}

// browser is a browser: it keeps cookies, follows redirects, and says with each
// request from where it comes.
type browser struct {
	t      *testing.T
	town   *town
	client *http.Client
	lang   string
	here   string // the page that it shows
}

// visit opens a browser, signed in as somebody, or as nobody.
func (w *town) visit(uid string) *browser {
	w.t.Helper()
	jar := must(cookiejar.New(nil))(w.t)
	b := &browser{t: w.t, town: w, client: &http.Client{Jar: jar}, lang: "fr-FR,fr;q=0.9"}
	if uid != "" {
		b.signIn(uid, "/")
	}
	return b
}

// signIn goes through the demonstration provider.
func (b *browser) signIn(uid, back string) *page {
	b.t.Helper()
	choice := b.get("/auth/oidc/login?" + url.Values{"return": {back}}.Encode())
	form := url.Values{"person": {uid}}
	choice.Find("form[method=post] input[type=hidden]").Each(func(_ int, in *goquery.Selection) {
		form.Set(in.AttrOr("name", ""), in.AttrOr("value", ""))
	})
	return b.post(choice.Find("form[method=post]").AttrOr("action", ""), form)
}

// page is what came back.
type page struct {
	*goquery.Document
	t      *testing.T
	b      *browser
	status int
	header http.Header
	path   string // where it is, after redirects
	raw    string
}

// get follows a link.
func (b *browser) get(path string) *page {
	b.t.Helper()
	return b.do(must(http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.address(path), nil))(b.t))
}

// post sends a form that is not on any page.
func (b *browser) post(path string, form url.Values) *page {
	b.t.Helper()
	r := must(http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.address(path), strings.NewReader(form.Encode())))(b.t)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

func (b *browser) address(path string) string {
	if strings.HasPrefix(path, "http") {
		return path
	}
	return b.town.url + path
}

func (b *browser) do(r *http.Request) *page {
	b.t.Helper()
	if r.Header.Get("Accept-Language") == "" {
		r.Header.Set("Accept-Language", b.lang)
	}
	if r.Method != http.MethodGet && r.Header.Get("Origin") == "" {
		r.Header.Set("Origin", b.town.url)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if b.here != "" && r.Header.Get("Referer") == "" {
		r.Header.Set("Referer", b.town.url+b.here)
	}
	res, err := b.client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	raw := must(io.ReadAll(res.Body))(b.t)
	p := &page{t: b.t, b: b, status: res.StatusCode, header: res.Header, path: res.Request.URL.RequestURI(), raw: string(raw)}
	p.Document = must(goquery.NewDocumentFromReader(bytes.NewReader(raw)))(b.t)
	ours := !strings.HasPrefix(p.path, "/demo-idp") && !strings.HasPrefix(res.Header.Get("Content-Security-Policy"), "sandbox")
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") && ours && strings.Contains(p.raw, "<html") {
		p.check(sound...)
	}
	b.here = p.path
	return p
}

// attached is a file that a form sends along.
type attached struct{ field, name, content string }

// submit fills a form of the page and sends it, as a browser does: with what
// the page put into it, and with values in the place of that. A value that is
// empty takes its field out. by is the name and value of the button.
func (p *page) submit(form string, values map[string]string, more ...any) *page {
	p.t.Helper()
	f := p.Find(form)
	if f.Length() != 1 {
		p.t.Fatalf("%s: %d forms are %q", p.path, f.Length(), form)
	}
	fields := p.filled(f)
	for name, value := range values {
		fields.Set(name, value)
	}
	var files []attached
	for _, m := range more {
		switch m := m.(type) {
		case attached:
			files = append(files, m)
		case [2]string:
			fields.Set(m[0], m[1])
		}
	}
	action := f.AttrOr("action", p.path)
	if f.AttrOr("enctype", "") != "multipart/form-data" {
		return p.b.post(action, fields)
	}
	return p.b.send(action, fields, files)
}

// send sends a form with files.
func (b *browser) send(path string, fields url.Values, files []attached) *page {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, name := range sortedKeys(fields) {
		for _, value := range fields[name] {
			_ = w.WriteField(name, value)
		}
	}
	for _, f := range files {
		part := must(w.CreateFormFile(f.field, f.name))(b.t)
		_, _ = io.WriteString(part, f.content)
	}
	_ = w.Close()
	r := must(http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.address(path), &body))(b.t)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.do(r)
}

// filled is what a form sends when nothing is changed in it.
func (p *page) filled(f *goquery.Selection) url.Values {
	fields := url.Values{}
	own := p.Find(fmt.Sprintf("[form=%q]", f.AttrOr("id", "-"))).AddSelection(f.Find("input, textarea, select"))
	own.Each(func(_ int, in *goquery.Selection) {
		name, kind := in.AttrOr("name", ""), in.AttrOr("type", "text")
		_, checked := in.Attr("checked")
		switch {
		case name == "" || kind == "file" || in.Is("button"):
		case (kind == "radio" || kind == "checkbox") && !checked:
		case in.Is("textarea"):
			fields.Add(name, in.Text())
		case in.Is("select"):
			chosen := in.Find("option[selected]")
			if chosen.Length() == 0 {
				chosen = in.Find("option").First()
			}
			fields.Add(name, chosen.AttrOr("value", chosen.Text()))
		default:
			fields.Add(name, in.AttrOr("value", ""))
		}
	})
	return fields
}

func sortedKeys(m url.Values) []string {
	// The token first, as it stands in the page.
	keys := []string{"csrf"}
	for name := range maps.Keys(m) {
		if name != "csrf" {
			keys = append(keys, name)
		}
	}
	return keys
}

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}
