package web_test

import (
	"net/http"
	"strconv"
	"testing"

	"amigo/sla/calendar"
)

// refusedDraft is the page of a draft that was refused for some reasons.
func (w *town) refusedDraft(reasons string) string {
	w.t.Helper()
	d := must(w.house.Book.NewDraft(w.t.Context(), calendar.Draft{Calendar: calendar.Normandie, State: calendar.Fetching, Source: "https://calendar.example.test/b.ics", Author: "sam"}))(w.t)
	if err := w.house.Book.RefuseDraft(w.t.Context(), d.ID, reasons); err != nil {
		w.t.Fatal(err)
	}
	return "/admin/calendars/drafts/" + strconv.FormatInt(int64(d.ID), 10)
}

func TestARefusedDraftSaysWhyInTheReadersLanguage(t *testing.T) {
	w := newTown(t)
	page := w.refusedDraft(calendar.WriteRemarks([]calendar.Remark{
		{Line: 12, Rule: "feed.backwards", Args: map[string]string{"Name": "Hiver"}, Days: map[string]calendar.Day{"From": calendar.DayOn(2027, 2, 20), "To": calendar.DayOn(2026, 3, 8)}, Text: "ends before it starts"},
		{Line: 3, Record: 2, Rule: "feed.no_description", Text: "there is no description"},
		{Line: 4, Place: "weekly.mon", Rule: "wrong.overlap", Text: "weekly.mon: intervals overlap"},
		{Rule: "fetch.large", Args: map[string]string{"Host": "calendar.example.test", "Bytes": "1048576"}, Text: "the answer is larger than 1048576 bytes"},
	}))
	w.visit("sam").get(page).want(http.StatusOK, count(".reasons li", 4), none(".reasons [lang]"), inside(".reasons",
		says("Ligne 12\u00a0: «\u00a0Hiver\u00a0» finit le dimanche 8 mars 2026, avant de commencer le samedi 20 février 2027."),
		says("Ligne 3, enregistrement 2\u00a0: la description manque."),
		says("Ligne 4, weekly.mon\u00a0: deux plages se recouvrent."),
		says("calendar.example.test dépasse 1\u00a0Mo")))
}

func TestAReasonThatNobodyCanSayAnyMoreStaysInEnglish(t *testing.T) {
	w := newTown(t)
	page := w.refusedDraft("line 3: no day\n" + calendar.WriteRemarks([]calendar.Remark{
		{Line: 7, Rule: "feed.once_upon_a_time", Text: "a rule of long ago"},
		{Line: 8, Rule: "feed.backwards", Text: "a value has another name now"},
	}))
	w.visit("sam").get(page).want(http.StatusOK, count(`.reasons li[lang="en"]`, 3),
		inside(".reasons", says("line 3: no day"), says("line 7: a rule of long ago"), says("line 8: a value has another name now")))
}

func TestAReasonIsEnglishForAnEnglishReader(t *testing.T) {
	w := newTown(t)
	page := w.refusedDraft(calendar.WriteRemarks([]calendar.Remark{
		{Line: 2, Rule: "feed.hours", Args: map[string]string{"Name": "Conseil"}, Days: map[string]calendar.Day{"Day": calendar.DayOn(2027, 3, 10)}, Text: "x"},
		{Text: "line 3: no day"},
	}))
	w.visit("sam").get(page+"?lang=en").want(http.StatusOK, none(".reasons [lang]"),
		inside(".reasons", says("Line 2: “Conseil” (Wednesday 10 March 2027) covers no whole day: it is left out."), says("line 3: no day")))
}
