package web_test

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"amigo/app/db/dbtest"
	"amigo/app/fetch"
	"amigo/mailin"
	"amigo/web"
)

// laidOut is a letter in HTML, with an image of its own, one from elsewhere, and
// things that must not happen.
func laidOut(t *testing.T, far string) []byte {
	var dot bytes.Buffer
	if err := png.Encode(&dot, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		t.Fatal(err)
	}
	return []byte("From: Ann Demandeuse <ann@academie.test>\r\nTo: assistance@academie.test\r\nSubject: Plus de webmail\r\nMessage-ID: <riche@test>\r\n" +
		"Content-Type: multipart/related; boundary=r\r\n\r\n--r\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" +
		`<p style="color:red">En <b>rouge</b></p><script>alert(1)</script><img src="cid:ecran@test" alt="Écran"><img src="` + far + `" alt="Logo">` +
		`<a href="https://mal.test/x" onclick="alert(1)">https://academie.test</a><form action="/tickets"><input name=x></form>` +
		"\r\n--r\r\nContent-Type: image/png\r\nContent-ID: <ecran@test>\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
		base64.StdEncoding.EncodeToString(dot.Bytes()) + "\r\n--r--\r\n")
}

// town to which a letter in HTML has come, and the ticket that it opened.
func laidOutTown(t *testing.T, far string, client *fetch.Client) (w *town, in mailin.Inbound) {
	clock := dbtest.NewClock()
	w = mailTown(t, dbtest.SQLite(t, clock.Now), clock, func(_ *web.Config, h *web.House) { h.Client = client })
	id := must(w.house.Intake.Receive(t.Context(), mailin.Raw{Source: "smtp", Key: "riche", Bytes: laidOut(t, far), EnvelopeFrom: "ann@academie.test", EnvelopeTo: []string{"assistance@academie.test"}}))(t)
	w.drain()
	in = must(w.house.Intake.Get(w.as("theo"), id))(t)
	if in.Ticket == 0 || in.Look != mailin.Remote {
		t.Fatalf("%+v", in)
	}
	return w, in
}

func TestMailIsShownAsItWasLaidOutInAFrameThatCanDoNothing(t *testing.T) {
	w, in := laidOutTown(t, "https://ailleurs.test/logo.png", nil)
	theo := w.visit("theo")
	address := "/tickets/" + in.Ticket.Ref() + "/messages/" + strconv.FormatInt(int64(in.Message), 10) + "/mail"
	theo.get("/tickets?view=all").want(http.StatusOK).wantGuarded() // a link from there swaps words alone: its policy is still that of the ticket
	for path, src := range map[string]string{
		"/tickets/" + in.Ticket.Ref():                        address,
		"/admin/mail/" + strconv.FormatInt(int64(in.ID), 10): "/admin/mail/" + strconv.FormatInt(int64(in.ID), 10) + "/body",
	} {
		p := theo.get(path).want(http.StatusOK, has(`details iframe[src="`+src+`"]`), inside("details", says("Afficher la mise en forme"), says("Afficher les images distantes")))
		if sandbox := p.Find("iframe").AttrOr("sandbox", "none"); sandbox != "allow-popups allow-popups-to-escape-sandbox" {
			t.Errorf("%s: sandbox %q", path, sandbox)
		}
		p.wantGuarded()
		doc := theo.get(src).want(http.StatusOK, inside("p", says("En rouge")), none("script"), none("form"), none("input"), none("[onclick]"),
			inside(".leads", says("mène à mal.test")), inside(".absent", says("Logo")), has(`img[alt="Écran"]`), count("img", 1))
		csp := doc.header.Get("Content-Security-Policy")
		for _, rule := range []string{"sandbox allow-popups allow-popups-to-escape-sandbox;", "default-src 'none'", "img-src " + w.url + "/mail/images/;", "frame-ancestors 'self'", "form-action 'none'"} {
			if !strings.Contains(csp, rule) {
				t.Errorf("%s: no %q in %s", src, rule, csp)
			}
		}
		if doc.header.Get("Referrer-Policy") != "no-referrer" || doc.header.Get("X-Content-Type-Options") != "nosniff" || doc.header.Get("X-Frame-Options") != "SAMEORIGIN" {
			t.Errorf("%s: %v", src, doc.header)
		}
	}
	ann := w.visit("ann")
	ann.get("/tickets/"+in.Ticket.Ref()).want(http.StatusOK, none("iframe"))
	ann.get(address).want(http.StatusForbidden)
	theo.get("/tickets/" + in.Ticket.Ref() + "/messages/9999/mail").want(http.StatusNotFound)
	other := w.ticket("bob", "Autre chose")
	elsewhere := strings.Replace(address, in.Ticket.Ref(), other.ID.Ref(), 1)
	theo.get(elsewhere).want(http.StatusNotFound)
}

