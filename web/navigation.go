package web

import (
	"context"
	"log/slog"
	"net/url"
	"slices"

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
			{Label: t.T("find.title"), Href: "/search", Icon: "search"},
		}}}
	}
	groups := s.viewWays(ctx, t)
	more := []ui.NavItem{
		{Label: t.T("find.title"), Href: "/search", Icon: "search"},
		{Label: t.T("web.nav.help"), Href: "/aide", Icon: "life-buoy"},
	}
	return keyed(append(groups, ui.NavGroup{Items: append(more, s.officeWays(ctx, t, a)...)}))
}

// mostSaved is how many saved views stand in the navigation; the page of views
// has them all.
const mostSaved = 10

// viewWays are the views of the queue, each with how many tickets it holds: those
// that everybody has, then the saved ones.
func (s *Server) viewWays(ctx context.Context, t *i18n.Printer) []ui.NavGroup {
	kept, err := s.savedViews(ctx)
	if err != nil {
		slog.WarnContext(ctx, "saved views", "error", err)
	}
	kept = kept[:min(len(kept), mostSaved)]
	sizes, err := s.viewSizes(ctx, slices.Concat(views, kept))
	if err != nil {
		slog.WarnContext(ctx, "counts of the views", "error", err)
	}
	items := func(all []view) (items []ui.NavItem) {
		for _, v := range all {
			items = append(items, ui.NavItem{Label: v.title(t), Href: v.href(), Icon: v.icon, Count: sized(t, sizes[v.name])})
		}
		return items
	}
	groups := []ui.NavGroup{{Items: items(views)}}
	if len(kept) > 0 {
		groups = append(groups, ui.NavGroup{Label: t.T("queue.view.saved"), Items: items(kept)})
	}
	return groups
}

// viewSizes counts the tickets of the views that say how many they hold.
func (s *Server) viewSizes(ctx context.Context, all []view) (map[string]tickets.Size, error) {
	actor := people.ActorOf(ctx)
	var names []string
	by := map[string][]view{} // two views may ask the same
	for _, v := range all {
		if name := figureOf(v, actor); v.counted {
			if by[name] == nil {
				names = append(names, name)
			}
			by[name] = append(by[name], v)
		}
	}
	counted, err := s.count(ctx, names, func(missing []string) (map[string]tickets.Size, error) {
		var filters []tickets.Filter
		for _, name := range missing {
			filters = append(filters, by[name][0].filter)
		}
		sizes, err := s.Desk.Tally(ctx, filters...)
		counted := make(map[string]tickets.Size, len(sizes))
		for i, n := range sizes {
			counted[missing[i]] = n
		}
		return counted, err
	})
	sizes := make(map[string]tickets.Size, len(counted))
	for name, n := range counted {
		for _, v := range by[name] {
			sizes[v.name] = n
		}
	}
	return sizes, err
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
