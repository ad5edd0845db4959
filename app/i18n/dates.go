package i18n

import (
	"fmt"
	"strconv"
	"time"
)

// Date is the day of t without its year: "mercredi 18 novembre". No line ends
// between the day, the month and, in [Printer.DateAt], the year.
func (p *Printer) Date(t time.Time) string {
	t = t.In(p.zone)
	number := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		number += p.grammar.first
	}
	return p.grammar.day(t) + " " + number + NBSP + p.grammar.months[t.Month()-1]
}

// DateAt is the day of t as one says it at now: with its year when that is
// not the year of now.
func (p *Printer) DateAt(t, now time.Time) string {
	if p.sameYear(t, now) {
		return p.Date(t)
	}
	return p.Date(t) + NBSP + strconv.Itoa(t.In(p.zone).Year())
}

// Month is the month of t as one says it at now: "octobre", "octobre 2025" when
// that is not the year of now.
func (p *Printer) Month(t, now time.Time) string {
	name := p.grammar.months[t.In(p.zone).Month()-1]
	if !p.sameYear(t, now) {
		name += " " + strconv.Itoa(t.In(p.zone).Year())
	}
	return name
}

// Brief is the month of t where there is little room: "oct.".
func (p *Printer) Brief(t time.Time) string { return p.grammar.brief[t.In(p.zone).Month()-1] }

// Clock is the time of day: "13 h", "13 h 05"; "1 pm", "1:05 pm".
func (p *Printer) Clock(t time.Time) string {
	t = t.In(p.zone)
	return p.grammar.clock(t.Hour(), t.Minute())
}

// When is the day and the time of t as one says them at now, inside a
// sentence: "aujourd'hui à 9 h 12", "mercredi 18 novembre à 13 h".
func (p *Printer) When(t, now time.Time) string { return p.said("core.when.", t, now) }

// Until is [Printer.When] after the word "before": "9 h 12 aujourd'hui",
// "le mercredi 18 novembre à 13 h".
func (p *Printer) Until(t, now time.Time) string { return p.said("core.until.", t, now) }

// said is the day and the time of t at now, as the keys under a prefix put them.
func (p *Printer) said(prefix string, t, now time.Time) string {
	switch p.daysBetween(now, t) {
	case -1:
		return p.T(prefix+"yesterday", "Clock", p.Clock(t))
	case 0:
		return p.T(prefix+"today", "Clock", p.Clock(t))
	case 1:
		return p.T(prefix+"tomorrow", "Clock", p.Clock(t))
	}
	return p.T(prefix+"date", "Date", p.DateAt(t, now), "Clock", p.Clock(t))
}

// Short is [Printer.When] for a table: "9 h 12", "hier 17 h", "demain 11 h";
// "jeudi 10 h 30" up to six days off on either side; then "18 nov.", with the
// year when that is not the year of now.
func (p *Printer) Short(t, now time.Time) string {
	days := p.daysBetween(now, t)
	local := t.In(p.zone)
	switch {
	case days == 0:
		return p.Clock(t)
	case days == -1:
		return p.T("core.short.yesterday", "Clock", p.Clock(t))
	case days == 1:
		return p.T("core.short.tomorrow", "Clock", p.Clock(t))
	case -7 < days && days < 7:
		return p.grammar.day(local) + " " + p.Clock(t)
	}
	brief := strconv.Itoa(local.Day()) + NBSP + p.grammar.brief[local.Month()-1]
	if !p.sameYear(t, now) {
		brief += NBSP + strconv.Itoa(local.Year())
	}
	return brief
}

// moment is t for a sentence that does not know when it will be read.
func (p *Printer) moment(t time.Time) string {
	date := p.Date(t) + NBSP + strconv.Itoa(t.In(p.zone).Year())
	return p.T("core.when.date", "Date", date, "Clock", p.Clock(t))
}

func (p *Printer) sameYear(t, now time.Time) bool {
	return t.In(p.zone).Year() == now.In(p.zone).Year()
}

// daysBetween counts midnights on the reader's calendar, not periods of 24
// hours: a day of 23 or 25 hours is one day.
func (p *Printer) daysBetween(from, to time.Time) int {
	return int(noon(to.In(p.zone)).Sub(noon(from.In(p.zone))) / (24 * time.Hour))
}

// noon is the noon of t's date on a calendar without summer time.
func noon(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, time.UTC)
}

func frenchClock(hour, minute int) string {
	if minute == 0 {
		return fmt.Sprintf("%d"+NBSP+"h", hour)
	}
	return fmt.Sprintf("%d"+NBSP+"h"+NBSP+"%02d", hour, minute)
}

func englishClock(hour, minute int) string {
	half := "am"
	if hour >= 12 {
		half = "pm"
	}
	hour = (hour+11)%12 + 1
	if minute == 0 {
		return fmt.Sprintf("%d"+NBSP+"%s", hour, half)
	}
	return fmt.Sprintf("%d:%02d"+NBSP+"%s", hour, minute, half)
}
