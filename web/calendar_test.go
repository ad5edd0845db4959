package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/sla/calendar"
	"amigo/web"
)

// calendarTown is a town whose jobs run.
func calendarTown(t *testing.T, d *db.DB, clock *dbtest.Clock) *town {
	t.Helper()
	w := newTownOn(t, d, clock)
	w.house.Engine.Jobs(w.mux)
	return w
}

const normandie = "/admin/calendars/normandie"

func TestTheCalendarsAreListedWithWhoUsesThem(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		w := calendarTown(t, d, clock)
		sam := w.visit("sam")
		list := sam.get("/admin/calendars").want(http.StatusOK,
			inside(".side-link[aria-current]", says("Calendriers")),
			inside("main tbody tr:nth-child(1)", says("normandie"), says("Ouvert jusqu'à 13 h"), says("mardi 4 juillet 2028"), says("AMIGO"), says("les promesses aux demandeurs")),
			inside("main tbody tr:nth-child(2)", says("techniciens-caen"), says("Ouvert jusqu'à 18 h")))
		team := must(w.house.People.Teams(t.Context()))(t)[0]
		after := list.submit("form#places", map[string]string{fmt.Sprintf("team.%d", team.ID): "techniciens-caen", "site.rouen": "normandie"}).
			want(http.StatusOK, inside("#flash", says("2 calendriers sont changés")),
				inside("main tbody tr:nth-child(1)", says("Site de Rouen")), inside("main tbody tr:nth-child(2)", says(team.Name)))
		if theirs := must(w.house.People.Calendars(t.Context()))(t); theirs[people.Place{Team: team.ID}] != "techniciens-caen" || len(theirs) != 2 {
			t.Errorf("calendars %v", theirs)
		}
		after.submit("form#places", map[string]string{"site.rouen": "none"}).want(http.StatusOK, inside("#flash", says("1 calendrier est changé")))
		if theirs := must(w.house.People.Calendars(t.Context()))(t); len(theirs) != 1 {
			t.Errorf("calendars %v", theirs)
		}
		after.submit("form#places", map[string]string{"site.rouen": "nulle-part"}).want(http.StatusUnprocessableEntity)
		w.visit("theo").get("/admin/calendars").want(http.StatusForbidden)
	})
}

func TestOfTwoWhoGivePlacesCalendarsEachKeepsWhatTheOtherLeftAlone(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		w := calendarTown(t, d, clock)
		sam := w.visit("sam")
		team := must(w.house.People.Teams(t.Context()))(t)[0]
		mine, theirs := sam.get("/admin/calendars"), sam.get("/admin/calendars")
		theirs.submit("form#places", map[string]string{"site.rouen": "normandie"}).want(http.StatusOK)
		mine.submit("form#places", map[string]string{fmt.Sprintf("team.%d", team.ID): "techniciens-caen"}).want(http.StatusOK, inside("#flash", says("1 calendrier est changé")))
		given := must(w.house.People.Calendars(t.Context()))(t)
		if given[people.Place{Site: "rouen"}] != "normandie" || given[people.Place{Team: team.ID}] != "techniciens-caen" {
			t.Errorf("calendars %v", given)
		}
	})
}

