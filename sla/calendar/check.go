package calendar

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	// A machine without zone files, or a container with nothing but the program, still knows every zone.
	_ "time/tzdata"
)

// weekdays are the names of the days in a [Weekly], at the index of time.Weekday.
var weekdays = [7]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// No calendar is read beyond these days, even one whose Spec sets no bounds:
// instants and sums of working time between them fit in 64 bits of nanoseconds.
var (
	earliest = DayOn(1970, time.January, 1)
	latest   = DayOn(2199, time.December, 31)
)

// interval is opening time within a day, in nanoseconds since its midnight.
type interval struct{ from, to int64 }

// regime is a week of opening hours under a name, indexed by time.Weekday.
type regime struct {
	name string
	week [7][]interval
}

// period puts a regime in force from first to last, both included.
type period struct {
	first, last Day
	name        string
	regime      *regime
}

// checker reads the parts of a Spec and gathers what is wrong with them.
type checker struct {
	problems []string
	breaches []Breach
}

func (c *checker) refuse(where string, rule BreachRule, format string, args ...any) {
	c.problems = append(c.problems, where+": "+fmt.Sprintf(format, args...))
	c.breaches = append(c.breaches, Breach{where, rule})
}

func (c *checker) err() error {
	if len(c.problems) == 0 {
		return nil
	}
	return &SpecError{Problems: c.problems, Breaches: c.breaches}
}

// calendar reads a Spec; there is one only if nothing is refused.
func (c *checker) calendar(s Spec) *Calendar {
	k := &Calendar{zone: c.zone(s.TZ)}
	k.first, k.last = c.known(s.KnownFrom, s.KnownUntil)
	k.published = k.last
	if s.Weekly == nil {
		c.refuse("weekly", NoHours, "is missing")
	}
	k.ordinary = &regime{Ordinary, c.week("weekly", s.Weekly)}
	k.periods = c.periods(s.Periods, c.regimes(s.Regimes))
	k.closed = c.closed(s.Closed)
	k.celebrate(s.Holidays)
	k.exceptions = c.exceptions(s.Exceptions)
	k.marks = c.marks(s.Marks)
	return k
}

func (c *checker) zone(name string) *time.Location {
	// The empty name would be UTC and "Local" this machine's zone: both guesses.
	if name == "" || name == "Local" {
		c.refuse("tz", NoZone, "want the name of a time zone, such as Europe/Paris")
		return time.UTC
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		c.refuse("tz", NoZone, "there is no time zone %q", name)
		return time.UTC
	}
	return zone
}

func (c *checker) known(from, until string) (first, last Day) {
	first, last = earliest, latest
	before, where := len(c.problems), "known_until"
	if until == "" {
		where = "known_from"
	}
	if from != "" {
		first = max(first, c.day("known_from", from))
	}
	if until != "" {
		last = min(last, c.day("known_until", until))
	}
	if first > last && len(c.problems) == before {
		c.refuse(where, Backwards, "no day is known between %s and %s", first, last)
	}
	return first, last
}

func (c *checker) regimes(named map[string]Weekly) map[string]*regime {
	out := make(map[string]*regime, len(named))
	for _, name := range slices.Sorted(maps.Keys(named)) {
		where := fmt.Sprintf("regimes[%q]", name)
		if name == "" || name == Ordinary {
			c.refuse(where, NameTaken, "the name is taken by the weekly hours")
		}
		out[name] = &regime{name, c.week(where, named[name])}
	}
	return out
}

func (c *checker) periods(list []Period, named map[string]*regime) []period {
	out := make([]period, 0, len(list))
	for i, p := range list {
		where, before := fmt.Sprintf("periods[%d]", i), len(c.problems)
		q := period{first: c.day(where+".from", p.From), last: c.day(where+".to", p.To), name: p.Name}
		if q.name == "" {
			q.name = p.From + "/" + p.To
		}
		if q.last < q.first && len(c.problems) == before {
			c.refuse(where, Backwards, "ends (%s) before it starts (%s)", p.To, p.From)
		}
		q.regime = c.hours(where, p, q.name, named)
		out = append(out, q)
	}
	return out
}

