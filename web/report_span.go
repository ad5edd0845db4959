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
var spans = []string{"month", "previous", "week"}

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

// query is the span as the address of another page asks for it, with more.
func (s span) query(more ...string) url.Values {
	q := url.Values{}
	if s.name != "" {
		q.Set("period", s.name)
	} else {
		q.Set("from", s.from.String())
		q.Set("to", s.to.String())
	}
	for i := 0; i+1 < len(more); i += 2 {
		if more[i+1] != "" {
			q.Set(more[i], more[i+1])
		}
	}
	return q
}

// words say when: "en octobre", "cette semaine", "du lundi 2 au …".
func (s span) words(t *i18n.Printer, now time.Time) string {
	from, to := s.from.Time(), s.to.Time()
	switch {
	case s.name == "week":
		return t.T("reportpage.when.week")
	case s.name == "month", s.from == monthsBefore(s.from, 0) && s.to == endOfMonth(s.from):
		return t.T("reportpage.when.month", "Month", t.Month(from, now))
	case s.from == s.to:
		return t.T("reportpage.when.day", "Day", t.DateAt(from, now))
	}
	return t.T("reportpage.when.days", "From", t.DateAt(from, now), "To", t.DateAt(to, now))
}

// spanItems are the spans to choose from.
func spanItems(t *i18n.Printer, here *url.URL, shown span) []ui.NavItem {
	var items []ui.NavItem
	for _, name := range spans {
		q := url.Values{"period": {name}}
		if group := here.Query().Get("group"); group != "" {
			q.Set("group", group)
		}
		items = append(items, ui.NavItem{Label: t.T("reportpage.period." + name), Href: here.Path + "?" + q.Encode(), Current: shown.name == name})
	}
	return items
}

// spanForm asks for days.
type spanForm struct {
	from, to ui.Field
	group    string // stays what it is
}

// newSpanForm asks for days: it holds what was asked for, or the span shown.
func newSpanForm(t *i18n.Printer, ask url.Values, shown span, wrong fault.Fields) spanForm {
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
	return spanForm{from: field("from", shown.from), to: field("to", shown.to), group: ask.Get("group")}
}

// monthsBefore is the first day of the month that lies n months before a day.
func monthsBefore(d calendar.Day, n int) calendar.Day {
	y, m, _ := d.Time().Date()
	return calendar.DayOn(y, m-time.Month(n), 1)
}

// endOfMonth is the last day of a day's month.
func endOfMonth(d calendar.Day) calendar.Day { return monthsBefore(d, -1) - 1 }
