package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"amigo/app/i18n"
	"amigo/sla/calendar"
	"amigo/tickets/report"
	"amigo/web/ui"
)

// drawing draws the answers of reports for one reader.
type drawing struct {
	t       *i18n.Printer
	now     time.Time
	choices report.Choices // that the figures were counted by
	q       inquiry
}

// figure is the one number against the published one, and the sentences that
// explain it.
func (d drawing) figure(all report.Row) ui.Figure {
	t, held := d.t, d.choices.Spread(all)
	words := []string{t.N("reportpage.mean", all.Count, "Hours", t.T("reportpage.hours."+string(d.choices.Counted)),
		"Noun", d.choices.Noun(t, all.Count), "When", d.q.span.words(t, d.now))}
	if all.Count > 1 {
		words = append(words, t.T("reportpage.spread", "Median", t.Hours(held.Median), "Most", t.Hours(held.P90)),
			t.T("reportpage.within", "Share", t.Percent(all.Within), "Target", t.Working(d.choices.Target())))
	}
	if d.choices.Counted == report.ElapsedHours {
		words = append(words, t.T("reportpage.working", "Working", t.Hours(all.MeanWorking), "Net", t.Hours(all.MeanNet)))
	} else {
		words = append(words, t.T("reportpage.net", "Net", t.Hours(all.MeanNet)), t.T("reportpage.elapsed", "Elapsed", t.Hours(all.MeanElapsed)))
	}
	return ui.Figure{Number: t.Hours(held.Mean), Verdict: d.verdict(held.Mean), Words: strings.Join(words, " "), Note: d.choices.Words(t)}
}

// verdict holds minutes to the published mean.
func (d drawing) verdict(minutes float64) ui.Mark {
	over, words := d.choices.Verdict(d.t, minutes)
	if over {
		return ui.Mark{Meaning: ui.Late, Word: words}
	}
	return ui.Mark{Meaning: ui.Done, Word: words}
}

// chart draws a trend against the published mean.
func (d drawing) chart(trend []report.Stretch) ui.Chart {
	t, target := d.t, d.choices.Target()
	c := ui.Chart{Target: target.Hours(), TargetLabel: t.Working(target)}
	var measured []report.Stretch
	for _, s := range trend {
		mean := d.choices.Spread(s.Row).Mean
		c.Points = append(c.Points, ui.Point{Label: d.point(s), Text: t.Hours(mean), Value: mean / 60, None: s.Count == 0})
		if s.Count > 0 {
			measured = append(measured, s)
		}
	}
	if len(measured) == 0 {
		return ui.Chart{}
	}
	first, last := measured[0], measured[len(measured)-1]
	c.Title = t.T("reportpage.trend.sentence",
		"First", first.Name(t, d.q.pace, d.now), "Began", t.Hours(d.choices.Spread(first.Row).Mean),
		"Last", last.Name(t, d.q.pace, d.now), "Ends", t.Hours(d.choices.Spread(last.Row).Mean), "Target", c.TargetLabel)
	return c
}

// point is the name of a stretch under the axis.
func (d drawing) point(s report.Stretch) string {
	if d.q.pace == report.Monthly {
		return d.t.Brief(s.From.Time())
	}
	return d.brief(s.From)
}

// brief is a day where there is little room: "9 nov.".
func (d drawing) brief(day calendar.Day) string {
	return strconv.Itoa(day.Time().Day()) + i18n.NBSP + d.t.Brief(day.Time())
}

// trendTable is the curve in figures, the newest stretch first.
func (d drawing) trendTable(trend []report.Stretch) ui.Table {
	t := d.t
	table := ui.Table{
		Caption: t.T("reportpage.trend.caption." + string(d.q.pace)), Hidden: true,
		Columns: figureColumns(t, t.T("report.letter.stretch."+string(d.q.pace))),
	}
	for _, s := range slices.Backward(trend) {
		whole := d.q
		whole.span = span{from: s.From, to: s.To}
		name := ui.Cell{Text: s.Name(t, d.q.pace, d.now)}
		table.Rows = append(table.Rows, d.cells(name, whole.tickets(), s.Row))
	}
	return table
}

