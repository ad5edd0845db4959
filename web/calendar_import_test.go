package web_test

import (
	"net/http"
	"testing"

	"amigo/sla/calendar"
)

func TestAFileAndAnAddressAreOneTooMany(t *testing.T) {
	w := newTown(t)
	form := w.visit("sam").get(normandie + "/import").want(http.StatusOK)
	const address = "https://calendar.example.test/zone-b.ics"
	form.submit("form#import", map[string]string{"address": address}, attached{"file", "zone-b.ics", ministry}).want(http.StatusUnprocessableEntity,
		inside("#f-file-error", says("l'un des deux")), inside("#f-address", attr("value", address)))
	form.submit("form#import", map[string]string{"address": "  "}, attached{"file", "zone-b.ics", ministry}).want(http.StatusOK, inside("main", says("zone-b.ics")))
	if drafts := must(w.house.Book.Drafts(t.Context(), calendar.Normandie, 10))(t); len(drafts) != 1 {
		t.Errorf("%d drafts", len(drafts))
	}
}

func TestASchoolCalendarThatEndsOnNoDayIsToBeLookedAt(t *testing.T) {
	w := newTown(t)
	sam := w.visit("sam")
	draft := sam.get(normandie+"/edit").submit("form#calendar", map[string]string{"known_until": ""}).
		want(http.StatusOK, inside("main .reasons", says("n'a pas de dernier jour connu")), has(`form[action$="/apply"]`))
	sam.get(normandie+"/edit").submit("form#calendar", map[string]string{"known_until": "", "school": ""}).want(http.StatusOK, none("main .reasons"))
	sam.get(normandie+"/edit").submit("form#calendar", map[string]string{"week.0.mon": "08:00-18:00"}).
		want(http.StatusOK, none("main .reasons")).submit(`form[action$="/apply"]`, nil).at(normandie)
	sam.get(draft.path).submit(`form[action$="/redraw"]`, nil).want(http.StatusOK, inside("main .reasons", says("n'a pas de dernier jour connu")))
}
