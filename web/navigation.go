package web

import (
	"context"
	"log/slog"
	"net/url"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
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
	counts, err := s.viewCounts(ctx)
	if err != nil {
		slog.WarnContext(ctx, "counts of the views", "error", err)
	}
	var items []ui.NavItem
	for _, v := range views {
		items = append(items, ui.NavItem{Label: t.T("web.view." + v.name), Href: v.href(), Icon: v.icon, Count: counted(t, counts[v.name])})
	}
	return items
}

// viewCounts counts the tickets of the views that say how many they hold.
func (s *Server) viewCounts(ctx context.Context) (map[string]int, error) {
	actor := people.ActorOf(ctx)
	var names []string
	by := map[string]view{}
	for _, v := range views {
		if v.counted {
			name := figureOf(v, actor)
			names, by[name] = append(names, name), v
		}
	}
	counted, err := s.count(ctx, names, func(missing []string) (map[string]int, error) {
		var filters []tickets.Filter
		for _, name := range missing {
			f, err := s.filterOf(ctx, by[name])
			if err != nil {
				return nil, err
			}
			filters = append(filters, f)
		}
		all, err := s.Desk.Counts(ctx, filters...)
		counted := make(map[string]int, len(all))
		for i, n := range all {
			counted[missing[i]] = n
		}
		return counted, err
	})
	counts := make(map[string]int, len(counted))
	for name, n := range counted {
		counts[by[name].name] = n
	}
	return counts, err
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
