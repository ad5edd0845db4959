package calendar

import (
	"fmt"
	"time"
)

// Day is a date of the civil calendar without a zone: the number of days since 1970-01-01.
type Day int32

// DayOf is the date that t shows in its own location.
func DayOf(t time.Time) Day {
	_, offset := t.Zone()
	return Day(floorDiv(t.Unix()+int64(offset), 24*60*60))
}

// DayOn is the day of a year, a month and a day of the month; what overflows is carried over, as in [time.Date].
func DayOn(year int, month time.Month, day int) Day {
	return DayOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// ParseDay reads a date as ISO 8601 writes it: 2026-11-01.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%q is not a day such as 2026-11-01", s)
	}
	return DayOf(t), nil
}

// Time is noon of the day in UTC, an instant that shows the day's own date: for formatting.
func (d Day) Time() time.Time { return time.Unix(int64(d)*24*60*60, 0).UTC().Add(12 * time.Hour) }

// Weekday is the day of the week.
func (d Day) Weekday() time.Weekday { return time.Weekday(floorMod(int64(d)+4, 7)) }

// String writes the day as [ParseDay] reads it.
func (d Day) String() string { return d.Time().Format(time.DateOnly) }

// floorDiv rounds towards the past where / rounds towards zero; n must be positive.
func floorDiv(x, n int64) int64 { return (x - floorMod(x, n)) / n }

// floorMod is what floorDiv leaves, 0 ≤ result < n.
func floorMod(x, n int64) int64 {
	return (x%n + n) % n
}