func TestAYearIsSeenDayByDay(t *testing.T) {
	w := newTown(t)
	sam := w.visit("sam")
	year := sam.get(normandie).want(http.StatusOK, count(".year-grid tbody tr", 12), count(".year-grid .day", 365), count(".year-grid thead th[scope=col]", 37),
		inside(".hours", says("Ouvert jusqu'à 13 h")), inside(".year-grid .is-today a[aria-current=date]", says("18")), inside("h2", says("Année scolaire 2026-2027")),
		inside(".legend", says("lundi, mardi, jeudi et vendredi 8 h – 17 h ; mercredi 8 h – 13 h"), says("du lundi au vendredi 9 h – 12 h 30 et 13 h 30 – 17 h")),
		count(".year-grid .is-guess", 0), inside("main", says("du samedi 17 octobre au dimanche 1er novembre"), says("livré avec AMIGO")))
	year.check(inside(".year-grid", says("mercredi 18 novembre : heures habituelles, 8 h – 13 h"), says("mercredi 11 novembre : jour fermé (11 novembre)"),
		says("lundi 19 octobre : Toussaint (vacances scolaires), 9 h – 12 h 30 et 13 h 30 – 17 h")))
	sam.get(normandie+"?year=2027").want(http.StatusOK, has(".year-grid .is-guess"), inside(".legend", says("pas encore publié")), inside("h2", says("2027-2028")))
	sam.get(normandie+"?year=1066").want(http.StatusOK, inside("h2", says("2015-2016")))
	sam.get(year.Find(".year-grid a").First().AttrOr("href", "")).want(http.StatusOK, inside(".is-chosen", says("1")), inside("#instant .notice", says("mardi 1er septembre : 8 h – 17 h")))
	sam.get("/admin/calendars/nowhere").want(http.StatusNotFound)
	sam.get(normandie + "?version=7").want(http.StatusNotFound)
}

func TestTheCalendarSaysWhetherItIsOpenAtAnInstant(t *testing.T) {
	w := newTown(t)
	sam := w.visit("sam")
	for ask, words := range map[string][]string{
		"day=2026-11-18&time=12:59": {"Ouvert jusqu'à 13 h", "heures habituelles"},
		"day=2026-11-18&time=13:00": {"Fermé, prochaine ouverture demain à 8 h", "aujourd'hui à 13 h"},
		"day=2026-11-19&time=17:00": {"Fermé, prochaine ouverture vendredi 20 novembre à 8 h", "demain à 17 h"},
		"day=2026-11-17&time=17:00": {"Fermé, prochaine ouverture aujourd'hui à 8 h", "hier à 17 h"},
		"day=2026-12-25&time=10:00": {"Fermé", "Jour de Noël"},
		"day=2026-10-20&time=09:30": {"Ouvert jusqu'à 12 h 30", "Toussaint (vacances scolaires)"},
		"day=2028-09-04&time=10:00": {"Ouvert jusqu'à 17 h", "jour pas encore publié"},
	} {
		p := sam.get(normandie + "?" + ask).want(http.StatusOK)
		for _, said := range words {
			p.check(inside("#instant .notice", says(said)))
		}
	}
	sam.get(normandie+"?day=hier").want(http.StatusUnprocessableEntity, inside("#f-day-error", says("Indiquez une date")), inside("#f-day[value=hier]"))
	sam.get(normandie+"?day=2026-11-18&time=midi").want(http.StatusUnprocessableEntity, has("#f-time-error"))
	sam.get(normandie+"?day=1815-06-18&time=10:00").want(http.StatusUnprocessableEntity, inside("#f-day-error", says("ne dit rien")))
}

