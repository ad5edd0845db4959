package calendar_test

import (
	"errors"
	"math"
	"sync"
	"testing"
	"time"

	"amigo/app/fault"
	"amigo/sla/calendar"
)

func TestNoWorkIsDueAtOnceEvenWhereNothingIsKnown(t *testing.T) {
	c := named(t, calendar.Normandie)
	for _, at := range []string{"2026-11-21T12:00:00+01:00", "1900-01-01T00:00:00Z", "2500-01-01T00:00:00Z"} {
		if got, err := c.Add(instant(t, at), 0); err != nil || !got.Equal(instant(t, at)) {
			t.Errorf("%s: %v, %v", at, got, err)
		}
		if got, err := c.Between(instant(t, at), instant(t, at)); err != nil || got != 0 {
			t.Errorf("%s to itself: %v, %v", at, got, err)
		}
	}
}

func TestDueDateAtClosingTimeStaysThere(t *testing.T) {
	c := named(t, calendar.Normandie)
	for _, tc := range []struct{ from, work, want string }{
		{"2026-11-03T08:00:00+01:00", "9h", "2026-11-03T17:00:00+01:00"},
		{"2026-11-03T08:00:00+01:00", "9h1ns", "2026-11-04T08:00:00.000000001+01:00"},
		{"2026-11-04T12:00:00+01:00", "1h", "2026-11-04T13:00:00+01:00"},
		{"2026-10-21T12:00:00+02:00", "30m", "2026-10-21T12:30:00+02:00"},
	} {
		got, err := c.Add(instant(t, tc.from), duration(t, tc.work))
		if err != nil || !got.Equal(instant(t, tc.want)) {
			t.Errorf("%s and %s: %v, %v, want %s", tc.from, tc.work, got, err, tc.want)
		}
	}
}

func TestFractionsOfAMinuteCount(t *testing.T) {
	c := named(t, calendar.Normandie)
	from := instant(t, "2026-11-03T16:59:30.25+01:00")
	due, err := c.Add(from, time.Minute)
	if want := instant(t, "2026-11-04T08:00:30.25+01:00"); err != nil || !due.Equal(want) {
		t.Fatalf("due %v, %v, want %v", due, err, want)
	}
	if worked, err := c.Between(from, due); err != nil || worked != time.Minute {
		t.Fatalf("worked %v, %v", worked, err)
	}
}

func TestNonsenseIsRefused(t *testing.T) {
	c := named(t, calendar.Normandie)
	at := instant(t, "2026-11-03T10:00:00+01:00")
	if _, err := c.Add(at, -1); !errors.Is(err, calendar.ErrNegative) || !errors.Is(err, fault.Invalid) {
		t.Errorf("negative work: %v", err)
	}
	if _, err := c.Between(at, at.Add(-1)); !errors.Is(err, calendar.ErrReversed) || !errors.Is(err, fault.Invalid) {
		t.Errorf("end before start: %v", err)
	}
}

