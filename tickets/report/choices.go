package report

import (
	"context"
	"slices"
	"time"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
)

// Hours are the hours that are held to the target.
type Hours string

// The hours that can be held to it.
const (
	WorkingHours Hours = "working" // in which AMIGO was open
	ElapsedHours Hours = "elapsed" // on the wall clock, nights and closed days too
)

// Uncounted are the outcomes that never count.
var Uncounted = []string{"merged", "spam", "test"}

// Choices say what an installation counts, and which reports it is sent.
type Choices struct {
	Types         []tickets.Type `json:"types"`          // that count; at least one
	Counted       Hours          `json:"counted"`        // held to the target
	LeftOut       []string       `json:"left_out"`       // outcomes that do not count, beside those that never do
	TargetMinutes int            `json:"target_minutes"` // the published mean
	Quiet         []Kind         `json:"quiet"`          // reports that are kept and not sent
}

// Usual is what holds where nobody has chosen: incidents, in working time,
// against the published eighteen hours.
func Usual() Choices {
	return Choices{Types: []tickets.Type{tickets.Incident}, Counted: WorkingHours, TargetMinutes: 18 * 60}
}

// Target is the mean that the counted hours are held to.
func (c Choices) Target() time.Duration { return time.Duration(c.TargetMinutes) * time.Minute }

// Held is the time that is held to the target.
func (c Choices) Held(s Solved) time.Duration {
	if c.Counted == ElapsedHours {
		return s.Elapsed
	}
	return s.Working
}

// Within says whether a ticket was solved within the target.
func (c Choices) Within(s Solved) bool { return c.Held(s) <= c.Target() }

// Sends says whether a report goes out by letter.
func (c Choices) Sends(k Kind) bool { return !slices.Contains(c.Quiet, k) }

// excluded are all outcomes that do not count.
func (c Choices) excluded() []string { return append(slices.Clone(Uncounted), c.LeftOut...) }

// counts says whether a solved ticket counts.
func (c Choices) counts(s Solved) bool {
	return slices.Contains(c.Types, s.row.Type) && !slices.Contains(c.excluded(), s.row.Outcome)
}

// Words say in a sentence what counts, and by which hours.
func (c Choices) Words(p *i18n.Printer) string {
	var types []string
	for _, t := range tickets.Types {
		if slices.Contains(c.Types, t) {
			types = append(types, p.T("report.type."+string(t)))
		}
	}
	words := p.T("report.counted", "Types", types, "Hours", p.T("report.hours."+string(c.Counted)))
	if len(c.LeftOut) > 0 {
		var outcomes []string
		for _, o := range c.LeftOut {
			outcomes = append(outcomes, p.T("report.outcome."+o))
		}
		words += " " + p.T("report.left_out", "Outcomes", outcomes)
	}
	return words
}

// Noun is what is counted, as many as n.
func (c Choices) Noun(p *i18n.Printer, n int) string {
	if slices.Equal(c.Types, []tickets.Type{tickets.Incident}) {
		return p.N("report.noun.incident", n)
	}
	return p.N("report.noun.ticket", n)
}

// maxTarget keeps a target below half a year of working time.
const maxTarget = 1000 * 60

func (c Choices) check() error {
	wrong := fault.Fields{}
	if len(c.Types) == 0 || slices.ContainsFunc(c.Types, func(t tickets.Type) bool { return !t.Valid() }) {
		wrong.Add("types", "report.choose_types")
	}
	if c.Counted != WorkingHours && c.Counted != ElapsedHours {
		wrong.Add("counted", "report.choose_hours")
	}
	if c.TargetMinutes < 1 || c.TargetMinutes > maxTarget {
		wrong.Add("target", "report.choose_target")
	}
	if slices.ContainsFunc(c.LeftOut, func(o string) bool { return !slices.Contains(Choosable(), o) }) || len(c.LeftOut) >= len(Choosable()) {
		wrong.Add("left_out", "report.choose_outcomes")
	}
	if slices.ContainsFunc(c.Quiet, func(k Kind) bool { return !slices.Contains(Kinds, k) }) {
		wrong.Add("quiet", "report.choose_kinds")
	}
	return wrong.Err()
}

// Choosable are the outcomes that may count or not.
func Choosable() []string {
	return slices.DeleteFunc(slices.Clone(tickets.Outcomes[:]), func(o string) bool { return slices.Contains(Uncounted, o) })
}

// Choices is what was chosen; supervisors and above.
func (r *Reporter) Choices(ctx context.Context) (Choices, error) {
	if !people.ActorOf(ctx).Is(people.Supervisor) {
		return Choices{}, fault.Denied
	}
	return r.choices.Get(ctx)
}

// Choose changes what counts, from the next question on; supervisors and above.
// Reports that were sent stay as they are. What cannot be is fault.Invalid, by field:
// types, counted, target, left_out, quiet.
func (r *Reporter) Choose(ctx context.Context, c Choices) (err error) {
	defer fault.Wrap(&err, "report: choose")
	if !people.ActorOf(ctx).Is(people.Supervisor) {
		return fault.Denied
	}
	return r.choices.Put(ctx, c)
}
