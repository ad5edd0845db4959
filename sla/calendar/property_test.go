package calendar_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"amigo/sla/calendar"
)

// nights are dates on or near which the clocks of a zone are set, with whatever
// is peculiar about it.
var nights = []struct{ zone, day string }{
	{"Europe/Paris", "2026-03-29"},
	{"Europe/Paris", "2026-10-25"},
	{"Europe/Paris", "2026-05-25"}, // Whit Monday
	{"Europe/Paris", "2026-11-01"}, // All Saints' Day
	{"America/New_York", "2026-03-08"},
	{"America/New_York", "2026-11-01"},
	{"Australia/Lord_Howe", "2026-04-05"}, // half an hour
	{"Australia/Lord_Howe", "2026-10-04"},
	{"Asia/Kolkata", "2026-03-29"},      // never, at +05:30
	{"Asia/Kathmandu", "1986-01-01"},    // a quarter of an hour, once
	{"America/Sao_Paulo", "2018-11-04"}, // midnight does not exist
	{"America/Sao_Paulo", "2018-02-18"}, // the last hour of the day comes twice
	{"America/St_Johns", "2008-11-02"},  // a minute after midnight, back into yesterday
	{"America/Havana", "2026-11-01"},    // back to midnight
	{"Antarctica/Troll", "2026-03-29"},  // two hours
	{"Pacific/Apia", "2011-12-30"},      // a day that never was
	{"Africa/Casablanca", "2026-02-15"}, // winter time for Ramadan
	{"UTC", "2026-02-28"},
}

// reach is how far the naive walk goes in one check.
const reach = 8 * 24 * time.Hour

// drawSpec makes a calendar full of peculiarities around a night, and an instant near it.
func drawSpec(t *rapid.T) (calendar.Spec, time.Time) {
	night := rapid.SampledFrom(nights).Draw(t, "night")
	zone, err := time.LoadLocation(night.zone)
	if err != nil {
		t.Fatal(err)
	}
	middle, err := time.ParseInLocation(time.DateOnly, night.day, zone)
	if err != nil {
		t.Fatal(err)
	}
	day := func(what string) string {
		return middle.AddDate(0, 0, rapid.IntRange(-6, 6).Draw(t, what)).Format(time.DateOnly)
	}
	s := calendar.Spec{TZ: night.zone, Weekly: drawWeek(t, "weekly"), Regimes: map[string]calendar.Weekly{"other": drawWeek(t, "other")}}
	for range rapid.IntRange(0, 3).Draw(t, "periods") {
		p := calendar.Period{From: day("from"), To: day("to"), Name: "a period"}
		if p.To < p.From {
			p.From, p.To = p.To, p.From
		}
		if rapid.Bool().Draw(t, "named") {
			p.Regime = "other"
		} else {
			p.Weekly = drawWeek(t, "own")
		}
		s.Periods = append(s.Periods, p)
	}
	for range rapid.IntRange(0, 2).Draw(t, "closed") {
		s.Closed = append(s.Closed, calendar.ClosedDay{Day: day("closed day")})
	}
	if year := middle.Year(); 2015 < year && year < 2031 && rapid.Bool().Draw(t, "public holidays") {
		s.Holidays = &calendar.Holidays{WhitMonday: rapid.Bool().Draw(t, "Whit Monday")}
	}
	if rapid.Bool().Draw(t, "an exception") {
		s.Exceptions = map[string][]calendar.Interval{day("exception"): drawHours(t, "special")}
	}
	if rapid.IntRange(0, 3).Draw(t, "bounds") == 0 {
		s.KnownFrom = middle.AddDate(0, 0, -rapid.IntRange(3, 6).Draw(t, "known before")).Format(time.DateOnly)
		s.KnownUntil = middle.AddDate(0, 0, rapid.IntRange(3, 6).Draw(t, "known after")).Format(time.DateOnly)
	}
	at := middle.Add(time.Duration(rapid.IntRange(-4*24*60, 3*24*60).Draw(t, "minute")) * time.Minute)
	return s, at
}

func drawWeek(t *rapid.T, what string) calendar.Weekly {
	w := calendar.Weekly{}
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		w[day] = drawHours(t, what+" "+day)
	}
	return w
}

