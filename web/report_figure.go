package web

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"amigo/app/i18n"
	"amigo/sla/calendar"
	"amigo/tickets/report"
	"amigo/web/ui"
)

// figureOf is the one number against the published one, and the sentence that
// explains it.
func figureOf(t *i18n.Printer, all report.Row, when string) ui.Figure {
	words := []string{t.N("reportpage.mean", all.Count, "When", when)}
	if all.Count > 1 {
		words = append(words, t.T("reportpage.spread", "Median", t.Hours(all.MedianWorking), "Most", t.Hours(all.P90Working)))
	}
	words = append(words, t.T("reportpage.net", "Net", t.Hours(all.MeanNet)), t.T("reportpage.elapsed", "Elapsed", t.Hours(all.MeanElapsed)))
	return ui.Figure{Number: t.Hours(all.MeanWorking), Verdict: verdictOn(t, all.MeanWorking), Words: strings.Join(words, " ")}
}

// verdictOn holds minutes to the published mean, as exactly as they are shown.
func verdictOn(t *i18n.Printer, minutes float64) ui.Mark {
	target := report.Target.Minutes()
	difference := math.Round((minutes-target)/6) * 6 // a tenth of an hour
	published := t.Working(report.Target)
	switch {
	case difference > 0:
		return ui.Mark{Meaning: ui.Late, Word: t.T("reportpage.over", "By", t.Hours(difference), "Target", published)}
	case difference < 0:
		return ui.Mark{Meaning: ui.Done, Word: t.T("reportpage.under", "By", t.Hours(-difference), "Target", published)}
	}
	return ui.Mark{Meaning: ui.Done, Word: t.T("reportpage.equal", "Target", published)}
}

// trendMonths is how many months the curve shows.
const trendMonths = 12

// month is a month of the curve; its Count is 0 where nothing was solved.
type month struct {
	report.Row
	first calendar.Day
}

// trendOf are the months up to that of a day, those without tickets too.
func trendOf(a report.Answer, until calendar.Day) []month {
	var months []month
	for n := trendMonths - 1; n >= 0; n-- {
		m := month{first: monthsBefore(until, n)}
		key := m.first.Time().Format("2006-01")
		if i := slices.IndexFunc(a.Rows, func(r report.Row) bool { return r.Key == key }); i >= 0 {
			m.Row = a.Rows[i]
		}
		months = append(months, m)
	}
	return months
}

// trendChart draws the months against the published mean.
func trendChart(t *i18n.Printer, months []month, now time.Time) ui.Chart {
	c := ui.Chart{Target: report.Target.Hours(), TargetLabel: t.Working(report.Target)}
	var measured []month
	for _, m := range months {
		c.Points = append(c.Points, ui.Point{
			Label: t.Brief(m.first.Time()), Text: t.Hours(m.MeanWorking), Value: m.MeanWorking / 60, None: m.Count == 0,
		})
		if m.Count > 0 {
			measured = append(measured, m)
		}
	}
	if len(measured) == 0 {
		return ui.Chart{}
	}
	first, last := measured[0], measured[len(measured)-1]
	c.Title = t.T("reportpage.trend.sentence",
		"First", t.Month(first.first.Time(), now), "Began", t.Hours(first.MeanWorking),
		"Last", t.Month(last.first.Time(), now), "Ends", t.Hours(last.MeanWorking), "Target", c.TargetLabel)
	return c
}

// trendTable is the curve in figures, the newest month first.
func trendTable(t *i18n.Printer, months []month, now time.Time) ui.Table {
	table := ui.Table{Caption: t.T("reportpage.trend.caption"), Hidden: true, Columns: figureColumns(t, t.T("reportpage.group.month"))}
	for _, m := range slices.Backward(months) {
		whole := span{from: m.first, to: endOfMonth(m.first)}
		table.Rows = append(table.Rows, figureCells(t, t.Month(m.first.Time(), now), ticketsHref(whole, report.Whole, ""), m.Row))
	}
	return table
}

// groupTable is the table of a report divided by something.
type groupTable struct {
	t     *i18n.Printer
	span  span
	group report.Group
	names keyNames
	sort  rowSort
}

