package web

import (
	"cmp"
	"context"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"time"

	"amigo/app/i18n"
	"amigo/sla/calendar"
	"amigo/web/ui"
)

// legendLine says what a colour and a letter of the grid mean.
type legendLine struct {
	kind                dayKind
	letter, name, words string
}

// legendOf explains what the grid shows: every regime with its hours, then the
// single days.
func legendOf(t *i18n.Printer, spec calendar.Spec, g yearGrid) []legendLine {
	shown := map[dayKind]bool{}
	for _, m := range g.months {
		for _, d := range m.days {
			shown[d.kind] = true
		}
	}
	var lines []legendLine
	add := func(kind dayKind, name, words string) {
		if shown[kind] {
			lines = append(lines, legendLine{kind, kind.letter(t), name, words})
		}
	}
	add(dayUsual, regimeName(t, calendar.Ordinary), weekWords(t, spec.Weekly))
	for _, name := range slices.Sorted(maps.Keys(spec.Regimes)) {
		kind := dayOther
		if name == calendar.SchoolHolidays {
			kind = dayHolidays
		}
		add(kind, regimeName(t, name), weekWords(t, spec.Regimes[name]))
	}
	for _, p := range spec.Periods {
		if p.Weekly != nil {
			add(dayOther, cmp.Or(p.Name, p.From), weekWords(t, p.Weekly))
		}
	}
	for _, kind := range []dayKind{dayClosed, dayException, dayGuess} {
		add(kind, t.T("calendarpage.kind."+string(kind)), t.T("calendarpage.kind_text."+string(kind)))
	}
	return lines
}

// namedTable lists the periods and the marks that touch a year, by day. Those
// beyond the last day that is known are still to be confirmed, and say so.
func namedTable(t *i18n.Printer, spec calendar.Spec, published, from, to calendar.Day, now time.Time) (ui.Table, error) {
	table := ui.Table{Caption: t.T("calendarpage.named.caption"), Stacked: true, Columns: []ui.Column{
		{Label: t.T("calendarpage.named.name")}, {Label: t.T("calendarpage.named.days")}, {Label: t.T("calendarpage.named.hours")},
	}}
	type row struct {
		from  string
		cells []ui.Cell
	}
	var rows []row
	add := func(first, last, name, hours string) error {
		a, err := calendar.ParseDay(first)
		if err != nil {
			return err
		}
		b, err := calendar.ParseDay(last)
		switch {
		case a > published:
			hours = joined(hours, t.T("calendarpage.named.beyond"))
		case b > published:
			hours = joined(hours, t.T("calendarpage.named.partly", "Day", t.DateAt(published.Time(), now)))
		}
		if err == nil && a <= to && b >= from {
			rows = append(rows, row{first, []ui.Cell{{Text: name}, {Text: stretchWords(t, a, b, now)}, {Text: hours}}})
		}
		return err
	}
	for _, p := range spec.Periods {
		hours := regimeName(t, p.Regime)
		if p.Weekly != nil {
			hours = weekWords(t, p.Weekly)
		}
		if err := add(p.From, p.To, cmp.Or(p.Name, regimeName(t, p.Regime)), hours); err != nil {
			return table, err
		}
	}
	for _, m := range spec.Marks {
		if err := add(m.From, m.To, m.Name, t.T("calendarpage.named.mark")); err != nil {
			return table, err
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a.from, b.from) })
	for _, r := range rows {
		table.Rows = append(table.Rows, r.cells)
	}
	return table, nil
}

// stretchWords say some days in a row: one by its date, more "du … au …".
func stretchWords(t *i18n.Printer, from, to calendar.Day, now time.Time) string {
	if from == to {
		return t.DateAt(from.Time(), now)
	}
	return t.T("calendarpage.stretch", "From", t.DateAt(from.Time(), now), "To", t.DateAt(to.Time(), now))
}

// editionFacts say which version this is, how far it reaches, and whose holidays it has.
func (s *Server) editionFacts(ctx context.Context, e calendar.Edition, c *calendar.Calendar) []ui.Fact {
	t, now := i18n.From(ctx), s.DB.Now(ctx)
	facts := []ui.Fact{
		{Term: t.T("calendarpage.fact.version"), Text: t.T("calendarpage.version", "Number", e.Number, "When", t.When(e.At, now), "Author", s.authorName(ctx, e.Author))},
		{Term: t.T("calendarpage.fact.source"), Text: sourceWords(t, e.Source, e.Author)},
		{Term: t.T("calendarpage.fact.known"), Text: knownWords(t, e.Spec, c, now)},
		{Term: t.T("calendarpage.fact.zone"), Text: c.Zone().String()},
	}
	if e.Spec.SchoolZone != "" {
		facts = append(facts, ui.Fact{Term: t.T("calendarpage.fact.school"), Text: e.Spec.SchoolZone})
	}
	return facts
}

// knownWords say how far a calendar is published.
func knownWords(t *i18n.Printer, spec calendar.Spec, c *calendar.Calendar, now time.Time) string {
	if spec.KnownUntil == "" {
		return t.T("calendarpage.known.endless")
	}
	return t.T("calendarpage.known.until", "Day", t.DateAt(c.Published().Time(), now))
}

// historyTable lists the versions of a calendar, the newest first.
func (s *Server) historyTable(ctx context.Context, name string, history []calendar.Edition) ui.Table {
	t, now := i18n.From(ctx), s.DB.Now(ctx)
	table := ui.Table{Caption: t.T("calendarpage.history.caption"), Stacked: true, Columns: []ui.Column{
		{Label: t.T("calendarpage.history.version")},
		{Label: t.T("calendarpage.history.since")},
		{Label: t.T("calendarpage.history.author")},
		{Label: t.T("calendarpage.history.source")},
	}}
	for _, e := range history {
		href := calendarHref(name) + "?" + url.Values{"version": {strconv.Itoa(e.Number)}}.Encode()
		table.Rows = append(table.Rows, []ui.Cell{
			{Text: t.T("calendarpage.history.number", "Number", e.Number), Href: href},
			{Text: t.When(e.At, now)},
			{Text: s.authorName(ctx, e.Author)},
			{Text: sourceWords(t, e.Source, e.Author)},
		})
	}
	return table
}
