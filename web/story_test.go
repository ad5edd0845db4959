package web_test

import (
	"net/http"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
)

func TestARequesterAsksForAColleagueAndATechnicianSolvesIt(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		w := newTownOn(t, d, clock)
		ann, tess := w.visit("ann"), w.visit("tess")
		ann.get("/?lang=fr") // she reads English otherwise

		// Ann asks for Bob, with a photo.
		form := ann.get("/tickets/new").want(http.StatusOK, has(`input[type=file][name=files]`))
		form = form.submit("form#ask", map[string]string{"subject": "Copieur muet", "body": "Plus rien ne sort.", "colleague": "demandeur"},
			attached{"files", "photo.png", "\x89PNG\r\n\x1a\n0000"})
		form.want(http.StatusUnprocessableEntity, inside(".problems", says("Pour qui")), count("#people-found button[name=pick]", 1))
		bob := form.Find("#people-found button[name=pick]").First()
		form = form.submit("form#ask", nil, [2]string{"pick", bob.AttrOr("value", "")}).want(http.StatusOK,
			inside(".chip", says("Bob Demandeur")), inside("form#ask .files", says("photo.png")), inside("textarea[name=body]", says("Plus rien ne sort.")))
		ticket := form.submit("form#ask", nil).want(http.StatusOK,
			inside("#flash", says("est enregistrée"), says("Réponse avant 13 h aujourd'hui"), says("résolution avant")),
			inside("h1", says("Copieur muet")), inside(".message", says("Plus rien ne sort."), says("photo.png")))

		clock.Advance(5 * time.Minute)
		// Tess sees it in the queue, takes it, answers and asks something.
		work := tess.get("/tickets?view=free").want(http.StatusOK, count("table.queue tbody tr", 1), inside("table.queue", says("Copieur muet"), says("Bob Demandeur")))
		work = tess.get(work.Find("a.q-link").AttrOr("href", "")).want(http.StatusOK, inside("aside", says("Résolution"), says("Bob Demandeur"), says("Ann Demandeuse")))
		work = work.submit(`form[action$="/assign"]`, nil, [2]string{"assignee", work.Find("button[name=assignee]").AttrOr("value", "")}).want(http.StatusOK,
			inside("#flash", says("Vous suivez ce ticket")), none("button[name=assignee]"))
		work = work.submit("form#composer", map[string]string{"body": "Le voyant est-il orange ?"}, [2]string{"then", "waiting_requester"}).want(http.StatusOK,
			inside(".message.is-reply", says("Le voyant est-il orange ?"), says("À envoyer à bob@academie.test")), inside(".head", says("Attend le demandeur")))
		work.submit("form#composer", map[string]string{"kind": "note", "body": "Bac 2 déjà bloqué vendredi."}).want(http.StatusOK, inside(".message.is-note", says("Bac 2")))

		clock.Advance(5 * time.Minute)
		// Bob reads the question, not the note, and answers.
		answer := w.visit("bob").get("/").want(http.StatusOK, says("1 attend votre réponse"))
		talk := answer.b.get(ticket.path).want(http.StatusOK, says("Le voyant est-il orange ?"), silent("Bac 2"), says("Nous attendons votre réponse"), none("aside"))
		talk.submit("form#composer", map[string]string{"body": "Oui, orange."}).want(http.StatusOK, inside(".message", says("Oui, orange.")))

		clock.Advance(5 * time.Minute)
		// Tess solves it; Ann reads how.
		solving := tess.get(ticket.path+"?do=solve").want(http.StatusOK, has("form#solve-form"))
		solving.submit("form#solve-form", map[string]string{"solution": ""}).want(http.StatusUnprocessableEntity, has(`textarea[name=solution][aria-invalid]`))
		solving.submit("form#solve-form", map[string]string{"solution": "Feuille coincée retirée.", "outcome": "fixed", "cause": "hardware"}).want(http.StatusOK, inside(".head", says("Résolu")))
		done := ann.get(ticket.path).want(http.StatusOK, says("Cette demande est résolue"), says("Feuille coincée retirée."), silent("Matériel"))
		done.submit(`form[action$="/reopen"]`, map[string]string{"why": "Toujours muet."}).want(http.StatusOK, inside(".message", says("Toujours muet.")), has("form#composer"))
	})
}
