package calendar_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"amigo/sla/calendar"
)

// land is a calendar and the years in which its laws are tried, with room
// behind them for every due date.
type land struct {
	name string
	*calendar.Calendar
	from, to time.Time
}

// lands are normandie, what it assumes, and offices in which clocks are set
// while they are open.
func lands(t *testing.T) []land {
	t.Helper()
	year := func(y int) time.Time { return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC) }
	normandie := named(t, calendar.Normandie)
	list := []land{
		{"normandie", normandie, instant(t, "2015-09-01T00:00:00+02:00"), year(2027)},
		{"normandie, assumed", normandie.Assumed(), year(2027), year(2031)},
	}
	for _, zone := range []string{
		"Europe/Paris", "America/St_Johns", "Australia/Lord_Howe", "Africa/Casablanca", "America/Sao_Paulo", "Pacific/Apia", "Asia/Tehran", "UTC",
	} {
		always, nights := everyDay(zone, "00:00-24:00"), nightShift(zone)
		nights.Closed = []calendar.ClosedDay{{Day: "2011-12-31"}, {Day: "2018-11-03"}}
		nights.Exceptions = map[string][]calendar.Interval{"2018-11-04": {{"00:00", "00:30"}, {"01:00", "24:00"}}}
		list = append(
			list,
			land{zone + " round the clock", compiled(t, always), year(2005), year(2035)},
			land{zone + " at night", compiled(t, nights), year(2005), year(2035)},
		)
	}
	return list
}

// eachLand tries a law in every land.
func eachLand(t *testing.T, law func(sure)) {
	t.Helper()
	for _, l := range lands(t) {
		t.Run(l.name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) { law(sure{l, rt}) })
		})
	}
}

func TestBetweenUndoesAdd(t *testing.T) {
	eachLand(t, func(c sure) {
		from, work := c.instant("from"), c.work("work")
		due := c.add(from, work)
		if got := c.between(from, due); got != work {
			c.t.Fatalf("%v and %v is %v, and back %v", from, work, due, got)
		}
		// The due date is the first instant at which the work is done.
		if work > 0 && c.between(from, due.Add(-1)) != work-1 {
			c.t.Fatalf("%v and %v is done before %v", from, work, due)
		}
	})
}

func TestAddUndoesBetweenUpToClosingTime(t *testing.T) {
	eachLand(t, func(c sure) {
		at := c.instants(2)
		from, to := at[0], at[1]
		if to.Sub(from) > calendar.Horizon {
			to = from.Add(calendar.Horizon)
		}
		worked := c.between(from, to)
		due := c.add(from, worked)
		if due.After(to) || c.between(due, to) != 0 {
			c.t.Fatalf("%v to %v is %v, and back %v", from, to, worked, due)
		}
	})
}

func TestAddIsAdditive(t *testing.T) {
	eachLand(t, func(c sure) {
		from, a, b := c.instant("from"), c.work("a"), c.work("b")
		inTwo := c.add(c.add(from, a), b)
		if atOnce := c.add(from, a+b); !inTwo.Equal(atOnce) {
			c.t.Fatalf("%v: %v then %v is %v, at once %v", from, a, b, inTwo, atOnce)
		}
	})
}

func TestBetweenIsAdditive(t *testing.T) {
	eachLand(t, func(c sure) {
		at := c.instants(3)
		whole := c.between(at[0], at[2])
		if parts := c.between(at[0], at[1]) + c.between(at[1], at[2]); parts != whole {
			c.t.Fatalf("%v: %v, in parts %v", at, whole, parts)
		}
	})
}

func TestLaterStartsAndMoreWorkAreNeverDueEarlier(t *testing.T) {
	eachLand(t, func(c sure) {
		at := c.instants(2)
		work, more := c.work("work"), c.work("more")
		if x, y := c.add(at[0], work), c.add(at[1], work); y.Before(x) {
			c.t.Fatalf("%v is due %v, %v already %v", at[0], x, at[1], y)
		}
		if x, y := c.add(at[0], work), c.add(at[0], work+more); y.Before(x) || more > 0 && !y.After(x) {
			c.t.Fatalf("%v more is due %v, after %v", more, y, x)
		}
	})
}

func TestNoMoreIsWorkedThanPasses(t *testing.T) {
	eachLand(t, func(c sure) {
		at := c.instants(2)
		if worked := c.between(at[0], at[1]); worked < 0 || worked > at[1].Sub(at[0]) {
			c.t.Fatalf("%v to %v: %v", at[0], at[1], worked)
		}
	})
}