func TestAnOfficeThatIsOpenOvernightSaysOnWhichDayItCloses(t *testing.T) {
	zone := must(time.LoadLocation("Europe/Paris"))(t)
	fr := must(i18n.Load())(t).Printer("fr", zone)
	at := func(day, hour int) time.Time { return time.Date(2026, time.November, day, hour, 0, 0, 0, zone) }
	for want, m := range map[string]calendar.Moment{
		"Ouvert jusqu'à 22 h":                                 {Open: true, Until: at(23, 22)},
		"Ouvert, prochaine fermeture mardi 24 novembre à 6 h": {Open: true, Until: at(24, 6)},
		"Ouvert": {Open: true}, "Fermé": {},
	} {
		if got := strings.ReplaceAll(web.MomentWords(fr, m, at(23, 20), at(22, 2)), i18n.NBSP, " "); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestHoursAreEditedLookedAtAndPutInForce(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		w := calendarTown(t, d, clock)
		ticket := w.ticket("ann", "Imprimante muette")
		before := *ticket.ResolutionDueAt
		sam := w.visit("sam")
		draft := sam.get(normandie+"/edit").want(http.StatusOK).submit("form#calendar", map[string]string{"week.0.thu": "8h-10h", "exceptions": "24/12/2026 8h - 12h"}).
			want(http.StatusOK, inside("main .notice", says("Rien n'est encore changé")),
				inside("main table", says("jeudi 24 décembre"), says("horaires exceptionnels, 8 h – 12 h"), says("8 h – 10 h")),
				inside("main", says("Imprimante muette"), says("1 échéance reculerait")), has(".year-grid .is-changed"))
		if v := must(w.house.Book.Current(t.Context(), calendar.Normandie))(t); v.Number != 1 {
			t.Fatalf("version %d before anybody has agreed", v.Number)
		}
		sam.get("/admin/calendars").want(http.StatusOK, inside("main", says("à décider"), has(fmt.Sprintf("a[href=%q]", draft.path))))
		draft.submit(`form[action$="/apply"]`, nil).at(normandie).want(http.StatusOK,
			inside("#flash", says("version n° 2")), inside(".legend", says("jeudi 8 h – 10 h")), inside("main", says("Sam")), inside("main", says("recompter")))
		w.drain()
		if after := must(w.house.Desk.Get(w.as("theo"), ticket.ID))(t).ResolutionDueAt; !after.After(before) {
			t.Errorf("due %v, before %v", after, before)
		}
		sam.get(normandie).want(http.StatusOK, inside("main", silent("recompter")))
		sam.get(draft.path).want(http.StatusOK, inside("main .notice", says("est en vigueur")), none(`form[action$="/apply"]`))
		sam.get(normandie+"?version=1").want(http.StatusOK, inside("main .notice", says("remplacée")), inside(".legend", silent("8 h – 10 h")), none(`a[href$="/edit"]`))
		written := must(w.house.Audit.List(t.Context(), 0, 1))(t)[0]
		if written.Action != "calendar.apply" || written.Actor != "sam" || written.Subject != "calendar:normandie" {
			t.Errorf("the record says %+v", written)
		}
	})
}

func TestWhatIsWrongStandsBesideItsFieldAndNothingTypedIsLost(t *testing.T) {
	w := newTown(t)
	edit := w.visit("sam").get(normandie + "/edit").want(http.StatusOK)
	rows := edit.Find("input[name^='period.'][name$='.from']").Length()
	grown := edit.submit("form#calendar", map[string]string{"zone": "Europe/Lutece"}, [2]string{"more", "period"}).
		want(http.StatusOK, count("input[name^='period.'][name$='.from']", rows+3), inside("#f-zone", attr("value", "Europe/Lutece")))
	last := func(field string) string { return fmt.Sprintf("period.%d.%s", rows, field) }
	typed := map[string]string{
		"week.0.mon": "08:00-12:00, 11:30-17:00", "week.1.tue": "le matin", "closed": "2026-12-31 Inventaire\nhier",
		"exceptions": "2026-12-24 08:00-12:00\n2026-12-24 14:00-15:00", last("from"): "2027-06-30", last("to"): "2027-06-01", last("name"): "Examens", "known_until": "demain",
	}
	back := grown.submit("form#calendar", typed).want(http.StatusUnprocessableEntity, has(".problems"),
		inside(`[id="f-zone-error"]`, says("fuseau")), inside(`[id="f-week.0.mon-error"]`, says("se recouvrent")), inside(`[id="f-week.1.tue-error"]`, says("Écrivez des heures")),
		inside(`[id="f-closed-error"]`, says("Ligne 2 : indiquez une date")), inside(`[id="f-exceptions-error"]`, says("Ligne 2")), inside(`[id="f-known_until-error"]`, says("date qui existe")),
		inside(fmt.Sprintf(`[id="f-%s-error"]`, last("to")), says("La fin est avant le début")))
	for name, value := range typed {
		in := back.Find(fmt.Sprintf("[name=%q]", name))
		if got := in.AttrOr("value", in.Text()); got != value {
			t.Errorf("%s came back as %q, was %q", name, got, value)
		}
	}
	if drafts := must(w.house.Book.Drafts(t.Context(), "", 10))(t); len(drafts) != 0 {
		t.Errorf("%d drafts of what is wrong", len(drafts))
	}
}

