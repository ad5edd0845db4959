package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"amigo/tickets"
)

// solved opens a ticket of somebody, and solves it.
func (w *town) solved(uid, subject string) tickets.Ticket {
	w.t.Helper()
	t := w.ticket(uid, subject)
	return must(w.house.Desk.Solve(w.as("tess"), t.ID, tickets.Solve{Solution: "Le bac était vide."}))(w.t)
}

var satisfactionLinks = regexp.MustCompile(`/satisfaction/[A-Za-z0-9_-]+\?r=(?:good|bad)`)

// letterLinks are the two links of the letter of a solution, the good one first.
func (w *town) letterLinks(id tickets.ID) []string {
	w.t.Helper()
	for _, l := range must(w.house.Outbox.OfTicket(w.t.Context(), int64(id)))(w.t) {
		if l.Kind == "solved" {
			if found := satisfactionLinks.FindAllString(l.Text, -1); len(found) == 2 {
				return found
			}
		}
	}
	w.t.Fatal("no letter has the links")
	return nil
}

// opinions are the ratings in the history of a ticket, as staff read them.
func (w *town) opinions(id tickets.ID) (all []string) {
	w.t.Helper()
	for _, e := range must(w.house.Desk.Events(w.as("tess"), id))(w.t) {
		if e.What == tickets.WasRated {
			all = append(all, strings.TrimSpace(e.Data["rating"]+" "+e.Data["comment"]))
		}
	}
	return all
}

func (w *town) wantOpinions(id tickets.ID, want ...string) {
	w.t.Helper()
	if got := w.opinions(id); strings.Join(got, "|") != strings.Join(want, "|") {
		w.t.Errorf("opinions %q, want %q", got, want)
	}
}

func TestWhoeverFollowsTheLinksOfALetterChangesNothing(t *testing.T) {
	w := newTown(t)
	ticket := w.solved("bob", "Copieur muet")
	scanner := w.visit("")
	for _, link := range w.letterLinks(ticket.ID) {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions} {
			r := must(http.NewRequestWithContext(t.Context(), method, w.url+link, nil))(t)
			r.Header.Set("Sec-Purpose", "prefetch")
			p := scanner.do(r)
			if method == http.MethodGet {
				p.want(http.StatusOK, has("button[name=r][value=good]"), has("button[name=r][value=bad]"))
			}
			if len(p.header["Set-Cookie"]) > 0 {
				t.Errorf("%s begins a session", method)
			}
		}
	}
	w.wantOpinions(ticket.ID)
}

