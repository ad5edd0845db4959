package feed_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"amigo/sla/calendar"
	"amigo/sla/calendar/feed"
)

// A whole year of zone B, 2028-2029, whose summer may have an end.
var year2028 = []string{"Toussaint 2028-10-21 2028-11-06", "Noël 2028-12-16 2029-01-02", "Hiver 2029-02-10 2029-02-26", "Printemps 2029-04-07 2029-04-23"}

func TestTheLastKnownDayGoesAsFarAsEverythingIsKnown(t *testing.T) {
	summer := "d'Été 2028-07-04 2028-09-04"
	for _, tc := range []struct {
		name string
		rows []string
		want string
		warn string
	}{
		{"the summer before gets its end", []string{summer}, "2028-09-03", ""},
		{"the year after, with an open summer", append([]string{summer, "d'Été 2029-07-07"}, year2028...), "2029-07-06", ""},
		{"the year after, with a whole summer", append([]string{summer, "d'Été 2029-07-07 2029-09-03"}, year2028...), "2029-09-02", ""},
		{"the year after without the summer before", year2028, "2028-07-04", "nothing is known from 2028-07-05"},
		{"a year without Noël", append([]string{summer}, slices.Delete(slices.Clone(year2028), 1, 2)...), "2028-11-05", "has Hiver and no Noël"},
		{"a year whose Toussaint has no end", append([]string{summer, "Toussaint 2028-10-21"}, year2028[1:]...), "2028-10-20", "line 3, record 2: nobody says when Toussaint of 2028-2029 ends"},
		{"a year whose Noël ends when it starts", append([]string{summer, year2028[0], "Noël 2028-12-16 2028-12-16"}, year2028[2:]...), "2028-12-15", "line 4, record 3: nobody says when Noël"},
		{"what the calendar knows anyway", []string{"Hiver 2028-02-05 2028-02-21"}, "2028-07-04", ""},
		{"an open summer that it already stops at", []string{"d'Été 2028-07-04"}, "2028-07-04", ""},
		{"an open summer that begins before", []string{"d'Été 2028-06-29"}, "2028-06-29", "goes back from 2028-07-04 to 2028-06-29"},
		{"an open summer whose end the calendar knows", []string{"d'Été 2027-07-03"}, "2028-07-04", "the calendar's own 2027-09-01 stays"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, warnings := into(t, parsed(t, results(slices.Clone(tc.rows)...)), normandie(t), "B")
			if got.KnownUntil != tc.want {
				t.Errorf("known until %s, want %s", got.KnownUntil, tc.want)
			}
			said := slices.ContainsFunc(warnings, func(w feed.Warning) bool { return strings.Contains(w.String(), tc.warn) })
			if tc.warn != "" && !said || tc.warn == "" && len(warnings) > 0 {
				t.Errorf("warnings %v, want %q", warnings, tc.warn)
			}
		})
	}
}

func TestAnEndThatIsMissingIsToldWithItsLineInAnICalendarToo(t *testing.T) {
	for _, end := range []string{"", "DTEND;VALUE=DATE:20281020\n"} {
		text := "BEGIN:VCALENDAR\nPRODID:-//education.gouv.fr//FR\n"
		for _, e := range []string{
			"d'été - Zone B\nDTSTART;VALUE=DATE:20280704\nDTEND;VALUE=DATE:20280904\n",
			"de la Toussaint - Zone B\nDTSTART;VALUE=DATE:20281020\n" + end,
			"de Noël - Zone B\nDTSTART;VALUE=DATE:20281215\nDTEND;VALUE=DATE:20290102\n",
		} {
			text += "BEGIN:VEVENT\nSUMMARY:Vacances " + e + "END:VEVENT\n"
		}
		got, warnings := into(t, parsed(t, []byte(text+"END:VCALENDAR\n")), normandie(t), "B")
		if len(warnings) != 1 || !strings.HasPrefix(warnings[0].String(), "line 8: nobody says when Toussaint of 2028-2029 ends") || got.KnownUntil != "2028-10-20" {
			t.Errorf("known until %s, warnings %v", got.KnownUntil, warnings)
		}
	}
}

func TestASummerThatEndsNowhereInTheMiddleIsRefused(t *testing.T) {
	base := normandie(t)
	base.Periods = slices.DeleteFunc(base.Periods, func(p calendar.Period) bool { return p.From == "2026-07-04" })
	refusedInto(t, parsed(t, results("d'Été 2026-07-04")), base, "B", "line 2, record 1: nobody says when Été of 2025-2026 ends")
}

func TestOnlyTheSchoolHolidaysOfTheFeedsYearsAreReplaced(t *testing.T) {
	base := normandie(t)
	exams := calendar.Period{From: "2026-11-02", To: "2026-11-06", Name: "Inventaire", Weekly: calendar.Weekly{"mon": {{"10:00", "11:00"}}}}
	base.Periods = append(base.Periods, exams)
	before := slices.Clone(base.Periods)
	got, warnings := into(t, parsed(t, results("Toussaint 2026-10-14 2026-11-05", "Hiver 2027-02-20 2027-03-08")), base, "B")
	if p := lastOf(t, got, "Inventaire"); p.From != exams.From || got.Periods[len(got.Periods)-1].Name != "Inventaire" {
		t.Errorf("a period with hours of its own: %+v", p)
	}
	// The start is a Wednesday, after class.
	i := slices.IndexFunc(got.Periods, func(p calendar.Period) bool { return p.From == "2026-10-15" })
	if i < 0 || got.Periods[i].To != "2026-11-04" || got.Periods[i-1].From != "2026-07-04" || got.Periods[i+1].From != "2027-02-20" {
		t.Errorf("periods %+v", got.Periods)
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0].String(), "Noël (2026-12-19 to 2027-01-03) is not in the feed") {
		t.Errorf("warnings %v", warnings)
	}
	if !slices.EqualFunc(before, base.Periods, func(a, b calendar.Period) bool { return a.From == b.From && a.Name == b.Name }) {
		t.Error("the base was changed")
	}
	sameDays(t, got, normandie(t), "2027-03-08", "2028-07-04")
}

