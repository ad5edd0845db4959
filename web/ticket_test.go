package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"amigo/app/jobs"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/tickets"
)

// path is where a ticket is.
func path(t tickets.Ticket) string { return "/tickets/" + t.ID.Ref() }

func TestAFormThatComesBackKeepsWhatWasTyped(t *testing.T) {
	w := newTown(t)
	form := w.visit("bob").get("/tickets/new")
	long := strings.Repeat("é", 201)
	back := form.submit("form#ask", map[string]string{
		"subject": long, "body": "  ", "type": "request", "priority": "high", "service": "vpn", "establishment": "made-up",
	}, attached{"files", "écran.png", "\x89PNG\r\n\x1a\n"}).want(http.StatusUnprocessableEntity,
		inside(".problems", says("2 points sont à corriger")),
		inside(`input[name=subject]`, attr("value", long), attr("aria-invalid", "true"), attr("aria-describedby", "f-subject-error f-subject-hint")),
		inside("#f-subject-error", says("200 caractères au plus")), inside("#f-establishment-error", says("valeurs proposées")),
		inside(`input[name=type][checked]`, attr("value", "request")), inside(`input[name=priority][checked]`, attr("value", "high")),
		inside(`select[name=service] option[selected]`, attr("value", "vpn")), inside("form#ask .files", says("écran.png")))
	kept := back.submit("form#ask", map[string]string{"drop": back.Find("button[name=drop]").AttrOr("value", "")})
	kept.want(http.StatusOK, none("form#ask .files"))
	back.submit("form#ask", map[string]string{"subject": "Court", "body": "Voilà", "establishment": ""}).want(http.StatusOK, inside("h1", says("Court")), inside(".message", says("écran.png")))
}

func TestRequestersCannotAskForWhatIsNotOnTheirForm(t *testing.T) {
	w := newTown(t)
	bob := w.visit("bob")
	form := bob.get("/tickets/new").want(http.StatusOK, none("[name=team]"), none("[name=channel]"), none("input[name=priority][value=urgent]"))
	form.submit("form#ask", map[string]string{"subject": "S", "body": "B", "priority": "urgent"}).want(http.StatusUnprocessableEntity)
	done := form.submit("form#ask", map[string]string{"subject": "S", "body": "B", "team": "2", "channel": "phone", "assignee": "3", "status": "closed", "once": "x"}).want(http.StatusOK)
	id, _ := tickets.ParseRef(strings.TrimPrefix(done.path, "/tickets/"))
	ticket := must(w.house.Desk.Get(w.as("bob"), id))(t)
	if ticket.Channel != people.Web || ticket.Status != tickets.Fresh || ticket.Assignee != 0 || ticket.Lane != 0 {
		t.Errorf("the ticket is %+v", ticket)
	}
}

func TestATicketForAColleagueIsForTheColleaguesEstablishment(t *testing.T) {
	w := newTown(t)
	must(w.house.People.Import(people.As(t.Context(), people.System()), people.Batch{Persons: []people.Entry{
		{UID: "ann", Name: "Ann Demandeuse", Lang: "fr", Establishments: []string{school, "0760001A"}},
		{UID: "cleo", Name: "Cléo Deux-Sites", Establishments: []string{"0760001A", school}},
	}}))(t)
	ann := w.visit("ann")
	for _, c := range []struct{ colleague, chosen, want string }{
		{"", school, school}, {"", "0760001A", "0760001A"}, {"bob", school, "0760001A"}, {"cleo", school, school}, {"cleo", "0760001A", "0760001A"},
	} {
		form := ann.get("/tickets/new").want(http.StatusOK, inside("select[name=establishment] option[selected]", attr("value", school)))
		done := form.submit("form#ask", map[string]string{"subject": "S", "body": c.colleague + c.chosen, "colleague": c.colleague, "establishment": c.chosen}).want(http.StatusOK)
		id, _ := tickets.ParseRef(strings.TrimPrefix(done.path, "/tickets/"))
		if got := must(w.house.Desk.Get(w.as("ann"), id))(t).Establishment; got != c.want {
			t.Errorf("for %q, chosen %s: %s, want %s", c.colleague, c.chosen, got, c.want)
		}
	}
	picked := ann.get("/tickets/new").submit("form#ask", nil, [2]string{"pick", must(w.house.People.ByUID(t.Context(), "cleo"))(t).ID.String()})
	picked.want(http.StatusOK, inside("select[name=establishment] option[selected]", attr("value", "0760001A")))
	ann.get("/tickets/new").submit("form#ask", nil, [2]string{"pick", "1"}).want(http.StatusOK, none(".field .chip"), inside("select[name=establishment] option[selected]", attr("value", school)))
}

