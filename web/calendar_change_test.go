package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"amigo/sla/calendar"
)

// drafted makes a draft of AMIGO's calendar, changed, and gives its page.
func (w *town) drafted(source string, change func(s *calendar.Spec)) (page string) {
	w.t.Helper()
	spec := must(calendar.Named(calendar.Normandie))(w.t)
	change(&spec)
	d := must(w.house.Book.NewDraft(w.t.Context(), calendar.Draft{Calendar: calendar.Normandie, Spec: spec, Source: source, Author: "sam"}))(w.t)
	return fmt.Sprintf("/admin/calendars/drafts/%d", d.ID)
}

// closing gives a day off.
func closing(day string) func(s *calendar.Spec) {
	return func(s *calendar.Spec) { s.Closed = append(s.Closed, calendar.ClosedDay{Day: day, Name: "Inventaire"}) }
}

// listed are the tables of a page but its year.
const listed = "main table:not(.year-grid)"

func TestAStretchOfDaysSaysTheHoursOfItsWholeWeek(t *testing.T) {
	w := newTown(t)
	page := w.drafted("edit", func(s *calendar.Spec) {
		s.Periods = append(s.Periods, calendar.Period{From: "2026-11-25", To: "2026-12-18", Name: "Travaux", Regime: calendar.SchoolHolidays})
	})
	w.visit("sam").get(page).want(http.StatusOK, inside(listed, says("du mercredi 25 novembre au vendredi 18 décembre"),
		says("lundi, mardi, jeudi et vendredi 8 h – 17 h ; mercredi 8 h – 13 h"), says("du lundi au vendredi 9 h – 12 h 30 et 13 h 30 – 17 h")))
}

func TestHoursThatAllDaysOfAStretchShareAreSaidOnce(t *testing.T) {
	w := newTown(t)
	page := w.drafted("edit", func(s *calendar.Spec) {
		s.Periods = append(s.Periods, calendar.Period{From: "2026-11-26", To: "2026-11-27", Name: "Travaux", Regime: calendar.SchoolHolidays})
	})
	w.visit("sam").get(page).want(http.StatusOK, inside(listed, says("heures habituelles, 8 h – 17 h"), silent("jeudi et vendredi"),
		says("Travaux (vacances scolaires), 9 h – 12 h 30 et 13 h 30 – 17 h")))
}

func TestWhereOnlyANameChangesNoHoursAreSaid(t *testing.T) {
	w := newTown(t)
	page := w.drafted("edit", func(s *calendar.Spec) {
		for i, p := range s.Periods {
			if strings.HasPrefix(p.Name, "Noël") && strings.HasPrefix(p.From, "2027") {
				s.Periods[i].Name = "Hiver"
			}
		}
	})
	w.visit("sam").get(page).want(http.StatusOK, inside(listed, says("Noël"), says("Hiver (vacances scolaires) · mêmes heures, seul le nom change"), silent("fermé"), silent("9 h")))
}

func TestAPreviewSaysLoudlyThatPromisesWouldLoseTheirDate(t *testing.T) {
	w := newTown(t)
	w.ticket("ann", "Imprimante muette")
	sam := w.visit("sam")
	never := w.drafted("edit", func(s *calendar.Spec) {
		*s = calendar.Spec{TZ: s.TZ, KnownFrom: s.KnownFrom, KnownUntil: s.KnownUntil, Weekly: calendar.Weekly{}, Exceptions: map[string][]calendar.Interval{"2026-11-02": {{"08:00", "12:00"}}}}
	})
	sam.get(never).want(http.StatusOK, inside("main .notice.is-late", says("2 promesses n'auraient plus d'échéance du tout")), inside("main", silent("deviendraient fermes"), silent("aucune échéance ne bougerait")))
	short := w.drafted("edit", func(s *calendar.Spec) {
		*s = calendar.Spec{TZ: s.TZ, KnownFrom: s.KnownFrom, KnownUntil: "2026-11-17", Weekly: s.Weekly}
	})
	sam.get(short).want(http.StatusOK, inside("main", says("2 échéances fermes deviendraient provisoires"), silent("plus d'échéance")))
}

func TestDraftsAreToldApartAndThoseOutOfDateAreFolded(t *testing.T) {
	w := newTown(t)
	sam := w.visit("sam")
	for day := 21; day <= 27; day++ {
		w.drafted(fmt.Sprintf("fichier-%d.ics", day), closing(fmt.Sprintf("2026-09-%d", day)))
	}
	sam.get(normandie).want(http.StatusOK, count("main a[href*='/drafts/']", 5), none("main details a[href*='/drafts/']"),
		inside("main", says("fichier-27.ics"), says("1 jour"), silent("fichier-22.ics"), says("et 2 autres, plus anciens")))
	must(w.house.Book.Put(t.Context(), calendar.Normandie, func() calendar.Spec {
		spec := must(calendar.Named(calendar.Normandie))(t)
		closing("2026-09-02")(&spec)
		return spec
	}()))(t)
	w.drafted("nouveau.ics", closing("2026-09-28"))
	for _, path := range []string{normandie, "/admin/calendars"} {
		sam.get(path).want(http.StatusOK, count("main a[href*='/drafts/']", 6), count("main details a[href*='/drafts/']", 5),
			inside("main details summary", says("7 brouillons à refaire")), inside("main details", says("à refaire"), silent("à décider"), silent("nouveau.ics")),
			inside("main", says("nouveau.ics"), says("2 jours")))
	}
}

