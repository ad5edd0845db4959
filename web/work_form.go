package web

import (
	"context"
	"errors"
	"net/url"
	"slices"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/web/ui"
)

// solveForm asks how a ticket ended.
type solveForm struct {
	solution, outcome, cause, files ui.Field
	outcomes, causes                []ui.Option
	seen                            map[string]string // the newest message that stands above it
	state                           keptView
}

func newSolveForm(ctx context.Context, d draft) *solveForm {
	t := i18n.From(ctx)
	f := &solveForm{
		solution: ui.Field{Name: "solution", Label: t.T("web.solve.solution"), Hint: t.T("web.solve.solution_hint"), Value: d.body, Rows: 5, Autofocus: true, Error: d.says(ctx, "solution"), Attrs: map[string]any{"data-send": true}},
		outcome:  ui.Field{Name: "outcome", Label: t.T("web.solve.outcome"), Value: d.outcome, Error: d.says(ctx, "outcome")},
		cause:    ui.Field{Name: "cause", Label: t.T("web.solve.cause"), Value: d.cause, Optional: true, Error: d.says(ctx, "cause")},
		files:    ui.Field{Name: "files", Label: t.T("web.ask.files"), Hint: limitsOf(t), Optional: true, Error: d.says(ctx, "files")},
	}
	for _, o := range tickets.Outcomes {
		f.outcomes = append(f.outcomes, ui.Option{Value: o, Label: t.T("web.outcome." + o)})
	}
	for _, c := range tickets.Causes {
		f.causes = append(f.causes, ui.Option{Value: c, Label: t.T(causeKey(c))})
	}
	return f
}

// fields are those of the form, for the list of what is wrong.
func (f *solveForm) fields() []ui.Field {
	return []ui.Field{f.solution, f.outcome, f.cause, f.files}
}

// classifyForm asks what a ticket is about, whose it is, and who works on it. Each
// field says what it was drawn with, so that only what somebody has touched is
// changed, and nothing of what a colleague has changed meanwhile is undone.
type classifyForm struct {
	subject, requester, establishment, kind, category, service ui.Field
	assignee, team, impact, urgency, priority                  ui.Field

	kinds, categories, services, assignees, teams, impacts, urgencies, priorities []ui.Option

	places []ui.Option // offered as the establishment
	asker  ui.Person   // who is the requester, or was chosen to be
	chosen string      // their number
	found  []candidate // who may have been meant
	was    url.Values  // what the fields say now
}

func (f *classifyForm) fields() []ui.Field {
	return []ui.Field{f.subject, f.requester, f.establishment, f.kind, f.category, f.service, f.assignee, f.team, f.impact, f.urgency, f.priority}
}

// classifiedFields are the fields that say what they were drawn with.
var classifiedFields = []string{
	"subject", "requester", "establishment", "type", "category", "service", "assignee", "team", "impact", "urgency", "priority",
}

// classified are the fields of a ticket as the form that classifies shows them.
func classified(t tickets.Ticket) url.Values {
	now := map[string]string{
		"subject": t.Subject, "requester": number(t.Requester), "establishment": t.Establishment, "type": string(t.Type),
		"category": t.Category, "service": t.Service, "assignee": number(t.Assignee), "team": number(t.Team),
		"impact": string(t.Impact), "urgency": string(t.Urgency), "priority": string(t.Priority),
	}
	if t.Assignee == 0 {
		now["assignee"] = ""
	}
	if t.Impact != "" {
		now["priority"] = "" // it follows from the two
	}
	values := url.Values{}
	for name, value := range now {
		values[name] = []string{value}
	}
	return values
}

