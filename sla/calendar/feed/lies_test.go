package feed_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"amigo/sla/calendar"
	"amigo/sla/calendar/feed"
)

// event is an iCalendar file of one event, whose lines begin on line 3.
func event(lines ...string) []byte {
	return []byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + strings.Join(lines, "\n") + "\nEND:VEVENT\nEND:VCALENDAR\n")
}

func TestAnICalendarThatLiesIsRefusedWithLineAndReason(t *testing.T) {
	for _, tc := range []struct {
		name string
		text []byte
		want []string
	}{
		{"ends before it starts", event("SUMMARY:Hiver", "DTSTART;VALUE=DATE:20270306", "DTEND;VALUE=DATE:20270220"), []string{"line 5", "ends (2027-02-20) before it starts (2027-03-06)"}},
		{"has no start", event("SUMMARY:Hiver", "DTEND;VALUE=DATE:20270220"), []string{"line 2", "no start (DTSTART)"}},
		{"has no such day", event("SUMMARY:Hiver", "DTSTART;VALUE=DATE:20270230"), []string{"line 4", `"20270230" is not a date`}},
		{"repeats", event("SUMMARY:Réunion", "DTSTART:20270201T100000Z", "RRULE:FREQ=WEEKLY"), []string{"line 5", "repeats (RRULE)"}},
		{"is in a zone that is none", event("SUMMARY:Hiver", "DTSTART;TZID=Nowhere Standard Time:20270201T000000", "DTEND;TZID=Nowhere Standard Time:20270301T000000"), []string{"line 4", `no time zone "Nowhere Standard Time"`}},
		{"lies beyond all calendars", event("SUMMARY:Hiver", "DTSTART;VALUE=DATE:22000220", "DTEND;VALUE=DATE:22000306"), []string{"line 2", "no calendar reaches to 2200-03-06"}},
		{"lies before all calendars", event("SUMMARY:Hiver", "DTSTART;VALUE=DATE:19690220", "DTEND;VALUE=DATE:19690306"), []string{"line 2", "no calendar reaches to 1969-02-20"}},
		{"lasts a year", event("SUMMARY:Hiver", "DTSTART;VALUE=DATE:20270220", "DTEND;VALUE=DATE:20280220"), []string{"line 2", "lasts 365 days"}},
		{"lasts no number of days", event("SUMMARY:Hiver", "DTSTART;VALUE=DATE:20270220", "DURATION:P1Y"), []string{"line 5", `"P1Y" is not a length`}},
		{"lasts nothing at all", event("SUMMARY:Hiver", "DTSTART;VALUE=DATE:20270220", "DURATION:P"), []string{"line 5", `"P" is not a length`}},
		{"is never closed", []byte("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nSUMMARY:Hiver\nEND:VCALENDAR\n"), []string{"line 3", "VEVENT is never closed: line 5 ends VCALENDAR"}},
		{"stops in the middle", []byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Hiver"), []string{"line 2", "VEVENT is never closed: the file ends before"}},
		{"is a line of noise", event("SUMMARY:Hiver", "what is this"), []string{"line 4", `"what is this" is no property`}},
		{"has an unfinished quote", event(`DTSTART;TZID="Europe/Paris:20270220`), []string{"line 3", "is no property"}},
		{"is deeper than any", []byte("BEGIN:VCALENDAR\n" + strings.Repeat("BEGIN:VEVENT\n", 100_000)), []string{"line 9", "begins where no component can"}},
		{"has a bridge far from Ascension", event("UID:1@education.gouv.fr", "SUMMARY:Pont de l'Ascension - Zone B", "DTSTART;VALUE=DATE:20270513", "DTEND;VALUE=DATE:20270517"), []string{"line 2", "Ascension is on 2027-05-06"}},
		{"is not UTF-8", event("SUMMARY:\xc9t\xe9", "DTSTART;VALUE=DATE:20270220"), []string{"line 3", "not UTF-8"}},
		{"has nothing to say", []byte("BEGIN:VCALENDAR\nEND:VCALENDAR\n"), []string{"no day in it"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := feed.Read(tc.text)
			refused(t, err, tc.want...)
		})
	}
}

func TestRowsThatLieAreRefusedWithLineAndReason(t *testing.T) {
	const header = "description;population;start_date;end_date;location;zones;annee_scolaire\n"
	for _, tc := range []struct {
		name, text string
		want       []string
	}{
		{"no such day", header + "Vacances d'Hiver;-;2027-02-30;2027-03-08;Lille;Zone B;2026-2027\n", []string{"line 2", "start", `"2027-02-30" is not a date`}},
		{"ends before it starts", header + "Vacances d'Hiver;-;2027-03-08;2027-02-20;Lille;Zone B;2026-2027\n", []string{"line 2", "ends (2027-02-20) before it starts (2027-03-08)"}},
		{"no such zone", header + "Vacances d'Hiver;-;2027-02-20;2027-03-08;Lille;Zone D;2026-2027\n", []string{"line 2", `no zone "Zone D"`}},
		{"no name", header + ";-;2027-02-20;2027-03-08;Lille;Zone B;2026-2027\n", []string{"line 2", "no description"}},
		{"too few cells", header + "Vacances d'Hiver;-\n", []string{"line 2", "wrong number of fields"}},
		{"an unfinished quote", header + "\"Vacances d'Hiver;-\n\n", []string{"line 2", "quote"}},
		{"no start column", "description;end_date\nx;2027-01-01\n", []string{"line 1", "no column says when holidays start"}},
		{"a number for a date", "{\"results\": [\n{\"description\": \"Vacances d'Hiver\", \"start_date\": 5, \"zones\": \"B\"}]}", []string{"line 2, record 1", "start_date: a JSON number does not belong here"}},
		{"a row that is no object", "[\n\n7]", []string{"line 3, record 1", "not a JSON number"}},
		{"rows that are no list", `{"results": {"description": "Hiver"}}`, []string{"line 1", "no list"}},
		{"a part of the answer", `{"total_count": 340, "results": [{"description": "Vacances d'Hiver", "start_date": "2027-02-20", "end_date": "2027-03-08", "zones": "B"}]}`, []string{"only 1 of 340 rows"}},
		{"broken JSON", "[\n{\"description\": \"Vacances\",\n}]", []string{"line 3", "the JSON is broken"}},
		{"another JSON", `{"jours_feries": []}`, []string{"neither rows of the school calendar"}},
		{"a web page", "<!doctype html><title>Connexion</title>", []string{"a web page, not a calendar"}},
		{"nothing", " \n", []string{"there is nothing in it"}},
		{"something else", "Bonjour,\nvoici les vacances.", []string{"neither iCalendar nor JSON nor the CSV"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := feed.Read([]byte(tc.text))
			refused(t, err, tc.want...)
		})
	}
}

func TestEverythingThatIsWrongIsSaidAtOnce(t *testing.T) {
	text := "description;start_date;end_date;zones\nVacances d'Hiver;x;y;B\nVacances de Noël;2026-12-19;2026-12-01;B\nVacances d'Hiver;2027-02-20;2027-03-08;Z\n"
	_, err := feed.Read([]byte(text))
	wrong, ok := errors.AsType[*feed.Error](err)
	if !ok || len(wrong.Problems) != 3 || wrong.Problems[1].Line != 3 {
		t.Fatalf("%v", err)
	}
	_, err = feed.Read([]byte("description;start_date\n" + strings.Repeat("Vacances;x\n", 1000)))
	if wrong, ok = errors.AsType[*feed.Error](err); !ok || len(wrong.Problems) != 51 || !strings.Contains(err.Error(), "and 950 more") {
		t.Fatalf("%v", err)
	}
}

func TestAFeedIsRefusedByItsSizeBeforeItCostsAnything(t *testing.T) {
	one := "BEGIN:VEVENT\nSUMMARY:x\nDTSTART:20270101\nEND:VEVENT\n"
	many := "BEGIN:VCALENDAR\n" + strings.Repeat(one, 70_000) + "END:VCALENDAR\n"
	rows := "description;start_date\n" + strings.Repeat("Vacances;2027-01-01\n", 100_000)
	objects := "[" + strings.Repeat(`{"description":"V","start_date":"2027-01-01"},`, 70_000) + "{}]"
	long := "BEGIN:VCALENDAR\nX:" + strings.Repeat("a\n ", 1_300_000) + "\nEND:VCALENDAR"
	param := "BEGIN:VCALENDAR\nX;Y=" + strings.Repeat(`"a",`, 1_000_000) + ":\nEND:VCALENDAR"
	for name, text := range map[string]string{
		"10 MB": strings.Repeat(" ", 10<<20), "70,000 events": many, "100,000 rows": rows, "70,000 objects": objects,
		"a line of four megabytes": long, "a million parameters": param, "a deep list": strings.Repeat("[", 3<<20), "a list of nothing": "[" + strings.Repeat("{},", 1<<20) + "{}]",
	} {
		start := time.Now()
		_, err := feed.Read([]byte(text))
		refused(t, err)
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("%s: took %s", name, took)
		}
	}
}