func TestAnAddressToWhichFormsAreSentCanBeLoadedAgain(t *testing.T) {
	w := newTown(t)
	sam := w.visit("sam")
	for _, path := range []string{"/admin/calendars/new", "/admin/calendars/places"} {
		sam.get(path).at("/admin/calendars").want(http.StatusOK, has("form#new"))
	}
	refused := sam.get("/admin/calendars").submit("form#new", map[string]string{"name": "Été"}).want(http.StatusUnprocessableEntity)
	other := refused.Find("footer a[href*='lang=en'], a[href*='lang=en']").First().AttrOr("href", "")
	if p := sam.get(other); p.status != http.StatusOK || p.Find("html").AttrOr("lang", "") != "en" {
		t.Errorf("%q answers %d", other, p.status)
	}
}

func TestAYearThatDoesNotFitSaysSo(t *testing.T) {
	w := newTown(t)
	w.visit("sam").get(normandie).want(http.StatusOK, inside(".year .year-reach", says("Faites défiler vers la droite")), inside(".year-hint", says("Choisissez un jour"), silent("Survolez")))
}

func TestADraftThatChangesNothingCanOnlyBeDiscarded(t *testing.T) {
	w := newTown(t)
	sam := w.visit("sam")
	p := sam.get(normandie+"/edit").submit("form#calendar", nil).want(http.StatusOK,
		inside("main .notice", says("Ce brouillon ne change rien")), has("form[action$='/discard']"), none("form[action$='/apply']"), none("main .head a[href*='/edit']"), none(".year-grid"))
	sam.get(normandie).want(http.StatusOK, inside("main tbody tr:contains('0 jour')", says("ne change rien"), silent("à décider")))
	// The button of another draft, as somebody might send it.
	other := sam.get(w.drafted("edit", closing("2026-09-21"))).filled(sam.get(w.drafted("edit", closing("2026-09-21"))).Find("form[action$='/apply']"))
	sam.post(p.path+"/apply", other).want(http.StatusConflict, inside("main .notice", says("Ce brouillon ne change rien")))
	if history := must(w.house.Book.History(t.Context(), calendar.Normandie))(t); len(history) != 1 {
		t.Errorf("%d versions", len(history))
	}
	// A day without hours may be said or left out: that is no change.
	said := w.drafted("edit", func(s *calendar.Spec) { s.Weekly["sun"] = []calendar.Interval{} })
	sam.get(said).want(http.StatusOK, inside("main .notice", says("ne change rien"))).
		submit("form[action$='/discard']", nil).want(http.StatusOK, inside("#flash", says("abandonné")))
	// Whose holidays these are matters, though no day changes.
	sam.get(w.drafted("edit", func(s *calendar.Spec) { s.SchoolZone = "C" })).want(http.StatusOK, inside("main", says("Aucun jour ne change")), has("form[action$='/apply']"))
}

func TestTheDaysOfADraftAreReadWithoutAMouse(t *testing.T) {
	w := newTown(t)
	page := w.drafted("edit", closing("2026-09-21"))
	sam := w.visit("sam")
	draft := sam.get(page).want(http.StatusOK, count(".year-grid a.day-face", 365), inside(".year-hint", says("Les jours soulignés changent")))
	day := draft.Find(".year-grid .is-changed a").AttrOr("href", "")
	if want := page + "?day=2026-09-21#year"; day != want {
		t.Fatalf("the day is at %q, want %q", day, want)
	}
	sam.get(day).want(http.StatusOK, inside("#year .year-hint", says("lundi 21 septembre : jour fermé (Inventaire)")), count(".year-grid .is-chosen.is-changed", 1))
	sam.get(page+"?day=2027-09-21").want(http.StatusOK, inside("#year h2", says("2027-2028")))
	sam.get(page+"?day=hier").want(http.StatusOK, none(".is-chosen"))
}

func TestPeriodsBeyondTheKnownDaysSayThatTheyAreToBeConfirmed(t *testing.T) {
	w := newTown(t)
	spec := must(calendar.Named(calendar.Normandie))(t)
	spec.KnownUntil = "2026-12-22"
	must(w.house.Book.Put(t.Context(), calendar.Normandie, spec))(t)
	w.visit("sam").get(normandie).want(http.StatusOK,
		inside("main table.rows tr:contains('Toussaint')", says("vacances scolaires"), silent("confirmer")),
		inside("main table.rows tr:contains('Noël')", says("vacances scolaires · à confirmer après le mardi 22 décembre")),
		inside("main table.rows tr:contains('Printemps')", says("vacances scolaires · au-delà des jours connus, à confirmer")),
		inside(".year-grid", says("lundi 19 avril : Printemps (vacances scolaires), 9 h – 12 h 30 et 13 h 30 – 17 h · jour pas encore publié"), says("mercredi 6 janvier : heures habituelles, supposées, 8 h – 13 h"), silent("supposées, 8 h – 13 h · jour")))
}

func TestSupervisorsAreToldAtHomeThatACalendarEnds(t *testing.T) {
	w := newTown(t)
	sam := w.visit("sam")
	for _, path := range []string{"/tickets", "/reports"} {
		sam.get(path).want(http.StatusOK, none("main .notice[role=note]"))
	}
	w.at("2028-07-04 16:00") // the last known day
	w.ticket("bob", "Avant l'été")
	sam = w.visit("sam")
	for _, path := range []string{"/tickets", "/tickets?lang=fr", "/reports"} {
		sam.get(path).want(http.StatusOK, inside("main .notice[role=note]", says("normandie n'est connu que jusqu'au mardi 4 juillet"),
			says("2 promesses sont provisoires"), has("a[href='"+normandie+"/import']")))
	}
	sam.get("/tickets?view=all").want(http.StatusOK, none("main .notice[role=note]")) // it is a queue to be worked on
	sam.get("/admin/calendars").want(http.StatusOK, inside("main .notice", says("2 promesses dépassent ce jour"), silent("au-delà")))
	w.visit("theo").get("/tickets").want(http.StatusOK, none("main .notice[role=note]"))
}
