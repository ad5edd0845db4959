package web

import (
	"net/url"
	"slices"
	"strings"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/sla/calendar"
	"amigo/tickets/report"
	"amigo/web/ui"
)

// inquiry is what an address asks of the reports: which days, which tickets of
// them, divided by what, and how the table and the curve are drawn.
type inquiry struct {
	span  span
	where []report.Filter
	group report.Group
	pace  report.Kind // of the curve
	sort  string
	late  bool // of the tickets behind a figure only those beyond the target
}

// paces are how far apart the points of the curve may be, the usual one first.
var paces = []report.Kind{report.Monthly, report.Weekly}

// points is how many points the curve has at each pace: a year, a quarter.
var points = map[report.Kind]int{report.Monthly: 12, report.Weekly: 13}

// inquiryOf reads an address. What is wrong with its days is said by field;
// any other nonsense is an error.
func inquiryOf(ask url.Values, today calendar.Day) (q inquiry, wrong fault.Fields, err error) {
	q = inquiry{group: report.ByService, pace: paces[0], sort: ask.Get("sort"), late: ask.Get("late") != ""}
	q.span, wrong = spanOf(ask, today)
	if g := report.Group(ask.Get("group")); g != report.Whole {
		q.group = g
	}
	if k := report.Kind(ask.Get("trend")); k == report.Weekly {
		q.pace = k
	}
	for _, text := range ask["where"] {
		group, key, _ := strings.Cut(text, ":")
		q.where = append(q.where, report.Filter{Group: report.Group(group), Key: key})
	}
	unknown := func(f report.Filter) bool { return !f.Group.Valid() }
	if !q.group.Valid() || slices.ContainsFunc(q.where, unknown) {
		return q, wrong, fault.Because(fault.Invalid, "report.unknown_group")
	}
	return q, wrong, nil
}

// question is what the desk's reporter is asked.
func (q inquiry) question(g report.Group) report.Question {
	return report.Question{From: q.span.from, To: q.span.to, Group: g, Where: q.where}
}

// query is the inquiry as an address asks it, without what is usual.
func (q inquiry) query() url.Values {
	ask := q.span.query()
	if q.group != report.ByService {
		ask.Set("group", string(q.group))
	}
	if q.pace != paces[0] {
		ask.Set("trend", string(q.pace))
	}
	if q.sort != "" {
		ask.Set("sort", q.sort)
	}
	if q.late {
		ask.Set("late", "1")
	}
	for _, f := range q.where {
		ask.Add("where", whereText(f))
	}
	return ask
}

func whereText(f report.Filter) string { return string(f.Group) + ":" + f.Key }

// at is the address of a page about the inquiry, with one thing about it changed.
func (q inquiry) at(path string, change ...func(*inquiry)) string {
	q.where = slices.Clone(q.where)
	for _, f := range change {
		f(&q)
	}
	return path + "?" + q.query().Encode()
}

// tickets is the address of the tickets that a figure counts: all, or those of
// a group.
func (q inquiry) tickets(of ...report.Filter) string {
	return q.at("/reports/tickets", func(q *inquiry) {
		q.where = append(q.where, of...)
		q.group, q.pace, q.sort, q.late = report.ByService, paces[0], "", false
	})
}

// within is the address of the report about one group alone, divided by the
// next thing that is of interest.
func (q inquiry) within(f report.Filter) string {
	return q.at("/reports", func(q *inquiry) {
		q.where = append(q.where, f)
		q.sort = ""
		for _, g := range []report.Group{report.ByService, report.ByCause, report.ByTeam, report.ByCategory} {
			if !slices.ContainsFunc(q.where, func(f report.Filter) bool { return f.Group == g }) {
				q.group = g
				return
			}
		}
	})
}

// spanItems are the spans to choose from.
func (q inquiry) spanItems(t *i18n.Printer, today calendar.Day) []ui.NavItem {
	var items []ui.NavItem
	for _, name := range spans {
		s, _ := spanNamed(name, today)
		items = append(items, ui.NavItem{
			Label: t.T("reportpage.period." + name), Href: q.at("/reports", func(q *inquiry) { q.span = s }), Current: q.span.name == name,
		})
	}
	return items
}

// groupItems are the ways to divide the table. The months stand beside the curve.
func (q inquiry) groupItems(t *i18n.Printer) []ui.NavItem {
	var items []ui.NavItem
	for _, g := range report.Groups {
		if g != report.ByMonth || g == q.group {
			items = append(items, ui.NavItem{
				Label: t.T("reportpage.group." + string(g)), Current: g == q.group,
				Href: q.at("/reports", func(q *inquiry) { q.group, q.sort = g, "" }),
			})
		}
	}
	return items
}

// paceItems are the ways to draw the curve.
func (q inquiry) paceItems(t *i18n.Printer) []ui.NavItem {
	var items []ui.NavItem
	for _, p := range paces {
		items = append(items, ui.NavItem{
			Label: t.T("reportpage.pace." + string(p)), Current: p == q.pace, Href: q.at("/reports", func(q *inquiry) { q.pace = p }),
		})
	}
	return items
}