func TestAFormGivesBackTheDefinitionThatItShows(t *testing.T) {
	w := newTown(t)
	spec := must(calendar.Named(calendar.Normandie))(t)
	spec.Closed = append(spec.Closed, calendar.ClosedDay{Day: "2026-12-31", Name: "Inventaire"})
	spec.Exceptions = map[string][]calendar.Interval{"2026-12-24": {{"08:00", "12:00"}}}
	spec.Marks = []calendar.Mark{{From: "2026-09-01", To: "2026-09-11", Name: "Rentrée"}}
	spec.Regimes["astreinte"] = calendar.Weekly{"sat": {{"22:00", "24:00"}}}
	spec.Periods = append(spec.Periods, calendar.Period{From: "2027-06-01", To: "2027-06-30", Name: "Examens", Weekly: calendar.Weekly{"mon": {{"07:00", "19:00"}}}},
		calendar.Period{From: "2027-06-05", To: "2027-06-05", Name: "Bascule", Regime: "astreinte"})
	must(w.house.Book.Put(t.Context(), calendar.Normandie, spec))(t)
	sam := w.visit("sam")
	sam.get(normandie+"/edit").submit("form#calendar", nil).want(http.StatusOK, inside("main", says("dit déjà la même chose")))
	renamed := sam.get(normandie+"/edit").submit("form#calendar", map[string]string{"week.1.name": "nuit"}).want(http.StatusOK, inside("main table", says("nuit")))
	drafts := must(w.house.Book.Drafts(t.Context(), calendar.Normandie, 10))(t)
	if last := drafts[0].Spec; last.Regimes["nuit"] == nil || last.Periods[len(last.Periods)-1].Regime != "nuit" {
		t.Errorf("a regime that was renamed is lost: %+v", last.Regimes)
	}
	renamed.submit(`form[action$="/discard"]`, nil).at("/admin/calendars").want(http.StatusOK, inside("#flash", says("abandonné")))
}

func TestTwoWhoEditAtOnceHearOfEachOther(t *testing.T) {
	w := newTown(t)
	sam, ada := w.visit("sam"), w.visit("ada")
	mine := sam.get(normandie+"/edit").submit("form#calendar", map[string]string{"week.0.mon": "08:00-18:00"}).want(http.StatusOK)
	ada.get(normandie+"/edit").submit("form#calendar", map[string]string{"week.0.mon": "07:00-17:00"}).submit(`form[action$="/apply"]`, nil).at(normandie)
	late := mine.submit(`form[action$="/apply"]`, nil).want(http.StatusConflict, inside("main .notice", says("changé entre-temps"), says("Rien n'est perdu")), none(`form[action$="/apply"]`))
	again := late.submit(`form[action$="/redraw"]`, nil).want(http.StatusOK, inside("main table", says("7 h – 17 h"), says("8 h – 18 h")))
	again.submit(`form[action$="/apply"]`, nil).at(normandie).want(http.StatusOK, inside("#flash", says("version n° 3")))
}

