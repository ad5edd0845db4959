package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"amigo/tickets"
)

// whyLines are the lines that explain a promise of a ticket, the n-th on its page.
func whyLines(p *page, n int) (lines []string) {
	p.Find("details.why").Eq(n).Find("tbody tr").Each(func(_ int, tr *goquery.Selection) {
		lines = append(lines, plain(strings.Join([]string{tr.Find(".why-title").Text(), tr.Find(".why-text").Text(), tr.Find("td").Text()}, " | ")))
	})
	return lines
}

func wantLines(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the lines are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestADueDateExplainsItselfStretchByStretch(t *testing.T) {
	w := newTown(t) // Wednesday, 9:00
	ticket := w.ticket("bob", "Imprimante muette")
	w.at("2026-11-18 10:00")
	must(w.house.Desk.Wait(w.as("theo"), ticket.ID, tickets.Wait{For: tickets.WaitingThirdParty}))(t)
	w.at("2026-11-18 12:00")
	paused := w.visit("theo").get(path(ticket)).want(http.StatusOK, inside(".promise .mark.is-paused", says("en pause"), says("17 h restantes")))
	wantLines(t, whyLines(paused, 1), "mercredi 18 novembre | 9 h – 10 h | 1 h", "Depuis mercredi 18 novembre à 10 h | en pause, en attente d'un tiers | –")
	w.at("2026-11-19 10:00")
	must(w.house.Desk.Change(w.as("theo"), ticket.ID, tickets.Change{Status: new(tickets.Opened)}))(t)
	w.at("2026-11-20 09:00")
	p := w.visit("theo").get(path(ticket)).want(http.StatusOK, inside("details.why", says("Pourquoi cette date ?"), says("Promis : 18 h de temps ouvré"), says("calendrier normandie")),
		inside("details.why .why-sum", says("Compté jusqu'ici : 9 h · 9 h restantes."), says("Échéance : lundi 23 novembre à 9 h.")))
	wantLines(t, whyLines(p, 1),
		"mercredi 18 novembre | 9 h – 10 h | 1 h",
		"mercredi 18 novembre à 10 h – jeudi 19 novembre à 10 h | en pause, en attente d'un tiers | –",
		"jeudi 19 novembre | 10 h – 17 h | 7 h",
		"vendredi 20 novembre | 8 h – 17 h | 9 h",
		"samedi 21 novembre – dimanche 22 novembre | fermé | –",
		"lundi 23 novembre | 8 h – 9 h | 1 h")
	w.visit("bob").get(path(ticket)).want(http.StatusOK, none("details.why"))
}

func TestADueDateNamesTheRegimeOfEachDay(t *testing.T) {
	w := newTown(t)
	w.at("2026-12-23 09:00")
	p := w.visit("theo").get(path(w.ticket("bob", "Avant Noël"))).want(http.StatusOK)
	wantLines(t, whyLines(p, 1),
		"mercredi 23 décembre | Noël (vacances scolaires) · 9 h – 12 h 30, 13 h 30 – 17 h | 7 h",
		"jeudi 24 décembre | Noël (vacances scolaires) · 9 h – 12 h 30, 13 h 30 – 17 h | 7 h",
		"vendredi 25 décembre | jour fermé (Jour de Noël) | –",
		"samedi 26 décembre – dimanche 27 décembre | Noël (vacances scolaires) · fermé | –",
		"lundi 28 décembre | Noël (vacances scolaires) · 9 h – 12 h 30, 13 h 30 – 14 h | 4 h")
}

func TestTheHoursOfAnAccountAddUpAsTheyAreSaid(t *testing.T) {
	w := newTown(t)
	w.at("2026-11-19 14:42")
	w.clock.Advance(17 * time.Second)
	p := w.visit("theo").get(path(w.ticket("bob", "Quatre heures"))).want(http.StatusOK)
	wantLines(t, whyLines(p, 0), "jeudi 19 novembre | 14 h 42 – 17 h | 2 h 18", "vendredi 20 novembre | 8 h – 9 h 42 | 1 h 42")
}

func TestADateOnDaysThatNobodyPublishedIsMarked(t *testing.T) {
	w := newTown(t)
	w.at("2028-07-04 16:00") // the last known day
	ticket := w.ticket("bob", "Avant l'été")
	theo := w.visit("theo")
	theo.get("/tickets?view=all").check(inside(".q-due .clock-note", says("provisoire")))
	p := theo.get(path(ticket)).want(http.StatusOK, inside(".promise .clock-note", says("provisoire")), inside(".why-sum", says("Provisoire : l'année scolaire suivante n'est pas encore publiée.")))
	wantLines(t, whyLines(p, 0),
		"mardi 4 juillet | 16 h – 17 h | 1 h",
		"mercredi 5 juillet | horaires habituels, calendrier non publié · 8 h – 11 h | 3 h")
	bob := w.visit("bob")
	bob.get(path(ticket)).check(inside(".notice", says("Réponse avant 11 h demain (date estimée)"), says("à 11 h (date estimée). Nos horaires pour cette période"), silent("provisoire")))
	bob.get("/tickets").check(inside(".request", says("date estimée")))
}

func TestOnlyTheDatesThatAreGuessedAreCalledEstimates(t *testing.T) {
	w := newTown(t)
	w.at("2028-07-04 09:00") // the answer is due on this last known day, the solution after it
	ticket := w.ticket("bob", "Avant l'été")
	bob := w.visit("bob")
	bob.get(path(ticket)).check(inside(".notice", says("Réponse avant 13 h aujourd'hui, résolution avant"), says("à 13 h (date estimée). Nos horaires")))
	bob.get("/tickets").check(inside(".request", says("réponse avant 13 h aujourd'hui"), silent("estimée")))
}

func TestWhatWantsAttentionFollowsTheLadder(t *testing.T) {
	w := newTown(t) // 4 h for the first answer, and the first rung at 50 %
	w.ticket("bob", "Imprimante muette")
	for _, c := range [][2]string{
		{"2026-11-18 10:59", "is-calm"}, {"2026-11-18 11:00", "is-soon"}, {"2026-11-18 13:00", "is-soon"}, {"2026-11-19 08:01", "is-late"},
	} {
		w.at(c[0])
		w.visit("theo").get("/tickets?view=all").check(has(".q-due ." + c[1]))
	}
}
