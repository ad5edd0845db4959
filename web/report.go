package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/sla/calendar"
	"amigo/tickets/report"
	"amigo/web/ui"
)

// reportView is the page of the time to resolution.
type reportView struct {
	ways    []ui.NavItem // to the other pages of reports
	horizon *horizonLine // a calendar ends too soon
	spans   []ui.NavItem // the periods that one may choose
	days    spanForm
	filters []ui.NavItem // those in force, each leads to the page without it
	figure  *ui.Figure   // nil: nothing was solved
	counts  string       // what counts, in a sentence
	paces   []ui.NavItem // of the curve
	trend   ui.Table     // the figures behind the curve
	groups  []ui.NavItem
	table   ui.Table
	files   []ui.Button // the table, to be taken away
	late    lateView
}

// lateView are the slowest of the tickets beyond the target.
type lateView struct {
	title, all string // and the address of all of them
	table      ui.Table
}

// reportWays are the pages of reports.
func reportWays(t *i18n.Printer, here string) []ui.NavItem {
	var items []ui.NavItem
	for _, way := range []struct{ key, href string }{
		{"reportpage.way.figures", "/reports"}, {"reportpage.way.sent", "/reports/sent"}, {"reportpage.way.choices", "/reports/choices"},
	} {
		items = append(items, ui.NavItem{Label: t.T(way.key), Href: way.href, Current: way.href == here})
	}
	return items
}

// reports shows the one number that supervisors are held to, how it came
// about, and by what it may be divided.
func (s *Server) reports(c echo.Context) error {
	ctx, ask := c.Request().Context(), c.QueryParams()
	t, today := i18n.From(ctx), s.today(ctx)
	q, wrong, err := inquiryOf(ask, today)
	if err != nil {
		return err
	}
	v := reportView{ways: reportWays(t, "/reports"), spans: q.spanItems(t, today), groups: q.groupItems(t), paces: q.paceItems(t)}
	if v.filters, err = s.filterItems(ctx, q); err != nil {
		return err
	}
	status := http.StatusOK
	if len(wrong) == 0 {
		err := s.figures(ctx, &v, q)
		if wrong = fault.FieldsOf(err); err != nil && wrong == nil {
			return err
		}
	}
	if len(wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	if v.horizon, err = s.horizonLine(ctx); err != nil {
		return err
	}
	v.days = newSpanForm(t, ask, q, wrong)
	return s.show(c, status, reportPage(s.frame(c, t.T("reportpage.title")), v))
}

// figures fills in what was measured.
func (s *Server) figures(ctx context.Context, v *reportView, q inquiry) error {
	t, now := i18n.From(ctx), s.DB.Now(ctx)
	answer, err := s.Reporter.Resolution(ctx, q.question(q.group))
	if err != nil {
		return err
	}
	trend, err := s.Reporter.Trend(ctx, q.question(report.Whole), q.pace, points[q.pace])
	if err != nil {
		return err
	}
	names, err := s.keyNames(ctx, q.group)
	if err != nil {
		return err
	}
	d := drawing{t: t, now: now, choices: answer.Choices, q: q}
	v.counts, v.trend = answer.Choices.Words(t), d.trendTable(trend)
	if answer.All.Count == 0 {
		return nil
	}
	figure := d.figure(answer.All)
	figure.Href, figure.Chart = q.tickets(), d.chart(trend)
	v.figure = &figure
	v.table = d.groups(answer, names)
	v.files = []ui.Button{
		{Label: t.T("reportpage.csv"), Icon: "download", Href: q.at("/reports/resolution.csv"), Whole: true},
		{Label: t.T("reportpage.xlsx"), Icon: "file-spreadsheet", Href: q.at("/reports/resolution.xlsx"), Whole: true},
	}
	v.late = d.late(answer.Late)
	return nil
}

// reportTickets lists the tickets behind a figure, the slowest first.
func (s *Server) reportTickets(c echo.Context) error {
	ctx, here := c.Request().Context(), c.Request().URL
	t, now := i18n.From(ctx), s.DB.Now(ctx)
	q, wrong, err := inquiryOf(c.QueryParams(), s.today(ctx))
	if err != nil {
		return err
	}
	if len(wrong) > 0 {
		return wrong
	}
	answer, err := s.Reporter.Resolution(ctx, q.question(report.Whole))
	if err != nil {
		return err
	}
	all := answer.Late
	if !q.late {
		if all, err = s.Reporter.Tickets(ctx, q.question(report.Whole)); err != nil {
			return err
		}
	}
	filters, err := s.filterItems(ctx, q)
	if err != nil {
		return err
	}
	d := drawing{t: t, now: now, choices: answer.Choices, q: q}
	v := solvedView{
		over: t.N("reportpage.solved", len(all), "Noun", answer.Choices.Noun(t, len(all)), "When", q.span.words(t, now)),
		back: q.at("/reports", func(q *inquiry) { q.late = false }), counts: answer.Choices.Words(t),
	}
	var page []report.Solved
	page, v.pager = pageOf(all, here)
	v.table = d.solved(page)
	return s.show(c, http.StatusOK, solvedPage(markWay(s.frame(c, d.ticketsTitle(filters)), "/reports"), v))
}

// solvedView is the list behind a figure.
type solvedView struct {
	over, back, counts string
	table              ui.Table
	pager              ui.Pager
}

// today is the day in Paris.
func (s *Server) today(ctx context.Context) calendar.Day {
	return calendar.DayOf(s.DB.Now(ctx).In(s.conf.Zone))
}
