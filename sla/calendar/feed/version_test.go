package feed_test

import (
	"slices"
	"strings"
	"testing"

	"amigo/sla/calendar/feed"
)

// versions is an iCalendar file of closures, each given by its lines, a space apart.
func versions(events ...string) []byte {
	text := "BEGIN:VCALENDAR\n"
	for _, e := range events {
		text += "BEGIN:VEVENT\nSUMMARY:Fermeture\n" + strings.ReplaceAll(e, " ", "\n") + "\nEND:VEVENT\n"
	}
	return []byte(text + "END:VCALENDAR\n")
}

func TestOfAnEventOnlyTheNewestVersionCounts(t *testing.T) {
	for _, tc := range []struct {
		name   string
		events []string
		want   []string // the days that are closed; none: the file is refused, as there is no day in it
	}{
		{"cancelled", []string{"UID:1 SEQUENCE:0 DTSTART:20261113", "UID:1 SEQUENCE:1 DTSTART:20261113 STATUS:CANCELLED"}, nil},
		{"cancelled, said before", []string{"UID:1 SEQUENCE:1 DTSTART:20261113 STATUS:CANCELLED", "UID:1 SEQUENCE:0 DTSTART:20261113"}, nil},
		{"cancelled, then held after all", []string{"UID:1 SEQUENCE:1 DTSTART:20261113 STATUS:CANCELLED", "UID:1 SEQUENCE:2 DTSTART:20261113"}, []string{"2026-11-13"}},
		{"cancelled without a number", []string{"UID:1 DTSTART:20261113", "UID:1 DTSTART:20261113 STATUS:CANCELLED"}, nil},
		{"moved", []string{"UID:1 SEQUENCE:0 DTSTART:20261113", "UID:1 SEQUENCE:1 DTSTART:20261120"}, []string{"2026-11-20"}},
		{"moved from no number", []string{"UID:1 SEQUENCE:1 DTSTART:20261120", "UID:1 DTSTART:20261113"}, []string{"2026-11-20"}},
		{"moved ten times", []string{"UID:1 SEQUENCE:10 DTSTART:20261120", "UID:1 SEQUENCE:9 DTSTART:20261113"}, []string{"2026-11-20"}},
		{"the later stamp", []string{"UID:1 SEQUENCE:1 DTSTAMP:20261102T080000Z DTSTART:20261120", "UID:1 SEQUENCE:1 DTSTAMP:20261101T080000Z DTSTART:20261113"}, []string{"2026-11-20"}},
		{"the later in the file", []string{"UID:1 SEQUENCE:1 DTSTART:20261113", "UID:1 SEQUENCE:1 DTSTART:20261120"}, []string{"2026-11-20"}},
		{"one UID for many", []string{"UID:1 DTSTART:20261113", "UID:1 DTSTART:20261120"}, []string{"2026-11-13", "2026-11-20"}},
		{"one UID for many, all of number 0", []string{"UID:1 SEQUENCE:0 DTSTART:20261113", "UID:1 SEQUENCE:0 DTSTART:20261120"}, []string{"2026-11-13", "2026-11-20"}},
		{"no UID", []string{"SEQUENCE:0 DTSTART:20261113", "SEQUENCE:1 DTSTART:20261120"}, []string{"2026-11-13", "2026-11-20"}},
		{"no UID, one of a series", []string{"DTSTART:20261113", "RECURRENCE-ID:20261113 DTSTART:20261120"}, []string{"2026-11-13", "2026-11-20"}},
		{"others", []string{"UID:1 SEQUENCE:0 DTSTART:20261113", "UID:2 SEQUENCE:1 DTSTART:20261113 STATUS:CANCELLED"}, []string{"2026-11-13"}},
		{"one of a series moved", []string{"UID:1 DTSTART:20261113", "UID:1 RECURRENCE-ID:20261113 DTSTART:20261120"}, []string{"2026-11-20"}},
		{"one of a series cancelled", []string{
			"UID:1 RECURRENCE-ID;VALUE=DATE:20261113 DTSTART:20261113", "UID:1 RECURRENCE-ID:20261120 DTSTART:20261120",
			"UID:1 RECURRENCE-ID:20261112T230000Z SEQUENCE:1 DTSTART:20261113 STATUS:CANCELLED",
		}, []string{"2026-11-20"}},
		{"a series cancelled", []string{
			"UID:1 DTSTART:20261106 RRULE:FREQ=WEEKLY", "UID:1 RECURRENCE-ID:20261113 DTSTART:20261114",
			"UID:1 SEQUENCE:1 DTSTART:20261106 RRULE:FREQ=WEEKLY STATUS:CANCELLED", "UID:2 DTSTART:20261120",
		}, []string{"2026-11-20"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.want == nil {
				_, err := feed.Read(versions(tc.events...))
				refused(t, err, "there is no day in it")
				return
			}
			var got []string
			for _, e := range parsed(t, versions(tc.events...)).Entries {
				got = append(got, e.Starts.String())
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("closed on %v, want %v", got, tc.want)
			}
		})
	}
	_, err := feed.Read(versions("UID:1 DTSTART:20261113 RRULE:FREQ=WEEKLY", "UID:1 RECURRENCE-ID:20261113 DTSTART:20261114"))
	refused(t, err, "line 6", "repeats (RRULE)")
}

func TestTheMinistryMovesAHolidayWithoutContradictingItself(t *testing.T) {
	const noel = "BEGIN:VEVENT\nUID:noel@education.gouv.fr\nSUMMARY:Vacances de Noël - Zone B\n"
	text := "BEGIN:VCALENDAR\n" +
		noel + "SEQUENCE:0\nDTSTART;VALUE=DATE:20261212\nDTEND;VALUE=DATE:20261228\nEND:VEVENT\n" +
		noel + "SEQUENCE:1\nDTSTART;VALUE=DATE:20261219\nDTEND;VALUE=DATE:20270104\nEND:VEVENT\nEND:VCALENDAR\n"
	got, _ := into(t, parsed(t, []byte(text)), normandie(t), "B")
	sameDays(t, got, normandie(t), "2026-12-01", "2027-01-31")
}

func TestOneIdentityForAllEventsOfTheMinistryLosesNone(t *testing.T) {
	text := string(read(t, "zones.ics"))
	want := parsed(t, []byte(text)).Entries
	var lines []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "UID:") {
			line = "UID:vacances@data.education.gouv.fr\r\n"
		}
		lines = append(lines, line)
	}
	if got := parsed(t, []byte(strings.Join(lines, ""))).Entries; len(got) != len(want) {
		t.Errorf("%d entries, want %d", len(got), len(want))
	}
}
