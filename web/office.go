package web

import (
	"context"
	"log/slog"
	"strconv"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/web/ui"
)

// officeWays are the ways to what goes on around the tickets, by role.
func (s *Server) officeWays(ctx context.Context, t *i18n.Printer, a people.Actor) []ui.NavItem {
	items := append(s.deskWays(ctx, t, a), ui.NavItem{Label: t.T("admin.mail.title"), Href: "/admin/mail", Icon: "mail", Count: s.undecided(ctx, t)})
	items = append(items, ui.NavItem{Label: t.T("policypage.absence.title"), Href: "/admin/absences", Icon: "calendar-clock"})
	if a.Is(people.Supervisor) {
		items = append(items, ui.NavItem{Label: t.T("policypage.nav"), Href: "/admin/policies", Icon: "check-check"})
		items = append(items, ui.NavItem{Label: t.T("policypage.delays.title"), Href: "/admin/delays", Icon: "bell"})
		items = append(items, ui.NavItem{Label: t.T("reportpage.nav"), Href: "/reports", Icon: "chart-line"})
		items = append(items, ui.NavItem{Label: t.T("calendarpage.title"), Href: "/admin/calendars", Icon: "calendar"})
	}
	if a.Is(people.Administrator) {
		items = append(items, ui.NavItem{Label: t.T("admin.title"), Href: "/admin", Icon: "settings"})
	}
	return items
}

// undecided writes out how many messages wait for a decision; nothing for none.
func (s *Server) undecided(ctx context.Context, t *i18n.Printer) string {
	const name = "undecided"
	counts, err := s.count(ctx, []string{name}, func([]string) (map[string]tickets.Size, error) {
		n, err := s.Intake.Undecided(ctx)
		return map[string]tickets.Size{name: {N: n}}, err
	})
	if err != nil {
		slog.WarnContext(ctx, "count of the mail", "error", err)
		return ""
	}
	return sized(t, counts[name])
}

// markWay marks an entry of the navigation, for the pages below it.
func markWay(page ui.Page, href string) ui.Page {
	for _, group := range page.Nav {
		for i := range group.Items {
			if group.Items[i].Href == href {
				group.Items[i].Current = true
			}
		}
	}
	return page
}

// numbered is the thing that the address names by its number.
func numbered(c echo.Context) (int64, error) {
	n, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || n < 1 {
		return 0, fault.NotFound
	}
	return n, nil
}

// before is the number before which a page of a list begins; 0 is its beginning.
func before(c echo.Context) int64 {
	n, err := strconv.ParseInt(c.QueryParam("before"), 10, 64)
	if err != nil || n < 1 {
		return 0
	}
	return n
}

// perPage is how much a page of a list of the office shows.
const perPage = 50

// rest cuts one too many off a list, and says from where it goes on: before the
// number of what is shown last.
func rest[T any](all []T, id func(T) int64) ([]T, string) {
	if len(all) <= perPage {
		return all, ""
	}
	return all[:perPage], strconv.FormatInt(id(all[perPage-1]), 10)
}

// listPager leads to the rest of a list, and back to its beginning.
func listPager(c echo.Context, next string) ui.Pager {
	var p ui.Pager
	here := c.Request().URL
	if before(c) > 0 {
		p.Earlier = with(here, "before", "")
	}
	if next != "" {
		p.Later = with(here, "before", next)
	}
	return p
}
