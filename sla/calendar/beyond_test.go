package calendar_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"amigo/sla/calendar"
)

func TestBeyondTheKnownDaysTheUsualHoursAreAssumed(t *testing.T) {
	published := named(t, calendar.Normandie) // until 4 July 2028, a Tuesday
	assumed := published.Assumed()
	for _, tc := range []struct {
		at, until string
		open      bool
		rule      calendar.Rule
	}{
		{"2028-07-04T10:00:00+02:00", "2028-07-04T17:00:00+02:00", true, calendar.ByWeek},
		{"2028-07-05T10:00:00+02:00", "2028-07-05T13:00:00+02:00", true, calendar.ByGuess},    // a Wednesday, shorter as in term
		{"2028-07-14T10:00:00+02:00", "2028-07-17T08:00:00+02:00", false, calendar.ByClosure}, // 14 July is no guess
		{"2028-10-25T08:30:00+02:00", "2028-10-25T13:00:00+02:00", true, calendar.ByGuess},    // nobody has published an autumn break
		{"2028-12-25T10:00:00+01:00", "2028-12-26T08:00:00+01:00", false, calendar.ByClosure},
	} {
		m, err := assumed.At(instant(t, tc.at))
		if err != nil || m.Open != tc.open || m.Rule != tc.rule || m.Until.Format(time.RFC3339) != tc.until {
			t.Errorf("%s: %+v, %v", tc.at, m, err)
		}
	}
	due, err := assumed.Add(instant(t, "2028-07-04T16:00:00+02:00"), 18*time.Hour)
	if want := instant(t, "2028-07-07T11:00:00+02:00"); err != nil || !due.Equal(want) { // 1, 5, 9 and 3 hours
		t.Errorf("18 hours across the border: %v, %v, want %v", due, err, want)
	}
	if _, err := published.Add(instant(t, "2028-07-04T16:00:00+02:00"), 18*time.Hour); !calendar.Unknown(err) {
		t.Errorf("what is published knows it as well: %v", err)
	}
}

func TestAGuessIsToldFromWhatIsPublished(t *testing.T) {
	published := named(t, calendar.Normandie)
	assumed := published.Assumed()
	last := calendar.DayOn(2028, 7, 4)
	if assumed.Published() != last || published.Published() != last {
		t.Errorf("published until %s", assumed.Published())
	}
	for day, want := range map[calendar.Day]bool{last - 1: false, last: false, last + 1: true, last + 1000: true} {
		if assumed.Guesses(day) != want || published.Guesses(day) != want {
			t.Errorf("%s is a guess: %v", day, !want)
		}
	}
	if first, end := assumed.Known(); first != calendar.DayOn(2015, 9, 1) || end < last+4*365 {
		t.Errorf("it answers from %s to %s", first, end)
	}
	if assumed.Assumed() != assumed || published.Assumed() != assumed {
		t.Error("what is assumed is made anew")
	}
}

func TestAnExplanationSaysWhichDaysAreGuessed(t *testing.T) {
	steps, err := named(t, calendar.Normandie).Assumed().Explain(instant(t, "2028-07-03T16:00:00+02:00"), 13*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	var rules []calendar.Rule
	for _, step := range steps {
		rules = append(rules, step.Rule)
	}
	if want := []calendar.Rule{calendar.ByWeek, calendar.ByWeek, calendar.ByGuess}; !slices.Equal(rules, want) {
		t.Errorf("%v, want %v", rules, want)
	}
	if last := steps[len(steps)-1]; last.Day != calendar.DayOn(2028, 7, 5) || last.Worked != 3*time.Hour || last.Name() != calendar.Ordinary {
		t.Errorf("the guess: %+v", last)
	}
}

func TestAPeriodThatReachesBeyondTheKnownDaysIsNoGuess(t *testing.T) {
	c := compiled(t, calendar.Spec{
		TZ: "UTC", KnownUntil: "2026-07-03", Weekly: calendar.Weekly{"fri": {{"08:00", "09:00"}}},
		Periods: []calendar.Period{{From: "2026-07-01", To: "2026-07-10", Name: "Été", Weekly: calendar.Weekly{}}},
		Closed:  []calendar.ClosedDay{{Day: "2026-07-24"}},
	})
	for day, want := range map[string]calendar.Rule{
		"2026-07-10": calendar.ByPeriod, "2026-07-17": calendar.ByGuess, "2026-07-24": calendar.ByClosure,
	} {
		at, err := calendar.ParseDay(day)
		if err != nil {
			t.Fatal(err)
		}
		if p, err := c.Assumed().Plan(at); err != nil || p.Rule != want {
			t.Errorf("%s: %+v, %v, want %s", day, p, err, want)
		}
	}
}

func TestWhatIsAssumedEndsToo(t *testing.T) {
	open := compiled(t, calendar.Spec{TZ: "UTC", Weekly: calendar.Weekly{}})
	if first, last := open.Assumed().Known(); first.String() != "1970-01-01" || last.String() != "2199-12-31" {
		t.Errorf("without bounds: %s to %s", first, last)
	}
	if _, err := named(t, calendar.Normandie).Assumed().At(instant(t, "2033-01-03T10:00:00+01:00")); !calendar.Unknown(err) {
		t.Errorf("five years on: %v", err)
	}
	// A promise that is made on the last known day, by an office that never
	// opens again, is refused for its length and not for want of assumptions.
	never := compiled(t, calendar.Spec{TZ: "UTC", KnownUntil: "2026-07-03", Weekly: calendar.Weekly{}})
	if _, err := never.Assumed().Add(instant(t, "2026-07-03T12:00:00Z"), 1); !errors.Is(err, calendar.ErrTooFar) {
		t.Errorf("never: %v", err)
	}
}

func TestManyMayAssumeAtOnce(t *testing.T) {
	c := named(t, calendar.Normandie)
	from, want := instant(t, "2028-07-04T16:00:00+02:00"), instant(t, "2028-07-05T09:00:00+02:00")
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if due, err := c.Assumed().Add(from, 2*time.Hour); err != nil || !due.Equal(want) {
				t.Errorf("due %v, %v", due, err)
			}
		})
	}
	all.Wait()
}