// of draws the table of some rows, with all of them together at its end.
func (g groupTable) of(rows []report.Row, all report.Row) ui.Table {
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b report.Row) int {
		return cmp.Or(g.sort.compare(a, b), strings.Compare(g.names.name(a.Key), g.names.name(b.Key)))
	})
	title := g.t.T("reportpage.group." + string(g.group))
	table := ui.Table{Caption: g.t.T("reportpage.caption", "Group", strings.ToLower(title)), Hidden: true, Columns: figureColumns(g.t, title)}
	for i, sort := range rowSorts {
		if sort.name != "" {
			href := "/reports?" + g.span.query("group", string(g.group), "sort", sort.name).Encode()
			table.Columns[i].Sort = ui.Sort{Href: href}
			if sort.name == g.sort.name {
				table.Columns[i].Sort.Way = sort.way
			}
		}
	}
	for _, r := range rows {
		table.Rows = append(table.Rows, figureCells(g.t, g.names.name(r.Key), ticketsHref(g.span, g.group, r.Key), r))
	}
	if len(rows) > 1 {
		table.Total = true
		table.Rows = append(table.Rows, figureCells(g.t, g.t.T("reportpage.everything"), ticketsHref(g.span, report.Whole, ""), all))
	}
	return table
}

// rowSort is an order of the table, of the column at its place.
type rowSort struct {
	name, way string
	compare   func(a, b report.Row) int
}

// rowSorts are the orders, column by column; the first that has a name is usual.
var rowSorts = []rowSort{
	{},
	{"count", "descending", func(a, b report.Row) int { return b.Count - a.Count }},
	{"mean", "descending", func(a, b report.Row) int { return cmp.Compare(b.MeanWorking, a.MeanWorking) }},
	{"net", "descending", func(a, b report.Row) int { return cmp.Compare(b.MeanNet, a.MeanNet) }},
	{"elapsed", "descending", func(a, b report.Row) int { return cmp.Compare(b.MeanElapsed, a.MeanElapsed) }},
	{"median", "descending", func(a, b report.Row) int { return cmp.Compare(b.MedianWorking, a.MedianWorking) }},
	{"most", "descending", func(a, b report.Row) int { return cmp.Compare(b.P90Working, a.P90Working) }},
	{"within", "ascending", func(a, b report.Row) int { return cmp.Compare(a.Within, b.Within) }},
	{"reopened", "descending", func(a, b report.Row) int { return cmp.Compare(b.Reopened, a.Reopened) }},
}

// sortNamed is an order by its name; one that is not known is the usual one.
func sortNamed(name string) rowSort {
	for _, sort := range rowSorts {
		if sort.name != "" && sort.name == name {
			return sort
		}
	}
	return rowSorts[1]
}

// figureColumns head a table of figures.
func figureColumns(t *i18n.Printer, first string) []ui.Column {
	columns := []ui.Column{{Label: first}}
	for _, name := range []string{"count", "mean", "net", "elapsed", "median", "most", "within", "reopened"} {
		columns = append(columns, ui.Column{Label: t.T("reportpage.column." + name), Number: true})
	}
	return columns
}

// figureCells are a row of figures. href leads to its tickets.
func figureCells(t *i18n.Printer, name, href string, r report.Row) []ui.Cell {
	if r.Count == 0 {
		cells := []ui.Cell{{Text: name}, {Text: t.Int(0)}}
		for range 7 {
			cells = append(cells, ui.Cell{Text: "–"})
		}
		return cells
	}
	mean := ui.Cell{Text: t.Hours(r.MeanWorking)}
	if verdictOn(t, r.MeanWorking).Meaning == ui.Late {
		mean.Body = ui.Mark{Meaning: ui.Late, Word: mean.Text}.View()
	}
	return []ui.Cell{
		{Text: name},
		{Text: t.Int(r.Count), Href: href},
		mean,
		{Text: t.Hours(r.MeanNet)},
		{Text: t.Hours(r.MeanElapsed)},
		{Text: t.Hours(r.MedianWorking)},
		{Text: t.Hours(r.P90Working)},
		{Text: t.Percent(r.Within)},
		{Text: t.Percent(r.Reopened)},
	}
}