func TestAFormSentTwiceOpensOneTicket(t *testing.T) {
	w := newTown(t)
	form := w.visit("bob").get("/tickets/new")
	values := map[string]string{"subject": "Deux fois", "body": "Clic clic"}
	first, second := form.submit("form#ask", values), form.submit("form#ask", values)
	if first.path != second.path {
		t.Errorf("%s and %s", first.path, second.path)
	}
	values["body"] = "Autre chose"
	if third := form.submit("form#ask", values).want(http.StatusOK); third.path == first.path {
		t.Error("another text was lost")
	}
}

func TestEverythingThatIsWrongIsSaidAtOnce(t *testing.T) {
	w := newTown(t)
	for uid, colleague := range map[string]string{"ann": "dem", "theo": ""} {
		form := w.visit(uid).get("/tickets/new?lang=fr").want(http.StatusOK)
		form.submit("form#ask", map[string]string{"subject": "", "body": "", "colleague": colleague}).want(http.StatusUnprocessableEntity,
			has("#f-colleague-error"), inside("#f-subject-error", says("à remplir")), inside("#f-body-error", says("à remplir")), count(".problems li", 3))
	}
	form := w.visit("ann").get("/tickets/new?lang=fr").want(http.StatusOK)
	form.submit("form#ask", map[string]string{"subject": "\u200b \u2060", "body": "B"}).want(http.StatusUnprocessableEntity,
		inside("#f-subject-error", says("à remplir")), count(".problems li", 1))
	w.ask("ann", "POST", "/tickets", fields{"subject": "\u200b\ufeff", "body": "B"}).refuses("body.subject")
	w.ask("ann", "POST", "/tickets", fields{"subject": "S", "body": "\u3164"}).refuses("body.body")
}

func TestATechnicianTakesACall(t *testing.T) {
	w := newTown(t)
	theo := w.visit("theo")
	form := theo.get("/tickets/new").want(http.StatusOK, has("select[name=team]"), inside("select[name=channel] option[selected]", attr("value", "phone")))
	form.submit("form#ask", map[string]string{"subject": "S", "body": "B"}).want(http.StatusUnprocessableEntity, inside("#f-colleague-error", says("Choisissez la personne")))
	form.submit("form#ask", map[string]string{"subject": "S", "body": "B", "colleague": "zzz"}).want(http.StatusUnprocessableEntity, inside("#f-colleague-error", says("Personne de ce nom")))
	theo.get("/tickets/new/people?colleague=dem").want(http.StatusOK, says("Ann Demandeuse"), says("Bob Demandeur"), count("button[name=pick]", 2), none("h1"))
	theo.get("/tickets/new/people?colleague=").want(http.StatusOK, none("button"))
	done := form.submit("form#ask", map[string]string{"subject": "Téléphone", "body": "B", "colleague": "ANN@academie.test", "priority": "urgent"}).want(http.StatusOK,
		inside("aside", says("Ann Demandeuse"), says("Téléphone"), says("Urgente")))
	theo.get("/tickets?view=all").want(http.StatusOK, inside("table.queue", says("Téléphone"), has(`[aria-label="Pris au téléphone"]`)))
	w.visit("ann").get(done.path).want(http.StatusOK, inside("h1", says("Téléphone")))
}