func TestAnImageOfALetterIsHandedOutByItsSignedAddressForAnHour(t *testing.T) {
	w, in := laidOutTown(t, "https://ailleurs.test/logo.png", nil)
	doc := w.visit("theo").get("/admin/mail/" + strconv.FormatInt(int64(in.ID), 10) + "/body").want(http.StatusOK)
	src := strings.TrimPrefix(doc.Find("img").AttrOr("src", ""), w.url)
	nobody := w.visit("")
	p := nobody.get(src).want(http.StatusOK)
	if p.header.Get("Content-Type") != "image/png" || p.header.Get("Cross-Origin-Resource-Policy") != "cross-origin" || p.header.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(p.raw, "\x89PNG") {
		t.Errorf("%v", p.header)
	}
	nobody.get(src + "A").want(http.StatusNotFound)
	nobody.get("/mail/images/x").want(http.StatusNotFound)
	w.clock.Advance(2 * time.Hour)
	nobody.get(src).want(http.StatusNotFound)
}

func TestImagesFromElsewhereAreAskedForByUsAndOnlyOnRequest(t *testing.T) {
	var asked atomic.Int32
	far := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.Header.Get("Cookie") != "" || r.Header.Get("Referer") != "" {
			t.Errorf("the sender learns of us: %v", r.Header)
		}
		rw.Header().Set("Content-Type", "text/html")
		_ = png.Encode(rw, image.NewGray(image.Rect(0, 0, 3, 3)))
		_, _ = rw.Write([]byte("<script>alert(1)</script>"))
	}))
	defer far.Close()
	for name, c := range map[string]struct {
		client *fetch.Client
		shown  bool
	}{
		"listed":          {fetch.New(fetch.Config{AllowPrivate: []string{"127.0.0.1"}}), true},
		"private":         {fetch.New(fetch.Config{}), false},
		"nobody to fetch": {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			w, in := laidOutTown(t, far.URL+"/logo.png", c.client)
			theo, at := w.visit("theo"), "/admin/mail/"+strconv.FormatInt(int64(in.ID), 10)+"/body"
			asked.Store(0)
			theo.get("/tickets/" + in.Ticket.Ref()).want(http.StatusOK)
			theo.get(at).want(http.StatusOK, count("img", 1))
			doc := theo.get(at+"?images=remote").want(http.StatusOK, count("img", 2))
			if strings.Contains(doc.raw, far.URL) || asked.Load() != 0 {
				t.Errorf("asked for %d times before anybody looked: %s", asked.Load(), doc.raw)
			}
			status, want := http.StatusNotFound, int32(0)
			if c.shown {
				status, want = http.StatusOK, 1
			}
			p := w.visit("").get(strings.TrimPrefix(doc.Find(`img[alt="Logo"]`).AttrOr("src", ""), w.url)).want(status)
			if asked.Load() != want || strings.Contains(p.raw, "script>alert") {
				t.Errorf("asked %d times, want %d", asked.Load(), want)
			}
		})
	}
}

func TestALineEndsAfterTheSignsOfAnAddress(t *testing.T) {
	w, in := laidOutTown(t, "https://ailleurs.test/logo.png", nil)
	theo := w.visit("theo")
	link := `.facts a[href="mailto:ann@academie.test"]`
	theo.get("/tickets/"+in.Ticket.Ref()).want(http.StatusOK, inside(link, says("ann@academie.test")), count(link+" wbr", 2))
	theo.get("/admin/mail/"+strconv.FormatInt(int64(in.ID), 10)).want(http.StatusOK, inside(".facts", says("ann@academie.test")), has(".facts dd wbr"))
}
