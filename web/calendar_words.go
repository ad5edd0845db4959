package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"amigo/app/i18n"
	"amigo/sla/calendar"
)

// weekdays are the days of a [calendar.Weekly], from Monday, as a week is read.
var weekdays = [7]string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// weekdayOf is the index in weekdays of a day.
func weekdayOf(day calendar.Day) int { return int(day.Weekday()+6) % 7 }

// clockWords says a time of a calendar, such as 08:30; 24:00 ends a day.
func clockWords(t *i18n.Printer, clock string) string {
	if clock == "24:00" {
		return t.T("calendarpage.midnight")
	}
	at, err := time.ParseInLocation("15:04", clock, t.Zone())
	if err != nil {
		return clock
	}
	return t.Clock(at)
}

// hoursWords say the opening hours of a day: "8 h – 12 h et 13 h – 17 h",
// "fermé" where there are none.
func hoursWords(t *i18n.Printer, open []calendar.Interval) string {
	if len(open) == 0 {
		return t.T("calendarpage.hours.none")
	}
	var spans []string
	for _, i := range open {
		spans = append(spans, t.T("calendarpage.hours.span", "From", clockWords(t, i[0]), "To", clockWords(t, i[1])))
	}
	return t.Join(spans)
}

// weekWords say the hours of a week, the days with the same hours together:
// "lundi, mardi, jeudi et vendredi 8 h – 17 h ; mercredi 8 h – 13 h".
func weekWords(t *i18n.Printer, week calendar.Weekly) string {
	var runs []string
	told := map[string]bool{}
	for i, day := range weekdays {
		if told[day] || len(week[day]) == 0 {
			continue
		}
		var same []int
		for j, other := range weekdays[i:] {
			if slices.Equal(week[other], week[day]) {
				same, told[other] = append(same, i+j), true
			}
		}
		runs = append(runs, t.T("calendarpage.hours.days", "Days", daysWords(t, same), "Hours", hoursWords(t, week[day])))
	}
	if len(runs) == 0 {
		return t.T("calendarpage.hours.never")
	}
	return strings.Join(runs, t.T("calendarpage.hours.then"))
}

// daysWords name days of the week: "du lundi au vendredi" where three or more
// follow one another, else each by its name.
func daysWords(t *i18n.Printer, days []int) string {
	name := func(i int) string { return t.T("calendarpage.day." + weekdays[i]) }
	first, last := days[0], days[len(days)-1]
	if len(days) > 2 && last-first == len(days)-1 {
		return t.T("calendarpage.hours.from_to", "From", name(first), "To", name(last))
	}
	var names []string
	for _, i := range days {
		names = append(names, name(i))
	}
	return t.Join(names)
}

// regimeName is what people call a regime.
func regimeName(t *i18n.Printer, regime string) string {
	switch regime {
	case calendar.Ordinary:
		return t.T("calendarpage.regime.usual")
	case calendar.SchoolHolidays:
		return t.T("calendarpage.regime.holidays")
	}
	return regime
}

// planWords say what a day is and by what that is decided: "Toussaint (vacances
// scolaires)", "fermé : 11 novembre".
func planWords(t *i18n.Printer, p calendar.Plan) string {
	switch p.Rule {
	case calendar.ByClosure:
		if p.Closure == "" {
			return t.T("calendarpage.why.closed")
		}
		return t.T("calendarpage.why.closed_for", "Name", p.Closure)
	case calendar.ByException:
		return t.T("calendarpage.why.exception")
	case calendar.ByPeriod:
		if regime := regimeName(t, p.Regime); regime != p.Period {
			return t.T("calendarpage.why.period", "Name", p.Period, "Regime", regime)
		}
		return p.Period
	case calendar.ByGuess:
		return t.T("calendarpage.why.guess")
	}
	return regimeName(t, p.Regime)
}

// schoolYear names the year that begins in September of a year: "2026-2027".
func schoolYear(from int) string { return strconv.Itoa(from) + "-" + strconv.Itoa(from+1) }

// schoolYearOf is the year in which the school year of a day began.
func schoolYearOf(day calendar.Day) int {
	y, m, _ := day.Time().Date()
	if m < time.September {
		return y - 1
	}
	return y
}

// Sources of a version that no file and no address names.
const (
	sourceEdit = "edit"
	sourceCopy = "copy of " // and the name of a calendar
)

// sourceWords say where a version comes from.
func sourceWords(t *i18n.Printer, source, author string) string {
	of, copied := strings.CutPrefix(source, sourceCopy)
	switch {
	case copied:
		return t.T("calendarpage.source.copy", "Name", of)
	case source == sourceEdit:
		return t.T("calendarpage.source.edit")
	case source == "" && author == "":
		return t.T("calendarpage.source.program")
	}
	return cmp.Or(source, t.T("calendarpage.source.edit"))
}
