package calendar_test

import (
	"strings"
	"testing"
	"time"

	"amigo/sla/calendar"
)

// nightShift is open from 22:00 to 06:00, every night.
func nightShift(zone string) calendar.Spec { return everyDay(zone, "22:00-24:00 00:00-06:00") }

func TestNightsInWhichTheClockIsSet(t *testing.T) {
	for _, tc := range []struct{ zone, from, to, worked, why string }{
		{"Europe/Paris", "2026-03-28T12:00:00+01:00", "2026-03-29T12:00:00+02:00", "7h", "02:00 to 03:00 does not exist"},
		{"Europe/Paris", "2026-10-24T12:00:00+02:00", "2026-10-25T12:00:00+01:00", "9h", "02:00 to 03:00 comes twice"},
		{"Europe/Paris", "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", "1h", "from the first 02:30 to the second"},
		{"America/New_York", "2026-03-07T12:00:00-05:00", "2026-03-08T12:00:00-04:00", "7h", "spring"},
		{"America/New_York", "2026-10-31T12:00:00-04:00", "2026-11-01T12:00:00-05:00", "9h", "autumn"},
		{"Australia/Lord_Howe", "2026-04-04T12:00:00+11:00", "2026-04-05T12:00:00+10:30", "8h30m", "half an hour twice"},
		{"Australia/Lord_Howe", "2026-10-03T12:00:00+10:30", "2026-10-04T12:00:00+11:00", "7h30m", "half an hour skipped"},
		{"Asia/Kolkata", "2026-03-28T12:00:00+05:30", "2026-03-29T12:00:00+05:30", "8h", "never set"},
		{"America/Sao_Paulo", "2018-11-03T12:00:00-03:00", "2018-11-04T12:00:00-02:00", "7h", "midnight does not exist"},
		{"America/Sao_Paulo", "2018-02-17T12:00:00-02:00", "2018-02-18T12:00:00-03:00", "9h", "23:00 to 24:00 comes twice"},
		{"America/St_Johns", "2008-11-01T12:00:00-02:30", "2008-11-02T12:00:00-03:30", "9h", "set back at 00:01 into the day before"},
		{"Pacific/Apia", "2011-12-29T12:00:00-10:00", "2011-12-31T12:00:00+14:00", "8h", "30 December does not exist"},
	} {
		c := compiled(t, nightShift(tc.zone))
		from, to := instant(t, tc.from), instant(t, tc.to)
		got, err := c.Between(from, to)
		if err != nil || got != duration(t, tc.worked) {
			t.Errorf("%s, %s: %v, %v, want %s", tc.zone, tc.why, got, err, tc.worked)
		}
		due, err := c.Add(from, got)
		if back, alsoErr := c.Between(from, due); err != nil || alsoErr != nil || back != got {
			t.Errorf("%s, %s: due %v, %v, worked %v, %v", tc.zone, tc.why, due, err, back, alsoErr)
		}
	}
}

func TestDueDatesInHoursThatAreRepeatedOrSkipped(t *testing.T) {
	for _, tc := range []struct{ zone, from, work, want, why string }{
		{"Europe/Paris", "2026-10-25T01:30:00+02:00", "1h", "2026-10-25T02:30:00+02:00", "the first 02:30"},
		{"Europe/Paris", "2026-10-25T01:30:00+02:00", "2h", "2026-10-25T02:30:00+01:00", "the second"},
		{"Europe/Paris", "2026-10-25T02:30:00+01:00", "3h30m", "2026-10-25T06:00:00+01:00", "closing time"},
		{"Europe/Paris", "2026-03-29T01:30:00+01:00", "1h", "2026-03-29T03:30:00+02:00", "over the gap"},
		{"Europe/Paris", "2026-03-28T23:30:00+01:00", "1h", "2026-03-29T00:30:00+01:00", "over midnight"},
		{"Europe/Paris", "2026-03-29T05:30:00+02:00", "1h", "2026-03-29T22:30:00+02:00", "the next evening"},
		{"Australia/Lord_Howe", "2026-04-05T01:45:00+11:00", "30m", "2026-04-05T01:45:00+10:30", "the half hour again"},
	} {
		due, err := compiled(t, nightShift(tc.zone)).Add(instant(t, tc.from), duration(t, tc.work))
		if err != nil || !due.Equal(instant(t, tc.want)) {
			t.Errorf("%s, %s: %v, %v, want %s", tc.zone, tc.why, due, err, tc.want)
		}
	}
}

// Every row was worked out by hand from the rules of the zone, with the same hours on every day.
func TestDueDatesInZonesThatSetTheirClocksWhileTheOfficeIsOpen(t *testing.T) {
	for i, row := range figures(t, "clock-changes.csv", 38) {
		c := compiled(t, everyDay(row[0], row[1]))
		from, work, due := instant(t, row[2]), minutes(t, row[3]), instant(t, row[4])
		got, err := c.Add(from, work)
		if err != nil || !got.Equal(due) {
			t.Errorf("line %d, %s, %s: %v, %v, want %s", i+2, row[0], row[5], got.In(c.Zone()), err, row[4])
		}
		if back, err := c.Between(from, due); err != nil || back != work {
			t.Errorf("line %d, %s, %s: %v, %v, want %v", i+2, row[0], row[5], back, err, work)
		}
	}
}

