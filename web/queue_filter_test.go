package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"amigo/tickets"
)

// narrows is a queue with something to narrow.
func narrows(t *testing.T) *town {
	t.Helper()
	w := newTown(t)
	bob := must(w.house.People.ByUID(t.Context(), "bob"))(t)
	for subject, o := range map[string]tickets.Open{
		"urgent":    {Priority: tickets.Urgent, Service: "vpn"},
		"important": {Priority: tickets.High},
		"banal":     {},
	} {
		o.Subject, o.Body, o.Requester = subject, "x", bob.ID
		must(w.house.Desk.Open(w.as("theo"), o))(t)
	}
	return w
}

func TestALinkToAQueueIsAViewOfItAndEachFilterHasAWayOut(t *testing.T) {
	w := narrows(t)
	theo := w.visit("theo")
	p := theo.get("/tickets?view=all&priority=urgent,high").want(http.StatusOK, count("tbody tr", 2), count(".is-applied .btn-small .icon", 2),
		has(`#filters input[name=priority][value=urgent][checked]`), none(`#filters input[name=priority][value=low][checked]`))
	wantOrder(t, theo.get(p.Find(`.is-applied a:contains("Haute")`).AttrOr("href", "")).want(http.StatusOK), "urgent")
	wantOrder(t, theo.get("/tickets?service=vpn").want(http.StatusOK, inside("h1", says("Tous"))), "urgent")
	theo.get("/tickets?view=all&category=nulle-part").want(http.StatusOK, inside(".empty", says("Aucun ticket ne correspond")))
	// A form sends what was left empty, too, and several answers one by one.
	tidy := theo.get("/tickets?view=all&priority=urgent&priority=high&created_from=&tag=").want(http.StatusOK, count("tbody tr", 2))
	if strings.Contains(tidy.path, "tag=") || !strings.Contains(tidy.path, url.QueryEscape("urgent,high")) {
		t.Errorf("the address is %s", tidy.path)
	}
	for _, wrong := range []string{"created_from=2026-02-30", "due_to=demain", "limit=9999", "sort=subject", "cursor=x"} {
		theo.get("/tickets?view=all&" + wrong).want(http.StatusBadRequest)
	}
	theo.get("/tickets?created_from=2026-02-30").want(http.StatusBadRequest, says("« 2026-02-30 » n'est pas une date"))
}

func TestFiltersAreTypedIntoTheSearchBoxInBothLanguages(t *testing.T) {
	w := narrows(t)
	theo := w.visit("theo")
	for q, subjects := range map[string][]string{
		"priorité:urgente":           {"urgent"},
		"priority:high":              {"important"},
		"Priorite:urgente,haute":     {"urgent", "important"},
		"statut:nouveau service:vpn": {"urgent"},
		"banal statut:nouveau":       {"banal"},
		"cree:aujourd'hui banal":     {"banal"},
		"statut:inconnu":             nil,
	} {
		p := theo.get("/tickets?q=" + url.QueryEscape(q)).want(http.StatusOK)
		if len(subjects) == 0 {
			p.check(has(".empty"))
			continue
		}
		wantOrder(t, p, subjects...)
	}
	theo.get("/tickets?q="+url.QueryEscape("note: rien")).want(http.StatusOK, has(".empty"))
	theo.get("/tickets?q="+url.QueryEscape("créé:jamais")).want(http.StatusBadRequest, says("n'est pas une date"))
}

