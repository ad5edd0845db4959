package calendar_test

import (
	"testing"
	"time"

	"amigo/sla/calendar"
)

func TestPeopleAreToldUntilWhenTheOfficeIsOpenOrClosed(t *testing.T) {
	c := named(t, calendar.Normandie)
	for _, tc := range []struct {
		at    string
		open  bool
		until string
	}{
		{"2026-11-04T10:00:00+01:00", true, "2026-11-04T13:00:00+01:00"},  // Wednesday in term
		{"2026-11-04T13:00:00+01:00", false, "2026-11-05T08:00:00+01:00"}, // the end is closed
		{"2026-11-05T07:59:59.9+01:00", false, "2026-11-05T08:00:00+01:00"},
		{"2026-11-05T08:00:00+01:00", true, "2026-11-05T17:00:00+01:00"},
		{"2026-10-21T12:45:00+02:00", false, "2026-10-21T13:30:00+02:00"}, // lunch in the holidays
		{"2026-10-30T18:00:00+01:00", false, "2026-11-02T08:00:00+01:00"}, // back to term on Monday
		{"2026-12-24T17:00:00+01:00", false, "2026-12-28T09:00:00+01:00"}, // Christmas and a weekend
	} {
		m, err := c.At(instant(t, tc.at))
		if err != nil || m.Open != tc.open || m.Until.Format(time.RFC3339) != tc.until {
			t.Errorf("%s: open %v until %v, %v, want %v until %s", tc.at, m.Open, m.Until, err, tc.open, tc.until)
		}
	}
}

// roundTheClock is never closed, but on some days.
func roundTheClock(closed ...string) calendar.Spec {
	s := everyDay("UTC", "00:00-24:00")
	for _, day := range closed {
		s.Closed = append(s.Closed, calendar.ClosedDay{Day: day})
	}
	return s
}

func TestNoChangeIsMadeUp(t *testing.T) {
	last, err := named(t, calendar.Normandie).At(instant(t, "2028-07-04T17:00:00+02:00"))
	if err != nil || last.Open || !last.Until.IsZero() {
		t.Errorf("after the last closing: %+v, %v", last, err)
	}
	for _, until := range []string{"", "2026-12-31"} {
		always, never := roundTheClock(), calendar.Spec{TZ: "UTC", Weekly: calendar.Weekly{}}
		always.KnownUntil, never.KnownUntil = until, until
		if m, err := compiled(t, always).At(instant(t, "2026-06-01T00:00:00Z")); err != nil || !m.Open || !m.Until.IsZero() {
			t.Errorf("an office that never closes: %+v, %v", m, err)
		}
		if m, err := compiled(t, never).At(instant(t, "2026-06-01T00:00:00Z")); err != nil || m.Open || !m.Until.IsZero() {
			t.Errorf("an office that never opens: %+v, %v", m, err)
		}
	}
}

func TestChangesThatAreYearsAwayAreFound(t *testing.T) {
	rare := calendar.Spec{TZ: "UTC", Weekly: calendar.Weekly{}, Exceptions: map[string][]calendar.Interval{"2028-12-25": {{"08:00", "09:00"}}}}
	// The first sheet of a calendar that is known from 2026 ends when 27 May 2027 does.
	sheet := roundTheClock("2027-05-28")
	sheet.KnownFrom = "2026-01-01"
	end := sheet
	end.Periods = []calendar.Period{{From: "2027-05-28", To: "2050-12-31", Weekly: calendar.Weekly{}}}
	for what, tc := range map[string]struct {
		spec  calendar.Spec
		at    string
		open  bool
		until string
	}{
		"a closing":                  {roundTheClock("2028-12-25"), "2026-06-01T00:00:00Z", true, "2028-12-25T00:00:00Z"},
		"an opening":                 {rare, "2026-06-01T00:00:00Z", false, "2028-12-25T08:00:00Z"},
		"a day closed":               {roundTheClock("2028-12-25"), "2028-12-25T00:00:00Z", false, "2028-12-26T00:00:00Z"},
		"closed as the sheet ends":   {sheet, "2027-05-27T12:00:00Z", true, "2027-05-28T00:00:00Z"},
		"closed from there on":       {end, "2027-05-27T12:00:00Z", true, "2027-05-28T00:00:00Z"},
		"open into the next sheet":   {sheet, "2027-05-29T12:00:00Z", true, ""},
		"closed into the next sheet": {end, "2027-05-28T00:00:00Z", false, ""},
	} {
		m, err := compiled(t, tc.spec).At(instant(t, tc.at))
		until := ""
		if !m.Until.IsZero() {
			until = m.Until.Format(time.RFC3339)
		}
		if err != nil || m.Open != tc.open || until != tc.until {
			t.Errorf("%s: open %v until %q, %v, want %v until %q", what, m.Open, until, err, tc.open, tc.until)
		}
	}
}

func TestDaysOfTheCivilCalendar(t *testing.T) {
	for text, weekday := range map[string]time.Weekday{
		"1970-01-01": time.Thursday, "1969-12-31": time.Wednesday, "2026-11-21": time.Saturday, "2000-02-29": time.Tuesday,
	} {
		d, err := calendar.ParseDay(text)
		if err != nil || d.String() != text || d.Weekday() != weekday {
			t.Errorf("%s: %s, %s, %v", text, d, d.Weekday(), err)
		}
	}
	paris := named(t, calendar.Normandie).Zone()
	if d := calendar.DayOf(instant(t, "2026-12-18T23:00:00Z").In(paris)); d.String() != "2026-12-19" {
		t.Errorf("Paris midnight in UTC is on %s", d)
	}
}
