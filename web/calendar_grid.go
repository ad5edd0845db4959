package web

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"amigo/app/i18n"
	"amigo/sla/calendar"
)

// dayKind is what decides about a day, as its colour and its letter show it.
type dayKind string

// The kinds. Each but the usual one has a letter of its own.
const (
	dayUsual     dayKind = "usual"
	dayHolidays  dayKind = "holidays"
	dayOther     dayKind = "period" // another regime, or a period with hours of its own
	dayClosed    dayKind = "closed"
	dayException dayKind = "exception"
	dayGuess     dayKind = "guess" // published by nobody
)

// kindOf is the kind of a day.
func kindOf(c *calendar.Calendar, p calendar.Plan) dayKind {
	switch {
	case p.Rule == calendar.ByClosure:
		return dayClosed
	case p.Rule == calendar.ByException:
		return dayException
	case c.Guesses(p.Day):
		return dayGuess
	case p.Regime == calendar.SchoolHolidays:
		return dayHolidays
	case p.Rule == calendar.ByPeriod:
		return dayOther
	}
	return dayUsual
}

// letter is what stands in a day of a kind, so that colour is not all there is.
func (k dayKind) letter(t *i18n.Printer) string {
	if k == dayUsual {
		return ""
	}
	return t.T("calendarpage.letter." + string(k))
}

// yearGrid is a year by day: months below one another, days under their weekday.
type yearGrid struct {
	caption string
	heads   [gridColumns]weekdayHead
	months  []gridMonth
	hint    string // stands where the words of a day appear: how to see them, or those of the day chosen
}

// gridColumns is how many days a month reaches over that begins on a Sunday.
const gridColumns = 37

// weekdayHead is the head of a column.
type weekdayHead struct{ short, full string }

// gridMonth is a row: the columns that stay empty before its days, and after.
type gridMonth struct {
	name          string
	before, after int
	days          []gridDay
}

// gridDay is a day. words say everything about it; the rest is for the eye.
type gridDay struct {
	number, letter string
	words, href    string
	kind           dayKind
	shut           bool // no opening hours
	today, chosen  bool
	marked         bool // it bears the name of a mark
	changed        bool // a draft changes it
}

// class is how the day looks.
func (d gridDay) class() string {
	words := []string{"day", "is-" + string(d.kind)}
	for _, w := range []struct {
		word string
		on   bool
	}{{"is-shut", d.shut}, {"is-today", d.today}, {"is-chosen", d.chosen}, {"is-marked", d.marked}, {"is-changed", d.changed}} {
		if w.on {
			words = append(words, w.word)
		}
	}
	return strings.Join(words, " ")
}

// columns is how many columns an empty stretch takes, as HTML wants it.
func columns(n int) string { return strconv.Itoa(n) }

// gridFrame is what a grid shows besides the days themselves.
type gridFrame struct {
	caption       string
	today, chosen calendar.Day
	here          *url.URL           // where a chosen day is shown
	anchor        string             // and at what of it
	before, after *calendar.Calendar // what a draft changes, and into what; nil: nothing is compared
}

// gridOf draws the days of a calendar from one to another as months. Days that
// it does not know stay empty.
func gridOf(t *i18n.Printer, c *calendar.Calendar, from, to calendar.Day, f gridFrame) (yearGrid, error) {
	g := yearGrid{caption: f.caption, hint: t.T("calendarpage.grid.hint")}
	if f.before != nil {
		g.hint = t.T("calendarpage.grid.hint_changes")
	}
	for i := range g.heads {
		day := weekdays[i%7]
		g.heads[i] = weekdayHead{t.T("calendarpage.short." + day), t.T("calendarpage.day." + day)}
	}
	for first := from; first <= to; first = endOfMonth(first) + 1 {
		days, err := knownDays(c, first, min(endOfMonth(first), to))
		if err != nil {
			return g, err
		}
		if len(days) == 0 {
			continue
		}
		m := gridMonth{name: t.Month(first.Time(), first.Time())}
		// The first days of a month that nobody knows are empty, too.
		m.before = weekdayOf(monthsBefore(first, 0)) + int(days[0].Day-monthsBefore(first, 0))
		for _, h := range days {
			d := f.day(t, c, h)
			if m.days = append(m.days, d); d.chosen {
				g.hint = d.words
			}
		}
		m.after = gridColumns - m.before - len(m.days)
		g.months = append(g.months, m)
	}
	return g, nil
}

// knownDays are the days of a stretch that a calendar knows.
func knownDays(c *calendar.Calendar, from, to calendar.Day) ([]calendar.Hours, error) {
	first, last := c.Known()
	from, to = max(from, first), min(to, last)
	if from > to {
		return nil, nil
	}
	return c.Days(from, to)
}

// day is how a day is shown.
func (f gridFrame) day(t *i18n.Printer, c *calendar.Calendar, h calendar.Hours) gridDay {
	kind := kindOf(c, h.Plan)
	d := gridDay{
		number: strconv.Itoa(h.Day.Time().Day()), letter: kind.letter(t), kind: kind, words: dayWords(t, c, h),
		shut: len(h.Open) == 0, today: h.Day == f.today, chosen: h.Day == f.chosen, marked: len(h.Marks) > 0, changed: f.changed(h.Day),
	}
	d.href = asking(f.here, "day", h.Day.String(), "year", "", "time", "") + "#" + f.anchor
	return d
}

// changed says whether a draft plans a day in another way.
func (f gridFrame) changed(day calendar.Day) bool {
	return f.before != nil && len(calendar.Compare(f.before, f.after, day, day)) > 0
}

// dayWords say everything about a day: its date, what it is, its hours, what it
// is called, and that nobody has published it where that is so.
func dayWords(t *i18n.Printer, c *calendar.Calendar, h calendar.Hours) string {
	words := t.T("calendarpage.grid.day", "Day", t.Date(h.Day.Time()), "Plan", planWords(t, h.Plan), "Hours", hoursWords(t, h.Open))
	if h.Rule == calendar.ByClosure {
		words = t.T("calendarpage.grid.shut", "Day", t.Date(h.Day.Time()), "Plan", planWords(t, h.Plan))
	}
	if c.Guesses(h.Day) && h.Rule == calendar.ByPeriod {
		words = joined(words, t.T("calendarpage.instant.guess"))
	}
	return joined(append([]string{words}, h.Marks...)...)
}

// yearSpan is a school year, from September to August.
func yearSpan(year int) (from, to calendar.Day) {
	return calendar.DayOn(year, time.September, 1), calendar.DayOn(year+1, time.August, 31)
}

// asking is an address with some questions asked otherwise, given as names and
// values; an empty value takes a question out.
func asking(here *url.URL, pairs ...string) string {
	q := here.Query()
	q.Del("lang")
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		}
	}
	return (&url.URL{Path: here.Path, RawQuery: q.Encode()}).String()
}
