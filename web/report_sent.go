package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"amigo/app/i18n"
	"amigo/sla/calendar"
	"amigo/tickets"
	"amigo/tickets/report"
	"amigo/web/ui"
)

// sentView is the list of the reports that are kept.
type sentView struct {
	ways  []ui.NavItem
	table ui.Table
	pager ui.Pager
}

// reportsSent lists the daily, weekly and monthly reports, the latest first.
func (s *Server) reportsSent(c echo.Context) error {
	ctx, here := c.Request().Context(), c.Request().URL
	t := i18n.From(ctx)
	n, err := strconv.Atoi(c.QueryParam("page"))
	if err != nil || n < 0 {
		n = 0
	}
	kept, err := s.Reporter.Kept(ctx, n*perPage, perPage+1)
	if err != nil {
		return err
	}
	v := sentView{ways: reportWays(t, "/reports/sent")}
	if n > 0 {
		v.pager.Earlier = with(here, "page", strconv.Itoa(n-1))
	}
	if len(kept) > perPage {
		kept = kept[:perPage]
		v.pager.Later = with(here, "page", strconv.Itoa(n+1))
	}
	v.table = keptTable(drawing{t: t, now: s.DB.Now(ctx)}, kept)
	return s.show(c, http.StatusOK, sentPage(markWay(s.frame(c, t.T("reportpage.sent.title")), "/reports"), v))
}

// keptTable lists reports as they were composed.
func keptTable(d drawing, kept []report.Kept) ui.Table {
	t := d.t
	table := ui.Table{Caption: t.T("reportpage.sent.title"), Hidden: true, Columns: []ui.Column{
		{Label: t.T("reportpage.sent.report")},
		{Label: t.T("reportpage.column.count"), Number: true},
		{Label: t.T("report.letter.held"), Number: true},
		{Label: t.T("report.letter.within"), Number: true},
		{Label: t.T("reportpage.sent.when")},
	}}
	for _, k := range kept {
		when := ui.Cell{Text: d.sentWords(k)}
		if k.Corrected > 0 {
			when.Body = correctedWords(when.Text, ui.Mark{Meaning: ui.Soon, Icon: "refresh-cw", Word: t.T("reportpage.sent.corrected")})
		}
		d.choices = k.Figures.Choices
		cells := d.keptCells(k.Figures.All)
		table.Rows = append(table.Rows, append(append([]ui.Cell{{Text: k.Title(t, d.now), Href: "/reports/sent/" + number(k.ID)}}, cells...), when))
	}
	return table
}

// keptCells are how many were solved, how long they took, and how many of them in time.
func (d drawing) keptCells(r report.Row) []ui.Cell {
	t := d.t
	if r.Count == 0 {
		return []ui.Cell{{Text: t.Int(0)}, {Text: "–"}, {Text: "–"}}
	}
	mean := ui.Cell{Text: t.Hours(d.choices.Spread(r).Mean)}
	if over, _ := d.choices.Verdict(t, d.choices.Spread(r).Mean); over {
		mean.Body = ui.Mark{Meaning: ui.Late, Word: mean.Text}.View()
	}
	return []ui.Cell{{Text: t.Int(r.Count)}, mean, {Text: t.Percent(r.Within)}}
}

// sentWords say when a report was sent, or that it was only kept.
func (d drawing) sentWords(k report.Kept) string {
	if k.SentAt == nil {
		return d.t.T("reportpage.sent.kept", "When", d.t.When(k.ComposedAt, d.now))
	}
	return d.t.T("reportpage.sent.sent", "When", d.t.When(*k.SentAt, d.now))
}

// editionsView is a report as it was sent, with the corrections beside it.
type editionsView struct {
	over, counts string
	corrected    string     // says that there are corrections; empty: none
	figure       *ui.Figure // as it was sent; nil: nothing was solved
	tables       []ui.Table
}

// reportSent shows one report.
func (s *Server) reportSent(c echo.Context) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	id, err := numbered(c)
	if err != nil {
		return err
	}
	all, err := s.Reporter.Editions(ctx, report.KeptID(id))
	if err != nil {
		return err
	}
	sent := all[0]
	d := drawing{t: t, now: s.DB.Now(ctx), choices: sent.Figures.Choices, q: inquiry{pace: sent.Kind, span: span{from: sent.From, to: sent.To}}}
	v := editionsView{over: d.sentWords(sent), counts: sent.Figures.Choices.Words(t)}
	if n := len(all) - 1; n > 0 {
		v.corrected = t.N("reportpage.sent.corrections", n, "When", t.When(all[n].ComposedAt, d.now))
	}
	if sent.Figures.All.Count > 0 {
		figure := d.figure(sent.Figures.All)
		figure.Chart = d.chart(sent.Figures.Trend)
		v.figure = &figure
	}
	if v.tables, err = s.editionTables(ctx, editions{d, all}); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, keptPage(markWay(s.frame(c, sent.Title(t, d.now)), "/reports"), v))
}

