package calendar_test

import (
	"errors"
	"testing"
	"time"

	"amigo/app/fault"
	"amigo/sla/calendar"
)

func TestPublicHolidaysFollowFromTheRule(t *testing.T) {
	rows := figures(t, "public-holidays.csv", 187)
	for year := 2015; year <= 2031; year++ {
		for _, got := range calendar.PublicHolidays(year) {
			if want := rows[0]; got.Day != want[0] || got.Name != want[1] {
				t.Fatalf("%s %s, want %s %s", got.Day, got.Name, want[0], want[1])
			}
			rows = rows[1:]
		}
	}
	if len(rows) != 0 {
		t.Fatalf("%d holidays were not computed, from %s", len(rows), rows[0])
	}
}

func TestEasterAtTheEdgesOfItsRange(t *testing.T) {
	for year, want := range map[int]string{
		1818: "1818-03-22", 2285: "2285-03-22", // the earliest there is
		1943: "1943-04-25", 2038: "2038-04-25", // the latest
		1954: "1954-04-18", 1981: "1981-04-19", // where simpler methods err
		2000: "2000-04-23", 2100: "2100-03-28", // the turn of a century, with and without leap day
	} {
		if got := calendar.Easter(year); got.String() != want || got.Weekday() != time.Sunday {
			t.Errorf("Easter %d: %s, want %s", year, got, want)
		}
	}
}

func TestNormandieNamesTheRegimeOfEachDay(t *testing.T) {
	c := named(t, calendar.Normandie)
	for _, tc := range []struct {
		at     string
		open   bool
		regime string
		name   string
		rule   calendar.Rule
	}{
		{"2026-10-14T12:59:59+02:00", true, calendar.Ordinary, calendar.Ordinary, calendar.ByWeek},
		{"2026-10-14T13:00:00+02:00", false, calendar.Ordinary, calendar.Ordinary, calendar.ByWeek},
		{"2026-10-21T13:30:00+02:00", true, "holidays", "Toussaint", calendar.ByPeriod},
		{"2026-10-21T08:30:00+02:00", false, "holidays", "Toussaint", calendar.ByPeriod},
		{"2026-12-25T10:00:00+01:00", false, "holidays", "Noël", calendar.ByClosure},
		{"2026-11-11T10:00:00+01:00", false, calendar.Ordinary, calendar.Ordinary, calendar.ByClosure},
		{"2027-05-07T10:00:00+02:00", true, "holidays", "Pont de l'Ascension", calendar.ByPeriod},
		{"2026-08-31T08:30:00+02:00", false, "holidays", "Été", calendar.ByPeriod},
		{"2018-04-25T08:30:00+02:00", false, "holidays", "Printemps", calendar.ByPeriod}, // as published, before it was moved
		{"2028-07-04T16:59:00+02:00", true, calendar.Ordinary, calendar.Ordinary, calendar.ByWeek},
	} {
		m, err := c.At(instant(t, tc.at))
		if err != nil || m.Open != tc.open || m.Regime != tc.regime || m.Name() != tc.name || m.Rule != tc.rule {
			t.Errorf("%s: %+v, %v, want open %v, %s, %s, %s", tc.at, m, err, tc.open, tc.regime, tc.name, tc.rule)
		}
	}
}

func TestTechniciansOfCaenWorkThroughSchoolHolidays(t *testing.T) {
	c := named(t, calendar.TechniciensCaen)
	due, err := c.Add(instant(t, "2026-12-24T17:30:00+01:00"), time.Hour)
	if want := instant(t, "2026-12-28T08:30:00+01:00"); err != nil || !due.Equal(want) {
		t.Fatalf("due %v, %v, want %v", due, err, want)
	}
}

func TestNormandieIsKnownAsFarAsItIsPublished(t *testing.T) {
	first, last := named(t, calendar.Normandie).Known()
	if first.String() != "2015-09-01" || last.String() != "2028-07-04" {
		t.Fatalf("known from %s to %s", first, last)
	}
}

func TestEveryNamedCalendarCompilesAndNoOtherExists(t *testing.T) {
	for _, name := range calendar.Names() {
		named(t, name)
	}
	if _, err := calendar.Named("bretagne"); !errors.Is(err, fault.NotFound) {
		t.Fatalf("an unknown name gives %v", err)
	}
}
