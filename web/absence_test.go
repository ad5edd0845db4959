package web_test

import (
	"net/http"
	"testing"
	"time"

	"amigo/tickets"
)

func TestDelaysAreChosenAndChecked(t *testing.T) {
	w := newTown(t)
	sam := w.visit("sam")
	p := sam.get("/admin/delays").want(http.StatusOK, inside(".side-link[aria-current]", says("Délais")), inside("main", says("jours de classe")))
	p.submit("form#delays", map[string]string{"remind": "trois"}).want(http.StatusUnprocessableEntity,
		inside("#f-remind-error", says("Écrivez un nombre")), inside("input[name=remind]", attr("value", "trois")), has(".problems"))
	p.submit("form#delays", map[string]string{"remind": "9", "solve": "4"}).want(http.StatusUnprocessableEntity, has("#f-solve-error"), inside("input[name=solve]", attr("value", "4")))
	p.submit("form#delays", map[string]string{"remind": "2", "solve": "6", "close": "0"}).want(http.StatusOK, inside("#flash", says("enregistrés")), inside("input[name=solve]", attr("value", "6")))
	if got := must(w.house.Desk.Delays(w.as("sam")))(t); got != (tickets.Delays{Remind: 2, Solve: 6}) {
		t.Errorf("the delays are %+v", got)
	}
	w.wantNotedBy("sam", "delays.change", "delays")
}

func TestTechniciansNoteTheirOwnAbsence(t *testing.T) {
	w := newTown(t) // Wednesday 18 November, 9:00
	tess := must(w.house.People.ByUID(t.Context(), "tess"))(t)
	theo := w.visit("theo")
	p := theo.get("/admin/absences").want(http.StatusOK, has(".empty"), none("select[name=person]"))
	p.submit("form#absence", map[string]string{"from": "demain", "until": ""}).want(http.StatusUnprocessableEntity,
		inside("#f-from-error", says("Choisissez un jour")), has("#f-until-error"), inside("input[name=from]", attr("value", "demain")))
	p.submit("form#absence", map[string]string{"from": "2026-11-18T08:00", "until": "2026-11-17T08:00"}).want(http.StatusUnprocessableEntity, has("#f-until-error"))
	done := p.submit("form#absence", map[string]string{"from": "2026-11-18T08:00", "until": "2026-11-20T17:00", "deputy": tess.ID.String(), "person": "1"}).want(http.StatusOK,
		inside("#flash", says("notée")), inside(".absence", says("Théo Technicien"), says("absent"), says("vendredi 20 novembre à 17 h"), says(tess.Name)))
	now := must(w.house.People.Absences(w.as("theo"), must(w.house.People.ByUID(t.Context(), "theo"))(t).ID))(t)
	if len(now) != 1 || !now[0].Until.Equal(time.Date(2026, 11, 20, 16, 0, 0, 0, time.UTC)) || now[0].Deputy != tess.ID {
		t.Fatalf("the absences are %+v", now)
	}
	w.visit("tess").get("/admin/absences").want(http.StatusOK, inside(".absence", says("Théo Technicien")), none(".absence form"))
	done.submit(".absence form", nil).want(http.StatusOK, inside("#flash", says("terminée")), has(".empty"))
}

func TestSupervisorsNoteAnybodysAbsence(t *testing.T) {
	w := newTown(t)
	tess := must(w.house.People.ByUID(t.Context(), "tess"))(t)
	sam := w.visit("sam")
	p := sam.get("/admin/absences").want(http.StatusOK)
	p.submit("form#absence", map[string]string{"person": tess.ID.String(), "from": "2026-12-01T08:00", "until": "2026-12-05T17:00", "deputy": tess.ID.String()}).want(http.StatusUnprocessableEntity,
		has("#f-deputy-error"), inside("select[name=person] option[selected]", attr("value", tess.ID.String())))
	p.submit("form#absence", map[string]string{"person": tess.ID.String(), "from": "2026-12-01T08:00", "until": "2026-12-05T17:00"}).want(http.StatusOK,
		inside(".absence", says(tess.Name), says("à venir"), has("form")))
}
