package web

import (
	"slices"
	"time"

	"amigo/app/i18n"
	"amigo/sla/calendar"
	"amigo/web/ui"
)

// changesShown is how many stretches of changed days the table lists.
const changesShown = 60

// changeWords say what changes between two calendars, to somebody at an instant.
type changeWords struct {
	t             *i18n.Printer
	now           time.Time
	before, after *calendar.Calendar
}

// table lists what changes; what does not fit is counted in its last row.
func (w changeWords) table(caption string, changes []calendar.Change) ui.Table {
	t := w.t
	table := ui.Table{Caption: t.T(caption), Stacked: true, Columns: []ui.Column{
		{Label: t.T("calendarpage.named.days")}, {Label: t.T("calendarpage.changes.before")}, {Label: t.T("calendarpage.changes.after")},
	}}
	for i, c := range changes {
		if i == changesShown {
			table.Rows = append(table.Rows, []ui.Cell{{Text: t.N("calendarpage.changes.more", len(changes)-changesShown)}, {}, {}})
			break
		}
		days := stretchWords(t, c.From, c.To, w.now)
		if length := int(c.To-c.From) + 1; c.Days < length {
			days = joined(days, t.N("calendarpage.changes.of_which", c.Days))
		}
		before, after := w.sides(c)
		table.Rows = append(table.Rows, []ui.Cell{{Text: days}, {Text: before}, {Text: after}})
	}
	return table
}

// sides say what the days of a stretch were, and what they will be. Where their
// hours stay, only the names are said.
func (w changeWords) sides(c calendar.Change) (before, after string) {
	var was, will []calendar.Hours
	alike := c.Before.Rule != "" && c.After.Rule != ""
	for day := c.From; day <= c.To; day++ {
		for _, one := range calendar.Compare(w.before, w.after, day, day) {
			was, will = append(was, one.Before), append(will, one.After)
			alike = alike && slices.Equal(one.Before.Open, one.After.Open)
		}
	}
	if alike {
		return w.named(c.Before), joined(w.named(c.After), w.t.T("calendarpage.changes.same_hours"))
	}
	return w.side(was), w.side(will)
}

// side says what days with one plan are, and their hours: those of each weekday
// where they are not all the same.
func (w changeWords) side(days []calendar.Hours) string {
	first := days[0]
	if first.Rule == "" || first.Rule == calendar.ByClosure {
		return w.named(first)
	}
	words := hoursWords(w.t, first.Open)
	if slices.ContainsFunc(days, func(h calendar.Hours) bool { return !slices.Equal(h.Open, first.Open) }) {
		words = weekWords(w.t, weekOf(days))
	}
	plan := w.t.T("calendarpage.changes.side", "Plan", planWords(w.t, first.Plan), "Hours", words)
	return joined(append([]string{plan}, first.Marks...)...)
}

// weekOf is the week of some days with one plan: those of the same weekday have
// the same hours.
func weekOf(days []calendar.Hours) calendar.Weekly {
	week := calendar.Weekly{}
	for _, h := range days {
		week[weekdays[weekdayOf(h.Day)]] = h.Open
	}
	return week
}

// named says what a day is and what it is called, without its hours.
func (w changeWords) named(h calendar.Hours) string {
	if h.Rule == "" {
		return w.t.T("calendarpage.changes.unknown")
	}
	return joined(append([]string{planWords(w.t, h.Plan)}, h.Marks...)...)
}
