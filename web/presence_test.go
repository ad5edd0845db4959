package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"amigo/tickets"
)

// signOfLife gives a sign of life at a ticket, and what is said of the others.
func (b *browser) signOfLife(ref, doing string) *page {
	b.t.Helper()
	token := b.get("/aide").Find("input[name=csrf]").First().AttrOr("value", "")
	return b.post("/live/here", url.Values{"csrf": {token}, "ticket": {ref}, "doing": {doing}})
}

func TestWhoHasATicketBeforeThemAndWhoWritesIsSaidToTheOthersAtTheDesk(t *testing.T) {
	w := newTown(t)
	id := w.ticket("ann", "Imprimante muette").ID
	ref := id.Ref()
	theo, tess, sam := w.visit("theo"), w.visit("tess"), w.visit("sam")
	tells := func(who *browser, doing, want string) {
		t.Helper()
		if p := who.signOfLife(ref, doing); p.status != http.StatusOK || strings.TrimSpace(p.raw) != want {
			t.Errorf("%d %q, and not %q", p.status, p.raw, want)
		}
	}
	tells(theo, "seen", "")
	tells(tess, "seen", "Théo Technicien lit aussi ce ticket.")
	tells(tess, "typing", "Théo Technicien lit aussi ce ticket.")
	tells(theo, "seen", "Tess Technicienne écrit aussi…")
	tells(sam, "seen", "Tess Technicienne écrit aussi… · Théo Technicien lit aussi ce ticket.")
	theo.get("/tickets/"+ref).want(http.StatusOK, inside("#composer-present", says("Tess Technicienne écrit aussi…")))
	theo.get("/tickets?view=all").want(http.StatusOK, inside("#row-"+ref, says("Tess Technicienne écrit")))
	w.visit("ann").get("/tickets/"+ref).want(http.StatusOK, none("#composer-present"), silent("Tess"))
	w.visit("ann").get("/tickets").want(http.StatusOK, silent("Tess"))
	tells(tess, "stopped", "Sam Superviseur et Théo Technicien lisent aussi ce ticket.")
	theo.get("/tickets?view=all").want(http.StatusOK, inside("#row-"+ref, silent("Tess")))
	if p := tess.signOfLife(ref, "left"); p.status != http.StatusNoContent {
		t.Errorf("leaving: %d", p.status)
	}
	tells(theo, "seen", "Sam Superviseur lit aussi ce ticket.")
	w.clock.Advance(time.Minute) // and who only closed the lid fades
	tells(theo, "seen", "")
}

func TestASignOfLifeIsForTheDeskAndForTicketsThatAre(t *testing.T) {
	w := newTown(t)
	ref := w.ticket("ann", "Imprimante muette").ID.Ref()
	if p := w.visit("ann").signOfLife(ref, "typing"); p.status != http.StatusForbidden {
		t.Errorf("a requester: %d", p.status)
	}
	for _, wrong := range []string{"999999", "", "nothing"} {
		if p := w.visit("theo").signOfLife(wrong, "typing"); p.status != http.StatusNotFound {
			t.Errorf("%q: %d", wrong, p.status)
		}
	}
}

func TestTheDeskHearsWhoCameAndWhoWritesAndNobodyElseDoes(t *testing.T) {
	w := newTown(t)
	id := w.ticket("ann", "Imprimante muette").ID
	theo, ann := w.visit("theo").listen(), w.visit("ann").listen()
	tess := w.visit("tess")
	tess.signOfLife(id.Ref(), "seen")
	theo.hears(`change {"presence":[` + id.Ref() + `]}`)
	tess.signOfLife(id.Ref(), "typing")
	theo.hears(`change {"presence":[` + id.Ref() + `]}`)
	ann.hasHeardNothing("somebody else is there")
	if _, err := w.house.Desk.Reply(w.as("theo"), id, tickets.Reply{Body: "Bonjour."}); err != nil {
		t.Fatal(err)
	}
	ann.hears(changed(id))
}