func TestAViewIsSavedSharedChangedAndRemoved(t *testing.T) {
	w := narrows(t)
	theo := w.visit("theo")
	p := theo.get("/tickets?view=all&priority=urgent&sort=-created_at").want(http.StatusOK)
	p = p.submit(`form[action="/views"]`, map[string]string{"name": "Les urgents", "shared": "all"}).want(http.StatusOK, inside("h1", says("Les urgents")), count("tbody tr", 1))
	wantOrder(t, p, "urgent")
	p.check(inside(`.side-link[aria-current=page]`, says("Les urgents")))
	tess := w.visit("tess")
	shared := tess.get("/tickets").want(http.StatusOK).Find(`.side-link:contains("Les urgents")`).AttrOr("href", "")
	tess.get(shared).want(http.StatusOK, count("tbody tr", 1), none(`form[action="/views"] input[name=id]`))
	// A name is needed, and what was typed is not lost.
	theo.get("/tickets?view=all&priority=high").submit(`form[action="/views"]`, map[string]string{"name": " ", "shared": "alone"}).
		want(http.StatusUnprocessableEntity, says("Donnez un nom à la vue"), has(`input[name=query][value*="priority=high"]`))
	// Of two pages that change it the second is told.
	const changes = `.queue-tools > details > form[action="/views"]`
	late := theo.get(shared)
	theo.get(shared).submit(changes, map[string]string{"name": "Au feu"}).want(http.StatusOK, inside("h1", says("Au feu")))
	late.submit(changes, map[string]string{"name": "Trop tard"}).want(http.StatusConflict, says("modifiée entre-temps"))
	list := theo.get("/views").want(http.StatusOK, inside(".view-line", says("Au feu")))
	theo.post("/views/remove", list.filled(list.Find(`.view-line > form[action="/views"]`))).want(http.StatusOK, none(".view-line"))
	w.visit("bob").get("/views").want(http.StatusForbidden)
	theo.get("/tickets?view=999999").want(http.StatusNotFound)
}

func TestColumnsAreChosenAndSorted(t *testing.T) {
	w := narrows(t)
	theo := w.visit("theo")
	p := theo.get("/tickets?view=all").want(http.StatusOK, count("thead th:not(.q-pick, .q-act)", 6))
	form := p.filled(p.Find(`form[action="/views/columns"]`))
	form["column"] = []string{"subject", "priority", "service"}
	form.Set("place-priority", "1")
	form.Set("place-subject", "2")
	form.Set("place-service", "3")
	p = theo.post("/views/columns", form).want(http.StatusOK, count("thead th:not(.q-pick, .q-act)", 3), inside("thead", says("Priorité")), inside("tbody", says("VPN")))
	p = theo.get(p.Find(`thead a:contains("Priorité")`).AttrOr("href", "")).want(http.StatusOK, has("th[aria-sort=descending]"))
	wantOrder(t, p, "urgent", "important", "banal")
	w.visit("tess").get("/tickets?view=all").want(http.StatusOK, count("thead th:not(.q-pick, .q-act)", 6))
}

func TestATicketIsSeenAtAGlanceBesideTheList(t *testing.T) {
	w := narrows(t)
	ticket := w.ticket("ann", "Souris à trois boutons")
	theo := w.visit("theo")
	p := theo.get("/tickets?view=all").want(http.StatusOK, has("#peek[hidden]"))
	theo.get(p.Find("#row-"+ticket.ID.Ref()+" .q-peek").AttrOr("href", "")).want(http.StatusOK, inside("#peek", says("Souris à trois boutons")),
		has("#row-"+ticket.ID.Ref()+"[aria-selected=true]"), has(`#peek form[action$="/assign"]`))
	theo.get("/tickets/"+ticket.ID.Ref()+"/peek").want(http.StatusOK, inside("#peek", says("Souris")), none("html > body > header"))
	theo.get("/tickets/999999/peek").want(http.StatusNotFound)
	w.visit("ann").get("/tickets/" + ticket.ID.Ref() + "/peek").want(http.StatusForbidden)
}

func TestTheListRenewsItselfWithoutAFrame(t *testing.T) {
	w := narrows(t)
	theo := w.visit("theo")
	theo.get("/tickets/rows?view=all&priority=urgent").want(http.StatusOK, count("#queue-list tbody tr", 1), has("#queue-count"), has("#side-nav .side-link"), none("main"),
		has(`#queue input[name=query][value*="view=all"]`), has(`#queue input[name=ticket]`))
	theo.get("/tickets/rows?view=all&sort=x").want(http.StatusBadRequest)
	w.visit("bob").get("/tickets/rows").want(http.StatusForbidden)
}
