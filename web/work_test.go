package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"amigo/tickets"
)

func TestAConflictListsWhatTheOtherHasChangedAndSavesOnlyWhatIsOnesOwn(t *testing.T) {
	w := newTown(t)
	ticket := w.ticket("bob", "Imprimante muette")
	theo, tess := w.visit("theo"), w.visit("tess")
	one, two := theo.get(path(ticket)+"?do=classify"), tess.get(path(ticket)+"?do=classify")
	one.submit(`form[action$="/change"]`, map[string]string{"priority": "high", "subject": "Imprimante du CDI"}).want(http.StatusOK)
	back := two.submit(`form[action$="/change"]`, map[string]string{"type": "request"}).want(http.StatusConflict,
		inside(".since", says("Théo Technicien : Objet : Imprimante muette → Imprimante du CDI"), says("Théo Technicien : Priorité : Normale → Haute")),
		inside("select[name=type] option[selected]", attr("value", "request")), inside("input[name=subject]", attr("value", "Imprimante du CDI")))
	back.submit(`form[action$="/change"]`, nil).want(http.StatusOK)
	now := must(w.house.Desk.Get(w.as("theo"), ticket.ID))(t)
	if now.Type != tickets.Request || now.Priority != tickets.High || now.Subject != "Imprimante du CDI" {
		t.Errorf("after both: %+v", now)
	}
}

func TestThePriorityIsMadeOfImpactAndUrgencyOrChosen(t *testing.T) {
	w := newTown(t)
	ticket := w.ticket("bob", "Imprimante muette")
	theo := w.visit("theo")
	theo.get(path(ticket)).want(http.StatusOK, inside("aside .facts", says("Normale"), silent("choisie à la main"))) // nobody has
	form := theo.get(path(ticket) + "?do=classify")
	p := form.submit(`form[action$="/change"]`, map[string]string{"impact": "all", "urgency": "now"}).want(http.StatusOK,
		inside("aside .facts", says("Urgente · d'après l'impact (un établissement ou plus) et l'urgence (bloquant)")))
	form = theo.get(p.path + "?do=classify")
	p = form.submit(`form[action$="/change"]`, map[string]string{"priority": "low"}).want(http.StatusOK, inside("aside .facts", says("Basse · choisie à la main")))
	form = theo.get(p.path + "?do=classify")
	form.submit(`form[action$="/change"]`, map[string]string{"priority": ""}).want(http.StatusUnprocessableEntity, inside(".problems", says("Précisez l'impact et l'urgence")))
	form.submit(`form[action$="/change"]`, map[string]string{"subject": strings.Repeat("é", 3000)}).want(http.StatusUnprocessableEntity,
		inside("#f-subject-error", says("200 caractères au plus")))
}

func TestAnotherRequesterIsFoundByTheirName(t *testing.T) {
	w := newTown(t)
	ticket := w.ticket("bob", "Imprimante muette")
	form := w.visit("theo").get(path(ticket) + "?do=classify")
	back := form.submit(`form[action$="/change"]`, map[string]string{"colleague": "ann", "subject": "Pour Ann"})
	if back.status == http.StatusUnprocessableEntity { // more than one was meant
		back = back.submit(`form[action$="/change"]`, map[string]string{"pick": back.Find("button[name=pick]").First().AttrOr("value", "")}).want(http.StatusOK,
			inside("input[name=subject]", attr("value", "Pour Ann")))
		back = back.submit(`form[action$="/change"]`, nil)
	}
	back.want(http.StatusOK)
	ann := must(w.house.People.ByUID(t.Context(), "ann"))(t)
	if now := must(w.house.Desk.Get(w.as("theo"), ticket.ID))(t); now.Requester != ann.ID || now.Subject != "Pour Ann" {
		t.Errorf("now %+v", now)
	}
	form.submit(`form[action$="/change"]`, map[string]string{"colleague": "personne-de-ce-nom"}).want(http.StatusUnprocessableEntity,
		inside("#new-requester", attr("value", "personne-de-ce-nom")), inside("#new-requester-error", says("")))
}