func TestARequesterRatesSignedOutAndSaysWhy(t *testing.T) {
	w := newTown(t)
	ticket := w.solved("bob", "Copieur muet")
	links := w.letterLinks(ticket.ID)
	p := w.visit("").get(links[1]).want(http.StatusOK,
		inside("h1", says("Notre aide vous a‑t‑elle convenu")), says("Copieur muet"), silent("Le bac était vide."), silent("Bob"), none("script[src*=submit]"))
	for name, want := range map[string]string{"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"} {
		if got := p.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	first := p.Find(".ballot button").First()
	if _, focused := first.Attr("autofocus"); !focused || first.AttrOr("value", "") != "bad" {
		t.Error("what was clicked in the letter is not first, and in focus")
	}
	p = p.submit("form", nil, [2]string{"r", "bad"}).want(http.StatusOK,
		inside("h1", says("Merci")), says("Non, pas vraiment"), says("Ce n'est pas résolu"), has("textarea[name=comment]"))
	w.wantOpinions(ticket.ID, "bad")
	long := strings.Repeat("é", tickets.MaxComment+1)
	p = p.submit("form", map[string]string{"comment": long}, [2]string{"r", "bad"}).want(http.StatusUnprocessableEntity, has("textarea[aria-invalid]"))
	if p.Find("textarea").Text() != long {
		t.Error("what was written is lost")
	}
	p = p.submit("form", map[string]string{"comment": "Il est muet de nouveau."}, [2]string{"r", "bad"}).want(http.StatusOK, inside("textarea", says("Il est muet de nouveau.")), inside(".notice", says("Votre mot est enregistré")))
	p.submit("form", map[string]string{"comment": ""}, [2]string{"r", "good"}).want(http.StatusOK, says("Oui, elle m'a convenu"))
	w.wantOpinions(ticket.ID, "bad", "bad Il est muet de nouveau.", "good")
	w.visit("tess").get("/tickets/"+ticket.ID.Ref()).want(http.StatusOK, says("Avis défavorable de Bob Demandeur"), says("« Il est muet de nouveau. »"))
	w.visit("bob").get("/tickets/"+ticket.ID.Ref()).want(http.StatusOK, says("Votre avis"), says("Oui, elle m'a convenu"), silent("Avis défavorable"))
}

func TestALinkThatOpensNothingIsOnePlainPage(t *testing.T) {
	w := newTown(t)
	ticket := w.solved("bob", "Copieur muet")
	code := strings.TrimSuffix(strings.TrimPrefix(w.letterLinks(ticket.ID)[0], "/satisfaction/"), "?r=good")
	b := w.visit("")
	page := func(code string) string {
		p := b.get("/satisfaction/"+code).want(http.StatusNotFound, says("Ce lien n'est pas valable"), silent("Copieur"))
		return p.Find("main").Text()
	}
	first := page("x")
	for _, wrong := range []string{code[:len(code)-2], code + "A", strings.ToUpper(code)} {
		if page(wrong) != first {
			t.Errorf("%q is answered otherwise", wrong)
		}
		if p := b.post("/satisfaction/"+wrong, url.Values{"r": {"good"}}); p.status != http.StatusNotFound {
			t.Errorf("%q is taken: %d", wrong, p.status)
		}
	}
	w.clock.Advance(61 * 24 * time.Hour)
	if page(code) != first {
		t.Error("what is too old is answered otherwise")
	}
	for range 70 {
		b.get("/satisfaction/x")
	}
	b.get("/satisfaction/x").want(http.StatusTooManyRequests)
	fresh := w.solved("bob", "Clavier muet")
	b.get(w.letterLinks(fresh.ID)[0]).want(http.StatusOK) // whoever shares the address still can
}

func TestARatingComesFromTheLinkAloneAndNotFromElsewhere(t *testing.T) {
	w := newTown(t)
	ticket := w.solved("bob", "Copieur muet")
	link := strings.TrimSuffix(w.letterLinks(ticket.ID)[0], "?r=good")
	for name, c := range map[string]struct {
		origin, site string
		want         int
	}{
		"a browser":                {w.url, "same-origin", http.StatusSeeOther},
		"one that hides its page":  {"null", "same-origin", http.StatusSeeOther},
		"an old one that hides it": {"null", "", http.StatusSeeOther},
		"another site":             {"https://evil.test", "cross-site", http.StatusForbidden},
		"a frame on another site":  {"null", "cross-site", http.StatusForbidden},
		"an old one, another site": {"https://evil.test", "", http.StatusForbidden},
	} {
		b := w.visit("")
		b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		r := must(http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+link, strings.NewReader("r=good")))(t)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", c.origin)
		if c.site != "" {
			r.Header.Set("Sec-Fetch-Site", c.site)
		}
		if p := b.do(r); p.status != c.want {
			t.Errorf("%s: %d, want %d", name, p.status, c.want)
		}
	}
}

func TestWhileATicketIsWorkedOnAgainNothingIsRated(t *testing.T) {
	w := newTown(t)
	ticket := w.solved("bob", "Copieur muet")
	link := w.letterLinks(ticket.ID)[0]
	w.clock.Advance(time.Minute)
	must(w.house.Desk.Reply(w.as("bob"), ticket.ID, tickets.Reply{Body: "Toujours rien."}))(t)
	b := w.visit("")
	b.get(link).want(http.StatusOK, says("Cette demande a été rouverte"), none("button[name=r]"))
	if p := b.post(link, url.Values{"r": {"good"}}); p.status != http.StatusUnprocessableEntity {
		t.Errorf("rated: %d", p.status)
	}
	w.wantOpinions(ticket.ID)
}
