package web

import (
	"context"
	"slices"
	"time"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/tickets/report"
	"amigo/web/ui"
)

// keyNames are the words for what the tickets of a group share.
type keyNames struct {
	words map[string]string
	word  func(key string) string // of keys without end; nil: those above are all
	none  string
}

// name is what a key is called; a key that nobody knows any more, itself.
func (n keyNames) name(key string) string {
	if key == "" {
		return n.none
	}
	if n.word != nil {
		return n.word(key)
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
	case report.ByPeriod:
		n.none = t.T("reportpage.no_period")
		return n, nil
	case report.ByMonth:
		n.word = func(key string) string { return monthName(t, key, s.DB.Now(ctx)) }
		return n, nil
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

// monthName is what people call a month: "2026-11" is "novembre".
func monthName(t *i18n.Printer, key string, now time.Time) string {
	month, err := time.Parse("2006-01", key)
	if err != nil {
		return key
	}
	return t.Month(month.AddDate(0, 0, 14), now)
}

// filterItems are the filters in force, each leading to the report without it.
func (s *Server) filterItems(ctx context.Context, q inquiry) ([]ui.NavItem, error) {
	t := i18n.From(ctx)
	var items []ui.NavItem
	for i, f := range q.where {
		names, err := s.keyNames(ctx, f.Group)
		if err != nil {
			return nil, err
		}
		items = append(items, ui.NavItem{
			Label: t.T("reportpage.filter", "Group", t.T("reportpage.group."+string(f.Group)), "Name", names.name(f.Key)),
			Href:  q.at("/reports", func(q *inquiry) { q.where = slices.Delete(q.where, i, i+1) }),
		})
	}
	return items, nil
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
