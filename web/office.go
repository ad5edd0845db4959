package web

import (
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/web/ui"
)

// officeWays are the ways to what goes on around the tickets, by role.
func officeWays(t *i18n.Printer, a people.Actor) []ui.NavItem {
	var items []ui.NavItem
	if a.Is(people.Supervisor) {
		items = append(items, ui.NavItem{Label: t.T("reportpage.nav"), Href: "/reports", Icon: "chart-line"})
	}
	return items
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
