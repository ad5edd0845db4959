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

func TestOfTwoWhoChooseDelaysEachKeepsWhatTheOtherLeftAlone(t *testing.T) {
	w := newTown(t) // 3, 8 and 10 days
	sam := w.visit("sam")
	mine, theirs := sam.get("/admin/delays"), sam.get("/admin/delays")
	theirs.submit("form#delays", map[string]string{"remind": "5"}).want(http.StatusOK)
	refused := mine.submit("form#delays", map[string]string{"solve": "vite"}).want(http.StatusUnprocessableEntity, inside("input[name=remind]", attr("value", "5")))
	refused.submit("form#delays", map[string]string{"solve": "4"}).want(http.StatusUnprocessableEntity, has("#f-solve-error")) // before the reminder of now
	refused.submit("form#delays", map[string]string{"solve": "9"}).want(http.StatusOK)
	if got := must(w.house.Desk.Delays(w.as("sam")))(t); got != (tickets.Delays{Remind: 5, Solve: 9, Close: 10}) {
		t.Errorf("the delays are %+v", got)
	}
	mine.submit("form#delays", map[string]string{"remind": "4"}).want(http.StatusOK) // both changed it: the last says
	if got := must(w.house.Desk.Delays(w.as("sam")))(t); got != (tickets.Delays{Remind: 4, Solve: 9, Close: 10}) {
		t.Errorf("the delays are %+v", got)
	}
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

func TestAnAbsenceBesideAnotherIsRefusedWithItsDates(t *testing.T) {
	w := newTown(t)
	theo := w.visit("theo")
	p := theo.get("/admin/absences").want(http.StatusOK)
	p.submit("form#absence", map[string]string{"from": "2026-12-01T08:00", "until": "2026-12-05T17:00"}).want(http.StatusOK)
	p.submit("form#absence", map[string]string{"from": "2026-12-05T08:00", "until": "2026-12-08T17:00"}).want(http.StatusUnprocessableEntity,
		inside("#f-from-error", says("du mardi 1er décembre 2026 à 8 h au samedi 5 décembre 2026 à 17 h")), inside("input[name=until]", attr("value", "2026-12-08T17:00")))
}

func TestAnAbsenceMayBeginWhenClocksChange(t *testing.T) {
	w := newTown(t)
	theo := must(w.house.People.ByUID(t.Context(), "theo"))(t)
	p := w.visit("theo").get("/admin/absences").want(http.StatusOK)
	for typed, want := range map[string]string{ // in 2027 clocks change on 28 March and on 31 October
		"2027-03-28T01:59": "2027-03-28T00:59:00Z",
		"2027-03-28T02:30": "2027-03-28T01:30:00Z", // there is none: half an hour after the change
		"2027-03-28T03:00": "2027-03-28T01:00:00Z",
		"2027-03-28T12:00": "2027-03-28T10:00:00Z",
		"2027-03-29T02:30": "2027-03-29T00:30:00Z",
		"2027-10-31T01:59": "2027-10-30T23:59:00Z",
		"2027-10-31T02:30": "2027-10-31T00:30:00Z", // there are two: the first
		"2027-10-31T03:00": "2027-10-31T02:00:00Z",
	} {
		p.submit("form#absence", map[string]string{"from": typed, "until": "2027-11-02T12:00"}).want(http.StatusOK)
		all := must(w.house.People.Absences(w.as("theo"), theo.ID))(t)
		if len(all) != 1 || all[0].From.Format(time.RFC3339) != want {
			t.Fatalf("%s is read as %+v, want %s", typed, all, want)
		}
		if err := w.house.People.EndAbsence(w.as("theo"), all[0].ID); err != nil {
			t.Fatal(err)
		}
	}
}
