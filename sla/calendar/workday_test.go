package calendar_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"amigo/sla/calendar"
)

func TestDaysAreCountedInTermOrWheneverTheOfficeOpens(t *testing.T) {
	c := named(t, calendar.Normandie)
	for _, tc := range []struct {
		from  string
		n     int
		which calendar.Workdays
		want  string
		why   string
	}{
		{"2026-11-18", 5, calendar.OpenDays, "2026-11-25", "Wednesday to Wednesday"},
		{"2026-11-18", 5, calendar.TermDays, "2026-11-25", "in term the two are the same"},
		{"2026-11-18", 0, calendar.OpenDays, "2026-11-18", "no day at all"},
		{"2026-11-21", 0, calendar.TermDays, "2026-11-21", "not even where the office is closed"},
		{"2026-11-21", 1, calendar.OpenDays, "2026-11-23", "from a Saturday"},
		{"2026-11-10", 1, calendar.OpenDays, "2026-11-12", "over Armistice Day"},
		{"2026-12-17", 5, calendar.OpenDays, "2026-12-24", "into the Christmas holidays"},
		{"2026-12-17", 6, calendar.OpenDays, "2026-12-28", "over Christmas and a weekend"},
		{"2026-12-17", 5, calendar.TermDays, "2027-01-07", "Friday, and four days of January"},
		{"2026-12-24", 1, calendar.TermDays, "2027-01-04", "from within the holidays"},
		{"2026-12-31", 1, calendar.OpenDays, "2027-01-04", "over New Year and a weekend"},
		{"2027-05-05", 1, calendar.TermDays, "2027-05-10", "over the bridge of Ascension"},
		{"2027-05-05", 1, calendar.OpenDays, "2027-05-07", "the bridge is worked"},
	} {
		got, err := c.DayAfter(day(t, tc.from), tc.n, tc.which)
		if err != nil || got.String() != tc.want {
			t.Errorf("%d %s days after %s: %s, %v, want %s, %s", tc.n, tc.which, tc.from, got, err, tc.want, tc.why)
		}
	}
}

func TestDaysThatCannotBeCounted(t *testing.T) {
	c := named(t, calendar.Normandie)
	if _, err := c.DayAfter(day(t, "2026-11-18"), -1, calendar.OpenDays); !errors.Is(err, calendar.ErrNegative) {
		t.Errorf("minus one: %v", err)
	}
	for from, n := range map[string]int{"2028-07-03": 2, "2028-07-05": 1, "2015-08-30": 1, "2026-11-18": 1000} {
		if _, err := c.DayAfter(day(t, from), n, calendar.OpenDays); !calendar.Unknown(err) {
			t.Errorf("%d after %s: %v", n, from, err)
		}
	}
	if got, err := c.Assumed().DayAfter(day(t, "2028-07-03"), 2, calendar.TermDays); err != nil || got.String() != "2028-07-05" {
		t.Errorf("assumed: %s, %v", got, err)
	}
	never := compiled(t, calendar.Spec{TZ: "UTC", Weekly: calendar.Weekly{}})
	if _, err := never.DayAfter(day(t, "2026-11-18"), 1, calendar.OpenDays); !errors.Is(err, calendar.ErrTooFar) {
		t.Errorf("an office that never opens: %v", err)
	}
}

func TestDayAfterCountsEachDayOnce(t *testing.T) {
	c := named(t, calendar.Normandie)
	for _, which := range []calendar.Workdays{calendar.OpenDays, calendar.TermDays} {
		n, start := 0, calendar.DayOn(2026, 7, 1)
		for d := start + 1; d <= start+500; d++ {
			if !c.Counts(d, which) {
				continue
			}
			n++
			if got, err := c.DayAfter(start, n, which); err != nil || got != d {
				t.Fatalf("%s day %d after %s: %s, %v, want %s", which, n, start, got, err, d)
			}
		}
	}
	for _, unknown := range []string{"2015-08-31", "2028-07-05"} {
		if c.Counts(day(t, unknown), calendar.OpenDays) {
			t.Errorf("%s is unknown, and counts", unknown)
		}
	}
}

func TestEveryDayOfNormandieHasTheHoursThatItsSpecSays(t *testing.T) {
	s, err := calendar.Named(calendar.Normandie)
	if err != nil {
		t.Fatal(err)
	}
	c, walk := compiled(t, s), walker(t, s)
	first, last := c.Known()
	days, err := c.Days(first, last)
	if err != nil || len(days) != int(last-first)+1 {
		t.Fatalf("%d days, %v", len(days), err)
	}
	for i, h := range days {
		name := [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}[h.Day.Weekday()]
		if want := walk.hours(h.Day.String(), name); h.Day != first+calendar.Day(i) || !slices.Equal(h.Open, want) {
			t.Errorf("%s: %v, want %v", h.Day, h.Open, want)
		}
		if p, err := c.Plan(h.Day); err != nil || p != h.Plan {
			t.Errorf("%s: %+v, %v, want %+v", h.Day, p, err, h.Plan)
		}
	}
}

func TestDaysShowTheirMarks(t *testing.T) {
	c := compiled(t, parsed(t, example(t)))
	days, err := c.Days(day(t, "2026-09-11"), day(t, "2026-09-14"))
	if err != nil || len(days) != 4 {
		t.Fatalf("%+v, %v", days, err)
	}
	if !slices.Equal(days[0].Marks, []string{"Rentrée"}) || days[0].Open != nil {
		t.Errorf("Friday: %+v", days[0])
	}
	if monday := days[3]; monday.Marks != nil || !slices.Equal(monday.Open, []calendar.Interval{{"08:00", "12:00"}, {"13:00", "17:00"}}) {
		t.Errorf("Monday: %+v", monday)
	}
}

func TestDaysThatAreNotKnownAreNotShown(t *testing.T) {
	c := named(t, calendar.Normandie)
	for _, tc := range [][2]string{{"2015-08-31", "2015-09-02"}, {"2028-07-03", "2028-07-05"}} {
		if _, err := c.Days(day(t, tc[0]), day(t, tc[1])); !calendar.Unknown(err) {
			t.Errorf("%v: %v", tc, err)
		}
	}
	if _, err := c.Days(day(t, "2026-11-19"), day(t, "2026-11-18")); !errors.Is(err, calendar.ErrReversed) {
		t.Errorf("backwards: %v", err)
	}
}

// Nothing of what is counted in days may depend on the clock of the machine.
func TestADayIsTheSameInEveryZone(t *testing.T) {
	at := time.Date(2026, 11, 18, 23, 30, 0, 0, time.UTC)
	for zone, want := range map[string]string{"UTC": "2026-11-18", "Europe/Paris": "2026-11-19", "Pacific/Honolulu": "2026-11-18"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := calendar.DayOf(at.In(loc)); got.String() != want {
			t.Errorf("%s: %s", zone, got)
		}
	}
}

func day(t testing.TB, s string) calendar.Day {
	t.Helper()
	d, err := calendar.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
