package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"
)

func TestPagesThatRenewThemselvesDoNotKeepASessionAlive(t *testing.T) {
	w := newTown(t)
	ref := w.ticket("ann", "Imprimante muette").ID.Ref()
	for name, ask := range map[string]func(b *browser, token string) int{
		"the stream": func(b *browser, _ string) int {
			e := b.listen()
			e.hangUp()
			return e.status
		},
		"what is new on a ticket": func(b *browser, _ string) int { return b.get("/tickets/" + ref + "/news").status },
		"when the session ends":   func(b *browser, _ string) int { return b.get("/session/stay").status },
		"a sign of life": func(b *browser, token string) int {
			return b.post("/live/here", url.Values{"csrf": {token}, "ticket": {ref}}).status
		},
		"a page that says that nobody asked": func(b *browser, _ string) int {
			r := must(http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+"/tickets/"+ref, nil))(t)
			r.Header.Set("Amigo-Automatic", "1")
			return b.do(r).status
		},
	} {
		w.clock.Advance(time.Minute)
		b := w.visit("theo")
		token := b.get("/aide").Find("input[name=csrf]").First().AttrOr("value", "")
		b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		for minute := range 29 {
			w.clock.Advance(time.Minute)
			if status := ask(b, token); status >= 300 {
				t.Fatalf("%s, minute %d: %d", name, minute, status)
			}
		}
		w.clock.Advance(2 * time.Minute)
		if status := ask(b, token); status != http.StatusUnauthorized && status != http.StatusSeeOther {
			t.Errorf("%s kept a session alive: %d", name, status)
		}
	}
}

func TestOneKeyKeepsASessionAndThePageKnowsWhenItEnds(t *testing.T) {
	w := newTown(t)
	b := w.visit("ann")
	p := b.get("/aide").want(http.StatusOK, has("#stay[hidden]"), has("body[data-ends='1800'][data-longest='28800']"))
	w.clock.Advance(29 * time.Minute)
	ends := func(p *page, want int) {
		t.Helper()
		if got, _ := strconv.Atoi(p.header.Get("Amigo-Ends")); got != want || p.status != http.StatusNoContent {
			t.Errorf("%d: ends in %d s and not in %d", p.status, got, want)
		}
	}
	ends(b.get("/session/stay"), 60)
	ends(p.submit("#stay form", nil), 1800)
	w.clock.Advance(29 * time.Minute)
	ends(b.get("/session/stay"), 60)
	for range 15 { // until nothing helps any more
		p.submit("#stay form", nil)
		w.clock.Advance(28 * time.Minute)
	}
	p.submit("#stay form", nil)
	ends(b.get("/session/stay"), 120)
	w.visit("").get("/aide").want(http.StatusOK, none("#stay"))
}

func TestAPartOfAPageLeavesTheSentenceForTheNextPage(t *testing.T) {
	w := newTown(t)
	ref := w.ticket("ann", "Imprimante muette").ID.Ref()
	theo := w.visit("theo")
	theo.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	token := theo.get("/tickets/"+ref).Find("input[name=csrf]").First().AttrOr("value", "")
	theo.post("/tickets/"+ref+"/assign", url.Values{"csrf": {token}, "assignee": {theo.town.formNumber("theo")}})
	theo.get("/tickets/"+ref+"/news").want(http.StatusOK, none("#flash"), none("header.side"), has("main .thread"))
	theo.get("/tickets/"+ref).want(http.StatusOK, inside("#flash", says("Vous suivez ce ticket.")))
}

// formNumber is somebody's, as forms send it.
func (w *town) formNumber(uid string) string {
	w.t.Helper()
	return must(w.house.People.ByUID(w.t.Context(), uid))(w.t).ID.String()
}

func TestWhatIsNewOnATicketIsForThoseWhoMaySeeIt(t *testing.T) {
	w := newTown(t)
	ref := w.ticket("ann", "Imprimante muette").ID.Ref()
	w.visit("ann").get("/tickets/"+ref).want(http.StatusOK, has("body[data-live='/tickets/"+ref+"/news']"))
	w.visit("ann").get("/tickets/"+ref+"/news").want(http.StatusOK, has("main .thread"))
	w.visit("bob").get("/tickets/" + ref + "/news").want(http.StatusNotFound)
	w.visit("").get("/tickets/" + ref + "/news").want(http.StatusUnauthorized)
	theo := w.visit("theo")
	theo.get("/tickets?view=all&sort=created_at").want(http.StatusOK, has("body[data-live='/tickets/rows?sort=created_at&view=all']"))
	theo.get("/tickets/"+ref+"?do=solve&who=3").want(http.StatusOK, has("body[data-live='/tickets/"+ref+"/news?do=solve&who=3']"))
	theo.get("/preferences").want(http.StatusOK, none("body[data-live]"))
}