func TestTagsChecklistTimeAndRemindersOnThePage(t *testing.T) {
	w := newTown(t)
	here := path(w.ticket("bob", "Imprimante muette"))
	theo := w.visit("theo")
	theo.get(here+"?do=tags").submit(`#tags form.form`, map[string]string{"add": "Salle info, wifi"}).want(http.StatusOK, inside("#tags", says("Salle info"), says("wifi")))
	theo.post(here+"/tags", url.Values{"csrf": {theo.get(here).Find("input[name=csrf]").AttrOr("value", "")}, "remove": {"wifi"}}).want(http.StatusOK, inside("#tags", says("Salle info"), silent("wifi")))
	theo.get(here+"?do=tags").submit(`#tags form.form`, map[string]string{"add": "!!"}).want(http.StatusUnprocessableEntity, inside("#tag", attr("value", "!!")), inside("#tag-error", says("ni lettre ni chiffre")))

	p := theo.get(here+"?do=check").submit(`#checks form.form`, map[string]string{"check": "Vérifier le câble\nChanger le toner"}).want(http.StatusOK, inside("#checks", says("0 sur 2")))
	box := p.Find("button[name=tick]").First().AttrOr("value", "")
	p = p.submit(`form[action$="/checks/point"]`, nil, [2]string{"tick", box}).want(http.StatusOK, inside("#checks", says("1 sur 2"), says("Théo Technicien")), inside("button[name=untick]", attr("value", box)))
	p = p.submit(`form[action$="/checks/point"]`, nil, [2]string{"down", box}).want(http.StatusOK, inside(".check:last-child", says("Vérifier le câble")))
	p.submit(`form[action$="/checks/point"]`, nil, [2]string{"drop", box}).want(http.StatusOK, inside("#checks", silent("Vérifier"), says("0 sur 1")))

	form := theo.get(here + "?do=spend")
	form.submit(`#time form.form`, map[string]string{"minutes": "un peu", "day": "2030-01-01"}).want(http.StatusUnprocessableEntity, inside("#f-minutes-error", says("1 h 30")), inside("#f-minutes", attr("value", "un peu")))
	p = form.submit(`#time form.form`, map[string]string{"minutes": "1 h 30", "words": "Sur place"}).want(http.StatusOK, inside("#time", says("1 h 30"), says("Sur place")))
	change := p.Find(`#time a[href*="who="]`).AttrOr("href", "")
	theo.get(change).submit(`#time form.form`, map[string]string{"minutes": "45"}).want(http.StatusOK, inside("#time", says("45 min")))
	w.visit("tess").get(here).check(none(`#time a[href*="who="]`))

	theo.get(here+"?do=wake").submit(`#wakes form.form`, map[string]string{"day": "2026-11-22", "clock": "09:00", "words": "Rappeler l'éditeur"}).want(http.StatusOK,
		inside(".flashes", says("Nous serons fermés dimanche 22 novembre à 9 h"), says("lundi 23 novembre à 8 h")), inside("#wakes", says("lundi 23 novembre à 8 h"), says("Rappeler l'éditeur")))
	theo.get(here+"?do=wake").submit(`#wakes form.form`, map[string]string{"day": "2020-01-01"}).want(http.StatusUnprocessableEntity, inside("#wake-day-error", says("à venir")))
	theo.get(here).submit(`#wakes form`, nil, [2]string{"drop", "yes"}).want(http.StatusOK, none("#wakes"))
}

func TestTicketsAreLinkedAttachedAndMergedFromThePage(t *testing.T) {
	w := newTown(t)
	one, two, three := w.ticket("bob", "Imprimante muette"), w.ticket("bob", "Imprimante sourde"), w.ticket("ann", "Réseau lent")
	theo := w.visit("theo")
	p := theo.get(path(one)+"?do=link").submit(`#kin form.form`, map[string]string{"ref": "#" + two.ID.Ref(), "kind": "duplicate"}).want(http.StatusOK, inside("#kin", says("Doublon de"), says("Imprimante sourde")))
	theo.get(path(two)).check(inside("#kin", says("A pour doublon"), says("Imprimante muette")))
	p.submit(`form[action$="/unlink"]`, nil, [2]string{"unlink", two.ID.Ref()}).want(http.StatusOK, none("#kin"))
	theo.get(path(one)+"?do=link").submit(`#kin form.form`, map[string]string{"ref": "pas un numéro"}).want(http.StatusUnprocessableEntity, inside("#link-ref", attr("value", "pas un numéro")), inside("#link-ref-error", says("")))
	p = theo.get(path(one)+"?do=adopt").submit(`#kin form.form`, map[string]string{"parent": three.ID.Ref()}).want(http.StatusOK, inside("#kin", says("Ticket parent"), says("Réseau lent")))
	theo.get(path(three)).check(inside("#kin", says("Tickets rattachés"), says("Imprimante muette")))
	p.submit(`form[action$="/unlink"]`, nil, [2]string{"leave", three.ID.Ref()}).want(http.StatusOK, none("#kin"))

	theo.get(path(one)+"/merge?into="+one.ID.Ref()).want(http.StatusUnprocessableEntity, none("#will"), inside("#f-into-error", says("")))
	preview := theo.get(path(one)+"/merge?into="+three.ID.Ref()).want(http.StatusOK, inside("#will", says("est clos"), says("les demandeurs sont différents"), says("Bob Demandeur")))
	if now := must(w.house.Desk.Get(w.as("theo"), one.ID))(t); now.Status != tickets.Fresh {
		t.Errorf("a preview has made it %s", now.Status)
	}
	preview.submit(`#will form`, nil).want(http.StatusOK, inside("h1", says("Réseau lent")), inside(".flashes", says("se poursuit dans AMIGO #"+three.ID.Ref())), inside("#kin", says("Fusionnés ici")))
}

