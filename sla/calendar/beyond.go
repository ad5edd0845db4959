package calendar

import "slices"

// assumedDays is how far Assumed reaches beyond the published days: as far as a
// due date may lie ahead of one that is opened on the last of them, and a year.
const assumedDays = Day(4 * 366)

// Assumed is the same calendar for those who must name a date all the same: on
// the days after its last known one it counts the usual weekly hours, closed on
// public holidays where the Spec asks for them, until somebody publishes what
// those days are. What it says of them is a guess and has to be marked as one:
// see [Calendar.Guesses]. It is made once and may be used by many goroutines.
func (c *Calendar) Assumed() *Calendar {
	c.assume.Do(func() {
		more := &Calendar{
			zone: c.zone, first: c.first, last: min(c.last+assumedDays, latest), published: c.published,
			ordinary: c.ordinary, periods: c.periods, closed: c.closed, exceptions: c.exceptions, marks: c.marks,
		}
		more.bound()
		// Of itself nothing more can be assumed.
		more.assume.Do(func() { more.assumed = more })
		c.assumed = more
	})
	return c.assumed
}

// Guesses says whether what a calendar holds for a day was published by nobody.
func (c *Calendar) Guesses(day Day) bool { return day > c.published }

// Published is the last day for which somebody has defined the hours.
func (c *Calendar) Published() Day { return c.published }

// Names are what a day is called, sorted: its period's name, its regime's and
// its marks'. Policies and reports match them. An unknown day has none.
func (c *Calendar) Names(day Day) []string {
	if !c.knows(day) {
		return nil
	}
	p, _ := c.plan(day)
	names := []string{p.Regime}
	if p.Period != "" {
		names = append(names, p.Period)
	}
	names = append(names, c.marked(day)...)
	slices.Sort(names)
	return slices.Compact(names)
}

// marked gives the names of the marks on a day.
func (c *Calendar) marked(day Day) (names []string) {
	for _, m := range c.marks {
		if m.first <= day && day <= m.last {
			names = append(names, m.name)
		}
	}
	return names
}