// everyDay is a calendar with the same hours on all days, written 22:00-24:00 00:00-06:00.
func everyDay(zone, hours string) calendar.Spec {
	var list []calendar.Interval
	for _, h := range strings.Fields(hours) {
		from, to, _ := strings.Cut(h, "-")
		list = append(list, calendar.Interval{from, to})
	}
	w := calendar.Weekly{}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		w[day] = list
	}
	return calendar.Spec{TZ: zone, Weekly: w}
}

// Beyond 2037 the rules of a zone decide, not a table; the standard library
// errs about the last day of their leap years.
func TestYearsThatAreKnownByRuleOnly(t *testing.T) {
	paris := compiled(t, everyDay("Europe/Paris", "08:00-17:00"))
	for year := 2038; year < 2199; year++ {
		last := time.Date(year, time.December, 31, 8, 0, 0, 0, paris.Zone())
		due, err := paris.Add(last, 10*time.Hour)
		if want := time.Date(year+1, time.January, 1, 9, 0, 0, 0, paris.Zone()); err != nil || !due.Equal(want) {
			t.Errorf("31 December %d: %v, %v, want %v", year, due, err, want)
		}
	}
	for _, zone := range []string{"Europe/Paris", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca", "UTC"} {
		always := compiled(t, everyDay(zone, "00:00-24:00"))
		from, to := instant(t, "1970-01-02T12:00:00Z"), instant(t, "2199-12-30T12:00:00Z")
		if worked, err := always.Between(from, to); err != nil || worked != to.Sub(from) {
			t.Errorf("%s round the clock: %v, %v, want %v", zone, worked, err, to.Sub(from))
		}
		at := instant(t, "2040-12-31T12:00:00Z")
		if m, err := always.At(at); err != nil || !m.Open {
			t.Errorf("%s: %+v, %v", zone, m, err)
		}
		if steps, err := always.Explain(at, 48*time.Hour); err != nil || len(steps) < 3 || steps[len(steps)-1].Left != 0 {
			t.Errorf("%s: %+v, %v", zone, steps, err)
		}
	}
	nights := compiled(t, nightShift("Europe/Paris"))
	for year, hours := range map[int][2]string{2040: {"2040-03-24", "2040-10-27"}, 2096: {"2096-03-24", "2096-10-27"}} {
		for i, want := range []time.Duration{7 * time.Hour, 9 * time.Hour} {
			eve := day(t, hours[i]).Time()
			if got, err := nights.Between(eve, eve.AddDate(0, 0, 1)); err != nil || got != want {
				t.Errorf("the clocks of %d: %v, %v, want %v", year, got, err, want)
			}
		}
	}
}

func TestHoursThatExistOnlyInTheGapAreNeverOpen(t *testing.T) {
	c := compiled(t, calendar.Spec{TZ: "Europe/Paris", Weekly: calendar.Weekly{"sun": {{"02:00", "03:00"}}}})
	got, err := c.Between(instant(t, "2026-03-28T00:00:00+01:00"), instant(t, "2026-03-30T00:00:00+02:00"))
	if err != nil || got != 0 {
		t.Errorf("in spring %v, %v", got, err)
	}
	due, err := c.Add(instant(t, "2026-03-28T00:00:00+01:00"), 1)
	if want := instant(t, "2026-04-05T02:00:00.000000001+02:00"); err != nil || !due.Equal(want) {
		t.Errorf("due %v, %v, want %v", due, err, want)
	}
}

func TestKnownDaysBeginAndEndByTheClockOfTheZone(t *testing.T) {
	s := nightShift("Pacific/Apia")
	s.KnownFrom, s.KnownUntil = "2011-12-28", "2011-12-29"
	c := compiled(t, s)
	all, err := c.Between(instant(t, "2011-12-28T00:00:00-10:00"), instant(t, "2011-12-31T00:00:00+14:00"))
	if err != nil || all != duration(t, "16h") {
		t.Errorf("two days and one that never was: %v, %v", all, err)
	}
	if _, err := c.At(instant(t, "2011-12-31T00:00:00+14:00")); !calendar.Unknown(err) {
		t.Errorf("the 31st: %v", err)
	}
}

func TestWhatIsKnownLeavesOutAMinuteThatIsOnBothSidesOfMidnight(t *testing.T) {
	s := nightShift("America/St_Johns") // set back at 00:01 on 2 November 2008 to 23:01 on the 1st
	s.KnownFrom = "2008-11-02"
	from := compiled(t, s)
	s.KnownFrom, s.KnownUntil = "", "2008-11-01"
	until := compiled(t, s)
	for at, known := range map[string]struct{ from, until bool }{
		"2008-11-01T23:59:59-02:30": {false, true},
		"2008-11-02T00:00:00-02:30": {false, false}, // already the 2nd, but not for long
		"2008-11-01T23:01:00-03:30": {false, false}, // the 1st again
		"2008-11-02T00:00:00-03:30": {true, false},
	} {
		if _, err := from.At(instant(t, at)); (err == nil) != known.from {
			t.Errorf("%s in a calendar that begins on the 2nd: %v", at, err)
		}
		if _, err := until.At(instant(t, at)); (err == nil) != known.until {
			t.Errorf("%s in a calendar that ends on the 1st: %v", at, err)
		}
	}
}