// editionTables are the tables that have something to show.
func (s *Server) editionTables(ctx context.Context, e editions) ([]ui.Table, error) {
	var tables []ui.Table
	if e.solvedAny() {
		tables = append(tables, e.figures())
	}
	for _, g := range []report.Group{report.ByService, report.ByTeam} {
		names, err := s.keyNames(ctx, g)
		if err != nil {
			return nil, err
		}
		if table := e.divided(g, names); len(table.Rows) > 0 {
			tables = append(tables, table)
		}
	}
	if table := e.late(); len(table.Rows) > 0 {
		tables = append(tables, table)
	}
	if e.all[0].Figures.Trending() {
		tables = append(tables, e.trend())
	}
	return tables, nil
}

// editions draws what a report said beside what its corrections say.
type editions struct {
	drawing
	all []report.Kept
}

// solvedAny says whether anything was solved by any edition.
func (e editions) solvedAny() bool {
	return slices.ContainsFunc(e.all, func(k report.Kept) bool { return k.Figures.All.Count > 0 })
}

// columns head a table of editions: each has some columns of its own.
func (e editions) columns(first string, each ...string) []ui.Column {
	columns := []ui.Column{{Label: first}}
	for i, k := range e.all {
		for _, label := range each {
			switch {
			case len(e.all) == 1:
			case i == 0:
				label = e.t.T("reportpage.sent.as_sent", "Column", label)
			default:
				label = e.t.T("reportpage.sent.correction", "Column", label, "When", e.brief(calendar.DayOf(k.ComposedAt.In(e.t.Zone()))))
			}
			columns = append(columns, ui.Column{Label: label, Number: true})
		}
	}
	return columns
}

func (e editions) figures() ui.Table {
	t := e.t
	table := ui.Table{Caption: t.T("reportpage.sent.figures"), Columns: e.columns(t.T("reportpage.sent.figure"), t.T("reportpage.sent.value"))}
	for i, k := range e.all {
		for n, line := range k.Figures.Lines(t) {
			if i == 0 {
				table.Rows = append(table.Rows, []ui.Cell{{Text: line[0]}})
			}
			table.Rows[n] = append(table.Rows[n], ui.Cell{Text: line[1]})
		}
	}
	return table
}

// trend is that of the report as it was sent: its figures are not those behind
// today's tickets, so they lead nowhere. What people thought came in later.
func (e editions) trend() ui.Table {
	table := e.trendTable(e.all[0].Figures.Trend)
	table.Hidden = false
	kept := len(table.Columns) - len(opinionNames)
	table.Columns = table.Columns[:kept]
	for n, row := range table.Rows {
		for i := range row {
			row[i].Href = ""
		}
		table.Rows[n] = row[:kept]
	}
	return table
}

func (e editions) divided(g report.Group, names keyNames) ui.Table {
	t := e.t
	title := t.T("reportpage.group." + string(g))
	table := ui.Table{
		Caption: t.T("reportpage.sent.by", "Group", title),
		Columns: e.columns(title, t.T("reportpage.column.count"), t.T("report.letter.held"), t.T("report.letter.within")),
	}
	rows, keys := make([]map[string]report.Row, len(e.all)), map[string]int{}
	for i, k := range e.all {
		rows[i] = map[string]report.Row{}
		for _, r := range k.Figures.Groups[g] {
			rows[i][r.Key], keys[r.Key] = r, max(keys[r.Key], r.Count)
		}
	}
	for _, key := range mostFirst(keys) {
		line := []ui.Cell{{Text: names.name(key)}}
		for i := range e.all {
			line = append(line, e.keptCells(rows[i][key])...)
		}
		table.Rows = append(table.Rows, line)
	}
	return table
}

// mostFirst are keys by how much they stand for, then by name.
func mostFirst[K cmp.Ordered](keys map[K]int) []K {
	sorted := make([]K, 0, len(keys))
	for key := range keys {
		sorted = append(sorted, key)
	}
	slices.SortFunc(sorted, func(a, b K) int { return cmp.Or(keys[b]-keys[a], cmp.Compare(a, b)) })
	return sorted
}

func (e editions) late() ui.Table {
	t := e.t
	table := ui.Table{
		Caption: t.T("reportpage.tickets.late", "Target", t.Working(e.choices.Target())),
		Columns: e.columns(t.T("reportpage.tickets.subject"), t.T("reportpage.sent.took")),
	}
	rows, took, subjects := make([]map[tickets.ID]float64, len(e.all)), map[tickets.ID]int{}, map[tickets.ID]string{}
	for i, k := range e.all {
		rows[i] = map[tickets.ID]float64{}
		for _, l := range k.Figures.Late {
			rows[i][l.Ticket], subjects[l.Ticket], took[l.Ticket] = l.Minutes, l.Subject, max(took[l.Ticket], int(l.Minutes))
		}
	}
	for _, id := range mostFirst(took) {
		line := []ui.Cell{{Text: "#" + id.Ref() + " " + subjects[id], Href: "/tickets/" + id.Ref()}}
		for i := range e.all {
			cell := ui.Cell{Text: "–"}
			if minutes, late := rows[i][id]; late {
				cell.Text = t.Hours(minutes)
			}
			line = append(line, cell)
		}
		table.Rows = append(table.Rows, line)
	}
	return table
}