func TestWhitMondayIsASetting(t *testing.T) {
	s := calendar.Spec{TZ: "Europe/Paris", Weekly: calendar.Weekly{"mon": {{"08:00", "17:00"}}}, Holidays: &calendar.Holidays{WhitMonday: true}}
	off := compiled(t, s)
	s.Holidays = &calendar.Holidays{}
	worked := compiled(t, s)
	s.Holidays = nil
	all := compiled(t, s)
	for _, tc := range []struct {
		at                string
		off, worked, each bool
		name              string
	}{
		{"2026-05-25T10:00:00+02:00", false, true, true, "Lundi de Pentecôte"},
		{"2027-05-17T10:00:00+02:00", false, true, true, "Lundi de Pentecôte"},
		{"2026-04-06T10:00:00+02:00", false, false, true, "Lundi de Pâques"},
		{"2026-05-18T10:00:00+02:00", true, true, true, ""},
	} {
		for _, c := range []struct {
			*calendar.Calendar
			open bool
		}{{off, tc.off}, {worked, tc.worked}, {all, tc.each}} {
			m, err := c.At(instant(t, tc.at))
			if err != nil || m.Open != c.open || !m.Open && m.Closure != tc.name {
				t.Errorf("%s: %+v, %v, want open %v", tc.at, m, err, c.open)
			}
		}
	}
}

func TestAClosedDayKeepsItsOwnNameOnAPublicHoliday(t *testing.T) {
	c := compiled(t, calendar.Spec{
		TZ: "Europe/Paris", Weekly: calendar.Weekly{}, Holidays: &calendar.Holidays{},
		Closed: []calendar.ClosedDay{{Day: "2026-07-14", Name: "Fête nationale"}, {Day: "2026-11-11"}},
	})
	for day, want := range map[calendar.Day]string{calendar.DayOn(2026, 7, 14): "Fête nationale", calendar.DayOn(2026, 11, 11): "11 novembre"} {
		if p, err := c.Plan(day); err != nil || p.Closure != want {
			t.Errorf("%s: %+v, %v, want %s", day, p, err, want)
		}
	}
}

func TestADayBearsTheNamesOfItsPeriodItsRegimeAndItsMarks(t *testing.T) {
	c := compiled(t, calendar.Spec{
		TZ: "Europe/Paris", KnownFrom: "2026-09-01", KnownUntil: "2027-07-02", Weekly: calendar.Weekly{},
		Regimes: map[string]calendar.Weekly{calendar.SchoolHolidays: {}},
		Periods: []calendar.Period{{From: "2026-10-17", To: "2026-11-01", Name: "Toussaint", Regime: calendar.SchoolHolidays}},
		Marks: []calendar.Mark{
			{From: "2026-09-01", To: "2026-09-11", Name: "rentrée"},
			{From: "2026-09-10", To: "2026-09-10", Name: "examens"},
			{From: "2026-09-10", To: "2026-10-20", Name: "rentrée"}, // as the first, which it overlaps
		},
	})
	for day, want := range map[calendar.Day][]string{
		calendar.DayOn(2026, 8, 31):  nil,
		calendar.DayOn(2026, 9, 1):   {"default", "rentrée"},
		calendar.DayOn(2026, 9, 10):  {"default", "examens", "rentrée"},
		calendar.DayOn(2026, 10, 16): {"default", "rentrée"},
		calendar.DayOn(2026, 10, 17): {"Toussaint", "holidays", "rentrée"},
		calendar.DayOn(2026, 10, 21): {"Toussaint", "holidays"},
		calendar.DayOn(2026, 11, 2):  {"default"},
		calendar.DayOn(2027, 7, 3):   nil,
	} {
		if got := c.Names(day); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", day, got, want)
		}
	}
}