func TestNothingIsGuessedAboutUnknownDays(t *testing.T) {
	c := named(t, calendar.Normandie)
	for what, try := range map[string]func() error{
		"start before": func() error { _, err := c.Add(instant(t, "2015-08-31T23:59:59+02:00"), 1); return err },
		"start after":  func() error { _, err := c.Add(instant(t, "2028-07-05T00:00:00+02:00"), 1); return err },
		"due after":    func() error { _, err := c.Add(instant(t, "2028-07-04T16:00:00+02:00"), time.Hour+1); return err },
		"from before": func() error {
			_, err := c.Between(instant(t, "2015-08-31T23:59:59+02:00"), instant(t, "2016-01-04T10:00:00+01:00"))
			return err
		},
		"to after": func() error {
			_, err := c.Between(instant(t, "2028-07-03T10:00:00+02:00"), instant(t, "2028-07-05T00:00:01+02:00"))
			return err
		},
		"at before":  func() error { _, err := c.At(instant(t, "2015-08-31T23:59:59+02:00")); return err },
		"at after":   func() error { _, err := c.At(instant(t, "2028-07-05T00:00:00+02:00")); return err },
		"far future": func() error { _, err := c.At(time.Unix(math.MaxInt32*1000, 0)); return err },
		"plan after": func() error { _, err := c.Plan(calendar.DayOn(2028, 7, 5)); return err },
		"explain":    func() error { _, err := c.Explain(instant(t, "2028-07-04T16:00:00+02:00"), 2*time.Hour); return err },
	} {
		if err := try(); !calendar.Unknown(err) || !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want an unknown day", what, err)
		}
	}
	_, err := c.Add(instant(t, "2028-07-05T10:00:00+02:00"), 1)
	if want := "no opening hours are known for 2028-07-05, only from 2015-09-01 to 2028-07-04"; err.Error() != want {
		t.Errorf("says %q, want %q", err, want)
	}
}

func TestTheEdgesOfTheKnownDaysAreKnown(t *testing.T) {
	c := named(t, calendar.Normandie)
	begin, end := instant(t, "2015-09-01T00:00:00+02:00"), instant(t, "2028-07-05T00:00:00+02:00")
	all, err := c.Between(begin, end)
	if err != nil {
		t.Fatal(err)
	}
	byDay, at := time.Duration(0), begin
	for at.Before(end) {
		next := at.AddDate(0, 1, 0)
		if next.After(end) {
			next = end
		}
		part, err := c.Between(at, next)
		if err != nil {
			t.Fatal(err)
		}
		byDay, at = byDay+part, next
	}
	if all != byDay || all < 24000*time.Hour {
		t.Errorf("all that is known: %v, month by month %v", all, byDay)
	}
	if due, err := c.Add(instant(t, "2028-07-04T16:00:00+02:00"), time.Hour); err != nil || !due.Equal(instant(t, "2028-07-04T17:00:00+02:00")) {
		t.Errorf("the last known minute: %v, %v", due, err)
	}
}

func TestNoDueDateLiesBeyondThreeYears(t *testing.T) {
	start := instant(t, "2026-01-05T08:00:00Z")
	never := compiled(t, calendar.Spec{TZ: "UTC", Weekly: calendar.Weekly{}})
	if _, err := never.Add(start, 1); !errors.Is(err, calendar.ErrTooFar) || !errors.Is(err, fault.Invalid) {
		t.Errorf("an office that never opens: %v", err)
	}
	c := compiled(t, roundTheClock())
	if due, err := c.Add(start, calendar.Horizon); err != nil || !due.Equal(start.Add(calendar.Horizon)) {
		t.Errorf("exactly three years: %v, %v", due, err)
	}
	for _, work := range []time.Duration{calendar.Horizon + 1, math.MaxInt64} {
		if _, err := c.Add(start, work); !errors.Is(err, calendar.ErrTooFar) {
			t.Errorf("%v: %v", work, err)
		}
	}
	// Known to an end that comes first: what is unknown is the reason.
	short := compiled(t, calendar.Spec{TZ: "UTC", Weekly: calendar.Weekly{}, KnownUntil: "2027-01-01"})
	if _, err := short.Add(start, 1); !calendar.Unknown(err) {
		t.Errorf("an end before three years: %v", err)
	}
}

func TestTheHorizonIsMeasuredOnTheWall(t *testing.T) {
	c := compiled(t, roundTheClock("2026-01-06"))
	start := instant(t, "2026-01-05T08:00:00Z")
	most := calendar.Horizon - 24*time.Hour
	if due, err := c.Add(start, most); err != nil || !due.Equal(start.Add(calendar.Horizon)) {
		t.Errorf("three years with a day off: %v, %v", due, err)
	}
	if due, err := c.Add(start, most+1); !errors.Is(err, calendar.ErrTooFar) {
		t.Errorf("a nanosecond more: %v, %v", due, err)
	}
}

