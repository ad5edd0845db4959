package web

import (
	"context"
	"net/url"
	"slices"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/tickets/report"
	"amigo/web/ui"
)

// groupOf is by what the table is divided; by service unless the address says.
func groupOf(ask url.Values) (report.Group, error) {
	g := report.Group(ask.Get("group"))
	if g == report.Whole {
		return report.ByService, nil
	}
	if !slices.Contains(report.Groups, g) {
		return g, fault.Because(fault.Invalid, "report.unknown_group")
	}
	return g, nil
}

// groupItems are the ways to divide the table. The months stand beside the curve.
func groupItems(t *i18n.Printer, shown span, current report.Group) []ui.NavItem {
	var items []ui.NavItem
	for _, g := range report.Groups {
		if g != report.ByMonth || g == current {
			items = append(items, ui.NavItem{
				Label: t.T("reportpage.group." + string(g)), Href: "/reports?" + shown.query("group", string(g)).Encode(), Current: g == current,
			})
		}
	}
	return items
}

// keyNames are the words for what the tickets of a group share.
type keyNames struct {
	words map[string]string
	none  string
}

// name is what a key is called; a key that nobody knows any more, itself.
func (n keyNames) name(key string) string {
	if key == "" {
		return n.none
	}
	if word, known := n.words[key]; known {
		return word
	}
	return key
}

// keyNames reads the words for the keys of a group.
func (s *Server) keyNames(ctx context.Context, g report.Group) (keyNames, error) {
	t := i18n.From(ctx)
	n := keyNames{words: map[string]string{}, none: t.T("reportpage.none")}
	switch g {
	case report.ByService:
		services, err := s.Desk.Services(ctx)
		for _, o := range services {
			n.words[o.Slug] = o.Name(t.Lang())
		}
		return n, err
	case report.ByTeam:
		teams, err := s.People.Teams(ctx)
		for _, o := range teams {
			n.words[o.Slug] = o.Name
		}
		return n, err
	case report.BySite:
		sites, err := s.People.Sites(ctx)
		for _, o := range sites {
			n.words[o.Code] = o.Name
		}
		return n, err
	}
	n.words = fixedNames(t, g)
	return n, nil
}

// departements are those of the academy.
var departements = map[string]string{"14": "Calvados", "27": "Eure", "50": "Manche", "61": "Orne", "76": "Seine-Maritime"}

// schoolKinds are the kinds of establishment that the directory knows.
var schoolKinds = []string{"ecole", "college", "lycee", "lycee_pro", "erea", "erpd", "lpa", "lpm", "rectorat", "dsden", "cio"}

// fixedNames are the words for keys that are the same in every installation.
func fixedNames(t *i18n.Printer, g report.Group) map[string]string {
	words := map[string]string{}
	switch g {
	case report.ByCategory:
		for _, category := range categories {
			words[category] = categoryName(t, category)
		}
	case report.ByCause:
		for _, cause := range tickets.Causes {
			words[cause] = t.T(causeKey(cause))
		}
	case report.ByOutcome:
		for _, outcome := range tickets.Outcomes {
			words[outcome] = t.T("web.outcome." + outcome)
		}
	case report.ByPriority:
		for _, p := range tickets.Priorities {
			words[string(p)] = t.T("web.priority." + string(p))
		}
	case report.ByChannel:
		for _, channel := range []people.Channel{people.Web, people.Mail, people.Phone, people.API, people.PublicForm} {
			words[string(channel)] = t.T("web.channel." + string(channel))
		}
	case report.ByDepartement:
		for code, name := range departements {
			words[code] = name + " (" + code + ")"
		}
	case report.ByEstablishments:
		for _, kind := range schoolKinds {
			words[kind] = t.T("reportpage.school." + kind)
		}
	}
	return words
}
