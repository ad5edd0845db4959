package web_test

import (
	"net/http"
	"testing"

	"amigo/sla/calendar"
)

func TestWhoSavesAFormOfLongAgoUndoesNothingUnseen(t *testing.T) {
	w := newTown(t)
	open := w.visit("sam").get(normandie + "/edit").want(http.StatusOK)
	w.visit("ada").get(normandie+"/edit").submit("form#calendar", map[string]string{"week.0.mon": "07:00-17:00"}).submit(`form[action$="/apply"]`, nil).at(normandie)
	refused := open.submit("form#calendar", map[string]string{"week.0.tue": "le matin"}).want(http.StatusUnprocessableEntity)
	refused.submit("form#calendar", map[string]string{"week.0.tue": "08:00-18:00"}).
		want(http.StatusOK, inside("main .notice", says("changé entre-temps")), none(`form[action$="/apply"]`), has(`form[action$="/redraw"]`))
}

func TestADayGivenTwiceLeavesNoDraft(t *testing.T) {
	w := newTown(t)
	w.visit("sam").get(normandie+"/edit").submit("form#calendar", map[string]string{"exceptions": "2026-12-24 08:00-12:00\n2026-12-24 14:00-15:00"}).
		want(http.StatusUnprocessableEntity, inside(`[id="f-exceptions-error"]`, says("Ligne 2")))
	if drafts := must(w.house.Book.Drafts(t.Context(), "", 10))(t); len(drafts) != 0 {
		t.Errorf("%d drafts of what is wrong", len(drafts))
	}
}

func TestHoursThatEndWhenTheyBeginAreRefusedInWords(t *testing.T) {
	w := newTown(t)
	w.visit("sam").get(normandie+"/edit").submit("form#calendar", map[string]string{"week.0.mon": "08:00-08:00"}).
		want(http.StatusUnprocessableEntity, inside(`[id="f-week.0.mon-error"]`, says("finit au moment où elle commence")))
}

// A version may have holidays that another one was drawn without.
func TestAFileIsComparedWithTheVersionThatItWasPutInto(t *testing.T) {
	w := newTown(t)
	w.visit("sam").get(normandie+"/import").submit("form#import", nil, attached{"file", "zone-b.ics", ministry}).want(http.StatusOK)
	draft := must(w.house.Book.Drafts(t.Context(), calendar.Normandie, 1))(t)[0]
	if now := must(w.house.Book.Current(t.Context(), calendar.Normandie))(t); draft.Base != now.ID || draft.State != calendar.Ready {
		t.Errorf("%+v, in force is %d", draft, now.ID)
	}
}
