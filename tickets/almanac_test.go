package tickets

import (
	"testing"
	"time"

	"amigo/sla/calendar"
)

// usual is an almanac of the calendar that comes with the program.
func usual(t *testing.T, d Delays) almanac {
	t.Helper()
	days, err := builtIn()
	if err != nil {
		t.Fatal(err)
	}
	return almanac{d, days.Assumed()}
}

func instant(t *testing.T, text string) *time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return &at
}

func TestDaysAreCountedAsTheRequesterWorks(t *testing.T) {
	type ask func(almanac, Ticket, calendar.Workdays) (calendar.Day, bool)
	waiting := func(since string) Ticket { return Ticket{Status: WaitingRequester, WaitingSince: instant(t, since)} }
	reminded := func(since, at string) Ticket {
		w := waiting(since)
		w.RemindedAt = instant(t, at)
		return w
	}
	solved := func(at string) Ticket { return Ticket{Status: Solved, SolvedAt: instant(t, at)} }
	const wednesday = "2026-12-16T10:00:00+01:00" // three days before the holidays
	for name, c := range map[string]struct {
		delays       Delays
		ticket       Ticket
		ask          ask
		school, desk string // empty: never
	}{
		"asked again":                         {UsualDelays, waiting(wednesday), almanac.reminding, "2027-01-04", "2026-12-21"},
		"asked late in the evening":           {UsualDelays, waiting("2026-12-16T22:59:59Z"), almanac.reminding, "2027-01-04", "2026-12-21"},
		"asked right after midnight":          {UsualDelays, waiting("2026-12-16T23:00:00Z"), almanac.reminding, "2027-01-05", "2026-12-22"},
		"asked again only once":               {UsualDelays, reminded(wednesday, "2026-12-22T09:00:00+01:00"), almanac.reminding, "", ""},
		"asked again never":                   {Delays{Solve: 8}, waiting(wednesday), almanac.reminding, "", ""},
		"given up not before the reminder":    {UsualDelays, waiting(wednesday), almanac.abandoning, "", ""},
		"given up":                            {UsualDelays, reminded(wednesday, "2026-12-22T09:00:00+01:00"), almanac.abandoning, "2027-01-11", "2026-12-29"},
		"given up after a late reminder":      {UsualDelays, reminded(wednesday, "2027-01-14T15:00:00+01:00"), almanac.abandoning, "2027-01-20", "2027-01-20"},
		"given up where nobody reminds":       {Delays{Solve: 2}, waiting(wednesday), almanac.abandoning, "2026-12-18", "2026-12-18"},
		"given up never":                      {Delays{Remind: 3}, reminded(wednesday, "2026-12-22T09:00:00+01:00"), almanac.abandoning, "", ""},
		"closed":                              {UsualDelays, solved(wednesday), almanac.closing, "2027-01-13", "2026-12-31"},
		"closed, solved in the holidays":      {UsualDelays, solved("2026-12-23T10:00:00+01:00"), almanac.closing, "2027-01-15", "2027-01-08"},
		"closed, solved before the summer":    {UsualDelays, solved("2027-07-02T10:00:00+02:00"), almanac.closing, "2027-09-15", "2027-07-19"},
		"closed never":                        {Delays{Remind: 3, Solve: 8}, solved(wednesday), almanac.closing, "", ""},
		"closed beyond the published days":    {UsualDelays, solved("2029-03-01T10:00:00+01:00"), almanac.closing, "2029-03-15", "2029-03-15"},
		"closed on days that do not exist":    {UsualDelays, solved("2199-12-31T10:00:00+01:00"), almanac.closing, "", ""},
		"of what is not solved nobody speaks": {UsualDelays, waiting(wednesday), almanac.closing, "", ""},
	} {
		a := usual(t, c.delays)
		for which, want := range map[calendar.Workdays]string{calendar.TermDays: c.school, calendar.OpenDays: c.desk} {
			day, ok := c.ask(a, c.ticket, which)
			got := ""
			if ok {
				got = day.String()
			}
			if got != want {
				t.Errorf("%s, %s days: until %q, want %q", name, which, got, want)
			}
		}
	}
}

func TestNothingThatIsOverIsLeftOutOfTheSearch(t *testing.T) {
	for n := range 12 {
		a := usual(t, Delays{Close: n})
		for day := calendar.DayOn(2026, time.December, 1); day < calendar.DayOn(2027, time.January, 20); day++ {
			before := a.before(day, n)
			for back := range 40 {
				began := (day - calendar.Day(back)).Time()
				last, ok := a.closing(Ticket{SolvedAt: &began}, calendar.OpenDays)
				if over := ok && last < day; n > 0 && over != began.Before(before) {
					t.Fatalf("on %s, solved on %s: over %v, but the search goes to %s", day, began, over, before)
				}
			}
		}
	}
}
