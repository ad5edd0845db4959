package calendar

import "time"

// Workdays says which days count when days are counted, not hours.
type Workdays string

// The days that count.
const (
	OpenDays Workdays = "open" // on which the office opens at all
	TermDays Workdays = "term" // on which it opens outside of the [SchoolHolidays]: the days of a school
)

// Counts says whether a day counts. An unknown day does not.
func (c *Calendar) Counts(day Day, which Workdays) bool {
	if !c.knows(day) {
		return false
	}
	p, hours := c.plan(day)
	return len(hours) > 0 && (which != TermDays || p.Regime != SchoolHolidays)
}

// DayAfter is the n-th day that counts after a day, which itself does not: five
// open days after a Wednesday in term are over with the next Wednesday. With n
// of 0 it is the day itself. Fails as [Calendar.Add] does.
func (c *Calendar) DayAfter(day Day, n int, which Workdays) (Day, error) {
	if n < 0 {
		return 0, ErrNegative
	}
	for end := day + Day(Horizon/(24*time.Hour)); n > 0; {
		day++
		switch {
		case !c.knows(day):
			return 0, c.unknown(day)
		case day > end:
			return 0, ErrTooFar
		case c.Counts(day, which):
			n--
		}
	}
	return day, nil
}

// Hours are the opening hours of a day.
type Hours struct {
	Plan
	Open  []Interval // in order; empty: closed
	Marks []string   // the names of the marks on it, in the order of the Spec
}

// Days gives the plan and the hours of the days from one to another, both
// included, for grids and comparisons. An unknown day among them is an
// [UnknownDayError].
func (c *Calendar) Days(from, to Day) ([]Hours, error) {
	if from > to {
		return nil, ErrReversed
	}
	for _, day := range []Day{from, to} {
		if !c.knows(day) {
			return nil, c.unknown(day)
		}
	}
	days := make([]Hours, 0, to-from+1)
	for day := from; day <= to; day++ {
		days = append(days, c.hours(day))
	}
	return days, nil
}

// hours are the opening hours of a day that is known.
func (c *Calendar) hours(day Day) Hours {
	p, spans := c.plan(day)
	h := Hours{Plan: p, Marks: c.marked(day)}
	for _, s := range spans {
		h.Open = append(h.Open, Interval{clockText(s.from), clockText(s.to)})
	}
	return h
}
