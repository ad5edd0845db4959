package calendar

import (
	"fmt"
	"maps"
	"slices"
)

// Check says in a [SpecError] everything that is wrong with a Spec and, beyond
// what [New] refuses, what can only be a slip: a day closed twice, a mark twice,
// an exception or a mark on days that are not known. Whoever puts a calendar in
// force is asked to mend it; one that is in force already is read as it is.
func (s Spec) Check() error {
	var check checker
	c := check.calendar(s)
	if check.err() == nil {
		check.closedTwice(s.Closed)
		check.strayExceptions(s.Exceptions, c)
		check.strayMarks(s.Marks, c)
		check.neverOpen(s)
	}
	return check.err()
}

// neverOpen refuses a calendar that has no opening hour at all: nothing that is
// promised on it would ever be due.
func (c *checker) neverOpen(s Spec) {
	weeks := append(slices.Collect(maps.Values(s.Regimes)), s.Weekly)
	for _, p := range s.Periods {
		weeks = append(weeks, p.Weekly)
	}
	for _, week := range weeks {
		for _, hours := range week {
			if len(hours) > 0 {
				return
			}
		}
	}
	for _, hours := range s.Exceptions {
		if len(hours) > 0 {
			return
		}
	}
	c.refuse("weekly", Never, "the office never opens")
}

func (c *checker) closedTwice(list []ClosedDay) {
	seen := make(map[string]int, len(list))
	for i, d := range list {
		if first, twice := seen[d.Day]; twice {
			c.refuse(fmt.Sprintf("closed[%d]", i), Twice, "%s is closed already by closed[%d]", d.Day, first)
			continue
		}
		seen[d.Day] = i
	}
}

func (c *checker) strayExceptions(byDay map[string][]Interval, k *Calendar) {
	for _, text := range slices.Sorted(maps.Keys(byDay)) {
		if day, err := ParseDay(text); err == nil && !k.knows(day) {
			c.refuse(fmt.Sprintf("exceptions[%q]", text), Outside, "the calendar is known only from %s to %s", k.first, k.last)
		}
	}
}

func (c *checker) strayMarks(list []Mark, k *Calendar) {
	seen := make(map[Mark]int, len(list))
	for i, m := range list {
		where := fmt.Sprintf("marks[%d]", i)
		if first, twice := seen[m]; twice {
			c.refuse(where, Twice, "is the same as marks[%d]", first)
			continue
		}
		seen[m] = i
		if read := k.marks[i]; read.last < k.first || k.last < read.first {
			c.refuse(where, Outside, "the calendar is known only from %s to %s", k.first, k.last)
		}
	}
}