func TestAMessageBecomesATicketOfItsOwn(t *testing.T) {
	w := newTown(t)
	ticket := w.ticket("bob", "Imprimante muette")
	must(w.house.Desk.Reply(w.as("bob"), ticket.ID, tickets.Reply{Body: "Et le scanner aussi."}))(t)
	p := w.visit("theo").get(path(ticket))
	p.check(count(`a[href*="/split?message="]`, 1))
	sheet := p.b.get(p.Find(`a[href*="/split?message="]`).AttrOr("href", "")).want(http.StatusOK, inside(".message", says("scanner")), inside("#will", says("Bob Demandeur")))
	sheet.submit(`#will form`, nil).want(http.StatusOK, inside(".message", says("scanner")), inside(".flashes", says("est ouvert")))
	sheet.submit(`#will form`, nil).want(http.StatusUnprocessableEntity, inside(".notice", says("AMIGO #")))
	p.b.get(path(ticket) + "/split?message=999").want(http.StatusNotFound)
}

func TestTheHistorySaysWhoChangedWhatFromWhatToWhat(t *testing.T) {
	w := newTown(t)
	ticket := w.ticket("bob", "Imprimante muette")
	theo := w.visit("theo")
	theo.get(path(ticket)+"?do=classify").submit(`form[action$="/change"]`, map[string]string{"subject": "Imprimante du CDI", "impact": "some", "urgency": "now", "service": "vpn"}).want(http.StatusOK)
	must[any](nil, w.house.Desk.Tag(w.as("theo"), ticket.ID, tickets.TagChange{Add: []string{"CDI"}}))(t)
	theo.get(path(ticket)+"/history").want(http.StatusOK,
		inside("table.rows", says("Théo Technicien"), says("Objet"), says("Imprimante muette"), says("Imprimante du CDI"), says("Impact"), says("un groupe"), says("Priorité"), says("Étiquettes"), says("CDI")))
	w.visit("bob").get(path(ticket) + "/history").want(http.StatusForbidden)
}

func TestAnUnreadMessageIsMarkedUntilSomebodyOfTheDeskReadsIt(t *testing.T) {
	w := newTown(t)
	ticket := w.ticket("bob", "Imprimante muette")
	theo := w.visit("theo")
	p := theo.get(path(ticket)).want(http.StatusOK, inside(".unheard", says("Message non lu")))
	p.submit(`form.unheard`, nil).want(http.StatusOK, none(".unheard"))
	w.visit("bob").get(path(ticket)).check(none(".unheard"))
}

func TestTheMenuWatchesAndStopsWatching(t *testing.T) {
	w := newTown(t)
	p := w.visit("theo").get(path(w.ticket("bob", "Imprimante muette")))
	p = p.submit(`form[action$="/watch"]`, nil, [2]string{"watch", "yes"}).want(http.StatusOK, inside("button[name=watch]", attr("value", "no")))
	p.submit(`form[action$="/watch"]`, nil, [2]string{"watch", "no"}).want(http.StatusOK, inside("button[name=watch]", attr("value", "yes")))
}

func TestTheMiddleOfALongConversationIsFolded(t *testing.T) {
	w := newTown(t)
	ticket := w.ticket("bob", "Imprimante muette")
	for i := range 44 {
		must(w.house.Desk.Note(w.as("theo"), ticket.ID, tickets.Note{Body: fmt.Sprintf("Note %d.", i)}))(t)
	}
	w.visit("theo").get(path(ticket)).check(count(".message", 45), count("details.thread-middle .message", 23), inside("details.thread-middle summary", says("23 messages plus anciens")))
}

func TestTheRequestersCardShowsWhatElseTheyHaveAsked(t *testing.T) {
	w := newTown(t)
	for i := range 7 {
		w.ticket("bob", fmt.Sprintf("Demande %d", i))
	}
	w.visit("theo").get(path(w.ticket("bob", "La dernière"))).check(
		inside(".near", says("Ses autres demandes"), says("8 en tout, 8 en cours"), says("Demande 6"), silent("Demande 1")))
}

func TestWhatStandsBesideATicketIsTheDesks(t *testing.T) {
	w := newTown(t)
	here := path(w.ticket("bob", "Imprimante muette"))
	bob := w.visit("bob")
	csrf := bob.get(here).Find("input[name=csrf]").AttrOr("value", "")
	for _, what := range []string{"tags", "checks", "checks/point", "spend", "wake", "link", "unlink", "adopt", "merge", "split", "watch", "read", "change"} {
		bob.post(here+"/"+what, url.Values{"csrf": {csrf}}).want(http.StatusForbidden)
	}
}
