package sla_test

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/people"
	"amigo/sla"
	"amigo/sla/calendar"
)

// publisher serves the calendars of other people on this machine, which the
// world's engine may ask.
func publisher(t *testing.T) *httptest.Server {
	t.Helper()
	year, err := os.ReadFile("calendar/feed/testdata/zone-b.ics")
	must(t, err)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/Zone-B.ics":
			_, _ = w.Write(year)
		case "/own.json":
			_, _ = io.WriteString(w, `{"tz": "Europe/Paris", "weekly": {"mon": [["08:00", "12:00"]]}}`)
		case "/wrong.json":
			_, _ = io.WriteString(w, "{\"tz\": \"Europe/Paris\",\n\"weekly\": {\"mon\": [[\"08:00\", \"07:00\"]],\n\"tus\": []}}")
		case "/lies.ics":
			_, _ = io.WriteString(w, strings.Replace(string(year), "DTEND;VALUE=DATE:20270308", "DTEND;VALUE=DATE:20260308", 1))
		default:
			http.Error(w, "the password is swordfish", http.StatusNotFound)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// fetched asks for an address and does what is due.
func (w *world) fetched(name, address, zone string) calendar.Draft {
	w.t.Helper()
	id, err := w.engine.Fetch(w.as("sam"), name, address, zone, "sam")
	must(w.t, err)
	before, err := w.book.Draft(w.t.Context(), id)
	must(w.t, err)
	if before.State != calendar.Fetching || before.Source != address || before.Author != "sam" {
		w.t.Errorf("before it was fetched: %+v", before)
	}
	must(w.t, w.queue.Drain(w.t.Context(), w.mux))
	d, err := w.book.Draft(w.t.Context(), id)
	must(w.t, err)
	return d
}

func TestWhatIsFetchedBecomesADraftAndNothingMore(t *testing.T) {
	site := publisher(t)
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		w := newWorld(t, d, clock)
		before, err := w.book.Current(t.Context(), calendar.Normandie)
		must(t, err)
		draft := w.fetched(calendar.Normandie, site.URL+"/Zone-B.ics", "B")
		if draft.State != calendar.Ready || draft.Base != before.ID || draft.Spec.SchoolZone != "B" {
			t.Fatalf("%+v", draft)
		}
		after, err := calendar.New(draft.Spec)
		must(t, err)
		first, last := before.Known()
		for _, c := range calendar.Compare(before.Calendar, after, first, last) {
			t.Errorf("changes %+v", c)
		}
		if now, err := w.book.Current(t.Context(), calendar.Normandie); err != nil || now.ID != before.ID {
			t.Errorf("in force is version %d, %v", now.Number, err)
		}
		if own := w.fetched("accueil", site.URL+"/own.json", ""); own.State != calendar.Ready || own.Base != 0 || own.Spec.Weekly["mon"] == nil {
			t.Errorf("a calendar that is new: %+v", own)
		}
	})
}

// said are the remarks on a draft in English, each with its line.
func said(d calendar.Draft) string {
	var lines []string
	for _, r := range d.Remarks() {
		lines = append(lines, r.String())
	}
	return strings.Join(lines, "\n")
}

func TestAReasonIsKeptAsItsRuleForPagesToSay(t *testing.T) {
	site := publisher(t)
	w := newWorld(t, dbtest.SQLite(t, dbtest.NewClock().Now), nil)
	for path, want := range map[string]calendar.Remark{
		"/gone":       {Rule: "fetch.answered", Args: map[string]string{"Host": "127.0.0.1", "Status": "404"}},
		"/wrong.json": {Rule: "wrong.day", Line: 2, Place: "weekly"},
		"/lies.ics": {Rule: "feed.backwards", Args: map[string]string{"Name": "Vacances d'Hiver - Zone B"}, Days: map[string]calendar.Day{
			"From": calendar.DayOn(2027, 2, 20), "To": calendar.DayOn(2026, 3, 8),
		}},
	} {
		list := w.fetched(calendar.Normandie, site.URL+path, "B").Remarks()
		got := list[len(list)-1]
		if got.Rule != want.Rule || got.Place != want.Place || !maps.Equal(got.Args, want.Args) || !maps.Equal(got.Days, want.Days) ||
			want.Line > 0 && got.Line != want.Line || got.Text == "" {
			t.Errorf("%s: %+v", path, got)
		}
	}
}

func TestWhatCannotBeFetchedIsRefusedWithTheReason(t *testing.T) {
	site := publisher(t)
	w := newWorld(t, dbtest.SQLite(t, dbtest.NewClock().Now), nil)
	for address, want := range map[string]string{
		site.URL + "/lies.ics":             "ends (2026-03-08) before it starts (2027-02-20)",
		site.URL + "/wrong.json":           "line 2: weekly.mon: 08:00-07:00",
		site.URL + "/gone":                 "the server answers 404",
		"http://169.254.169.254/meta-data": "is not an address of the public Internet",
	} {
		d := w.fetched(calendar.Normandie, address, "B")
		if why := said(d); d.State != calendar.Refused || !strings.Contains(why, want) || strings.Contains(d.Reason, "swordfish") {
			t.Errorf("%s: %s, %q", address, d.State, why)
		}
	}
	if d := w.fetched("accueil", site.URL+"/Zone-B.ics", "B"); d.State != calendar.Refused || !strings.Contains(said(d), `no regime "holidays"`) {
		t.Errorf("holidays of a calendar that is not there: %+v", d)
	}
	if lines := strings.Split(said(w.fetched("accueil", site.URL+"/wrong.json", "")), "\n"); len(lines) != 2 || !strings.HasPrefix(lines[1], "line 2: weekly") {
		t.Errorf("reasons %q", lines)
	}
}

func TestOnlySupervisorsMayHaveAnAddressFetched(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t, dbtest.NewClock().Now), nil)
	for _, uid := range []string{"ann", "theo"} {
		if _, err := w.engine.Fetch(w.as(uid), calendar.Normandie, "https://example.org/", "", uid); !errors.Is(err, fault.Denied) {
			t.Errorf("%s: %v", uid, err)
		}
	}
	if _, err := w.engine.Fetch(w.as("sam"), calendar.Normandie, "file:///etc/passwd", "", "sam"); !errors.Is(err, fault.Invalid) {
		t.Errorf("a file: %v", err)
	}
	if drafts, err := w.book.Drafts(t.Context(), "", 10); err != nil || len(drafts) != 0 {
		t.Errorf("drafts %+v, %v", drafts, err)
	}
}

func TestADraftThatWasDiscardedIsNotFetchedAnyMore(t *testing.T) {
	site := publisher(t)
	w := newWorld(t, dbtest.SQLite(t, dbtest.NewClock().Now), nil)
	id, err := w.engine.Fetch(w.as("sam"), calendar.Normandie, site.URL+"/Zone-B.ics", "B", "sam")
	must(t, err)
	must(t, w.book.Discard(t.Context(), id, "sam"))
	must(t, w.queue.Put(people.As(t.Context(), people.System()), sla.Fetch{Draft: id}))
	must(t, w.queue.Drain(t.Context(), w.mux))
	if d, err := w.book.Draft(t.Context(), id); err != nil || d.State != calendar.Discarded {
		t.Errorf("%+v, %v", d, err)
	}
}
