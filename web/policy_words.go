package web

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/sla"
	"amigo/sla/calendar"
	"amigo/web/ui"
)

// vocabulary is what policies may ask about and name, with the words for it.
type vocabulary struct {
	t         *i18n.Printer
	questions []facet // by condition, in the order in which they are shown
	teams     []ui.Option
	calendars []ui.Option
}

// vocabulary reads the values that there are.
func (s *Server) vocabulary(ctx context.Context) (vocabulary, error) {
	t := i18n.From(ctx)
	w := vocabulary{t: t}
	services, err := s.Desk.Services(ctx)
	if err != nil {
		return w, err
	}
	sites, err := s.People.Sites(ctx)
	if err != nil {
		return w, err
	}
	versions, err := s.Book.List(ctx)
	if err != nil {
		return w, err
	}
	teams, err := s.People.Teams(ctx)
	if err != nil {
		return w, err
	}
	answers := map[string][]ui.Option{
		"type": typeOptions(t), "priority": priorityOptions(t), "channel": channelOptions(t), "role": roleOptions(t), "establishment": kindOptions(t),
	}
	for _, o := range services {
		answers["service"] = append(answers["service"], ui.Option{Value: o.Slug, Label: o.Name(t.Lang())})
		if !slices.ContainsFunc(answers["category"], func(c ui.Option) bool { return c.Value == o.Category }) {
			answers["category"] = append(answers["category"], ui.Option{Value: o.Category, Label: categoryName(t, o.Category)})
		}
	}
	for _, o := range sites {
		answers["site"] = append(answers["site"], ui.Option{Value: o.Code, Label: o.Name})
	}
	for _, v := range versions {
		w.calendars = append(w.calendars, ui.Option{Value: v.Name, Label: v.Name})
		if v.Name == calendar.Normandie {
			answers["period"] = periodOptions(t, v.Calendar, calendar.DayOf(s.DB.Now(ctx).In(v.Zone())))
		}
	}
	for _, o := range teams {
		w.teams = append(w.teams, ui.Option{Value: o.Slug, Label: o.Name})
	}
	for _, name := range sla.Conditions {
		w.questions = append(w.questions, facet{name, answers[name]})
	}
	return w, nil
}

func roleOptions(t *i18n.Printer) (options []ui.Option) {
	for _, r := range people.Roles {
		options = append(options, ui.Option{Value: string(r), Label: t.T("web.role." + string(r))})
	}
	return options
}

func kindOptions(t *i18n.Printer) (options []ui.Option) {
	for _, k := range people.SchoolKinds() {
		options = append(options, ui.Option{Value: k, Label: t.T("policypage.kind." + k)})
	}
	return options
}

// periodOptions are the names of the days that a calendar knows from a day on,
// in the order in which they come.
func periodOptions(t *i18n.Printer, c *calendar.Calendar, from calendar.Day) (options []ui.Option) {
	seen := map[string]bool{}
	first, last := c.Known()
	for day := max(first, from); day <= last; day++ {
		for _, name := range c.Names(day) {
			if !seen[name] {
				seen[name] = true
				options = append(options, ui.Option{Value: name, Label: regimeName(t, name)})
			}
		}
	}
	return options
}

// facts are what a policy says, in words.
func (w vocabulary) facts(p sla.Policy) []ui.Fact {
	t := w.t
	facts := []ui.Fact{
		{Term: t.T("policypage.for"), Text: w.conditions(p)},
		{Term: t.T("policypage.promised"), Text: w.targets(p)},
		{Term: t.T("policypage.hours"), Text: p.Calendar},
		{Term: t.T("policypage.pauses"), Text: w.pauses(p)},
	}
	if len(p.Ladder) > 0 {
		facts = append(facts, ui.Fact{Term: t.T("policypage.ladder"), Text: w.ladder(p)})
	}
	return facts
}

// differing is what a policy says other than a draft of it.
func (w vocabulary) differing(now, draft sla.Policy) (facts []ui.Fact) {
	if now.Name != draft.Name {
		facts = append(facts, ui.Fact{Term: w.t.T("policypage.name"), Text: now.Name})
	}
	said := w.facts(draft)
	for _, fact := range w.facts(now) {
		if !slices.ContainsFunc(said, func(f ui.Fact) bool { return f.Term == fact.Term && f.Text == fact.Text }) {
			facts = append(facts, fact)
		}
	}
	return facts
}

// conditions says for which tickets a policy is: "Priorité : Haute ou Urgente".
func (w vocabulary) conditions(p sla.Policy) string {
	var parts []string
	for _, name := range sla.Conditions {
		if accepted := p.Conditions[name]; len(accepted) > 0 {
			parts = append(parts, w.condition(name, accepted))
		}
	}
	if len(parts) == 0 {
		return w.t.T("policypage.all")
	}
	return strings.Join(parts, " · ")
}

func (w vocabulary) condition(name string, accepted []string) string {
	var words []string
	for _, value := range accepted {
		words = append(words, w.word(name, value))
	}
	return w.t.T("policypage.condition", "What", w.t.T("policypage.about."+name), "Values", strings.Join(words, w.t.T("policypage.or")))
}

// word is a value of a condition as people say it; one that is gone, itself.
func (w vocabulary) word(condition, value string) string {
	for _, q := range w.questions {
		if q.name == condition {
			return labelOf(q.answers, value)
		}
	}
	return value
}

func labelOf(options []ui.Option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}

// targets says how much time each promise may take.
func (w vocabulary) targets(p sla.Policy) string {
	var parts []string
	for _, name := range sla.Promises {
		if target, promised := p.Targets[name]; promised {
			parts = append(parts, w.t.T("policypage.target", "Promise", w.t.T("web.promise.term."+string(name)), "Time", target))
		}
	}
	if len(parts) == 0 {
		return w.t.T("policypage.nothing")
	}
	return strings.Join(parts, " · ")
}

// pauses says what stands still while a ticket waits.
func (w vocabulary) pauses(p sla.Policy) string {
	var parts []string
	for _, name := range p.Pauses {
		parts = append(parts, w.t.T("web.promise.term."+string(name)))
	}
	if len(parts) == 0 {
		return w.t.T("policypage.no_pause")
	}
	return strings.Join(parts, " · ")
}

// ladder says who is told when, and what else happens then.
func (w vocabulary) ladder(p sla.Policy) string {
	var rungs []string
	for _, r := range p.Ladder {
		var does []string
		if r.Tell != "" {
			does = append(does, w.t.T("policypage.told."+string(r.Tell)))
		}
		if r.Raise {
			does = append(does, w.t.T("policypage.raises"))
		}
		if r.Hand != "" {
			does = append(does, w.t.T("policypage.hands", "Team", labelOf(w.teams, r.Hand)))
		}
		rungs = append(rungs, w.t.T("policypage.rung", "Level", strconv.Itoa(r.Level), "Does", strings.Join(does, ", ")))
	}
	return strings.Join(rungs, " · ")
}
