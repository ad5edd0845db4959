package web

import (
	"slices"
	"strings"
	"time"

	"amigo/sla"
	"amigo/sla/calendar"
	"amigo/tickets"
	"amigo/web/ui"
)

// lull is a time during which a ticket waited for somebody, or was solved.
type lull struct {
	status   tickets.Status
	from, to time.Time // to is zero while it lasts
}

// lullsOf are the lulls in a ticket's history, oldest first. Its events are in
// the order of time.
func lullsOf(events []tickets.Event) (lulls []lull) {
	for _, e := range events {
		pair, changed := e.Changes["status"]
		if !changed {
			continue
		}
		if n := len(lulls) - 1; n >= 0 && lulls[n].to.IsZero() {
			lulls[n].to = e.At
		}
		if status := tickets.Status(pair[1]); status.Waiting() || status.Over() {
			lulls = append(lulls, lull{status: status, from: e.At})
		}
	}
	return lulls
}

// why accounts for a date line by line: what was promised, the stretches that
// counted, the pauses between them, the days since and ahead, and the sum.
func (w teller) why(a sla.Account, policy string, lulls []lull) *ui.Why {
	y := &ui.Why{
		Label: w.t.T("policypage.why.spent"), Caption: w.t.T("policypage.why.caption", "Promise", w.t.T("web.promise.term."+string(a.Promise))),
		Promised: w.t.T("policypage.why.promised", "Target", a.Target, "Policy", policy, "Calendar", a.Calendar),
	}
	for i, s := range a.Stretches {
		y.Lines = append(y.Lines, w.stretch(s)...)
		if end := w.rested(a, i); end.After(s.To) {
			y.Lines = append(y.Lines, w.pause(s.To, end, lulls))
		}
	}
	if !a.Since.IsZero() && len(a.Ahead) == 0 {
		y.Lines = append(y.Lines, w.beyond(a))
	}
	y.Lines = append(y.Lines, w.days(a.Ahead)...)
	y.Sum = w.sum(a)
	if a.DueAt != nil && a.StoppedAt == nil {
		y.Label = w.t.T("policypage.why.date")
	}
	return y
}

// rested is until when a promise stood still after its i-th stretch: the next
// one, the running one, now, or its end.
func (w teller) rested(a sla.Account, i int) time.Time {
	switch {
	case i+1 < len(a.Stretches):
		return a.Stretches[i+1].From
	case !a.Since.IsZero():
		return a.Since
	case a.StoppedAt != nil:
		return *a.StoppedAt
	case a.State == sla.Paused:
		return w.now
	}
	return a.Stretches[i].To
}

// beyond is the running stretch of a promise whose time was up before it began.
func (w teller) beyond(a sla.Account) ui.WhyLine {
	worked := a.Consumed
	for _, s := range a.Stretches {
		worked -= s.Worked
	}
	return ui.WhyLine{Title: w.t.T("policypage.why.since", "When", w.exact(a.Since)), Text: w.t.T("policypage.why.counted"), Worked: w.t.Working(worked)}
}

// pause is a time that did not count, with whom the ticket waited for.
func (w teller) pause(from, to time.Time, lulls []lull) ui.WhyLine {
	var reasons []string
	for _, r := range lulls {
		key := "policypage.why.rest." + string(r.status)
		if r.from.Before(to) && (r.to.IsZero() || r.to.After(from)) && !slices.Contains(reasons, w.t.T(key)) {
			reasons = append(reasons, w.t.T(key))
		}
	}
	if len(reasons) == 0 {
		reasons = []string{w.t.T("policypage.why.rest.paused")}
	}
	title := w.span(from, to)
	if to.Equal(w.now) {
		title = w.t.T("policypage.why.since", "When", w.exact(from))
	}
	return ui.WhyLine{Meaning: ui.Paused, Title: title, Text: strings.Join(reasons, ", "), Worked: "–"}
}

// span is from when to when: "mercredi 18 novembre, 9 h 12 – 13 h" within a day.
func (w teller) span(from, to time.Time) string {
	local := func(t time.Time) calendar.Day { return calendar.DayOf(t.In(w.t.Zone())) }
	if local(from) == local(to) {
		return w.t.T("policypage.why.within", "Day", w.t.DateAt(from, w.now), "From", w.t.Clock(from), "To", w.t.Clock(to))
	}
	return w.t.T("policypage.why.span", "From", w.exact(from), "To", w.exact(to))
}

// stretch is a time that ran, day by day; one in which nothing counted, in a line.
func (w teller) stretch(s sla.Stretch) []ui.WhyLine {
	if len(s.Days) > 0 {
		return w.days(s.Days)
	}
	return []ui.WhyLine{{Meaning: ui.Paused, Title: w.span(s.From, s.To), Text: w.t.T("policypage.why.nothing"), Worked: "–"}}
}

// days are the days of a stretch, each with its hours. Days in a row on which nothing
// counted for one reason are one line.
func (w teller) days(steps []calendar.Step) (lines []ui.WhyLine) {
	for i := 0; i < len(steps); i++ {
		first := steps[i]
		line := ui.WhyLine{Title: w.day(first.Day), Text: w.hours(first), Worked: "–"}
		if first.Worked > 0 {
			line.Worked = w.t.Working(shown(first))
			lines = append(lines, line)
			continue
		}
		for i+1 < len(steps) && steps[i+1].Worked == 0 && w.hours(steps[i+1]) == line.Text {
			i++
		}
		if last := steps[i].Day; last != first.Day {
			line.Title = w.t.T("policypage.why.days", "From", line.Title, "To", w.day(last))
		}
		line.Meaning = ui.Paused
		lines = append(lines, line)
	}
	return lines
}

// shown is how long a day counted from one minute to another, as its hours are
// said: from 14:42:17 to 17:00 is 2 h 18.
func shown(step calendar.Step) (d time.Duration) {
	for _, s := range step.Spans {
		d += s.To.Truncate(time.Minute).Sub(s.From.Truncate(time.Minute))
	}
	if d == 0 {
		return step.Worked
	}
	return d
}

// hours says under which regime a day counted, and from when to when; or why
// nothing did.
func (w teller) hours(step calendar.Step) string {
	var parts []string
	switch step.Rule {
	case calendar.ByWeek: // as always
	case calendar.ByGuess:
		parts = append(parts, w.t.T("policypage.why.guess"))
	default:
		parts = append(parts, planWords(w.t, step.Plan))
	}
	if step.Worked == 0 {
		if step.Rule != calendar.ByClosure {
			parts = append(parts, w.t.T("policypage.why.shut"))
		}
		return joined(parts...)
	}
	var spans []string
	for _, s := range step.Spans {
		spans = append(spans, w.t.T("policypage.why.hours", "From", w.t.Clock(s.From), "To", w.t.Clock(s.To)))
	}
	return joined(append(parts, strings.Join(spans, ", "))...)
}

// sum is what all lines come to: how much was used, how much is left, and until
// when.
func (w teller) sum(a sla.Account) string {
	used := w.t.T("policypage.why.used", "Used", a.Consumed)
	switch {
	case a.State == sla.Met:
		return joined(w.t.T("policypage.why.took", "Used", a.Consumed), w.t.T("policypage.why.kept"))
	case a.Left() < 0:
		used = joined(used, w.t.T("policypage.why.over", "Over", -a.Left()))
	default:
		used = joined(used, w.left(a.Left()))
	}
	if a.DueAt == nil {
		return used
	}
	due := w.t.T("policypage.why.due", "When", w.exact(*a.DueAt))
	if a.Provisional {
		due += " " + w.t.T("policypage.why.provisional")
	}
	return used + ".\n" + due
}
