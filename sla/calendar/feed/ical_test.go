package feed_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-ical"

	"amigo/sla/calendar"
	"amigo/sla/calendar/feed"
)

func TestAnotherReaderFindsTheSameEvents(t *testing.T) {
	for _, name := range []string{"zone-b.ics", "zones.ics", "school.ics"} {
		data := read(t, name)
		theirs, err := ical.NewDecoder(bytes.NewReader(data)).Decode()
		if err != nil {
			t.Fatal(err)
		}
		ours := parsed(t, data).Entries
		events := theirs.Events()
		if len(events) != len(ours) {
			t.Fatalf("%s: %d events, they find %d", name, len(ours), len(events))
		}
		for i, e := range events {
			start, err := e.DateTimeStart(nil)
			if err != nil {
				t.Fatal(err)
			}
			// The bridge of Ascension may begin on another day than is written.
			if want := calendar.DayOf(start); ours[i].Starts != want && ours[i].Kind != feed.Bridge {
				t.Errorf("%s, event %d: starts %s, they say %s", name, i, ours[i].Starts, want)
			}
		}
	}
}

func TestLinesAreUnfoldedWhereverTheyWereCut(t *testing.T) {
	whole := string(event("SUMMARY;LANGUAGE=fr:Vacances d'été\\, élèves", "DTSTART;VALUE=DATE:20270703", "DTEND;VALUE=DATE:20270902"))
	want := parsed(t, []byte(whole)).Entries[0]
	for cut := range whole {
		// The first line is how the format is recognised; nobody folds it.
		if cut <= len("BEGIN:VCALENDAR") || whole[cut] == '\n' || whole[cut-1] == '\n' {
			continue
		}
		got := parsed(t, []byte(whole[:cut]+"\r\n "+whole[cut:])).Entries[0]
		if got.Label != want.Label || got.Starts != want.Starts || got.Resumes != want.Resumes {
			t.Fatalf("cut at %d: %+v, want %+v", cut, got, want)
		}
	}
	// In the middle of a character.
	i := strings.Index(whole, "é") + 1
	if got := parsed(t, []byte(whole[:i]+"\n\t"+whole[i:])).Entries[0]; got.Label != want.Label {
		t.Errorf("label %q", got.Label)
	}
}

