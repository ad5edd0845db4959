package web

import (
	"context"
	"slices"
	"time"

	"amigo/app/i18n"
	"amigo/sla"
	"amigo/tickets"
	"amigo/web/ui"
)

// promised says to whoever asked what they may count on: "Réponse avant …,
// résolution avant …", and which of the dates is an estimate. Empty once there
// is nothing more to wait for.
func promised(t *i18n.Printer, ticket tickets.Ticket, estimated estimates, now time.Time) string {
	answer, first := sla.First, ticket.FirstResponseDueAt
	if ticket.FirstRespondedAt != nil {
		answer, first = sla.Next, ticket.NextResponseDueAt
	}
	if ticket.Status.Over() {
		return ""
	}
	guessed := false
	date := func(due *time.Time, promise sla.PromiseName) string {
		when := t.Until(*due, now)
		if !estimated.has(ticket, promise) {
			return when
		}
		guessed = true
		return t.T("web.promise.estimate", "When", when)
	}
	var says string
	switch resolution := ticket.ResolutionDueAt; {
	case first != nil && resolution != nil:
		says = t.T("web.promise.both", "First", date(first, answer), "Resolution", date(resolution, sla.Resolution))
	case first != nil:
		says = t.T("web.promise.first", "First", date(first, answer))
	case resolution != nil:
		says = t.T("web.promise.resolution", "Resolution", date(resolution, sla.Resolution))
	}
	if guessed {
		says += " " + t.T("web.promise.estimated")
	}
	return says
}

// estimates are the promises whose dates lie on days of which no hours are
// published yet, by ticket.
type estimates map[tickets.ID][]sla.PromiseName

func (e estimates) has(t tickets.Ticket, promise sla.PromiseName) bool {
	return slices.Contains(e[t.ID], promise)
}

// estimates finds them. Few tickets have any, and those say so themselves.
func (s *Server) estimates(ctx context.Context, list ...tickets.Ticket) (estimates, error) {
	var ids []tickets.ID
	for _, t := range list {
		if t.Provisional {
			ids = append(ids, t.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	all, err := s.Engine.Standings(ctx, ids)
	found := estimates{}
	for id, standings := range all {
		for _, standing := range standings {
			if standing.Provisional {
				found[id] = append(found[id], standing.Promise)
			}
		}
	}
	return found, err
}

// stakes is how the tickets of a list stand against what was promised, and by
// which policies.
type stakes struct {
	of       map[tickets.ID][]sla.Standing
	policies map[sla.PolicyID]sla.Policy
}

// stakes reads the promises of all tickets of a list at once; those of tickets
// that are over are nobody's concern any more.
func (s *Server) stakes(ctx context.Context, list []tickets.Ticket) (all stakes, err error) {
	var ids []tickets.ID
	for _, t := range list {
		if !t.Status.Over() {
			ids = append(ids, t.ID)
		}
	}
	if len(ids) == 0 {
		return all, nil
	}
	if all.of, err = s.Engine.Standings(ctx, ids); err != nil {
		return all, err
	}
	var made []sla.PolicyID
	for _, standings := range all.of {
		for _, standing := range standings {
			made = append(made, standing.Policy)
		}
	}
	all.policies, err = s.policiesOf(ctx, made)
	return all, err
}

// policiesOf reads the policies that made some promises. Those in force come at
// once; a retired one has to be asked for.
func (s *Server) policiesOf(ctx context.Context, made []sla.PolicyID) (map[sla.PolicyID]sla.Policy, error) {
	all, err := s.Engine.Policies(ctx)
	if err != nil {
		return nil, err
	}
	by := make(map[sla.PolicyID]sla.Policy, len(all))
	for _, p := range all {
		by[p.ID] = p
	}
	for _, id := range made {
		if _, known := by[id]; !known {
			if by[id], err = s.Engine.Policy(ctx, id); err != nil {
				return nil, err
			}
		}
	}
	return by, nil
}

// next is the promise to the requester that is to be kept next: the one that
// falls due first, and while all stand still the one with the least time left.
func (k stakes) next(t tickets.Ticket) (next sla.Standing, ok bool) {
	for _, s := range k.of[t.ID] {
		if s.Promise == sla.Internal || s.StoppedAt != nil || t.DueAt != nil && s.DueAt == nil {
			continue
		}
		if !ok || sooner(s, next) {
			next, ok = s, true
		}
	}
	return next, ok
}

func sooner(a, b sla.Standing) bool {
	if a.DueAt != nil && b.DueAt != nil {
		return a.DueAt.Before(*b.DueAt)
	}
	return a.DueAt != nil || b.DueAt == nil && a.Left() < b.Left()
}

// soonFrom is the least share of a target, in percent, from which a promise can
// want attention: whoever is told earlier is told for information.
const soonFrom = 50

// soon is the share of its target from which a promise wants attention: the
// first rung of its policy's ladder from soonFrom on.
func (k stakes) soon(s sla.Standing) int {
	for _, r := range k.policies[s.Policy].Ladder {
		if r.Level >= soonFrom {
			return r.Level
		}
	}
	return 100
}

// promises are what a ticket owes, each with the account of its date.
func (s *Server) promises(ctx context.Context, l timeline) ([]ui.Promise, error) {
	accounts, err := s.Engine.AccountsOf(ctx, l.ticket)
	if err != nil || len(accounts) == 0 {
		return nil, err
	}
	made := make([]sla.PolicyID, 0, len(accounts))
	for _, a := range accounts {
		made = append(made, a.Policy)
	}
	policies, err := s.policiesOf(ctx, made)
	if err != nil {
		return nil, err
	}
	k, lulls := stakes{policies: policies}, lullsOf(l.events)
	all := make([]ui.Promise, 0, len(accounts))
	for _, a := range accounts {
		p := l.tell.promise(a.Standing, k.soon(a.Standing))
		p.Why = l.tell.why(a, policies[a.Policy].Name, lulls)
		all = append(all, p)
	}
	return all, nil
}

// promise says how one promise stands.
func (w teller) promise(s sla.Standing, soon int) ui.Promise {
	p := ui.Promise{Term: w.t.T("web.promise.term." + string(s.Promise))}
	if s.Promise == sla.Internal {
		p.About = s.Calendar
	}
	if s.Target > 0 {
		p.Spent = int(min(s.Consumed, s.Target) * 100 / s.Target)
	}
	switch {
	case s.State == sla.Met && s.StoppedAt != nil:
		p.Clock = ui.Clock{Meaning: ui.Done, Words: w.t.T("web.promise.kept", "When", w.t.Short(*s.StoppedAt, w.now)), Exact: w.exact(*s.StoppedAt), At: *s.StoppedAt}
	case s.State == sla.Breached && s.StoppedAt != nil:
		p.Clock = ui.Clock{Meaning: ui.Late, Words: w.t.T("web.promise.missed", "When", w.t.Short(*s.StoppedAt, w.now)), Exact: w.exact(*s.StoppedAt), At: *s.StoppedAt}
	case s.State == sla.Paused:
		p.Bar, p.Clock = true, ui.Clock{Meaning: ui.Paused, Words: w.t.T("web.clock.halted"), Note: w.left(s.Left()), Exact: w.t.T("web.clock.paused")}
	case s.DueAt != nil:
		p.Bar, p.Clock = true, w.until(s, soon)
	default:
		p.Clock = ui.Clock{Meaning: ui.Calm, Words: w.t.T("web.clock.none")}
	}
	return p
}