func TestAroundTheClockWorkingTimeIsTimeThatPasses(t *testing.T) {
	for _, l := range lands(t) {
		always := compiled(t, everyDay(l.Zone().String(), "00:00-24:00"))
		rapid.Check(t, func(rt *rapid.T) {
			c := sure{land{l.name, always, l.from, l.to}, rt}
			at, work := c.instants(2), c.work("work")
			if worked := c.between(at[0], at[1]); worked != at[1].Sub(at[0]) {
				rt.Fatalf("%v to %v: %v", at[0], at[1], worked)
			}
			if due := c.add(at[0], work); !due.Equal(at[0].Add(work)) {
				rt.Fatalf("%v and %v: %v", at[0], work, due)
			}
		})
	}
}

func TestWhatIsDueIsOpenUntilThen(t *testing.T) {
	eachLand(t, func(c sure) {
		from, work := c.instant("from"), c.work("work")
		if work == 0 {
			return
		}
		due := c.add(from, work)
		before, err := c.At(due.Add(-1))
		if err != nil || !before.Open {
			c.t.Fatalf("%v and %v is due %v, just before: %+v, %v", from, work, due, before, err)
		}
		if at, err := c.At(due); err == nil && !at.Open && !before.Until.Equal(due) {
			c.t.Fatalf("closed at %v, not since then but since %v", due, before.Until)
		}
	})
}

// What is assumed may add to what is published; it must not change it.
func TestWhatIsAssumedAgreesWithWhatIsPublished(t *testing.T) {
	published := named(t, calendar.Normandie)
	assumed := published.Assumed()
	begin, border := instant(t, "2025-01-01T00:00:00+01:00"), instant(t, "2028-07-05T00:00:00+02:00")
	rapid.Check(t, func(rt *rapid.T) {
		c := sure{land{"assumed", assumed, begin, border.AddDate(1, 0, 0)}, rt}
		at, work := c.instants(2), c.work("work")
		due := c.add(at[0], work)
		got, err := published.Add(at[0], work)
		if known := work == 0 || !due.After(border) && at[0].Before(border); known != (err == nil) || known && !got.Equal(due) {
			rt.Fatalf("%v and %v: assumed %v, published %v, %v", at[0], work, due, got, err)
		}
		if !at[0].Before(border) || !at[1].After(border) {
			return
		}
		before, err := published.Between(at[0], border)
		if err != nil || before+c.between(border, at[1]) != c.between(at[0], at[1]) {
			rt.Fatalf("%v over the border to %v: %v, of which %v are published, %v", at[0], at[1], c.between(at[0], at[1]), before, err)
		}
	})
}

// sure is a land that has an answer to everything it is asked.
type sure struct {
	land
	t *rapid.T
}

// instant is one of the years of the land, to the nanosecond, often near one at which its clocks are set.
func (s sure) instant(what string) time.Time {
	span := int64(s.to.Sub(s.from))
	at := s.from.Add(time.Duration(rapid.Int64Range(0, span).Draw(s.t, what)))
	if !rapid.Bool().Draw(s.t, what+" near a change of the clocks") {
		return at
	}
	_, set := at.In(s.Zone()).ZoneBounds()
	near := set.Add(time.Duration(rapid.Int64Range(int64(-3*time.Hour), int64(3*time.Hour)).Draw(s.t, what+" by")))
	if set.IsZero() || near.Before(s.from) || near.After(s.to) {
		return at
	}
	return near
}

// instants are some in order of time.
func (s sure) instants(n int) []time.Time {
	var list []time.Time
	for range n {
		list = append(list, s.instant("instant"))
	}
	slices.SortFunc(list, time.Time.Compare)
	return list
}

func (s sure) work(what string) time.Duration {
	return time.Duration(rapid.Int64Range(0, int64(800*time.Hour)).Draw(s.t, what))
}

func (s sure) add(from time.Time, work time.Duration) time.Time {
	due, err := s.Add(from, work)
	if err != nil {
		s.t.Fatalf("%v and %v: %v", from, work, err)
	}
	return due
}

func (s sure) between(from, to time.Time) time.Duration {
	worked, err := s.Between(from, to)
	if err != nil {
		s.t.Fatalf("%v to %v: %v", from, to, err)
	}
	return worked
}
