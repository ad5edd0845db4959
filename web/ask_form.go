package web

import (
	"context"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/web/ui"
)

// askView is the form for a new ticket, ready to be drawn.
type askView struct {
	staff     bool
	csrf      string
	once      string
	requester string     // the one who was chosen, to be sent along
	chosen    *ui.Person // and shown
	found     []candidate

	colleague, place, kind, subject, body                ui.Field
	service, priority, channel, team, files              ui.Field
	places, kinds, services, priorities, channels, teams []ui.Option
	state                                                keptView
}

// keptFile is a file that was sent before and waits for the form to be accepted.
type keptFile struct {
	id   string
	file ui.File
}

func keptFiles(kept []tickets.Attachment) []keptFile {
	all := make([]keptFile, 0, len(kept))
	for _, a := range kept {
		all = append(all, keptFile{id: number(a.ID), file: fileOf(a)})
	}
	return all
}

// showAsk shows the form as it is filled, with what is wrong beside each field.
func (s *Server) showAsk(c echo.Context, status int, a ask, wrong fault.Fields, found []people.Person) error {
	ctx := c.Request().Context()
	t, actor := i18n.From(ctx), people.ActorOf(ctx)
	v := askView{
		staff: actor.Is(people.Technician), csrf: s.csrf(ctx), once: a.once,
		requester: number(a.requester), found: candidates(found),
	}
	v.state = keptView{form: "ask", version: a.saved, kept: keptFiles(a.kept), aside: a.aside}
	asker, err := s.asker(ctx, &a, &v)
	if err != nil {
		return err
	}
	says := func(field string) string {
		if m, ok := wrong[field]; ok {
			return t.Say(m)
		}
		return ""
	}
	v.places = placeOptions(asker)
	if a.establishment == "" && len(v.places) > 0 {
		a.establishment = v.places[0].Value // the main one
	}
	v.fill(t, a, says)
	v.kinds, v.priorities = plainKinds(t), plainPriorities(t)
	if v.services, err = s.serviceOptions(ctx, t); err != nil {
		return err
	}
	if v.staff {
		v.kinds, v.priorities, v.channels = typeOptions(t), priorityOptions(t), channelOptions(t)[:3]
		if v.teams, err = s.teamOptions(ctx); err != nil {
			return err
		}
	}
	title := t.T("web.ask.title")
	if v.staff {
		title = t.T("web.nav.new_ticket")
	}
	return s.show(c, status, askPage(s.frame(c, title), v))
}

// asker is the person for whom the form is: the chosen one, else whoever fills
// it, unless that is staff, who always ask for somebody.
func (s *Server) asker(ctx context.Context, a *ask, v *askView) (people.Person, error) {
	id := a.requester
	if id == 0 {
		if v.staff {
			return people.Person{}, nil
		}
		id = people.ActorOf(ctx).Person
	}
	found, err := s.People.GetMany(ctx, []people.ID{id})
	if err != nil {
		return people.Person{}, err
	}
	p := found[id]
	if a.requester != 0 && p.Kind == people.Member || v.staff && p.ID != 0 {
		chosen := chip(p)
		v.chosen = &chosen
	} else if a.requester != 0 {
		// A number that was made up: nobody is chosen.
		a.requester, v.requester = 0, ""
		return s.asker(ctx, a, v)
	}
	return p, nil
}