// Every period that the program comes with, written as the ministry would and read again.
func TestEveryPublishedHolidayComesBackAsItWas(t *testing.T) {
	want := normandie(t)
	var rows []string
	for _, p := range want.Periods {
		start, name := day(t, p.From), "de "+p.Name
		switch w := start.Weekday(); {
		case strings.HasPrefix(p.Name, "Pont"):
			name = p.Name
		case w != 6 && w != 0:
			start-- // the last day of class
		}
		rows = append(rows, `{"description": "Vacances `+name+`", "start_date": "`+start.String()+`", "end_date": "`+(day(t, p.To)+1).String()+`", "zones": "Zone B"}`)
	}
	base := want
	base.Periods, base.KnownUntil = nil, "2015-09-01"
	got, warnings := into(t, parsed(t, []byte("["+strings.Join(rows, ",")+"]")), base, "B")
	if len(warnings) > 0 || got.KnownUntil != "2028-05-28" {
		t.Errorf("known until %s, warnings %v", got.KnownUntil, warnings)
	}
	sameDays(t, got, want, "2015-09-01", "2028-05-28")
}

// school is a file of somebody else, with an event for each "name first resumes".
func school(events ...string) []byte {
	text := "BEGIN:VCALENDAR\nPRODID:-//exemple//FR\n"
	for _, e := range events {
		f := strings.Fields(e)
		text += "BEGIN:VEVENT\nSUMMARY:" + f[0] + "\nDTSTART;VALUE=DATE:" + f[1] + "\nDTEND;VALUE=DATE:" + f[2] + "\nEND:VEVENT\n"
	}
	return []byte(text + "END:VCALENDAR\n")
}

func TestOnlyTheMinistryMovesTheLastKnownDay(t *testing.T) {
	for _, tc := range []struct {
		name   string
		events []string
		kept   string // the last day of the last period
		warn   []string
	}{
		{"holidays and a seminar behind it", []string{"Été 20280705 20280901", "Séminaire 20281114 20281116"}, "2028-11-15", []string{
			"Été (2028-07-05 to 2028-08-31) is kept, but the calendar still ends on 2028-07-04",
			"Séminaire (2028-11-14 to 2028-11-15) is kept, but the calendar still ends on 2028-07-04",
		}},
		{"a whole school year", []string{"Été 20280705 20280904", "Toussaint 20281021 20281106", "Noël 20281216 20290102", "Hiver 20290210 20290226", "Printemps 20290407 20290423"}, "2029-04-22", []string{
			"Été", "Toussaint", "Noël", "Hiver", "Printemps (2029-04-07 to 2029-04-22) is kept",
		}},
		{"two days across it", []string{"Séminaire 20280704 20280706"}, "2028-07-05", []string{"Séminaire (2028-07-04 to 2028-07-05) is kept"}},
		{"holidays that begin behind it and do not end", []string{"Vacances 20280705 20280706"}, "2028-05-28", []string{"Vacances (2028-07-05) lies outside of the known days"}},
		{"a closed day behind it", []string{"Fermeture 20281114 20281115"}, "2028-05-28", []string{"Fermeture (2028-11-14 to 2028-11-14) is kept"}},
		{"two days before it", []string{"Séminaire 20261114 20261116"}, "2028-05-28", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, warnings := into(t, parsed(t, school(tc.events...)), normandie(t), "B")
			if got.KnownUntil != "2028-07-04" {
				t.Errorf("known until %s", got.KnownUntil)
			}
			if last := got.Periods[len(got.Periods)-1]; last.To != tc.kept {
				t.Errorf("the last period is %+v", last)
			}
			if len(warnings) != len(tc.warn) {
				t.Fatalf("warnings %v", warnings)
			}
			for i, want := range tc.warn {
				if !strings.Contains(warnings[i].Text, want) {
					t.Errorf("warned %q, want %q", warnings[i].Text, want)
				}
			}
		})
	}
	refusedInto(t, parsed(t, school("Vacances 20270701 20270702")), without(t, "2028-07-04", 2026), "B", "nobody says when Vacances of 2026-2027 ends")
}

func TestAWholeDefinitionOfASchoolThatEndsOnNoDayIsToBeLookedAt(t *testing.T) {
	const text = `{"tz": "Europe/Paris", "weekly": {"mon": [["08:00", "12:00"]]}, %s}`
	for more, want := range map[string]int{
		`"school_zone": "B"`: 1, `"school_zone": "B", "known_until": "2027-07-02"`: 0, `"school_zone": ""`: 0,
	} {
		_, warnings := into(t, parsed(t, fmt.Appendf(nil, text, more)), normandie(t), "")
		if len(warnings) != want || want > 0 && warnings[0].Rule != "feed.endless" {
			t.Errorf("%s: %v", more, warnings)
		}
	}
}
