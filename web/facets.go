package web

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"amigo/app/i18n"
	"amigo/web/ui"
)

// facets are the ways to narrow a list: a form of menus, and what narrows it
// already, each a way out of it.
type facets struct {
	menus   []ui.Facet
	more    ui.Facet // what is asked less often
	fields  []ui.Field
	flags   []ui.Option
	applied []ui.Button
	kept    []ui.Kept
	clear   string // the address without any of it; "" where nothing narrows
}

// Questions that are answered in words, and those that are answered with yes.
var (
	dateFields = []string{"created_from", "created_to", "updated_from", "updated_to", "due_from", "due_to", "solved_from", "solved_to"}
	wordFields = []string{"requester", "establishment", "tag"}
	flagFields = []string{"watched", "unheard"}
)

// facets are those of the list at an address.
func (s *Server) facets(ctx context.Context, here *url.URL, q asked) (f facets, err error) {
	t := i18n.From(ctx)
	known, err := s.lexicon(ctx)
	if err != nil {
		return f, err
	}
	own := counting(q.own)
	values := own.Values()
	for _, question := range known.questions(t) {
		given := own.Of(question.name)
		menu := ui.Facet{Name: question.name, Label: t.T("queue.field." + question.name)}
		for _, o := range question.answers {
			o.Chosen = slices.Contains(given, o.Value)
			menu.Options = append(menu.Options, o)
		}
		for _, value := range given {
			if question.label(value) == value && !slices.ContainsFunc(menu.Options, func(o ui.Option) bool { return o.Value == value }) {
				menu.Options = append(menu.Options, ui.Option{Value: value, Label: value, Chosen: true})
			}
			f.applied = append(f.applied, facetChip(t, here, q, question.name, value, question.label(value)))
		}
		f.menus = append(f.menus, menu)
	}
	f.ask(t, here, q, values)
	f.kept = []ui.Kept{{Name: "view", Value: q.part.name}}
	for _, name := range []string{"q", "sort"} {
		if value := here.Query().Get(name); value != "" {
			f.kept = append(f.kept, ui.Kept{Name: name, Value: value})
		}
	}
	if len(f.applied) > 0 {
		f.clear = "/tickets?view=" + url.QueryEscape(q.part.name)
	}
	return f, nil
}

// ask adds the questions that are asked less often: dates, words, yes or no.
func (f *facets) ask(t *i18n.Printer, here *url.URL, q asked, values url.Values) {
	f.more = ui.Facet{Name: "more", Label: t.T("queue.field.more")}
	for _, name := range append(wordFields, dateFields...) {
		value := values.Get(name)
		field := ui.Field{Name: name, Label: t.T("queue.field." + name), Value: value, Optional: true, Tacit: true, ID: "more-" + name}
		if slices.Contains(dateFields, name) {
			field.Placeholder = t.T("queue.date_example")
		}
		f.fields = append(f.fields, field)
		if value == "" {
			continue
		}
		f.more.Count++
		if slices.Contains(dateFields, name) {
			f.applied = append(f.applied, facetChip(t, here, q, name, value, dateWords(t, value)))
			continue
		}
		for _, one := range q.own.Of(name) {
			f.applied = append(f.applied, facetChip(t, here, q, name, one, one))
		}
	}
	for _, name := range flagFields {
		label := t.T("queue.field." + name)
		f.flags = append(f.flags, ui.Option{Value: name, Label: label, Chosen: values.Get(name) != ""})
		if values.Get(name) != "" {
			f.more.Count++
			f.applied = append(f.applied, ui.Button{Label: label, Icon: "x", Href: without(here, q, name, ""), Small: true})
		}
	}
	if q.own.Text != "" {
		f.applied = append(f.applied, facetChip(t, here, q, "q", "", q.own.Text))
	}
}

// facetChip is something that narrows a list, and the way out of it.
func facetChip(t *i18n.Printer, here *url.URL, q asked, name, value, label string) ui.Button {
	return ui.Button{Label: t.T("queue.chip", "Field", t.T("queue.field."+name), "Value", label), Icon: "x", Href: without(here, q, name, value), Small: true}
}

// without is the address of the same list with one value of a field left out; the
// whole field where it has no several.
func without(here *url.URL, q asked, name, value string) string {
	left := q.own.Without(name, value)
	left.Cursor = ""
	values := left.Values()
	values.Set("view", q.part.name)
	return (&url.URL{Path: here.Path, RawQuery: values.Encode()}).String()
}

// dateWords says a date of a filter.
func dateWords(t *i18n.Printer, value string) string {
	days, relative := strings.CutSuffix(value, "d")
	switch {
	case value == "today":
		return t.T("queue.date.today")
	case relative && strings.HasPrefix(days, "-"):
		return t.T("queue.date.ago", "Days", strings.TrimLeft(days, "-0"))
	case relative:
		return t.T("queue.date.ahead", "Days", strings.TrimLeft(days, "+0"))
	}
	return value
}
