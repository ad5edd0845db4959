package web

import (
	"context"
	"slices"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/web/ui"
)

// lexicon is what the answers to the questions of the queue are called that
// each installation has its own of.
type lexicon struct {
	services []tickets.Service
	sites    []people.Site
	teams    []people.Team
}

func (s *Server) lexicon(ctx context.Context) (v lexicon, err error) {
	if v.services, err = s.Desk.Services(ctx); err != nil {
		return v, err
	}
	if v.sites, err = s.People.Sites(ctx); err != nil {
		return v, err
	}
	v.teams, err = s.People.Teams(ctx)
	return v, err
}

// facet is one thing that the queue can be asked, with the answers that are
// known beforehand.
type facet struct {
	name    string // in an address
	answers []ui.Option
}

// questions are those of the queue, in the order of the page.
func (v lexicon) questions(t *i18n.Printer) []facet {
	team := facet{name: "queue", answers: []ui.Option{{Value: tickets.Me, Label: t.T("queue.mine.team")}}}
	for _, o := range v.teams {
		team.answers = append(team.answers, ui.Option{Value: o.Slug, Label: o.Name})
	}
	assignee := facet{name: "assignee", answers: []ui.Option{
		{Value: tickets.Me, Label: t.T("queue.mine.me")}, {Value: tickets.Nobody, Label: t.T("queue.mine.nobody")},
	}}
	service := facet{name: "service"}
	for _, o := range v.services {
		service.answers = append(service.answers, ui.Option{Value: o.Slug, Label: o.Name(t.Lang())})
	}
	site := facet{name: "site"}
	for _, o := range v.sites {
		site.answers = append(site.answers, ui.Option{Value: o.Code, Label: o.Name})
	}
	category := facet{name: "category"}
	for _, o := range categories {
		category.answers = append(category.answers, ui.Option{Value: o, Label: categoryName(t, o)})
	}
	return []facet{
		{name: "status", answers: statusOptions(t)},
		{name: "priority", answers: priorityOptions(t)},
		{name: "sla", answers: slaOptions(t)},
		{name: "type", answers: typeOptions(t)},
		{name: "channel", answers: channelOptions(t)},
		team, assignee, service, category, site,
	}
}

// label is what an answer is called; one that nobody knows, itself.
func (q facet) label(value string) string {
	if i := slices.IndexFunc(q.answers, func(o ui.Option) bool { return o.Value == value }); i >= 0 {
		return q.answers[i].Label
	}
	return value
}

// cells are what stands of a ticket in the columns that are not usual.
func (v lexicon) cells(tell teller, t tickets.Ticket) map[string]string {
	cells := map[string]string{
		"status": tell.t.T("ui.status." + string(t.Status)), "priority": tell.t.T("web.priority." + string(t.Priority)), "category": categoryName(tell.t, t.Category),
		"created": tell.t.Short(t.CreatedAt, tell.now), "updated": tell.t.Short(t.UpdatedAt, tell.now),
	}
	if i := slices.IndexFunc(v.services, func(o tickets.Service) bool { return o.Slug == t.Service }); i >= 0 {
		cells["service"] = v.services[i].Name(tell.t.Lang())
	}
	if i := slices.IndexFunc(v.sites, func(o people.Site) bool { return o.Code == t.Site }); i >= 0 {
		cells["site"] = v.sites[i].Name
	}
	if i := slices.IndexFunc(v.teams, func(o people.Team) bool { return o.ID == t.Team }); i >= 0 {
		cells["team"] = v.teams[i].Name
	}
	return cells
}

func statusOptions(t *i18n.Printer) (options []ui.Option) {
	for _, status := range tickets.Statuses {
		options = append(options, ui.Option{Value: string(status), Label: t.T("ui.status." + string(status))})
	}
	return options
}

func priorityOptions(t *i18n.Printer) (options []ui.Option) {
	for _, p := range tickets.Priorities {
		options = append(options, ui.Option{Value: string(p), Label: t.T("web.priority." + string(p))})
	}
	return options
}

func typeOptions(t *i18n.Printer) (options []ui.Option) {
	for _, kind := range tickets.Types {
		options = append(options, ui.Option{Value: string(kind), Label: t.T("web.type." + string(kind))})
	}
	return options
}

func channelOptions(t *i18n.Printer) (options []ui.Option) {
	for _, channel := range []people.Channel{people.Web, people.Mail, people.Phone, people.API, people.PublicForm} {
		options = append(options, ui.Option{Value: string(channel), Label: t.T("web.channel." + string(channel))})
	}
	return options
}

func slaOptions(t *i18n.Printer) (options []ui.Option) {
	for _, state := range tickets.SLAStates {
		options = append(options, ui.Option{Value: string(state), Label: t.T("queue.sla." + string(state))})
	}
	return options
}
