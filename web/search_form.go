package web

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/web/ui"
)

// findFields are the questions beside the box, filled as the address says: where
// a ticket stands and since when, and for staff what it is about and from where.
func (s *Server) findFields(ctx context.Context, asked url.Values) ([]findField, error) {
	t, staff := i18n.From(ctx), people.ActorOf(ctx).Is(people.Technician)
	fields := []findField{
		findSelect(t, asked, "status", statusChoices(t, staff)),
		findSelect(t, asked, "created_from", sinceChoices(t)),
	}
	if !staff {
		return fields, nil
	}
	fields[1].Label = t.T(findWord(staff, "created_from"))
	services, err := s.Desk.Services(ctx)
	if err != nil {
		return nil, err
	}
	sites, err := s.People.Sites(ctx)
	if err != nil {
		return nil, err
	}
	var about, from []ui.Option
	for _, o := range services {
		about = append(about, ui.Option{Value: o.Slug, Label: o.Name(t.Lang())})
	}
	for _, o := range sites {
		from = append(from, ui.Option{Value: o.Code, Label: o.Name})
	}
	return append(fields, findSelect(t, asked, "service", about), findSelect(t, asked, "site", from)), nil
}

// findSelect is one question; an answer that is none of ours, from a link, stays
// as it is.
func findSelect(t *i18n.Printer, asked url.Values, name string, options []ui.Option) findField {
	value := strings.Join(asked[name], ",")
	if value != "" && !slices.ContainsFunc(options, func(o ui.Option) bool { return o.Value == value }) {
		options = append(options, ui.Option{Value: value, Label: value})
	}
	return findField{ui.Field{
		Name: name, ID: "find-" + name, Label: t.T("find.field." + name), None: t.T("find.any." + name), Value: value, Optional: true, Tacit: true,
	}, options}
}

// statusChoices are what goes on, what is over, and each status by itself.
func statusChoices(t *i18n.Printer, staff bool) []ui.Option {
	join := func(over bool) string {
		var all []string
		for _, status := range tickets.Statuses {
			if status.Over() == over {
				all = append(all, string(status))
			}
		}
		return strings.Join(all, ",")
	}
	return append([]ui.Option{
		{Value: join(false), Label: t.T("find.alive")}, {Value: join(true), Label: t.T(findWord(staff, "over"))},
	}, statusOptions(t)...)
}

// findWord is the key of a word of the search: what requesters call requests,
// staff call tickets.
func findWord(staff bool, name string) string {
	if staff {
		return "find.desk." + name
	}
	return "find." + name
}

// sinceChoices are how long ago a ticket was opened at most.
func sinceChoices(t *i18n.Printer) (options []ui.Option) {
	for _, since := range []string{"-7d", "-30d", "-365d"} {
		options = append(options, ui.Option{Value: since, Label: t.T("find.since." + strings.Trim(since, "-d"))})
	}
	return options
}

// keptOf are the values of a filter that the form has no field for.
func keptOf(f tickets.Filter, fields []findField) (kept []ui.Kept) {
	f.Text, f.Sort, f.Cursor, f.Limit = "", "", "", 0
	asked := f.Values()
	for _, field := range fields {
		asked.Del(field.Name)
	}
	for name := range asked {
		kept = append(kept, ui.Kept{Name: name, Value: asked.Get(name)})
	}
	slices.SortFunc(kept, func(a, b ui.Kept) int { return strings.Compare(a.Name, b.Name) })
	return kept
}
