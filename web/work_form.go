package web

import (
	"context"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/web/ui"
)

// solveForm asks how a ticket ended.
type solveForm struct {
	solution, outcome, cause, files ui.Field
	outcomes, causes                []ui.Option
}

func newSolveForm(ctx context.Context, d draft) *solveForm {
	t := i18n.From(ctx)
	f := &solveForm{
		solution: ui.Field{Name: "solution", Label: t.T("web.solve.solution"), Hint: t.T("web.solve.solution_hint"), Value: d.body, Rows: 5, Autofocus: true, Error: d.says(ctx, "solution")},
		outcome:  ui.Field{Name: "outcome", Label: t.T("web.solve.outcome"), Value: d.outcome, Error: d.says(ctx, "outcome")},
		cause:    ui.Field{Name: "cause", Label: t.T("web.solve.cause"), Value: d.cause, Optional: true, Error: d.says(ctx, "cause")},
		files:    ui.Field{Name: "files", Label: t.T("web.ask.files"), Optional: true, Error: d.says(ctx, "files")},
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

// classifyForm asks what sort of ticket it is and who works on it.
type classifyForm struct {
	assignee, team, priority, kind, service       ui.Field
	assignees, teams, priorities, kinds, services []ui.Option
}

func (f *classifyForm) fields() []ui.Field {
	return []ui.Field{f.assignee, f.team, f.priority, f.kind, f.service}
}

func (s *Server) classifyForm(ctx context.Context, ticket tickets.Ticket, d draft) (*classifyForm, error) {
	t := i18n.From(ctx)
	field := func(name, now string, optional bool) ui.Field {
		return ui.Field{Name: name, Label: t.T("web.field." + name), Value: d.chosen(name, now), Optional: optional, Error: d.says(ctx, name)}
	}
	f := &classifyForm{
		assignee:   field("assignee", number(ticket.Assignee), true),
		team:       field("team", number(ticket.Team), false),
		priority:   field("priority", string(ticket.Priority), false),
		kind:       field("type", string(ticket.Type), false),
		service:    field("service", ticket.Service, true),
		priorities: priorityOptions(t), kinds: typeOptions(t),
	}
	f.assignee.Autofocus = true
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

// causeKey is the sentence of a cause. "other" is a word of the catalogues.
func causeKey(cause string) string {
	if cause == "other" {
		cause = "unknown"
	}
	return "web.cause." + cause
}