func TestWholeDaysAreFoundHoweverTheyAreWritten(t *testing.T) {
	for name, lines := range map[string][]string{
		"dates":                 {"DTSTART;VALUE=DATE:20261017", "DTEND;VALUE=DATE:20261102"},
		"midnights":             {"DTSTART:20261017T000000", "DTEND:20261102T000000"},
		"a zone":                {"DTSTART;TZID=Europe/Paris:20261017T000000", "DTEND;TZID=Europe/Paris:20261102T000000"},
		"a name of Windows":     {`DTSTART;TZID="Romance Standard Time":20261017T000000`, `DTEND;TZID="Romance Standard Time":20261102T000000`},
		"the same elsewhere":    {"DTSTART;TZID=America/Martinique:20261016T180000", "DTEND;TZID=SA Western Standard Time:20261101T190000"},
		"UTC":                   {"DTSTART:20261016T220000Z", "DTEND:20261101T230000Z"},
		"weeks and days":        {"DTSTART;VALUE=DATE:20261017", "DURATION:P16D"},
		"days and hours":        {"DTSTART:20261017T000000", "DURATION:P15DT23H59M"},
		"until a minute before": {"DTSTART:20261017T000000", "DTEND:20261101T235900"},
	} {
		e := parsed(t, event(append(lines, "SUMMARY:Vacances")...)).Entries[0]
		if e.Starts.String() != "2026-10-17" || e.Resumes.String() != "2026-11-02" || e.Line != 2 {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

func TestTimesCoverTheDaysThatTheyFillFromMorningToEvening(t *testing.T) {
	for name, tc := range map[string]struct{ start, end, first, resumes string }{
		"until Monday morning":        {"DTSTART:20261113T170000", "DTEND:20261116T080000", "2026-11-14", "2026-11-16"},
		"until Monday evening":        {"DTSTART:20261113T170000", "DTEND:20261116T200000", "2026-11-14", "2026-11-17"},
		"from Friday morning":         {"DTSTART:20261113T060000", "DTEND:20261116T000000", "2026-11-13", "2026-11-16"},
		"midnights of London":         {"DTSTART;TZID=Europe/London:20261114T000000", "DTEND;TZID=Europe/London:20261116T000000", "2026-11-14", "2026-11-16"},
		"midnights of Athens":         {"DTSTART;TZID=Europe/Athens:20261114T000000", "DTEND;TZID=Europe/Athens:20261116T000000", "2026-11-14", "2026-11-16"},
		"across the change of clocks": {"DTSTART:20261024T000000", "DTEND:20261026T000000", "2026-10-24", "2026-10-26"},
		"a time until a date":         {"DTSTART:20261113T170000", "DTEND;VALUE=DATE:20261116", "2026-11-14", "2026-11-16"},
		"a day by its hours":          {"DTSTART:20261113T060000", "DTEND:20261113T200000", "2026-11-13", "2026-11-14"},
	} {
		e := parsed(t, event("SUMMARY:Fermeture", tc.start, tc.end)).Entries[0]
		if e.Starts.String() != tc.first || e.Resumes.String() != tc.resumes {
			t.Errorf("%s: %s until %s, want %s until %s", name, e.Starts, e.Resumes, tc.first, tc.resumes)
		}
	}
	for name, lines := range map[string][]string{
		"overnight":           {"DTSTART:20261113T170000", "DTEND:20261114T080000"},
		"a day of work":       {"DTSTART:20261113T080000", "DTEND:20261113T180000"},
		"two half days":       {"DTSTART:20261113T120000", "DTEND:20261114T120000"},
		"some hours":          {"DTSTART:20261113T080000", "DURATION:PT8H30M"},
		"a moment":            {"DTSTART:20261113T000000"},
		"a date until a time": {"DTSTART;VALUE=DATE:20261113", "DTEND:20261113T170000"},
	} {
		text := strings.Replace(string(versions("DTSTART:20261112")), "END:VCALENDAR", "BEGIN:VEVENT\n"+strings.Join(lines, "\n")+"\nSUMMARY:Fermeture\nEND:VEVENT\nEND:VCALENDAR", 1)
		f := parsed(t, []byte(text))
		if len(f.Entries) != 1 || len(f.Passed) != 1 || !strings.Contains(f.Passed[0].Text, "(2026-11-13) covers no whole day") {
			t.Errorf("%s: %+v, passed %v", name, f.Entries, f.Passed)
		}
	}
}

func TestWhatLastsHoursOrWasCancelledIsNoDay(t *testing.T) {
	text := "BEGIN:VCALENDAR\n" +
		"BEGIN:VEVENT\nSUMMARY:Conseil\nDTSTART:20261110T170000\nDTEND:20261110T190000\nBEGIN:VALARM\nDTSTART:broken\nEND:VALARM\nEND:VEVENT\n" +
		"BEGIN:VEVENT\nSUMMARY:Annulé\nSTATUS:CANCELLED\nDTSTART:20261110\nEND:VEVENT\n" +
		"BEGIN:VTIMEZONE\nBEGIN:STANDARD\nDTSTART:16010101T000000\nRRULE:FREQ=YEARLY\nEND:STANDARD\nEND:VTIMEZONE\n" +
		"BEGIN:VEVENT\nSUMMARY:Journée banalisée, établissement fermé\nDTSTART;VALUE=DATE:20261113\nEND:VEVENT\nEND:VCALENDAR\n"
	f := parsed(t, []byte(text))
	if len(f.Entries) != 1 || f.Entries[0].Kind != feed.Closure || f.Entries[0].Line != 21 {
		t.Errorf("entries %+v", f.Entries)
	}
	if len(f.Passed) != 1 || f.Passed[0].String() != `line 2: "Conseil" (2026-11-10) covers no whole day and is left out` {
		t.Errorf("passed %v", f.Passed)
	}
}

func TestTheBridgeOfAscensionIsThursdayToSundayHoweverItIsWritten(t *testing.T) {
	for _, written := range [][2]string{
		{"2027-05-05", "2027-05-10"},
		{"2027-05-06", "2027-05-10"},
		{"2027-05-07", "2027-05-07"},
		{"2027-05-07", "2027-05-10"},
		{"2027-05-06T22:00:00+00:00", "2027-05-06T22:00:00+00:00"},
		{"2027-05-07", "2027-05-08"},
	} {
		row := `[{"description": "Pont de l'Ascension", "start_date": "` + written[0] + `", "end_date": "` + written[1] + `", "zones": "Zone B"}]`
		got, _ := into(t, parsed(t, []byte(row)), without(t, "2027-05-05"), "B")
		if p := got.Periods[len(got.Periods)-1]; p.From != "2027-05-06" || p.To != "2027-05-09" || p.Name != "Pont de l'Ascension" {
			t.Errorf("%v: %+v", written, p)
		}
	}
}

// A school has copied the autumn of the ministry, which begins after class on a
// Friday, into its own calendar.
func TestSomeEventsOfTheMinistryDoNotMakeACalendarTheMinistrys(t *testing.T) {
	const text = "BEGIN:VCALENDAR\n" +
		"BEGIN:VEVENT\nUID:1@education.gouv.fr\nSUMMARY:Vacances de la Toussaint - Zone B\nDTSTART;VALUE=DATE:20281020\nDTEND;VALUE=DATE:20281106\nEND:VEVENT\n" +
		"BEGIN:VEVENT\nUID:2@college.example.fr\nSUMMARY:Vacances de Noël\nDTSTART;VALUE=DATE:20281215\nDTEND;VALUE=DATE:20290102\nEND:VEVENT\n" +
		"BEGIN:VEVENT\nUID:3@college.example.fr\nSUMMARY:Collège fermé\nDTSTART;VALUE=DATE:20270507\nEND:VEVENT\n" +
		"END:VCALENDAR\n"
	f := parsed(t, []byte(text))
	got, _ := into(t, f, normandie(t), "B")
	if p := lastOf(t, got, "Toussaint"); p.From != "2028-10-21" || p.To != "2028-11-05" {
		t.Errorf("%+v: the ministry's start is the last day of class", p)
	}
	if p := lastOf(t, got, "Noël"); p.From != "2028-12-15" || p.To != "2029-01-01" {
		t.Errorf("%+v: a school's own days are what they are", p)
	}
	if f.Official || got.KnownUntil != "2028-07-04" {
		t.Errorf("known until %s", got.KnownUntil)
	}
	if !slices.ContainsFunc(got.Closed, func(d calendar.ClosedDay) bool { return d.Day == "2027-05-07" }) {
		t.Errorf("closed on %v", got.Closed)
	}
}

func TestWhereASchoolMeetsSaysNothingAboutWhoseDaysTheyAre(t *testing.T) {
	const stay = "BEGIN:VEVENT\nSUMMARY:Séjour\nLOCATION:"
	f := parsed(t, []byte("BEGIN:VCALENDAR\n"+
		stay+"Gîte\nDTSTART;VALUE=DATE:20261109\nDTEND;VALUE=DATE:20261111\nEND:VEVENT\n"+
		stay+"Salle des fêtes\nDTSTART;VALUE=DATE:20261123\nDTEND;VALUE=DATE:20261125\nEND:VEVENT\nEND:VCALENDAR\n"))
	got, _ := into(t, f, normandie(t), "B")
	for _, from := range []string{"2026-11-09", "2026-11-23"} {
		if !slices.ContainsFunc(got.Periods, func(p calendar.Period) bool { return p.From == from && p.Name == "Séjour" }) {
			t.Errorf("nothing from %s", from)
		}
	}
}

func TestZonesAreReadHoweverTheyAreListed(t *testing.T) {
	for _, list := range []string{"Zones A et B", "Zones A/B", "Zones A, B", "Zone A, zone B", "Zone A & B"} {
		f := parsed(t, event("UID:1@education.gouv.fr", "SUMMARY:Vacances d'Hiver - "+list, "DTSTART;VALUE=DATE:20270220", "DTEND;VALUE=DATE:20270308"))
		if zones := f.Zones(); !slices.Equal(zones, []string{"A", "B"}) {
			t.Errorf("%s: %v", list, zones)
		}
	}
}