// drawHours cuts a day at an even number of minutes, often those around
// midnight and the hours in which clocks are set.
func drawHours(t *rapid.T, what string) []calendar.Interval {
	minute := rapid.OneOf(
		rapid.SampledFrom([]int{0, 1, 60, 90, 120, 150, 180, 181, 23 * 60, 24 * 60}),
		rapid.IntRange(0, 24*60),
	)
	cuts := rapid.SliceOfNDistinct(minute, 0, 6, rapid.ID).Draw(t, what)
	slices.Sort(cuts)
	var hours []calendar.Interval
	for ; len(cuts) >= 2; cuts = cuts[2:] {
		hours = append(hours, calendar.Interval{clock(cuts[0]), clock(cuts[1])})
	}
	return hours
}

func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }

func TestBetweenCountsTheOpenMinutes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, from := drawSpec(rt)
		to := from.Add(time.Duration(rapid.IntRange(0, 5*24*60).Draw(rt, "span")) * time.Minute)
		got, err := compiled(t, s).Between(from, to)
		want, ok := walker(t, s).between(from, to)
		if (err == nil) != ok || ok && got != time.Duration(want)*time.Minute {
			rt.Fatalf("%v to %v: %v, %v, want %d minutes, %v", from, to, got, err, want, ok)
		}
	})
}

func TestAddWalksTheOpenMinutes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, from := drawSpec(rt)
		work := rapid.IntRange(0, 3000).Draw(rt, "work")
		got, err := compiled(t, s).Add(from, time.Duration(work)*time.Minute)
		want, ok := walker(t, s).add(from, work, reach)
		if ok && (err != nil || !got.Equal(want)) {
			rt.Fatalf("%v and %d minutes: %v, %v, want %v", from, work, got, err, want)
		}
		if !ok && err == nil && got.Sub(from) <= reach {
			rt.Fatalf("%v and %d minutes: %v, where the walk does not get through", from, work, got)
		}
	})
}

func TestAtTellsTheNextChange(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, at := drawSpec(rt)
		at = at.Add(time.Duration(rapid.IntRange(0, 59).Draw(rt, "second")) * time.Second)
		walk := walker(t, s)
		m, err := compiled(t, s).At(at)
		if known := walk.known(at); (err == nil) != known {
			rt.Fatalf("%v: %v, known %v", at, err, known)
		}
		if err != nil {
			return
		}
		want := walk.change(at, reach)
		if m.Open != walk.open(at) || !want.IsZero() && !m.Until.Equal(want) {
			rt.Fatalf("%v: open %v until %v, want until %v", at, m.Open, m.Until, want)
		}
		if want.IsZero() && !m.Until.IsZero() && m.Until.Sub(at) < reach {
			rt.Fatalf("%v: until %v, where the walk sees no change", at, m.Until)
		}
	})
}

func TestExplanationAddsUpToTheDueDate(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, from := drawSpec(rt)
		c := compiled(t, s)
		work := time.Duration(rapid.IntRange(1, 3000*60).Draw(rt, "seconds")) * time.Second
		due, err := c.Add(from, work)
		steps, alsoErr := c.Explain(from, work)
		if (err == nil) != (alsoErr == nil) {
			rt.Fatalf("Add says %v, Explain %v", err, alsoErr)
		}
		if err != nil {
			return
		}
		left, last := work, from
		for _, step := range steps {
			var worked time.Duration
			for _, span := range step.Spans {
				if span.From.Before(last) || !span.From.Before(span.To) || calendar.DayOf(span.From) != step.Day {
					rt.Fatalf("%s: span %v to %v after %v", step.Day, span.From, span.To, last)
				}
				if counted, err := c.Between(span.From, span.To); err != nil || counted != span.To.Sub(span.From) {
					rt.Fatalf("%s: span %v to %v is open for %v, %v", step.Day, span.From, span.To, counted, err)
				}
				worked += span.To.Sub(span.From)
				last = span.To
			}
			if left -= worked; worked != step.Worked || left != step.Left {
				rt.Fatalf("%s: worked %v, left %v, say %v and %v", step.Day, worked, left, step.Worked, step.Left)
			}
		}
		if left != 0 || !last.Equal(due) {
			rt.Fatalf("left %v at %v, due %v", left, last, due)
		}
	})
}
