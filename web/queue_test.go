package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"amigo/tickets"
)

func TestTheQueueIsSortedByDueDateAndAMIGOComesFirst(t *testing.T) {
	w := newTown(t)
	bob := must(w.house.People.ByUID(t.Context(), "bob"))(t)
	must(w.house.Desk.Open(w.as("theo"), tickets.Open{Subject: "par téléphone", Body: "x", Requester: bob.ID, Channel: "phone"}))(t)
	w.ticket("bob", "dans AMIGO")
	w.clock.Advance(time.Minute)
	must(w.house.Desk.Open(w.as("theo"), tickets.Open{Subject: "urgent", Body: "x", Requester: bob.ID, Priority: tickets.Urgent}))(t)
	must(w.house.Desk.Open(w.as("theo"), tickets.Open{Subject: "pas pressé", Body: "x", Requester: bob.ID, Priority: tickets.Low}))(t)
	theo := w.visit("theo")
	p := theo.get("/tickets?view=all").want(http.StatusOK, inside(`th[aria-sort=ascending]`, says("Échéance")))
	wantOrder(t, p, "urgent", "dans AMIGO", "par téléphone", "pas pressé")
	wantOrder(t, theo.get(p.Find(`th[aria-sort] a`).AttrOr("href", "")).want(http.StatusOK, has(`th[aria-sort=descending]`)), "pas pressé", "par téléphone", "dans AMIGO", "urgent")
	for _, made := range []string{"sort=subject", "sort=due_at%3B--", "cursor=xyz"} {
		theo.get("/tickets?view=all&"+made).want(http.StatusBadRequest, inside("h1", says("ne peut pas être traitée")))
	}
}

func wantOrder(t *testing.T, p *page, subjects ...string) {
	t.Helper()
	var got []string
	for _, row := range p.Find("tbody .q-title").EachIter() {
		row.Find(".sr-only").Remove()
		got = append(got, plain(row.Text()))
	}
	if strings.Join(got, ", ") != strings.Join(subjects, ", ") {
		t.Errorf("%s: %v, want %v", p.path, got, subjects)
	}
}

func TestViewsHoldWhatTheySayAndCountIt(t *testing.T) {
	w := newTown(t)
	mine, free, waits, late := w.ticket("ann", "à moi"), w.ticket("ann", "libre"), w.ticket("bob", "en attente"), w.ticket("ann", "en retard")
	theo := must(w.house.People.ByUID(t.Context(), "theo"))(t).ID
	must(w.house.Desk.Assign(w.as("theo"), mine.ID, tickets.Assign{Assignee: &theo}))(t)
	must(w.house.Desk.Reply(w.as("tess"), waits.ID, tickets.Reply{Body: "?", Then: tickets.WaitingRequester}))(t)
	must(w.house.Desk.Solve(w.as("tess"), w.ticket("bob", "fini").ID, tickets.Solve{Solution: "!"}))(t)
	_, _ = free, late
	b := w.visit("theo")
	for view, want := range map[string]int{"mine": 1, "team": 3, "free": 2, "waiting": 1, "all": 4} {
		p := b.get("/tickets?view="+view).want(http.StatusOK, count("tbody tr", want), count(`.side-link[aria-current=page]`, 1), inside(`.side-link[href="/tickets?view=`+view+`"]`, attr("aria-current", "page")))
		if counted := plain(p.Find(".side-link[aria-current] .count").Text()); view != "all" && counted != strings.TrimSpace(string(rune('0'+want))) {
			t.Errorf("%s counts %q", view, counted)
		}
	}
	b.get("/tickets").want(http.StatusOK, inside("h1", says("Mon équipe")))
	w.visit("sam").get("/tickets").want(http.StatusOK, inside("h1", says("Tous"))) // in no team
	b.get("/tickets?view=soon").want(http.StatusOK, inside(".empty", says("Rien ne presse")))
	w.clock.Advance(150 * time.Minute)
	w.visit("theo").get("/tickets?view=soon").want(http.StatusOK, count("tbody tr", 3), has(".clock.is-soon"))
	b.signIn("theo", "/").b.get("/tickets?view=all&status=solved").want(http.StatusOK, count("tbody tr", 1), inside(`.btn-small`, says("Résolu")))
	b.get("/tickets?q=libre").want(http.StatusOK, count("tbody tr", 1), inside("h1", says("Tous")))
	b.get("/tickets?q=fini").want(http.StatusOK, count("tbody tr", 1))
	b.get("/tickets?q=introuvable").want(http.StatusOK, inside(".empty", says("Aucun ticket ne correspond")), has(`.empty a[href="/tickets?view=all"]`))
}

func TestALongQueueHasPages(t *testing.T) {
	w := newTown(t)
	for range 53 {
		w.ticket("bob", "Encore une")
		w.clock.Advance(time.Second)
	}
	theo := w.visit("theo")
	first := theo.get("/tickets?view=all").want(http.StatusOK, count("tbody tr", 50), says("50 sur 53"), none(".pager [rel=prev]"))
	second := theo.get(first.Find(".pager [rel=next]").AttrOr("href", "")).want(http.StatusOK, count("tbody tr", 3), none(".pager [rel=next]"))
	theo.get(second.Find(".pager [rel=prev]").AttrOr("href", "")).want(http.StatusOK, count("tbody tr", 50))
	bob := w.visit("bob").get("/tickets").want(http.StatusOK, count(".request", 20), has(".pager [rel=next]"))
	bob.b.get("/tickets?q=encore").want(http.StatusOK, count(".request", 20))
	bob.b.get("/tickets?q=rien").want(http.StatusOK, inside(".empty", says("Aucune demande ne correspond")))
}

func TestClocksSpeakInWorkingTime(t *testing.T) {
	w := newTown(t) // Wednesday, 9:00; the office closes at 13:00
	ticket := w.ticket("bob", "Imprimante muette")
	for _, c := range [][2]string{
		{"2026-11-18 10:30", "2 h 30 restantes"},
		{"2026-11-18 11:30", "1 h 30 restante"},
		{"2026-11-18 12:59", "1 min restante"},
		{"2026-11-18 15:00", "dès l'ouverture"},
		{"2026-11-19 08:40", "en retard de 40 min"},
		{"2026-11-30 10:00", "en retard, 18 nov."},
	} {
		w.at(c[0])
		w.visit("theo").get("/tickets?view=all").check(inside(".q-due", says(c[1])))
	}
	w.at("2026-11-30 10:05")
	must(w.house.Desk.Solve(w.as("theo"), ticket.ID, tickets.Solve{Solution: "Fait."}))(t)
	w.visit("theo").get("/tickets?view=all&status=solved").check(inside(".q-due", says("résolu 10 h 05")))
}