func TestHolidaysThatOverlapAreRefused(t *testing.T) {
	for name, rows := range map[string][]string{
		"line 3, record 2: Hiver from 2027-02-20 until 2027-03-08: line 2, record 1: from 2027-02-13 until 2027-03-01":       {"Hiver 2027-02-13 2027-03-01", "Hiver 2027-02-20 2027-03-08"},
		"line 3, record 2: Printemps (2027-02-28 to 2027-03-20) overlaps line 2, record 1: Hiver (2027-02-20 to 2027-03-07)": {"Hiver 2027-02-20 2027-03-08", "Printemps 2027-02-28 2027-03-21"},
	} {
		refusedInto(t, parsed(t, results(rows...)), normandie(t), "B", name)
	}
}

// results are rows of zone B as the API gives them: a name, a start, and an end or none.
func results(rows ...string) []byte {
	for i, row := range rows {
		cells := append(strings.Fields(row), "")
		rows[i] = fmt.Sprintf(`{"description": "Vacances %s", "start_date": %q, "end_date": %q, "zones": "Zone B"}`, cells[0], cells[1], cells[2])
	}
	return []byte("{\"results\": [\n" + strings.Join(rows, ",\n") + "\n]}")
}

func TestNothingAboutTheZoneIsRefused(t *testing.T) {
	f := parsed(t, read(t, "export.json"))
	refusedInto(t, f, normandie(t), "D", `"D"`)
	refusedInto(t, f, normandie(t), "Mayotte", "nothing about zone Mayotte")
	anyone := normandie(t)
	anyone.SchoolZone = ""
	refusedInto(t, f, anyone, "", "the holidays of A, B, C, Corse are in it: which are wanted?")
	refusedInto(t, f, calendar.Spec{TZ: "Europe/Paris", Weekly: calendar.Weekly{"mon": nil}}, "B", `no regime "holidays"`)
}

