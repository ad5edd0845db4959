package calendar_test

import (
	"testing"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/fr"
	"pgregory.net/rapid"

	"amigo/sla/calendar"
)

// school is normandie as far as rickar/cal can express it: without the lunch
// break of the school holidays, for it knows one interval a day.
func school(t testing.TB) calendar.Spec {
	t.Helper()
	s, err := calendar.Named(calendar.Normandie)
	if err != nil {
		t.Fatal(err)
	}
	day := []calendar.Interval{{"09:00", "17:00"}}
	s.Regimes = map[string]calendar.Weekly{calendar.SchoolHolidays: {"mon": day, "tue": day, "wed": day, "thu": day, "fri": day}}
	return s
}

// peer is the same calendar in rickar/cal, with its cache, and large enough.
func peer(t testing.TB) *cal.BusinessCalendar {
	t.Helper()
	s := school(t)
	zone, err := time.LoadLocation(s.TZ)
	if err != nil {
		t.Fatal(err)
	}
	cal.CacheMaxSize = 20000
	type date struct {
		year  int
		month time.Month
		day   int
	}
	free := make(map[date]bool)
	for _, p := range s.Periods {
		for d := day(t, p.From); d <= day(t, p.To); d++ {
			year, month, n := d.Time().Date()
			free[date{year, month, n}] = true
		}
	}
	c := cal.NewBusinessCalendar()
	c.Cacheable = true
	c.AddHoliday(fr.Holidays...)
	c.WorkdayStartFunc = func(at time.Time) time.Time {
		year, month, n := at.Date()
		if free[date{year, month, n}] {
			return time.Date(year, month, n, 9, 0, 0, 0, zone)
		}
		return time.Date(year, month, n, 8, 0, 0, 0, zone)
	}
	c.WorkdayEndFunc = func(at time.Time) time.Time {
		year, month, n := at.Date()
		if at.Weekday() == time.Wednesday && !free[date{year, month, n}] {
			return time.Date(year, month, n, 13, 0, 0, 0, zone)
		}
		return time.Date(year, month, n, 17, 0, 0, 0, zone)
	}
	return c
}

// What is measured against each other has to give the same answers.
func TestAnotherLibraryCountsTheSameHours(t *testing.T) {
	ours, theirs := compiled(t, school(t)), peer(t)
	rapid.Check(t, func(rt *rapid.T) {
		begin := instant(t, "2015-09-01T08:00:00+02:00")
		from := begin.Add(time.Duration(rapid.IntRange(0, 11*365*24*3600).Draw(rt, "from")) * time.Second).In(ours.Zone())
		work := time.Duration(rapid.IntRange(1, 400*3600).Draw(rt, "seconds")) * time.Second
		due, err := ours.Add(from, work)
		if want := theirs.AddWorkHours(from, work); err != nil || !due.Equal(want) {
			rt.Fatalf("%v and %v: %v, %v, want %v", from, work, due, err, want)
		}
		worked, err := ours.Between(from, due)
		if want := theirs.WorkHoursInRange(from, due.In(ours.Zone())); err != nil || worked != want {
			rt.Fatalf("%v to %v: %v, %v, want %v", from, due, worked, err, want)
		}
	})
}
