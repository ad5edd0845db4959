package web

import (
	"slices"
	"strconv"
	"strings"

	"amigo/app/fault"
	"amigo/sla"
	"amigo/web/ui"
)

func trimPercent(text string) string { return strings.TrimSpace(strings.TrimSuffix(text, "%")) }

// form writes the fields of a draft, each with what is wrong with it. What is
// wrong elsewhere stands above them all.
func (w vocabulary) form(d policyDraft) policyForm {
	left := fault.Fields{}
	for name, m := range d.wrong {
		left[name] = m
	}
	says := func(names ...string) (text string) {
		for _, name := range names {
			if m, ok := left[name]; ok {
				text = w.t.Say(m)
				delete(left, name)
			}
		}
		return text
	}
	v := policyForm{
		name:      ui.Field{Name: "name", Label: w.t.T("policypage.name"), Value: d.policy.Name, MaxLength: 100, Error: says("name")},
		calendar:  ui.Field{Name: "calendar", Label: w.t.T("policypage.calendar"), Hint: w.t.T("policypage.calendar_hint"), Value: d.policy.Calendar, Error: says("calendar")},
		calendars: withValues(w.calendars, d.policy.Calendar),
		pauses:    ui.Field{Name: "pauses", Label: w.t.T("policypage.pauses_field"), Hint: w.t.T("policypage.pauses_hint"), Optional: true, Error: says("pauses")},
		ladder:    ui.Field{Name: "ladder", ID: "ladder", Label: w.t.T("policypage.ladder_field"), Error: says("ladder")},
		rejudge:   ui.Field{Name: "rejudge", Label: w.t.T("policypage.rejudge"), Hint: w.t.T("policypage.rejudge_hint"), Optional: true},
	}
	if v.seen = d.seen; d.now != nil {
		v.changed, v.stale = true, w.differing(*d.now, d.policy)
	}
	if d.rejudge {
		v.rejudge.Value = "on"
	}
	w.fillConditions(&v, d, says)
	w.fillTargets(&v, d, says)
	w.fillLadder(&v, d, says)
	for _, m := range left {
		v.problem = w.t.Say(m)
	}
	return v
}

func (w vocabulary) fillConditions(v *policyForm, d policyDraft, says func(...string) string) {
	for _, q := range w.questions {
		accepted := d.policy.Conditions[q.name]
		c := conditionField{
			field:  ui.Field{Name: q.name, Label: w.t.T("policypage.about." + q.name), Optional: true, Error: says("condition." + q.name)},
			chosen: w.t.T("policypage.any"), options: slices.Clone(withValues(q.answers, accepted...)),
		}
		for i := range c.options {
			c.options[i].Chosen = slices.Contains(accepted, c.options[i].Value)
		}
		if c.open = len(accepted) > 0 || c.field.Error != ""; len(accepted) > 0 {
			var words []string
			for _, value := range accepted {
				words = append(words, w.word(q.name, value))
			}
			c.chosen = strings.Join(words, ", ")
		}
		v.conditions = append(v.conditions, c)
	}
}

// withValues are options with those values among them that are not offered any more.
func withValues(options []ui.Option, values ...string) []ui.Option {
	all := slices.Clone(options)
	for _, value := range values {
		if value != "" && !slices.ContainsFunc(all, func(o ui.Option) bool { return o.Value == value }) {
			all = append(all, ui.Option{Value: value, Label: value})
		}
	}
	return all
}

func (w vocabulary) fillTargets(v *policyForm, d policyDraft, says func(...string) string) {
	for _, name := range sla.Promises {
		label := w.t.T("web.promise.term." + string(name))
		field := "target_" + string(name)
		f := ui.Field{Name: field, Label: label, Hint: w.t.T("policypage.about_target." + string(name)), Value: d.typed[name], Optional: true, Error: says(field, "target."+string(name))}
		if f.Error == "" && name == sla.First {
			f.Error = says("targets")
		}
		v.targets = append(v.targets, f)
		v.promises = append(v.promises, ui.Option{Value: string(name), Label: label, Chosen: slices.Contains(d.policy.Pauses, name)})
	}
}

func (w vocabulary) fillLadder(v *policyForm, d policyDraft, says func(...string) string) {
	var tells []ui.Option
	for _, a := range []sla.Audience{sla.TellAssignee, sla.TellTeam, sla.TellSupervisors} {
		tells = append(tells, ui.Option{Value: string(a), Label: w.t.T("policypage.told." + string(a))})
	}
	rungs := append(slices.Clone(d.rungs), make([]rungDraft, spareRungs)...)
	for i, r := range rungs {
		field := func(name, value string) ui.Field {
			label := w.t.T("policypage." + name)
			return ui.Field{
				Name: name + "_" + strconv.Itoa(i), Label: label, Value: value,
				Attrs: map[string]any{"aria-label": w.t.T("policypage.on_rung", "Field", label, "Rung", strconv.Itoa(i+1)), "required": false},
			}
		}
		row := rungFields{
			level: field("level", r.level), tell: field("tell", r.tell), raise: field("raise", ""), hand: field("hand", r.hand),
			tells: tells, hands: withValues(w.teams, r.hand),
		}
		row.level.InputMode, row.level.Error = "numeric", says(row.level.Name)
		row.tell.None, row.hand.None = w.t.T("policypage.told.nobody"), w.t.T("policypage.hand_nobody")
		if r.raise {
			row.raise.Value = "on"
		}
		v.rungs = append(v.rungs, row)
	}
}

// fields are those of the form, for the list of what is wrong.
func (v policyForm) fields() []ui.Field {
	all := []ui.Field{v.name, v.calendar}
	for _, c := range v.conditions {
		all = append(all, c.field)
	}
	all = append(append(all, v.targets...), v.pauses, v.ladder)
	for _, r := range v.rungs {
		all = append(all, r.level)
	}
	return all
}
