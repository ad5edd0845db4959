package calendar

import (
	"slices"
	"strings"
	"time"
)

// Easter is Easter Sunday of a year of the Gregorian calendar, by the
// anonymous method of 1876 (Meeus, Astronomical Algorithms, chapter 8).
func Easter(year int) Day {
	golden := year % 19
	century, inCentury := year/100, year%100
	skipped := (century - (century+8)/25 + 1) / 3 // leap days that the moon's cycle must make up for
	moon := (19*golden + century - century/4 - skipped + 15) % 30
	sunday := (32 + 2*(century%4) + 2*(inCentury/4) - moon - inCentury%4) % 7
	late := (golden + 11*moon + 22*sunday) / 451
	ordinal := moon + sunday - 7*late + 114
	return DayOn(year, time.Month(ordinal/31), ordinal%31+1)
}

// whitMonday is the public holiday on which many offices work.
const whitMonday = "Lundi de Pentecôte"

// over are the public holidays from one year to another, both included.
func (h Holidays) over(from, to int) (closed []ClosedDay) {
	for year := from; year <= to; year++ {
		for _, day := range PublicHolidays(year) {
			if h.WhitMonday || day.Name != whitMonday {
				closed = append(closed, day)
			}
		}
	}
	return closed
}

// PublicHolidays are the public holidays of metropolitan France in a year, in
// order (Code du travail, article L3133-1).
func PublicHolidays(year int) []ClosedDay {
	easter := Easter(year)
	list := []struct {
		day  Day
		name string
	}{
		{DayOn(year, time.January, 1), "1er janvier"},
		{easter + 1, "Lundi de Pâques"},
		{DayOn(year, time.May, 1), "1er mai"},
		{DayOn(year, time.May, 8), "8 mai"},
		{easter + 39, "Ascension"},
		{easter + 50, whitMonday},
		{DayOn(year, time.July, 14), "14 juillet"},
		{DayOn(year, time.August, 15), "Assomption"},
		{DayOn(year, time.November, 1), "Toussaint"},
		{DayOn(year, time.November, 11), "11 novembre"},
		{DayOn(year, time.December, 25), "Jour de Noël"},
	}
	closed := make([]ClosedDay, 0, len(list))
	for _, h := range list {
		closed = append(closed, ClosedDay{Day: h.day.String(), Name: h.name})
	}
	// Ascension falls anywhere from 30 April to 3 June.
	slices.SortStableFunc(closed, func(a, b ClosedDay) int { return strings.Compare(a.Day, b.Day) })
	return closed
}