func TestWhatAnotherTerritoryCallsABridgeIsItsOwnAffair(t *testing.T) {
	text := strings.Replace(string(results("d'Hiver 2027-02-20 2027-03-08")), "\n]}",
		`,{"description": "Pont de l'Ascension", "start_date": "2027-05-12", "end_date": "2027-05-18", "zones": "Mayotte"}]}`, 1)
	f := parsed(t, []byte(text))
	into(t, f, normandie(t), "B")
	got, _ := into(t, f, without(t, "2027-05-11"), "Mayotte")
	if p := lastOf(t, got, "Pont de l'Ascension"); p.From != "2027-05-13" || p.To != "2027-05-17" {
		t.Errorf("%+v", p)
	}
}

func TestTheTeachersReturnEndsNoSummer(t *testing.T) {
	summer := "BEGIN:VEVENT\nUID:1@education.gouv.fr\nSUMMARY:Vacances d'été - Zone B\nDTSTART:20280704\nEND:VEVENT\n"
	for name, until := range map[string]string{"Prérentrée": "2028-07-04", "Rentrée scolaire des enseignants": "2028-07-04", "Rentrée scolaire des élèves": "2028-08-31"} {
		back := "BEGIN:VEVENT\nUID:2@education.gouv.fr\nSUMMARY:" + name + " - Zone B\nDTSTART:20280901\nEND:VEVENT\n"
		got, _ := into(t, parsed(t, []byte("BEGIN:VCALENDAR\n"+summer+back+"END:VCALENDAR\n")), normandie(t), "B")
		if got.KnownUntil != until {
			t.Errorf("%s: known until %s, want %s", name, got.KnownUntil, until)
		}
	}
}

func TestABrokenBaseIsNotMadeWorse(t *testing.T) {
	base := normandie(t)
	base.TZ = "Europe/Pari"
	_, _, err := parsed(t, read(t, "export.json")).Into(base, "B")
	if _, ok := errors.AsType[*calendar.SpecError](err); !ok {
		t.Fatalf("%v", err)
	}
}

func TestWhatHardlyAnybodyWritesIsSaidAsWell(t *testing.T) {
	for want, text := range map[string]string{
		`line 4: "Conseil" ends (17:00) before it starts (19:00), on 2026-11-10`: string(event("DTSTART:20261110T190000", "DTEND:20261110T170000", "SUMMARY:Conseil")),
		"line 2: the text is not UTF-8":                                          "description;start_date\n\xe9t\xe9;2027-07-03\n",
		"line 3: X stands outside of the calendar":                               "BEGIN:VCALENDAR\nEND:VCALENDAR\nX:1\n",
		`line 2: "Portes ouvertes" names 101 places`:                             string(event("SUMMARY:Portes ouvertes", "DTSTART:20270201", "LOCATION:"+strings.Repeat("Caen,", 100)+"Caen")),
	} {
		_, err := feed.Read([]byte(text))
		refused(t, err, want)
	}
	day := `[{"description": "%s", "start_date": "2027-03-10", "end_date": "2027-03-10", "zones": "Zone B"}]`
	refusedInto(t, parsed(t, fmt.Appendf(nil, day, "Rentrée scolaire des élèves")), normandie(t), "B", "there is nothing about B in it")

	endless := normandie(t)
	endless.KnownUntil = ""
	for want, text := range map[string][]byte{
		"line 2, record 1: Hiver from 2027-02-19 until 2027-02-20 has no day off":            results("Hiver 2027-02-19 2027-02-20", "Printemps 2027-04-10 2027-04-26"),
		"the calendar has no last known day: the days after the last holidays count as term": results("d'Été 2029-07-07"),
		"line 1, record 2: Journée banalisée (2027-03-10) changes no hours and is left out":  fmt.Appendf(nil, strings.Replace(day, "[", `[{"description": "Vacances d'Hiver", "start_date": "2027-02-20", "end_date": "2027-03-08", "zones": "B"},`, 1), "Journée banalisée"),
	} {
		_, warnings := into(t, parsed(t, text), endless, "B")
		if !slices.ContainsFunc(warnings, func(w feed.Warning) bool { return strings.HasSuffix(w.String(), want) }) {
			t.Errorf("warnings %v, want %q", warnings, want)
		}
	}
}
