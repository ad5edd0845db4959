package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"amigo/app/limit"
	"amigo/tickets"
)

func TestASearchShowsTicketsWithTheWordsThatWereLookedFor(t *testing.T) {
	w := newTown(t)
	printer := w.ticket("ann", "Les imprimantes du lycée")
	letter := must(w.house.Desk.Open(w.as("bob"), tickets.Open{Subject: "Une question", Body: "Où est <b>l'imprimante</b> de la salle 12 ?"}))(t)
	must(w.house.Desk.Note(w.as("theo"), letter.ID, tickets.Note{Body: "L'imprimante est en réparation, le fusible est grillé."}))(t)
	theo := w.visit("theo")
	p := theo.get("/search?q=imprimante").want(http.StatusOK,
		inside("h1", says("Recherche")), inside(".side-link[aria-current=page]", says("Recherche")), inside(`input[name=q]`, attr("value", "imprimante")),
		count(".find-hit", 2), count(`.find-hit a[href="/tickets/`+printer.ID.Ref()+`"]`, 1),
		inside(".find-hit:first-child .find-subject", says("Les imprimantes du lycée"), inside("mark", says("imprimantes"))),
		inside("[role=status]", says("2 tickets trouvés")), inside("#find-tickets", says("Tickets")), inside(".find-fields", says("Ouvert depuis"), silent("facultatif")))
	if first := p.Find(".find-hit:nth-child(2) .find-said").Text(); !strings.Contains(plain(first), "Théo Technicien") || !strings.Contains(first, "fusible") {
		t.Errorf("of notes a technician reads %q", plain(first))
	}
	w.visit("bob").get("/search?q=imprimante").want(http.StatusOK, count(".find-hit", 1),
		inside(".find-said", says("<b>l'imprimante</b>"), inside("mark", says("imprimante")), silent("fusible")), none("#find-people"))
	w.visit("bob").get("/search?q=fusible").want(http.StatusOK, none(".find-hit"), inside(".empty", says("fusible")))
	w.visit("bob").get("/search?q="+printer.ID.Ref()).want(http.StatusOK, none(".find-hit"))
	theo.get("/search?q=%23"+printer.ID.Ref()).want(http.StatusOK, count(".find-hit", 1))
	if path := w.visit("").get("/search?q=imprimante").path; strings.HasPrefix(path, "/search") {
		t.Error("whoever is not signed in searches")
	}
}

func TestASearchOfStaffFindsPeopleAndLeadsToTheirTickets(t *testing.T) {
	w := newTown(t)
	hers := w.ticket("ann", "Souris")
	p := w.visit("theo").get("/search?q=demand").want(http.StatusOK, count(".find-person", 2), inside(".find-person", says("Ann Demandeuse")))
	p.b.get(p.Find(".find-person").First().AttrOr("href", "")).want(http.StatusOK, count("tbody tr", 1), inside("tbody", says(hers.Subject)))
	w.visit("ann").get("/search?q=bob").want(http.StatusOK, none(".find-person"), has(".empty"))
}

func TestASearchIsNarrowedAndItsAddressIsTheSearch(t *testing.T) {
	w := newTown(t)
	old := w.ticket("ann", "Imprimante ancienne")
	must(w.house.Desk.Solve(w.as("theo"), old.ID, tickets.Solve{Solution: "!"}))(t)
	w.clock.Advance(60 * 24 * time.Hour)
	w.ticket("ann", "Imprimante nouvelle")
	theo := w.visit("theo")
	for asked, want := range map[string]string{
		"status=solved,closed": "ancienne", "created_from=-30d": "nouvelle", "priority=low": "",
	} {
		n := 1
		if want == "" {
			n = 0
		}
		p := theo.get("/search?q=imprimante&"+asked).want(http.StatusOK, count(".find-hit", n))
		if !strings.Contains(p.Find(".find-subject").Text(), want) {
			t.Errorf("%s finds %q", asked, plain(p.Find(".find-subject").Text()))
		}
		if want == "" { // a question for which the form has no field stays, and one way leads out of it
			p.check(inside("#find input[name=priority]", attr("value", "low")), inside(".empty a", attr("href", "/search?q=imprimante")))
		}
	}
	part := theo.get("/search/part?q=imprimante&status=solved").want(http.StatusOK, count("h1", 0), count(".find-hit", 1))
	if at, err := url.Parse(part.header.Get("HX-Replace-Url")); err != nil || at.Path != "/search" || at.Query().Get("status") != "solved" {
		t.Errorf("the address becomes %q", part.header.Get("HX-Replace-Url"))
	}
	if few := theo.get("/search/part?few=1&q=imprimante").want(http.StatusOK, count(".find-hit", 2)); few.header.Get("HX-Replace-Url") != "" {
		t.Error("a palette changes the address of the page")
	}
	theo.get("/search").want(http.StatusOK, has(".empty .find-tips"), inside("#find", attr("action", "/search")))
	theo.get("/search?q=x&created_from=yesterday").want(http.StatusBadRequest)
}

func TestWhoSearchesWithoutEndIsAskedToWait(t *testing.T) {
	w := newTown(t)
	bob := w.visit("bob")
	for range 600 {
		if allowed, _, err := w.house.Limit.Take(t.Context(), "search:"+must(w.house.People.ByUID(t.Context(), "bob"))(t).ID.String(), limit.Rate{Burst: 600, Per: time.Minute}); err != nil || !allowed {
			t.Fatal(err)
		}
	}
	bob.get("/search/part?q=imprimante").want(http.StatusTooManyRequests)
}