func TestAReplyToWhatIsNoLongerTheLastWordIsStopped(t *testing.T) {
	w := newTown(t)
	ticket := w.ticket("bob", "Imprimante muette")
	theo := w.visit("theo").get(path(ticket))
	must(w.house.Desk.Reply(w.as("bob"), ticket.ID, tickets.Reply{Body: "C'est réglé !"}))(t)
	again := theo.submit("form#composer", map[string]string{"body": "Redémarrez."}, attached{"files", "guide.txt", "1. Éteindre"}).want(http.StatusConflict,
		inside(".notice", says("Bob Demandeur a écrit entre-temps")), inside("#composer-body", says("Redémarrez.")), says("C'est réglé !"), inside(".files", says("guide.txt")))
	again.submit("form#composer", nil).want(http.StatusOK, inside(".message.is-reply", says("Redémarrez."), says("guide.txt")))
}

func TestTheSecondOfTwoChangesSeesTheFirst(t *testing.T) {
	w := newTown(t)
	ticket := w.ticket("bob", "Imprimante muette")
	theo, tess := w.visit("theo"), w.visit("tess")
	one, two := theo.get(path(ticket)+"?do=classify"), tess.get(path(ticket)+"?do=classify")
	one.submit(`form[action$="/change"]`, map[string]string{"priority": "high"}).want(http.StatusOK, inside("aside", says("Haute")), inside(".events", says("Priorité : Normale → Haute")))
	two.submit(`form[action$="/change"]`, map[string]string{"priority": "low", "service": "vpn"}).want(http.StatusConflict,
		inside(".notice", says("Théo Technicien a modifié cette demande")), inside("select[name=priority] option[selected]", attr("value", "low")))
	if now := must(w.house.Desk.Get(w.as("theo"), ticket.ID))(t); now.Priority != tickets.High || now.Service != "" {
		t.Errorf("overwritten: %+v", now)
	}
	stale := tess.get(path(ticket))
	must(w.house.Desk.Assign(w.as("theo"), ticket.ID, tickets.Assign{Assignee: new(must(w.house.People.ByUID(t.Context(), "theo"))(t).ID)}))(t)
	stale.submit(`form[action$="/assign"]`, map[string]string{"assignee": stale.Find("button[name=assignee]").AttrOr("value", "")}).want(http.StatusConflict)
}

func TestWaitingAndResuming(t *testing.T) {
	w := newTown(t)
	theo := w.visit("theo")
	p := theo.get(path(w.ticket("bob", "Imprimante muette")))
	p = p.submit(`form[action$="/wait"]`, map[string]string{"for": "waiting_third_party"}).want(http.StatusOK, inside(".head", says("Attend un tiers"), says("Reprendre")), inside("aside", says("en pause")))
	p.submit(`form[action$="/change"]`, map[string]string{"status": "open"}).want(http.StatusOK, inside(".head", says("En cours")), inside("aside", says("Pourquoi cette date")))
}

func TestLettersSayWhatBecameOfThem(t *testing.T) {
	w := newTown(t)
	ticket := w.ticket("bob", "Imprimante muette")
	m := must(w.house.Desk.Reply(w.as("theo"), ticket.ID, tickets.Reply{Body: "Éteignez."}))(t)
	theo := w.visit("theo")
	for state, words := range map[mail.State]string{mail.Queued: "À envoyer à bob@academie.test", mail.Sent: "Envoyé à bob@academie.test", mail.Refused: "Non remis à bob@academie.test", mail.Bounced: "Revenu de bob@academie.test"} {
		if _, err := w.db.SQL().Exec("UPDATE letters SET state = ? WHERE message_id = ?", string(state), int64(m.ID)); err != nil {
			t.Fatal(err)
		}
		theo.get(path(ticket)).check(inside(".message.is-reply", says(words)))
	}
	w.visit("bob").get(path(ticket)).check(inside(".message.is-reply", silent("revenue")))
}