// groups is the table of an answer, with everything together at its end. The
// name of a row leads to the report about it alone.
func (d drawing) groups(a report.Answer, names keyNames) ui.Table {
	rows, sort := slices.Clone(a.Rows), sortNamed(d.q.sort)
	slices.SortStableFunc(rows, func(a, b report.Row) int {
		return cmp.Or(sort.compare(d.choices, a, b), strings.Compare(names.name(a.Key), names.name(b.Key)))
	})
	title := d.t.T("reportpage.group." + string(a.Group))
	table := ui.Table{Caption: d.t.T("reportpage.caption", "Group", strings.ToLower(title)), Hidden: true, Columns: figureColumns(d.t, title)}
	for i, s := range rowSorts {
		if s.name == "" {
			continue
		}
		table.Columns[i].Sort = ui.Sort{Href: d.q.at("/reports", func(q *inquiry) { q.sort = s.name })}
		if s.name == sort.name {
			table.Columns[i].Sort.Way = s.way
		}
	}
	for _, r := range rows {
		f := report.Filter{Group: a.Group, Key: r.Key}
		table.Rows = append(table.Rows, d.cells(ui.Cell{Text: names.name(r.Key), Href: d.q.within(f)}, d.q.tickets(f), r))
	}
	if len(rows) > 1 {
		table.Total = true
		table.Rows = append(table.Rows, d.cells(ui.Cell{Text: d.t.T("reportpage.everything")}, d.q.tickets(), a.All))
	}
	return table
}

// rowSort is an order of the table, of the column at its place.
type rowSort struct {
	name, way string
	compare   func(c report.Choices, a, b report.Row) int
}

// descending orders by a figure, the largest first.
func descending(figure func(c report.Choices, r report.Row) float64) func(c report.Choices, a, b report.Row) int {
	return func(c report.Choices, a, b report.Row) int { return cmp.Compare(figure(c, b), figure(c, a)) }
}

// rowSorts are the orders, column by column; the first that has a name is usual.
var rowSorts = []rowSort{
	{},
	{"count", "descending", descending(func(_ report.Choices, r report.Row) float64 { return float64(r.Count) })},
	{"mean", "descending", descending(func(_ report.Choices, r report.Row) float64 { return r.MeanWorking })},
	{"net", "descending", descending(func(_ report.Choices, r report.Row) float64 { return r.MeanNet })},
	{"elapsed", "descending", descending(func(_ report.Choices, r report.Row) float64 { return r.MeanElapsed })},
	{"median", "descending", descending(func(c report.Choices, r report.Row) float64 { return c.Spread(r).Median })},
	{"most", "descending", descending(func(c report.Choices, r report.Row) float64 { return c.Spread(r).P90 })},
	{"within", "ascending", func(_ report.Choices, a, b report.Row) int { return cmp.Compare(a.Within, b.Within) }},
	{"reopened", "descending", descending(func(_ report.Choices, r report.Row) float64 { return r.Reopened })},
	{"rated", "descending", descending(func(_ report.Choices, r report.Row) float64 { return float64(r.Rated) })},
	{"satisfied", "ascending", func(_ report.Choices, a, b report.Row) int {
		return cmp.Or(-cmp.Compare(min(a.Rated, 1), min(b.Rated, 1)), cmp.Compare(a.Satisfied, b.Satisfied))
	}},
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

// figureNames are the columns of a table of figures, after the first.
var figureNames = append([]string{"count", "mean", "net", "elapsed", "median", "most", "within", "reopened"}, opinionNames...)

// opinionNames are those of what people thought, at the end.
var opinionNames = []string{"rated", "satisfied"}

// figureColumns head a table of figures.
func figureColumns(t *i18n.Printer, first string) []ui.Column {
	columns := []ui.Column{{Label: first}}
	for _, name := range figureNames {
		columns = append(columns, ui.Column{Label: t.T("reportpage.column." + name), Number: true})
	}
	return columns
}

// cells are a row of figures; href leads to its tickets. The mean that is held
// to the target says when it is beyond it.
func (d drawing) cells(name ui.Cell, href string, r report.Row) []ui.Cell {
	t := d.t
	if r.Count == 0 {
		cells := []ui.Cell{name, {Text: t.Int(0)}}
		for range len(figureNames) - 1 {
			cells = append(cells, ui.Cell{Text: "–"})
		}
		return cells
	}
	held := d.choices.Spread(r)
	working, elapsed := ui.Cell{Text: t.Hours(r.MeanWorking)}, ui.Cell{Text: t.Hours(r.MeanElapsed)}
	marked := &working
	if d.choices.Counted == report.ElapsedHours {
		marked = &elapsed
	}
	if d.verdict(held.Mean).Meaning == ui.Late {
		marked.Body = ui.Mark{Meaning: ui.Late, Word: marked.Text}.View()
	}
	return []ui.Cell{
		name,
		{Text: t.Int(r.Count), Href: href},
		working,
		{Text: t.Hours(r.MeanNet)},
		elapsed,
		{Text: t.Hours(held.Median)},
		{Text: t.Hours(held.P90)},
		{Text: t.Percent(r.Within)},
		{Text: t.Percent(r.Reopened)},
		{Text: t.Int(r.Rated)},
		{Text: d.satisfied(r)},
	}
}

// satisfied is the share of those who were, of those who said so.
func (d drawing) satisfied(r report.Row) string {
	if r.Rated == 0 {
		return "–"
	}
	return d.t.Percent(r.Satisfied)
}
