package apptest

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// Browser is somebody's browser: it keeps cookies and follows redirects.
type Browser struct {
	w      *World
	client *http.Client
}

// Browse gives a browser of nobody in particular.
func (w *World) Browse() *Browser {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	must(w.t, err)
	return &Browser{w: w, client: &http.Client{Jar: jar}}
}

// At gives a world whose product runs elsewhere, at an address: one can only
// browse it.
func At(t testing.TB, url string) *World { return &World{t: t, url: url} }

// As gives a browser in which that person has signed in.
func (w *World) As(uid string) *Browser {
	w.t.Helper()
	b := w.Browse()
	b.Get("/auth/oidc/login").Form("person").Fill("person", uid).Submit()
	return b
}

// Cookies are those that the browser would send to AMIGO.
func (b *Browser) Cookies() []*http.Cookie {
	b.w.t.Helper()
	home, err := url.Parse(b.w.url)
	must(b.w.t, err)
	return b.client.Jar.Cookies(home)
}

// Get asks for a page of AMIGO.
func (b *Browser) Get(path string) *Page {
	b.w.t.Helper()
	address := path
	if !strings.HasPrefix(path, "http") {
		address = b.w.url + path
	}
	r, err := http.NewRequestWithContext(b.w.t.Context(), http.MethodGet, address, nil)
	must(b.w.t, err)
	return b.do(r)
}

func (b *Browser) do(r *http.Request) *Page {
	b.w.t.Helper()
	r.Header.Set("Accept-Language", "fr")
	answer, err := b.client.Do(r)
	must(b.w.t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	must(b.w.t, err)
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
	must(b.w.t, err)
	return &Page{Document: doc, browser: b, Status: answer.StatusCode, URL: answer.Request.URL, Body: body}
}

// Page is an answer, read as HTML.
type Page struct {
	*goquery.Document
	browser *Browser
	Status  int
	URL     *url.URL // after redirects
	Body    []byte
}

// Says is the page's text with single spaces; no-break ones count as spaces.
func (p *Page) Says() string {
	return strings.Join(strings.Fields(strings.ReplaceAll(p.Find("main").Text(), "\u00a0", " ")), " ")
}

// Form is the form that has a field of that name, with what is filled in.
func (p *Page) Form(field string) *Form {
	t := p.browser.w.t
	t.Helper()
	found := p.Find(`form`).FilterFunction(func(_ int, f *goquery.Selection) bool {
		return f.Find(`[name="`+field+`"]`).Length() > 0
	}).First()
	if found.Length() == 0 {
		t.Fatalf("%s has no form with a field %q (status %d):\n%s", p.URL, field, p.Status, p.Says())
	}
	return newForm(p, found)
}

// Form is a form being filled in.
type Form struct {
	page   *Page
	action string
	values url.Values
	files  []upload
	multi  bool
}

type upload struct{ field, name, content string }

func newForm(p *Page, s *goquery.Selection) *Form {
	f := &Form{page: p, action: s.AttrOr("action", p.URL.String()), values: url.Values{}}
	f.multi = s.AttrOr("enctype", "") == "multipart/form-data"
	s.Find("input[name], textarea[name], select[name]").Each(func(_ int, e *goquery.Selection) {
		name := e.AttrOr("name", "")
		_, checked := e.Attr("checked")
		switch kind := e.AttrOr("type", ""); {
		case kind == "file" || kind == "submit":
		case (kind == "radio" || kind == "checkbox") && !checked:
		case goquery.NodeName(e) == "textarea":
			f.values.Add(name, e.Text())
		case goquery.NodeName(e) == "select":
			chosen := e.Find("option[selected]")
			if chosen.Length() == 0 {
				chosen = e.Find("option").First()
			}
			f.values.Add(name, chosen.AttrOr("value", ""))
		default:
			f.values.Add(name, e.AttrOr("value", ""))
		}
	})
	return f
}

// Fill writes a value into a field.
func (f *Form) Fill(field, value string) *Form {
	f.values.Set(field, value)
	return f
}

// Attach chooses a file.
func (f *Form) Attach(field, name, content string) *Form {
	f.files = append(f.files, upload{field, name, content})
	return f
}

// Submit sends the form and gives the page that answers, after redirects.
func (f *Form) Submit() *Page {
	t := f.page.browser.w.t
	t.Helper()
	target, err := f.page.URL.Parse(f.action)
	must(t, err)
	body, kind := f.encode()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, target.String(), body)
	must(t, err)
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Origin", f.page.URL.Scheme+"://"+f.page.URL.Host)
	return f.page.browser.do(r)
}

func (f *Form) encode() (io.Reader, string) {
	if !f.multi {
		return strings.NewReader(f.values.Encode()), "application/x-www-form-urlencoded"
	}
	t := f.page.browser.w.t
	var out bytes.Buffer
	m := multipart.NewWriter(&out)
	for name, values := range f.values {
		for _, v := range values {
			must(t, m.WriteField(name, v))
		}
	}
	for _, file := range f.files {
		part, err := m.CreateFormFile(file.field, file.name)
		must(t, err)
		_, err = io.WriteString(part, file.content)
		must(t, err)
	}
	must(t, m.Close())
	return &out, m.FormDataContentType()
}