func TestAnEscalationShowsOnTheTicketToStaffOnly(t *testing.T) {
	w := newTown(t)
	ticket := w.ticket("bob", "Imprimante muette")
	w.clock.Advance(3*time.Hour + 15*time.Minute)
	if err := w.house.Queue.Drain(people.As(t.Context(), people.System()), w.withEngine()); err != nil {
		t.Fatal(err)
	}
	w.visit("theo").get(path(ticket)).want(http.StatusOK, inside(".events", says("Délai consommé à 75 % (première réponse)")), inside("aside", says("45 min restantes"), says("Promis : 4 h de temps ouvré, selon la politique")))
	w.visit("bob").get(path(ticket)).want(http.StatusOK, silent("Délai consommé"))
}

// withEngine is the town's jobs with the sweep of promises among them.
func (w *town) withEngine() *jobs.Mux {
	w.house.Engine.Jobs(w.mux)
	return w.mux
}

func TestClosedTicketsTakeNotesOnly(t *testing.T) {
	w := newTown(t)
	ticket := w.ticket("bob", "Imprimante muette")
	must(w.house.Desk.Solve(w.as("theo"), ticket.ID, tickets.Solve{Solution: "Fait."}))(t)
	must(w.house.Desk.Change(w.as("theo"), ticket.ID, tickets.Change{Status: new(tickets.Closed)}))(t)
	p := w.visit("theo").get(path(ticket)).want(http.StatusOK, inside("input[name=kind][checked]", attr("value", "note")), none(`form[action$="/assign"]`), none(`a[href*="do=classify"]`))
	p.submit("form#composer", map[string]string{"kind": "reply", "body": "Encore"}).want(http.StatusUnprocessableEntity, inside(".notice", says("est close")), inside("#composer-body", says("Encore")))
	p.submit("form#composer", map[string]string{"body": "Pour mémoire"}).want(http.StatusOK, inside(".message.is-note", says("Pour mémoire")))
	w.visit("bob").get(path(ticket)).want(http.StatusOK, says("Cette demande est close"), none("form#composer"), has(`main a[href="/tickets/new"]`))
}

func TestSolvingAsksForASolution(t *testing.T) {
	w := newTown(t)
	theo := w.visit("theo").get(path(w.ticket("bob", "Imprimante muette")) + "?do=solve")
	theo.submit("form#solve-form", map[string]string{"solution": "", "cause": "hardware", "outcome": ""}, attached{"files", "facture.txt", "1 €"}).want(http.StatusUnprocessableEntity,
		inside("select[name=cause] option[selected]", attr("value", "hardware")), inside("form#solve-form .files", says("facture.txt")), has(".problems"))
	theo.submit("form#solve-form", map[string]string{"solution": "Toner changé", "outcome": "made-up"}).want(http.StatusUnprocessableEntity, inside("textarea[name=solution]", says("Toner changé")))
}

// nasty is what people type who wish us ill.
const nasty = `"><img src=x onerror=alert(1)><script>alert(1)</script>{{7*7}}`

func TestWhatPeopleTypeIsOnlyEverText(t *testing.T) {
	w := newTown(t)
	form := w.visit("bob").get("/tickets/new")
	form.submit("form#ask", map[string]string{"subject": nasty, "body": ""}).want(http.StatusUnprocessableEntity, inside("input[name=subject]", attr("value", nasty)), none("main img"))
	done := form.submit("form#ask", map[string]string{"subject": nasty, "body": nasty}, attached{"files", nasty + ".html", "<script>alert(1)</script>"}).want(http.StatusOK,
		inside("h1", says(nasty)), inside(".said", says(nasty)), none("main img"), none("main script"))
	theo := w.visit("theo")
	theo.get("/tickets?view=all").want(http.StatusOK, inside("table.queue", says(nasty)), none("main img"))
	theo.get(done.path).want(http.StatusOK, inside("h1", says(nasty)), none("main img"))
	theo.get("/tickets?q="+"%22%3E%3Cscript%3Ealert(1)%3C/script%3E").want(http.StatusOK, inside("input[name=q]", attr("value", `"><script>alert(1)</script>`)))
	theo.get("/tickets?view=all&status=%22%3E%3Cscript%3E&site='%20OR%201=1").want(http.StatusOK, none("tbody tr"))
}
