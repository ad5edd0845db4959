package web

import (
	"net/url"
	"strconv"

	"amigo/tickets/report"
	"amigo/web/ui"
)

// solvedPerPage is how many tickets a page of a figure's list shows.
const solvedPerPage = 50

// pageOf cuts the page out of a list that an address asks for, and leads to its
// neighbours.
func pageOf(all []report.Solved, here *url.URL) ([]report.Solved, ui.Pager) {
	n, err := strconv.Atoi(here.Query().Get("page"))
	last := max(0, (len(all)-1)/solvedPerPage)
	if err != nil || n < 0 || n > last {
		n = 0
	}
	var p ui.Pager
	if n > 0 {
		p.Earlier = with(here, "page", strconv.Itoa(n-1))
	}
	if n < last {
		p.Later = with(here, "page", strconv.Itoa(n+1))
	}
	from := n * solvedPerPage
	return all[from:min(from+solvedPerPage, len(all))], p
}

// solved is a list of tickets with how long each took.
func (d drawing) solved(page []report.Solved) ui.Table {
	t := d.t
	table := ui.Table{
		Caption: t.T("reportpage.tickets.caption"), Hidden: true,
		Columns: []ui.Column{
			{Label: t.T("reportpage.tickets.subject")},
			{Label: t.T("reportpage.tickets.solved")},
			{Label: t.T("reportpage.tickets.working"), Number: true},
			{Label: t.T("reportpage.column.net"), Number: true},
			{Label: t.T("reportpage.column.elapsed"), Number: true},
		},
	}
	for _, s := range page {
		working, elapsed := ui.Cell{Text: t.Hours(s.Working.Minutes())}, ui.Cell{Text: t.Hours(s.Elapsed.Minutes())}
		held := &working
		if d.choices.Counted == report.ElapsedHours {
			held = &elapsed
		}
		if !d.choices.Within(s) {
			held.Body = ui.Mark{Meaning: ui.Late, Word: held.Text}.View()
		}
		table.Rows = append(table.Rows, []ui.Cell{
			{Text: "#" + s.ID.Ref() + " " + s.Subject, Href: "/tickets/" + s.ID.Ref()},
			{Text: t.Short(s.SolvedAt, d.now)},
			working,
			{Text: t.Hours(s.Net.Minutes())},
			elapsed,
		})
	}
	return table
}

// lateShown is how many of the tickets beyond the target the report itself shows.
const lateShown = 5

// late shows the slowest, and leads to all of them.
func (d drawing) late(all []report.Solved) lateView {
	if len(all) == 0 {
		return lateView{}
	}
	v := lateView{
		title: d.t.N("report.letter.late", len(all), "Target", d.t.Working(d.choices.Target())),
		table: d.solved(all[:min(lateShown, len(all))]),
	}
	if len(all) > lateShown {
		v.all = d.q.at("/reports/tickets", func(q *inquiry) { q.late = true })
	}
	return v
}

// ticketsTitle says which tickets a list holds: those of the last filter.
func (d drawing) ticketsTitle(filters []ui.NavItem) string {
	switch {
	case d.q.late:
		return d.t.T("reportpage.tickets.late", "Target", d.t.Working(d.choices.Target()))
	case len(filters) > 0:
		return filters[len(filters)-1].Label
	}
	return d.t.T("reportpage.everything")
}
