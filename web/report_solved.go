package web

import (
	"net/url"
	"strconv"
	"time"

	"amigo/app/i18n"
	"amigo/tickets/report"
	"amigo/web/ui"
)

// ticketsHref leads to the tickets behind a figure.
func ticketsHref(s span, group report.Group, key string) string {
	q := s.query("group", string(group), "key", key)
	return "/reports/tickets?" + q.Encode()
}

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

// solvedTable is a list of tickets with how long each took.
func solvedTable(t *i18n.Printer, page []report.Solved, now time.Time) ui.Table {
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
		working := ui.Cell{Text: t.Hours(s.Working.Minutes())}
		if !s.Within() {
			working.Body = ui.Mark{Meaning: ui.Late, Word: working.Text}.View()
		}
		table.Rows = append(table.Rows, []ui.Cell{
			{Text: "#" + s.ID.Ref() + " " + s.Subject, Href: "/tickets/" + s.ID.Ref()},
			{Text: t.Short(s.SolvedAt, now)},
			working,
			{Text: t.Hours(s.Net.Minutes())},
			{Text: t.Hours(s.Elapsed.Minutes())},
		})
	}
	return table
}
