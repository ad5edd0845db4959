package sla

import (
	"context"
	"errors"
	"slices"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// Conditions are what policies may ask about, in the order in which they are
// shown; see [Policy].
var Conditions = [...]string{"type", "priority", "category", "service", "site", "channel", "establishment", "role", "period"}

// Case is what conditions are asked about.
type Case struct {
	Ticket        tickets.Ticket
	Establishment people.Establishment // zero when the ticket has none
	Role          people.Role          // of the requester
	Periods       []string             // what AMIGO's calendar calls the day on which the ticket was opened
}

// values gives the case's values of a condition; ok is false for an unknown one.
func (c Case) values(condition string) (v []string, ok bool) {
	switch condition {
	case "type":
		return []string{string(c.Ticket.Type)}, true
	case "priority":
		return []string{string(c.Ticket.Priority)}, true
	case "category":
		return []string{c.Ticket.Category}, true
	case "service":
		return []string{c.Ticket.Service}, true
	case "site":
		return []string{c.Ticket.Site}, true
	case "channel":
		return []string{string(c.Ticket.Channel)}, true
	case "establishment":
		return []string{c.Establishment.Kind}, true
	case "role":
		return []string{string(c.Role)}, true
	case "period":
		return c.Periods, true
	}
	return nil, false
}

// meets says whether one of the accepted values is the case's. A condition that
// this program does not know holds never: a policy is not widened by mistake.
func (c Case) meets(condition string, accepted []string) bool {
	values, ok := c.values(condition)
	return ok && slices.ContainsFunc(values, func(v string) bool { return slices.Contains(accepted, v) })
}

// Applies says whether every condition of p holds for c.
func (p Policy) Applies(c Case) bool {
	for condition, accepted := range p.Conditions {
		if !c.meets(condition, accepted) {
			return false
		}
	}
	return true
}

// caseOf gathers what the conditions of some policies ask about, and no more.
func (e *Engine) caseOf(ctx context.Context, t tickets.Ticket, all []Policy) (c Case, err error) {
	c.Ticket = t
	if asked(all, "role") {
		who, err := e.people.Get(ctx, t.Requester)
		if err != nil {
			return c, err
		}
		c.Role = who.Role
	}
	if asked(all, "establishment") && t.Establishment != "" {
		c.Establishment, err = e.people.Establishment(ctx, t.Establishment)
	}
	if err != nil && !errors.Is(err, fault.NotFound) {
		return c, err
	}
	if asked(all, "period") {
		c.Periods, err = e.reading().periods(ctx, t)
		return c, err
	}
	return c, nil
}

func asked(all []Policy, condition string) bool {
	return slices.ContainsFunc(all, func(p Policy) bool { return len(p.Conditions[condition]) > 0 })
}

// periods is what AMIGO's calendar calls the day on which a ticket was opened.
func (r reading) periods(ctx context.Context, t tickets.Ticket) ([]string, error) {
	v, err := r.today(ctx, calendar.Normandie)
	if err != nil {
		return nil, err
	}
	return v.Assumed().Names(calendar.DayOf(t.CreatedAt.In(v.Zone()))), nil
}
