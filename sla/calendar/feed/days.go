package feed

import (
	"fmt"
	"time"

	"amigo/sla/calendar"
)

// The days that a calendar can know, and how long an entry can be.
var (
	earliest = calendar.DayOn(1970, time.January, 1)
	latest   = calendar.DayOn(2199, time.December, 31)
)

const longest = calendar.Day(120)

// paris is the zone in which the ministry's instants are midnight.
var paris = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err) // sla/calendar embeds the zones
	}
	return zone
}()

// schoolYear is the year in which the school year of a day begins: 2026 for 2026-2027.
func schoolYear(d calendar.Day) int {
	t := d.Time()
	if t.Month() >= time.September {
		return t.Year()
	}
	return t.Year() - 1
}

// yearName is a school year as people write it: 2026-2027.
func yearName(year int) string { return fmt.Sprintf("%d-%d", year, year+1) }

// ascension is the Thursday of Ascension in a year.
func ascension(year int) calendar.Day { return calendar.Easter(year) + 39 }

// afterClass is the first day off of holidays that officially start on a day:
// the next one, unless the day is off anyway.
func afterClass(start calendar.Day) calendar.Day {
	switch start.Weekday() {
	case time.Saturday, time.Sunday:
		return start
	}
	return start + 1
}

// parseDay reads a date of a row: a date alone is itself, an instant is the
// day that Paris has then. 18/10/2026 is how a spreadsheet saves it again.
func parseDay(s string) (calendar.Day, *slip) {
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "02/01/2006"} {
		if t, err := time.Parse(layout, s); err == nil {
			return calendar.DayOf(t), nil
		}
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05-0700", "2006-01-02 15:04:05-07:00"} {
		if t, err := time.Parse(layout, s); err == nil {
			return calendar.DayOf(t.In(paris)), nil
		}
	}
	return 0, &slip{notDate, []any{"Value", clip(s), "Example", "2026-10-17 or 2026-10-16T22:00:00+00:00"}}
}