// fill writes the fields.
func (v *askView) fill(t *i18n.Printer, a ask, says func(string) string) {
	field := func(name, key, value string, errors ...string) ui.Field {
		f := ui.Field{Name: name, Label: t.T("web.ask." + key), Value: value}
		for _, e := range append([]string{name}, errors...) {
			if f.Error == "" {
				f.Error = says(e)
			}
		}
		return f
	}
	v.colleague = field("colleague", "colleague", a.sought, "requester")
	v.colleague.Hint, v.colleague.Optional = t.T("web.ask.colleague_hint"), !v.staff
	v.colleague.Autocomplete = "off"
	v.colleague.Attrs = map[string]any{
		"hx-get": "/tickets/new/people", "hx-trigger": "input changed delay:200ms", "hx-target": "#people-found", "hx-swap": "innerHTML",
	}
	v.place = field("establishment", "place", a.establishment)
	v.kind = field("type", "kind", string(a.kind))
	v.subject = field("subject", "subject", a.subject)
	v.subject.Hint, v.subject.MaxLength = t.T("web.ask.subject_hint"), tickets.MaxSubject
	v.body = field("body", "body", a.body)
	v.body.Hint, v.body.Rows = t.T("web.ask.body_hint"), 7
	v.service = field("service", "service", a.service, "category")
	v.service.Optional, v.service.Hint = true, t.T("web.ask.service_hint")
	v.priority = field("priority", "priority", string(a.priority))
	v.files = field("files", "files", "", "file")
	v.files.Optional = true
	v.files.Hint = t.T("web.ask.files_hint", "Max", tickets.MaxFile>>20, "Files", tickets.MaxFiles, "Total", tickets.MaxMessageSize>>20)
	if v.staff {
		v.fillStaff(t, a, field)
	}
}

// fillStaff writes what technicians are asked beside, in their own words.
func (v *askView) fillStaff(t *i18n.Printer, a ask, field func(name, key, value string, errors ...string) ui.Field) {
	v.colleague.Label, v.colleague.Hint, v.colleague.Autofocus = t.T("web.ticket.asker"), t.T("web.ask.asker_hint"), v.chosen == nil
	v.kind.Label, v.priority.Label, v.service.Hint = t.T("web.field.type"), t.T("web.field.priority"), ""
	v.body.Hint = ""
	v.channel = field("channel", "channel", string(a.channel))
	v.team = field("team", "team", number(a.team))
	v.team.Optional = true
}

// fields are those of the form, in its order: for the list of what is wrong.
func (v *askView) fields() []ui.Field {
	return []ui.Field{v.colleague, v.place, v.channel, v.kind, v.subject, v.body, v.files, v.service, v.priority, v.team}
}

// placeOptions are the establishments of somebody, the main one first.
func placeOptions(p people.Person) (options []ui.Option) {
	for _, e := range p.Establishments {
		options = append(options, ui.Option{Value: e.UAI, Label: placeName(e)})
	}
	return options
}

// plainKinds and plainPriorities ask in the words of those who ask.
func plainKinds(t *i18n.Printer) []ui.Option {
	return []ui.Option{
		{Value: string(tickets.Incident), Label: t.T("web.ask.incident"), Hint: t.T("web.ask.incident_hint")},
		{Value: string(tickets.Request), Label: t.T("web.ask.request"), Hint: t.T("web.ask.request_hint")},
	}
}

func plainPriorities(t *i18n.Printer) []ui.Option {
	return []ui.Option{
		{Value: string(tickets.Normal), Label: t.T("web.ask.normal")},
		{Value: string(tickets.High), Label: t.T("web.ask.high")},
		{Value: string(tickets.Low), Label: t.T("web.ask.low")},
	}
}

// serviceOptions are the services, under their categories.
func (s *Server) serviceOptions(ctx context.Context, t *i18n.Printer) ([]ui.Option, error) {
	services, err := s.Desk.Services(ctx)
	if err != nil {
		return nil, err
	}
	options := make([]ui.Option, 0, len(services))
	for _, o := range services {
		options = append(options, ui.Option{Value: o.Slug, Label: o.Name(t.Lang())})
	}
	return options, nil
}

func (s *Server) teamOptions(ctx context.Context) ([]ui.Option, error) {
	teams, err := s.People.Teams(ctx)
	if err != nil {
		return nil, err
	}
	options := make([]ui.Option, 0, len(teams))
	for _, o := range teams {
		options = append(options, ui.Option{Value: number(o.ID), Label: o.Name})
	}
	return options, nil
}