func (s *Server) classifyForm(ctx context.Context, l timeline, d draft) (f *classifyForm, err error) {
	t := i18n.From(ctx)
	f = &classifyForm{was: classified(l.ticket)}
	held := f.was
	if d.change != nil {
		held = d.change.over(f.was)
	}
	field := func(name string, optional bool, wrong ...string) ui.Field {
		return ui.Field{
			Name: name, Label: t.T("facts.field." + name), Value: held.Get(name), Optional: optional,
			Error: d.says(ctx, append(wrong, name)...),
		}
	}
	f.subject, f.kind, f.team = field("subject", false), field("type", false), field("team", false)
	f.category, f.service, f.assignee = field("category", true), field("service", true), field("assignee", true)
	f.impact, f.urgency, f.priority = field("impact", true), field("urgency", true), field("priority", true)
	f.establishment, f.requester = field("establishment", true), field("requester", true, "who", "colleague")
	f.subject.MaxLength, f.subject.Autofocus, f.assignee.Autofocus = tickets.MaxSubject, d.do != doAssign, d.do == doAssign
	f.establishment.Hint, f.establishment.Autocomplete = t.T("facts.form.establishment_hint"), "off"
	f.establishment.Attrs = map[string]any{"list": "places-known"}
	f.priority.None, f.impact.None, f.urgency.None = t.T("facts.form.computed"), t.T("facts.form.unsaid"), t.T("facts.form.unsaid")
	f.priority.Hint = t.T("facts.form.priority_hint")
	f.assignee.None = t.T("ui.queue.free")
	if err := s.askerField(ctx, f, held, d); err != nil {
		return nil, err
	}
	f.kinds, f.priorities = typeOptions(t), priorityOptions(t)
	f.impacts, f.urgencies, f.categories = impactOptions(t), urgencyOptions(t), categoryOptions(t, held.Get("category"))
	staff, err := s.People.Staff(ctx, people.Technician, 0)
	if err != nil {
		return nil, err
	}
	for _, p := range staff {
		f.assignees = append(f.assignees, ui.Option{Value: number(p.ID), Label: p.Name})
	}
	if f.teams, err = s.teamOptions(ctx); err != nil {
		return nil, err
	}
	f.services, err = s.serviceOptions(ctx, t)
	return f, err
}

// askerField asks whose ticket it is: somebody else is found by their name.
func (s *Server) askerField(ctx context.Context, f *classifyForm, held url.Values, d draft) error {
	t := i18n.From(ctx)
	f.chosen, f.found = held.Get("requester"), candidates(d.found)
	who, err := s.People.Get(ctx, people.ID((&form{Values: held}).number("requester")))
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	f.asker = chip(who)
	for _, e := range who.Establishments {
		f.places = append(f.places, ui.Option{Value: e.UAI, Label: placeName(e)})
	}
	f.requester.Name, f.requester.ID, f.requester.Value = "colleague", "new-requester", held.Get("colleague")
	f.requester.Label, f.requester.Hint, f.requester.Autocomplete = t.T("facts.form.requester"), t.T("facts.form.requester_hint"), "off"
	f.requester.Attrs = map[string]any{
		"hx-get": "/tickets/new/people", "hx-trigger": "input changed delay:200ms", "hx-target": "#people-found", "hx-swap": "innerHTML",
	}
	return nil
}

func impactOptions(t *i18n.Printer) (all []ui.Option) {
	for _, i := range tickets.Impacts {
		all = append(all, ui.Option{Value: string(i), Label: impactName(t, i)})
	}
	return all
}

// impactName says whom a ticket hits. The words of the impacts themselves cannot be
// keys of the catalogue, where they are forms of the plural.
func impactName(t *i18n.Printer, i tickets.Impact) string {
	switch i {
	case tickets.HitsOne:
		return t.T("facts.impact.person")
	case tickets.HitsSome:
		return t.T("facts.impact.group")
	}
	return t.T("facts.impact.everybody")
}

func urgencyOptions(t *i18n.Printer) (all []ui.Option) {
	for _, u := range tickets.Urgencies {
		all = append(all, ui.Option{Value: string(u), Label: t.T("facts.urgency." + string(u))})
	}
	return all
}

// categoryOptions are our categories, and the one that a ticket has.
func categoryOptions(t *i18n.Printer, now string) (all []ui.Option) {
	for _, c := range categories {
		all = append(all, ui.Option{Value: c, Label: categoryName(t, c)})
	}
	if now != "" && !slices.Contains(categories, now) {
		all = append(all, ui.Option{Value: now, Label: now})
	}
	return all
}

// weighed says where a priority comes from; nothing of the one that every ticket
// begins with.
func weighed(t *i18n.Printer, ticket tickets.Ticket) string {
	switch {
	case ticket.Impact == "" && ticket.Priority == tickets.Normal:
		return ""
	case ticket.Impact == "":
		return t.T("facts.priority.chosen")
	}
	return t.T("facts.priority.weighed",
		"Impact", impactName(t, ticket.Impact), "Urgency", t.T("facts.urgency."+string(ticket.Urgency)))
}

// causeKey is the sentence of a cause. "other" is a word of the catalogues.
func causeKey(cause string) string {
	if cause == "other" {
		cause = "unknown"
	}
	return "web.cause." + cause
}
