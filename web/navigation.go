package web

import (
	"context"
	"log/slog"
	"net/url"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/web/ui"
)

// publicWays are the ways on for who is not signed in.
func publicWays(t *i18n.Printer) []ui.NavItem {
	return []ui.NavItem{
		{Label: t.T("web.nav.help"), Href: "/aide", Icon: "life-buoy"},
	}
}

// ways is the navigation by role: the tickets first, with their counts, then
// everything else that the actor may open.
func (s *Server) ways(ctx context.Context, t *i18n.Printer, a people.Actor) []ui.NavGroup {
	if !a.Is(people.Technician) {
		return []ui.NavGroup{{Items: []ui.NavItem{
			{Label: t.T("web.nav.my_requests"), Href: "/tickets", Icon: "list"},
			{Label: t.T("web.nav.ask"), Href: "/tickets/new", Icon: "plus"},
		}}}
	}
	groups := []ui.NavGroup{{Items: s.viewWays(ctx, t)}}
	more := []ui.NavItem{{Label: t.T("web.nav.help"), Href: "/aide", Icon: "life-buoy"}}
	return append(groups, ui.NavGroup{Items: append(more, s.officeWays(ctx, t, a)...)})
}

// viewWays are the views of the queue, each with how many tickets it holds.
func (s *Server) viewWays(ctx context.Context, t *i18n.Printer) []ui.NavItem {
	var items []ui.NavItem
	for _, v := range views {
		item := ui.NavItem{Label: t.T("web.view." + v.name), Href: v.href(), Icon: v.icon}
		if v.counted {
			item.Count = s.viewCount(ctx, t, v)
		}
		items = append(items, item)
	}
	return items
}

// viewCount writes out how many tickets a view holds; nothing for none.
func (s *Server) viewCount(ctx context.Context, t *i18n.Printer, v view) string {
	f, err := s.filterOf(ctx, v)
	if err == nil {
		var n int
		if n, err = s.Desk.Count(ctx, f); err == nil {
			return counted(t, n)
		}
	}
	slog.WarnContext(ctx, "count of a view", "view", v.name, "error", err)
	return ""
}

// marked marks the entry of the navigation at which the reader is: the one
// with the same path and view.
func marked(page ui.Page, here *url.URL) ui.Page {
	for _, group := range page.Nav {
		for i := range group.Items {
			item := &group.Items[i]
			there, err := url.Parse(item.Href)
			item.Current = err == nil && there.Path == here.Path && there.Query().Get("view") == here.Query().Get("view")
		}
	}
	return page
}
