package calendar

import "slices"

// Change is a stretch of days that another definition plans in another way.
type Change struct {
	From, To Day // the first and the last day that differ
	Days     int // how many do; those between them stay as they are
	// What was and what will be on the first day whose hours differ, or on From
	// where only the name does. The Rule is empty where a calendar knows nothing.
	Before, After Hours
}

// Compare says what changes on the days from one to another, both included, if
// a calendar is replaced by another: the days whose hours, plan or marks
// differ, in order, a stretch for each pair of plans. The same regimes before
// and after are one stretch however their hours vary over the week, and
// closures on both sides do not cut it. A nil calendar knows no day.
func Compare(before, after *Calendar, from, to Day) []Change {
	var list []Change
	grows := false // whether the last stretch still does
	for day := from; day <= to; day++ {
		a, b := before.hoursIfKnown(day), after.hoursIfKnown(day)
		last := len(list) - 1
		alike := grows && list[last].covers(a, b)
		switch unchanged := samePlan(a, b) && slices.Equal(a.Open, b.Open); {
		case unchanged && a.Rule == ByClosure:
		case unchanged:
			grows = alike
		case alike:
			list[last].grow(a, b)
		default:
			list, grows = append(list, Change{From: day, To: day, Days: 1, Before: a, After: b}), true
		}
	}
	return list
}

// covers says whether a day with these plans belongs to the same stretch.
func (c *Change) covers(before, after Hours) bool {
	return samePlan(c.Before, before) && samePlan(c.After, after)
}

// grow takes in a day that differs. A day whose hours differ stands for the
// stretch rather than one on which only the name does.
func (c *Change) grow(before, after Hours) {
	c.To = before.Day
	c.Days++
	if slices.Equal(c.Before.Open, c.After.Open) && !slices.Equal(before.Open, after.Open) {
		c.Before, c.After = before, after
	}
}

// samePlan says whether two days are planned alike: by the same rule under the
// same names, and with the same hours where they are those of a single day.
func samePlan(a, b Hours) bool {
	a.Day = b.Day
	return a.Plan == b.Plan && slices.Equal(a.Marks, b.Marks) && (a.Rule != ByException || slices.Equal(a.Open, b.Open))
}

// hoursIfKnown are a day's hours, without a Rule where the day is unknown.
func (c *Calendar) hoursIfKnown(day Day) Hours {
	if c == nil || !c.knows(day) {
		return Hours{Plan: Plan{Day: day}}
	}
	return c.hours(day)
}
