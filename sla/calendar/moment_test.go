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

func TestNoChangeIsMadeUp(t *testing.T) {
	last, err := named(t, calendar.Normandie).At(instant(t, "2028-07-04T17:00:00+02:00"))
	if err != nil || last.Open || !last.Until.IsZero() {
		t.Errorf("after the last closing: %+v, %v", last, err)
	}
	round := calendar.Weekly{}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		round[day] = []calendar.Interval{{"00:00", "24:00"}}
	}
	for _, until := range []string{"", "2026-12-31"} {
		always, err := compiled(t, calendar.Spec{TZ: "Europe/Paris", Weekly: round, KnownUntil: until}).At(instant(t, "2026-06-01T00:00:00Z"))
		if err != nil || !always.Open || !always.Until.IsZero() {
			t.Errorf("an office that never closes: %+v, %v", always, err)
		}
		never, err := compiled(t, calendar.Spec{TZ: "Europe/Paris", Weekly: calendar.Weekly{}, KnownUntil: until}).At(instant(t, "2026-06-01T00:00:00Z"))
		if err != nil || never.Open || !never.Until.IsZero() {
			t.Errorf("an office that never opens: %+v, %v", never, err)
		}
	}
}

func TestOpenUntilACloseThatIsYearsAway(t *testing.T) {
	round := calendar.Weekly{}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		round[day] = []calendar.Interval{{"00:00", "24:00"}}
	}
	c := compiled(t, calendar.Spec{TZ: "UTC", Weekly: round, Closed: []calendar.ClosedDay{{Day: "2028-12-25"}}})
	m, err := c.At(instant(t, "2026-06-01T00:00:00Z"))
	if want := instant(t, "2028-12-25T00:00:00Z"); err != nil || !m.Open || !m.Until.Equal(want) {
		t.Errorf("%+v, %v, want open until %v", m, err, want)
	}
	m, err = c.At(instant(t, "2028-12-25T00:00:00Z"))
	if want := instant(t, "2028-12-26T00:00:00Z"); err != nil || m.Open || !m.Until.Equal(want) {
		t.Errorf("%+v, %v, want closed until %v", m, err, want)
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
