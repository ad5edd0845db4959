package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"amigo/tickets"
)

// gathered ticks some tickets in the queue and goes on.
func (b *browser) gathered(list ...tickets.Ticket) *page {
	b.t.Helper()
	p := b.get("/tickets?view=all").want(http.StatusOK, has("form#queue"))
	fields := p.filled(p.Find("form#queue"))
	for _, t := range list {
		fields.Add("ticket", t.ID.Ref())
	}
	return b.post("/bulk", fields)
}

// settleBulks does what is due.
func (w *town) settleBulks() {
	w.t.Helper()
	w.house.Bulks.Jobs(w.mux)
	if err := w.house.Queue.Drain(w.t.Context(), w.mux); err != nil {
		w.t.Fatal(err)
	}
}

func TestManyTicketsAreChangedWithAPreview(t *testing.T) {
	w := newTown(t)
	one, other := w.ticket("ann", "Imprimante muette"), w.ticket("ann", "Vidéoprojecteur éteint")
	theo := w.visit("theo")
	p := theo.gathered(one, other).want(http.StatusOK, inside("h1", says("2 tickets choisis")), has("form#bulk"), none("form#start"))
	p.submit("form#bulk", nil).want(http.StatusUnprocessableEntity, inside("main", says("Choisissez au moins une chose")))
	p.submit("form#bulk", map[string]string{"status": "solved", "priority": "high"}).want(http.StatusUnprocessableEntity,
		inside("#f-text-error", says("la solution")), inside("select[name=priority] option[selected]", attr("value", "high")))
	p = p.submit("form#bulk", map[string]string{"priority": "high", "add_tags": "Salle info, Urgent", "text": "Bonjour {{demandeur}}, nous arrivons."}).want(http.StatusOK,
		inside("main", says("Priorité : normale → haute"), says("Étiquettes : (aucun) → Salle info, Urgent"), says("2 demandeurs recevront")),
		inside(".bulk-example", says("Bonjour Ann Demandeuse, nous arrivons.")), inside("form#start", says("Modifier 2 tickets")))
	if now := must(w.house.Desk.Get(w.as("theo"), one.ID))(t); now.Priority != tickets.Normal {
		t.Fatal("the preview has changed the ticket")
	}
	p = p.submit("form#start", nil).want(http.StatusOK, inside("#flash", says("C'est parti")), has("form#stop"), has("#bulk-progress[hx-get]"))
	w.settleBulks()
	theo.get(p.path+"/progress").want(http.StatusOK, has("#bulk-progress"), none("[hx-get]"), none("h1"))
	theo.get(p.path).want(http.StatusOK, inside("main", says("2 modifiés"), says("terminée")), none("form#stop"), none("form#start"))
	now := must(w.house.Desk.Get(w.as("theo"), other.ID))(t)
	if now.Priority != tickets.High || now.Status != tickets.Opened {
		t.Errorf("the ticket is %+v", now)
	}
	theo.get("/bulk").want(http.StatusOK, inside("table", says("Priorité : haute"), says("terminée")))
}

func TestAWholeViewIsChanged(t *testing.T) {
	w := newTown(t)
	one := w.ticket("ann", "Imprimante muette")
	w.ticket("ann", "Vidéoprojecteur éteint")
	theo := w.visit("theo")
	p := theo.get("/tickets?view=all&q=muette").want(http.StatusOK)
	p = p.submit("form#queue", nil, [2]string{"whole", "1"}).want(http.StatusOK, inside("h1", says("1 ticket choisi")), inside("table", says(one.Subject)))
	p.submit("form#bulk", map[string]string{"assignee": "none", "team": ""}).want(http.StatusOK, inside("main", says("déjà ainsi")), none("form#start"))
}

func TestNothingTickedLeadsBackToTheQueue(t *testing.T) {
	w := newTown(t)
	w.ticket("ann", "Imprimante muette")
	p := w.visit("theo").gathered().want(http.StatusOK, inside("#flash", says("Cochez d'abord")))
	if !strings.HasPrefix(p.path, "/tickets") {
		t.Errorf("it leads to %s", p.path)
	}
}

func TestTicketsAreMergedIntoOneAndThatIsSaid(t *testing.T) {
	w := newTown(t)
	one, other := w.ticket("ann", "Imprimante muette"), w.ticket("ann", "Imprimante toujours muette")
	theo := w.visit("theo")
	p := theo.gathered(one, other)
	p.submit("form#bulk", map[string]string{"into": "douze"}).want(http.StatusUnprocessableEntity, has("#f-into-error"))
	p.submit("form#bulk", map[string]string{"into": "#" + one.ID.Ref()}).want(http.StatusOK, inside("main", says("ne se défait pas"), says("1 déjà ainsi"))).
		submit("form#start", nil).want(http.StatusOK)
	w.settleBulks()
	if now := must(w.house.Desk.Get(w.as("theo"), other.ID))(t); now.MergedInto != one.ID {
		t.Errorf("the ticket is %+v", now)
	}
}

func TestSomebodyElsesChangeIsNotThere(t *testing.T) {
	w := newTown(t)
	one := w.ticket("ann", "Imprimante muette")
	theo := w.visit("theo")
	p := theo.gathered(one)
	p = p.submit("form#bulk", map[string]string{"priority": "high"}).want(http.StatusOK)
	path, _, _ := strings.Cut(p.path, "?")
	tess := w.visit("tess")
	csrf := tess.get("/tickets?view=all").Find("input[name=csrf]").AttrOr("value", "")
	for _, of := range []string{path, "/bulk/99999"} {
		tess.get(of).want(http.StatusNotFound)
		tess.get(of + "/progress").want(http.StatusNotFound)
		for _, do := range []string{"", "/start", "/stop"} {
			tess.post(of+do, url.Values{"csrf": {csrf}, "priority": {"low"}}).want(http.StatusNotFound)
		}
	}
	w.visit("ada").get(path).want(http.StatusOK, none("form#start"), none("form#bulk"))
}