// hours finds the regime of a period: one of the named, or one of its own that bears the period's name.
func (c *checker) hours(where string, p Period, name string, named map[string]*regime) *regime {
	switch {
	case (p.Regime == "") == (p.Weekly == nil):
		c.refuse(where, NoHours, "want either weekly or regime")
	case p.Weekly != nil:
		return &regime{name, c.week(where+".weekly", p.Weekly)}
	case named[p.Regime] == nil:
		c.refuse(where, NoHours, "there is no regime %q", p.Regime)
	}
	return named[p.Regime]
}

func (c *checker) closed(list []ClosedDay) map[Day]string {
	out := make(map[Day]string, len(list))
	for i, d := range list {
		out[c.day(fmt.Sprintf("closed[%d]", i), d.Day)] = d.Name
	}
	return out
}

// mark is a name for the days from first to last, both included.
type mark struct {
	first, last Day
	name        string
}

func (c *checker) marks(list []Mark) []mark {
	out := make([]mark, 0, len(list))
	for i, m := range list {
		where, before := fmt.Sprintf("marks[%d]", i), len(c.problems)
		q := mark{c.day(where+".from", m.From), c.day(where+".to", m.To), m.Name}
		switch {
		case q.name == "":
			c.refuse(where, NoName, "has no name")
		case q.last < q.first && len(c.problems) == before:
			c.refuse(where, Backwards, "ends (%s) before it starts (%s)", m.To, m.From)
		}
		out = append(out, q)
	}
	return out
}

func (c *checker) exceptions(byDay map[string][]Interval) map[Day][]interval {
	out := make(map[Day][]interval, len(byDay))
	for _, day := range slices.Sorted(maps.Keys(byDay)) {
		where := fmt.Sprintf("exceptions[%q]", day)
		out[c.day(where, day)] = c.intervals(where, byDay[day])
	}
	return out
}

func (c *checker) week(where string, w Weekly) (week [7][]interval) {
	for _, name := range slices.Sorted(maps.Keys(w)) {
		i := slices.Index(weekdays[:], name)
		if i < 0 {
			c.refuse(where, NoDay, "%q is not a day of the week (mon, tue, wed, thu, fri, sat, sun)", name)
			continue
		}
		week[i] = c.intervals(where+"."+name, w[name])
	}
	return week
}

// intervals reads a day's hours, in any order; they may touch.
func (c *checker) intervals(where string, list []Interval) (out []interval) {
	for _, text := range list {
		from, ok := parseClock(text[0])
		to, alsoOK := parseClock(text[1])
		switch {
		case !ok || !alsoOK:
			c.refuse(where, NoClock, "%s-%s: want times from 00:00 to 24:00", text[0], text[1])
		case to == from:
			c.refuse(where, NoLength, "%s-%s: ends when it begins", text[0], text[1])
		case to < from:
			c.refuse(where, Backwards, "%s-%s: ends before it has begun", text[0], text[1])
		default:
			out = append(out, interval{from, to})
		}
	}
	slices.SortFunc(out, func(a, b interval) int { return cmp.Compare(a.from, b.from) })
	for i := 1; i < len(out); i++ {
		if out[i].from < out[i-1].to {
			c.refuse(where, Overlap, "intervals overlap at %s", clockText(out[i].from))
		}
	}
	return out
}

func (c *checker) day(where, s string) Day {
	if s == "" {
		c.refuse(where, NoDay, "want a day such as 2026-11-01")
		return 0
	}
	d, err := ParseDay(s)
	if err != nil {
		c.refuse(where, NoDay, "%v", err)
	}
	return d
}

// parseClock reads 08:30 as nanoseconds since midnight; 24:00 is the end of the day.
func parseClock(s string) (int64, bool) {
	hour, minute, found := strings.Cut(s, ":")
	h, okHour := digits(hour, 1, 24)
	m, okMinute := digits(minute, 2, 59)
	if !found || !okHour || !okMinute || h == 24 && m > 0 {
		return 0, false
	}
	return (h*60 + m) * int64(time.Minute), true
}

// digits reads a number of least to two decimal digits that is at most limit.
func digits(s string, least int, limit int64) (n int64, ok bool) {
	if len(s) < least || len(s) > 2 {
		return 0, false
	}
	for _, r := range []byte(s) {
		if r < '0' || r > '9' {
			return 0, false
		}
		n = n*10 + int64(r-'0')
	}
	return n, n <= limit
}

// clockText is the inverse of parseClock.
func clockText(ns int64) string {
	m := ns / int64(time.Minute)
	return fmt.Sprintf("%02d:%02d", m/60, m%60)
}
