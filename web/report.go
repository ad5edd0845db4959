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
	spans    []ui.NavItem // the periods that one may choose
	days     spanForm
	figure   *ui.Figure // nil: nothing was solved
	trend    ui.Table   // the figures behind the curve
	groups   []ui.NavItem
	table    ui.Table
	download string
}

// reports shows the one number that supervisors are held to, how it came
// about, and by what it may be divided.
func (s *Server) reports(c echo.Context) error {
	ctx, ask := c.Request().Context(), c.QueryParams()
	t := i18n.From(ctx)
	group, err := groupOf(ask)
	if err != nil {
		return err
	}
	span, wrong := spanOf(ask, s.today(ctx))
	v := reportView{spans: spanItems(t, c.Request().URL, span), groups: groupItems(t, span, group)}
	status := http.StatusOK
	if len(wrong) == 0 {
		err := s.figures(ctx, &v, span, group, ask.Get("sort"))
		if wrong = fault.FieldsOf(err); err != nil && wrong == nil {
			return err
		}
	}
	if len(wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	v.days = newSpanForm(t, ask, span, wrong)
	return s.show(c, status, reportPage(s.frame(c, t.T("reportpage.title")), v))
}

// figures fills in what was measured.
func (s *Server) figures(ctx context.Context, v *reportView, span span, group report.Group, sort string) error {
	t, now := i18n.From(ctx), s.DB.Now(ctx)
	whole, err := s.Reporter.Resolution(ctx, report.Question{From: span.from, To: span.to})
	if err != nil {
		return err
	}
	months, err := s.Reporter.Resolution(ctx, report.Question{From: monthsBefore(span.to, trendMonths-1), To: endOfMonth(span.to), Group: report.ByMonth})
	if err != nil {
		return err
	}
	trend := trendOf(months, span.to)
	v.trend = trendTable(t, trend, now)
	all := whole.Rows[0]
	if all.Count == 0 {
		return nil
	}
	divided, err := s.Reporter.Resolution(ctx, report.Question{From: span.from, To: span.to, Group: group})
	if err != nil {
		return err
	}
	names, err := s.keyNames(ctx, group)
	if err != nil {
		return err
	}
	figure := figureOf(t, all, span.words(t, now))
	figure.Href, figure.Chart = ticketsHref(span, report.Whole, ""), trendChart(t, trend, now)
	v.figure = &figure
	v.download = "/reports/resolution.csv?" + span.query("group", string(group)).Encode()
	v.table = groupTable{t, span, group, names, sortNamed(sort)}.of(divided.Rows, all)
	return nil
}

// reportTickets lists the tickets behind a figure, the slowest first.
func (s *Server) reportTickets(c echo.Context) error {
	ctx, ask := c.Request().Context(), c.QueryParams()
	t, now := i18n.From(ctx), s.DB.Now(ctx)
	span, wrong := spanOf(ask, s.today(ctx))
	if len(wrong) > 0 {
		return wrong
	}
	group := report.Group(ask.Get("group"))
	all, err := s.Reporter.Tickets(ctx, report.Question{From: span.from, To: span.to, Group: group}, ask.Get("key"))
	if err != nil {
		return err
	}
	names, err := s.keyNames(ctx, group)
	if err != nil {
		return err
	}
	v := solvedView{
		over: t.N("reportpage.solved", len(all), "When", span.words(t, now)),
		back: "/reports?" + span.query("group", string(group)).Encode(),
	}
	var page []report.Solved
	page, v.pager = pageOf(all, c.Request().URL)
	v.table = solvedTable(t, page, now)
	title := t.T("reportpage.everything")
	if group != report.Whole {
		title = names.name(ask.Get("key"))
	}
	return s.show(c, http.StatusOK, solvedPage(markWay(s.frame(c, title), "/reports"), v))
}

// solvedView is the list behind a figure.
type solvedView struct {
	over, back string
	table      ui.Table
	pager      ui.Pager
}

// today is the day in Paris.
func (s *Server) today(ctx context.Context) calendar.Day {
	return calendar.DayOf(s.DB.Now(ctx).In(s.conf.Zone))
}