func TestLongSpansCrossManySheets(t *testing.T) {
	c := compiled(t, calendar.Spec{TZ: "UTC", Weekly: calendar.Weekly{"mon": {{"08:00", "09:00"}}}})
	from, to := instant(t, "1970-01-05T00:00:00Z"), instant(t, "2199-12-30T00:00:00Z")
	mondays := to.Sub(from) / (7 * 24 * time.Hour)
	if got, err := c.Between(from, to); err != nil || got != mondays*time.Hour {
		t.Fatalf("%v, %v, want %d hours", got, err, mondays)
	}
	due, err := c.Add(instant(t, "2026-01-05T08:00:00Z"), 150*time.Hour)
	if want := instant(t, "2028-11-13T09:00:00Z"); err != nil || !due.Equal(want) {
		t.Fatalf("150 Mondays: %v, %v, want %v", due, err, want)
	}
}

func TestManyGoroutinesAskAtOnce(t *testing.T) {
	c := named(t, calendar.Normandie)
	from, want := instant(t, "2016-01-04T08:00:00+01:00"), instant(t, "2016-01-04T17:00:00+01:00")
	begin, end := instant(t, "2015-09-01T00:00:00+02:00"), instant(t, "2028-07-05T00:00:00+02:00")
	known, err := named(t, calendar.Normandie).Between(begin, end)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			for week := range 600 {
				start := from.AddDate(0, 0, 7*((week+40*i)%600))
				if _, err := c.Between(start, start.AddDate(0, 0, 7)); err != nil {
					t.Error(err)
				}
			}
			if due, err := c.Add(from, 9*time.Hour); err != nil || !due.Equal(want) {
				t.Errorf("due %v, %v", due, err)
			}
			if worked, err := c.Between(begin, end); err != nil || worked != known {
				t.Errorf("all that is known: %v, %v, want %v", worked, err, known)
			}
		})
	}
	all.Wait()
}

func TestLookingUpAllocatesNothing(t *testing.T) {
	normandie := named(t, calendar.Normandie)
	always := compiled(t, everyDay("Australia/Lord_Howe", "00:30-03:30"))
	for _, tc := range []struct {
		c        *calendar.Calendar
		from, to string
		work     time.Duration
	}{
		{normandie, "2026-11-18T09:00:00+01:00", "2026-11-20T10:00:00+01:00", 9 * time.Hour},
		{normandie, "2015-09-01T08:00:00+02:00", "2028-07-04T17:00:00+02:00", 5800 * time.Hour},
		{normandie.Assumed(), "2026-01-04T08:00:00+01:00", "2031-10-04T08:00:00+02:00", 5800 * time.Hour},
		{always, "1970-01-02T00:00:00Z", "2199-12-30T00:00:00Z", 3000 * time.Hour},
	} {
		from, to := instant(t, tc.from), instant(t, tc.to)
		n := testing.AllocsPerRun(100, func() {
			due, err := tc.c.Add(from, tc.work)
			if err != nil || due.Before(from) {
				t.Fatal(due, err)
			}
			if _, err := tc.c.Between(from, to); err != nil {
				t.Fatal(err)
			}
		})
		if n != 0 {
			t.Errorf("%s and %v, to %s: %v allocations", tc.from, tc.work, tc.to, n)
		}
	}
}

func TestACalendarDoesNotChangeWithItsSpec(t *testing.T) {
	s := calendar.Spec{TZ: "UTC", Weekly: calendar.Weekly{"mon": {{"08:00", "09:00"}}}}
	c := compiled(t, s)
	s.Weekly["mon"][0] = calendar.Interval{"10:00", "20:00"}
	if m, err := c.At(instant(t, "2026-01-05T08:30:00Z")); err != nil || !m.Open {
		t.Fatalf("%+v, %v", m, err)
	}
}

func duration(t testing.TB, s string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
