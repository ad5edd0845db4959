package web

import (
	"net/url"
	"time"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/sla/calendar"
	"amigo/web/ui"
)

// span is the days that a report is about, both included.
type span struct {
	name     string // of a span that moves with the calendar; empty: the reader chose the days
	from, to calendar.Day
}

// spans are those that move with the calendar, the usual one first.
var spans = []string{"month", "previous", "week", "year"}

// spanNamed is a span as it lies today.
func spanNamed(name string, today calendar.Day) (span, bool) {
	switch name {
	case "month":
		return span{name, monthsBefore(today, 0), today}, true
	case "previous":
		first := monthsBefore(today, 1)
		return span{name, first, endOfMonth(first)}, true
	case "week":
		monday := today - calendar.Day((today.Weekday()+6)%7)
		return span{name, monday, today}, true
	case "year":
		// A school year begins in September.
		begins := monthsBefore(today, int(today.Time().Month()+3)%12)
		return span{name, begins, today}, true
	}
	return span{}, false
}

// spanOf is the span that an address asks for: days, or one by its name. What
// is wrong with the days is said by field.
func spanOf(ask url.Values, today calendar.Day) (span, fault.Fields) {
	if !ask.Has("from") && !ask.Has("to") {
		if s, known := spanNamed(ask.Get("period"), today); known {
			return s, nil
		}
		s, _ := spanNamed(spans[0], today)
		return s, nil
	}
	wrong := fault.Fields{}
	s := span{from: dayOf(ask, "from", wrong), to: dayOf(ask, "to", wrong)}
	return s, wrong
}

func dayOf(ask url.Values, field string, wrong fault.Fields) calendar.Day {
	day, err := calendar.ParseDay(ask.Get(field))
	if err != nil {
		wrong.Add(field, "reportpage.no_day")
	}
	return day
}

// query is the span as an address asks for it.
func (s span) query() url.Values {
	if s.name != "" {
		return url.Values{"period": {s.name}}
	}
	return url.Values{"from": {s.from.String()}, "to": {s.to.String()}}
}

// words say when: "en octobre", "cette semaine", "du lundi 2 au …".
func (s span) words(t *i18n.Printer, now time.Time) string {
	from, to := s.from.Time(), s.to.Time()
	switch {
	case s.name == "week", s.name == "year":
		return t.T("reportpage.when." + s.name)
	case s.name == "month", s.from == monthsBefore(s.from, 0) && s.to == endOfMonth(s.from):
		return t.T("reportpage.when.month", "Month", t.Month(from, now))
	case s.from == s.to:
		return t.T("reportpage.when.day", "Day", t.DateAt(from, now))
	}
	return t.T("reportpage.when.days", "From", t.DateAt(from, now), "To", t.DateAt(to, now))
}

// spanForm asks for days.
type spanForm struct {
	from, to ui.Field
	kept     []ui.Field // of the address, what stays as it is
}

// newSpanForm asks for days: it holds what was asked for, or the span shown.
func newSpanForm(t *i18n.Printer, ask url.Values, q inquiry, wrong fault.Fields) spanForm {
	field := func(name string, day calendar.Day) ui.Field {
		f := ui.Field{Name: name, Type: "date", Label: t.T("reportpage.day." + name), Value: day.String(), ID: "days-" + name}
		if len(wrong) > 0 {
			f.Value = ask.Get(name)
		}
		if m, refused := wrong[name]; refused {
			f.Error = t.Say(m)
		}
		return f
	}
	f := spanForm{from: field("from", q.span.from), to: field("to", q.span.to)}
	query := q.query()
	for _, name := range []string{"group", "trend", "where"} {
		for _, value := range query[name] {
			f.kept = append(f.kept, ui.Field{Name: name, Value: value})
		}
	}
	return f
}

// monthsBefore is the first day of the month that lies n months before a day.
func monthsBefore(d calendar.Day, n int) calendar.Day {
	y, m, _ := d.Time().Date()
	return calendar.DayOn(y, m-time.Month(n), 1)
}

// endOfMonth is the last day of a day's month.
func endOfMonth(d calendar.Day) calendar.Day { return monthsBefore(d, -1) - 1 }
