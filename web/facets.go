package web

import (
	"context"
	"net/url"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/web/ui"
)

// facet is one question that narrows the queue, with its answers.
type facet struct {
	name    string
	answers []ui.Option
}

// facets are the ways to narrow the list at an address, each a menu of links;
// applied are those in force, each leading to the list without it.
func (s *Server) facets(ctx context.Context, here *url.URL) (menus []ui.Menu, applied []ui.Button, err error) {
	t := i18n.From(ctx)
	all, err := s.questions(ctx, t)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range all {
		menu := ui.Menu{Label: t.T("web.facet." + f.name), Kind: ui.Text}
		for _, o := range f.answers {
			if here.Query().Get(f.name) == o.Value {
				applied = append(applied, ui.Button{Label: o.Label, Icon: "x", Href: with(here, f.name, ""), Small: true})
				continue
			}
			menu.Items = append(menu.Items, ui.Button{Label: o.Label, Href: with(here, f.name, o.Value)})
		}
		menus = append(menus, menu)
	}
	return menus, applied, nil
}

// questions are the facets of the queue in the order of the page.
func (s *Server) questions(ctx context.Context, t *i18n.Printer) ([]facet, error) {
	services, err := s.Desk.Services(ctx)
	if err != nil {
		return nil, err
	}
	sites, err := s.People.Sites(ctx)
	if err != nil {
		return nil, err
	}
	site := facet{name: "site"}
	for _, o := range sites {
		site.answers = append(site.answers, ui.Option{Value: o.Code, Label: o.Name})
	}
	service := facet{name: "service"}
	for _, o := range services {
		service.answers = append(service.answers, ui.Option{Value: o.Slug, Label: o.Name(t.Lang())})
	}
	return []facet{
		{"status", statusOptions(t)}, {"priority", priorityOptions(t)}, {"type", typeOptions(t)}, {"channel", channelOptions(t)}, site, service,
	}, nil
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
