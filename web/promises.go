package web

import (
	"context"
	"errors"
	"strings"
	"time"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/sla"
	"amigo/sla/calendar"
	"amigo/tickets"
	"amigo/web/ui"
)

// promised says to whoever asked what they may count on: "Réponse avant …,
// résolution avant …". Empty once there is nothing more to wait for.
func promised(t *i18n.Printer, ticket tickets.Ticket, now time.Time) string {
	first, resolution := ticket.FirstResponseDueAt, ticket.ResolutionDueAt
	if ticket.FirstRespondedAt != nil {
		first = ticket.NextResponseDueAt
	}
	if ticket.Status.Over() {
		return ""
	}
	switch {
	case first != nil && resolution != nil:
		return t.T("web.promise.both", "First", t.When(*first, now), "Resolution", t.When(*resolution, now))
	case first != nil:
		return t.T("web.promise.first", "First", t.When(*first, now))
	case resolution != nil:
		return t.T("web.promise.resolution", "Resolution", t.When(*resolution, now))
	}
	return ""
}

// promises are what a ticket owes, each with the account of its date.
func (s *Server) promises(ctx context.Context, id tickets.ID, tell teller) ([]ui.Promise, error) {
	standings, err := s.Engine.Standings(ctx, []tickets.ID{id})
	if err != nil {
		return nil, err
	}
	var all []ui.Promise
	for _, standing := range standings[id] {
		p := tell.promise(standing)
		if standing.State == sla.Running || standing.State == sla.Breached && standing.StoppedAt == nil {
			account, err := s.Engine.Explain(ctx, id, standing.Promise)
			if err != nil && !errors.Is(err, fault.NotFound) {
				return nil, err
			}
			p.Why = tell.why(account)
		}
		all = append(all, p)
	}
	return all, nil
}

// promise says how one promise stands.
func (w teller) promise(s sla.Standing) ui.Promise {
	p := ui.Promise{Term: w.t.T("web.promise.term." + string(s.Promise))}
	if s.Target > 0 {
		p.Spent = int(min(s.Consumed, s.Target) * 100 / s.Target)
	}
	switch {
	case s.State == sla.Met && s.StoppedAt != nil:
		p.Clock = ui.Clock{Meaning: ui.Done, Words: w.t.T("web.promise.kept", "When", w.t.Short(*s.StoppedAt, w.now)), Exact: w.exact(*s.StoppedAt), At: *s.StoppedAt}
	case s.State == sla.Breached && s.StoppedAt != nil:
		p.Clock = ui.Clock{Meaning: ui.Late, Words: w.t.T("web.promise.missed", "When", w.t.Short(*s.StoppedAt, w.now)), Exact: w.exact(*s.StoppedAt), At: *s.StoppedAt}
	case s.State == sla.Paused:
		p.Bar, p.Clock = true, ui.Clock{Meaning: ui.Paused, Words: w.t.T("web.promise.paused", "Left", max(s.Left(), 0)), Exact: w.t.T("web.clock.paused")}
	case s.DueAt != nil:
		p.Bar, p.Clock = true, w.until(*s.DueAt)
		if left := w.work(w.now, *s.DueAt); p.Clock.Meaning != ui.Late && left >= time.Minute && w.today(*s.DueAt) {
			p.Clock.Words = w.t.T("web.promise.in", "Time", left)
		}
	default:
		p.Clock = ui.Clock{Meaning: ui.Calm, Words: w.t.T("web.clock.none")}
	}
	return p
}

// why accounts for a due date: how much time was promised, what of it was used
// before, and what counted on each day since.
func (w teller) why(a sla.Account) string {
	lines := []string{w.t.T("web.why.target", "Target", a.Target)}
	for _, stretch := range a.Stretches {
		lines = append(lines, w.t.T("web.why.stretch", "From", w.t.Short(stretch.From, w.now), "To", w.t.Short(stretch.To, w.now), "Worked", stretch.Worked))
	}
	for _, step := range a.Ahead {
		if step.Worked == 0 {
			lines = append(lines, w.t.T("web.why.shut", "Day", w.day(step.Day), "Reason", reason(w.t, step.Plan)))
			continue
		}
		var hours []string
		for _, span := range step.Spans {
			hours = append(hours, w.t.T("web.why.span", "From", w.t.Clock(span.From), "To", w.t.Clock(span.To)))
		}
		lines = append(lines, w.t.T("web.why.day", "Day", w.day(step.Day), "Worked", step.Worked, "Hours", strings.Join(hours, ", ")))
	}
	if a.DueAt != nil {
		lines = append(lines, w.t.T("web.why.due", "When", w.exact(*a.DueAt)))
	}
	return strings.Join(lines, "\n")
}

// day is a day without an hour.
func (w teller) day(d calendar.Day) string {
	y, m, day := d.Time().Date()
	return w.t.DateAt(time.Date(y, m, day, 12, 0, 0, 0, w.t.Zone()), w.now)
}

// reason says why nothing counted on a day.
func reason(t *i18n.Printer, p calendar.Plan) string {
	if p.Closure != "" {
		return p.Closure
	}
	return t.T("web.why.closed")
}