func TestANewCalendarBeginsLikeAnother(t *testing.T) {
	w := newTown(t)
	sam := w.visit("sam")
	list := sam.get("/admin/calendars")
	for name, words := range map[string]string{"": "minuscules", "Été à Caen": "minuscules", "normandie": "déjà pris", "drafts": "déjà pris"} {
		list.submit("form#new", map[string]string{"name": name}).want(http.StatusUnprocessableEntity, inside("#f-name-error", says(words)), inside("#f-name", attr("value", name)))
	}
	form := list.submit("form#new", map[string]string{"name": "astreinte-rouen", "model": "techniciens-caen"}).at("/admin/calendars/astreinte-rouen/edit?model=techniciens-caen").want(http.StatusOK)
	draft := form.submit("form#calendar", map[string]string{"week.0.sat": "08:00-12:00"}).want(http.StatusOK, inside("main", says("copie de techniciens-caen"), says("inconnu")))
	draft.submit(`form[action$="/apply"]`, nil).at("/admin/calendars/astreinte-rouen").want(http.StatusOK, inside(".legend", says("samedi 8 h – 12 h")))
	sam.get("/admin/calendars/nothing/edit").want(http.StatusNotFound)
	sam.get("/admin/calendars/nothing/edit?model=neither").want(http.StatusNotFound)
}

// ministry is a file as the ministry publishes it, of a winter in zone B.
const ministry = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//FR\r\n" +
	"BEGIN:VEVENT\r\nUID:1@test\r\nDTSTART;VALUE=DATE:20281021\r\nDTEND;VALUE=DATE:20281106\r\nSUMMARY:Vacances de la Toussaint - Zone B\r\nEND:VEVENT\r\n" +
	"END:VCALENDAR\r\n"

func TestASchoolYearIsImportedFromAFile(t *testing.T) {
	w := newTown(t)
	sam := w.visit("sam")
	form := sam.get(normandie+"/import").want(http.StatusOK, inside("#f-zone", attr("value", "B")))
	form.submit("form#import", nil).want(http.StatusUnprocessableEntity, inside("#f-file-error", says("Choisissez un fichier")))
	lie := strings.Replace(ministry, "20281106", "20281001", 1)
	form.submit("form#import", map[string]string{"zone": "B"}, attached{"file", "zone-b.ics", lie}).want(http.StatusUnprocessableEntity,
		inside("#f-file-error", says("rien n'est changé")), inside("main .reasons li", says("Ligne 7"), says("finit le dimanche 1er octobre 2028")), none("main .reasons [lang]"), inside("#f-zone", attr("value", "B")))
	draft := form.submit("form#import", nil, attached{"file", "zone-b.ics", ministry}).want(http.StatusOK, inside("main", says("zone-b.ics")), inside("main table", says("octobre 2028")))
	draft.submit(`form[action$="/apply"]`, nil).at(normandie).want(http.StatusOK, inside("main", says("zone-b.ics")))
	form.submit("form#import", map[string]string{"address": "ftp://example.test/zone-b.ics"}).want(http.StatusUnprocessableEntity, has("#f-address-error"), inside("#f-address", attr("value", "ftp://example.test/zone-b.ics")))
}

func TestADraftOnItsWaySaysSoAndARefusedOneWhy(t *testing.T) {
	w := newTown(t)
	sam := w.visit("sam")
	form := sam.get(normandie + "/import")
	page := form.submit("form#import", map[string]string{"address": "https://calendar.example.test/zone-b.ics"}).
		want(http.StatusOK, inside("main .notice", says("en cours de lecture")), none(`form[action$="/apply"]`))
	if page.header.Get("Refresh") == "" {
		t.Error("the page does not look again")
	}
	drafts := must(w.house.Book.Drafts(t.Context(), calendar.Normandie, 1))(t)
	if err := w.house.Book.RefuseDraft(t.Context(), drafts[0].ID, "line 3: no day\nline 9: no end"); err != nil {
		t.Fatal(err)
	}
	sam.get(page.path).want(http.StatusOK, inside("main .notice", says("Ce n'est pas un calendrier"), says("line 3: no day"), says("line 9: no end")), count(".reasons li", 2))
	token := page.Find("input[name=csrf]").First().AttrOr("value", "")
	sam.post(page.path+"/apply", url.Values{"csrf": {token}}).want(http.StatusConflict)
	sam.get("/admin/calendars/drafts/4711").want(http.StatusNotFound)
}
