package sla

import (
	"context"
	"slices"

	"amigo/app/people"
)

// passOn takes from a pile what somebody else is to be told, because the person
// has gone away since it was put there.
func (e *Engine) passOn(ctx context.Context, person people.ID, p *pile) error {
	if len(p.told) == 0 {
		return nil
	}
	deputy, err := e.people.StandIn(ctx, person, e.db.Now(ctx))
	if err != nil || deputy == person {
		return err
	}
	var kept []alert
	for _, a := range p.told {
		who, err := e.insteadOf(ctx, a, deputy)
		if err != nil {
			return err
		}
		if slices.Contains(who, person) {
			kept = append(kept, a)
			continue
		}
		if err := e.address(ctx, a, who); err != nil {
			return err
		}
		if err := e.store.forget(ctx, []int64{a.ID}); err != nil {
			return err
		}
	}
	p.told = kept
	p.warnings = slices.DeleteFunc(p.warnings, func(w warning) bool {
		return !slices.ContainsFunc(kept, func(a alert) bool { return a.Timer == w.timer })
	})
	return nil
}

// insteadOf are the people who are told in the place of one who is away: their
// deputy; where nobody stands in, the team if the ticket is theirs, else they all
// the same, as others were told with them.
func (e *Engine) insteadOf(ctx context.Context, a alert, deputy people.ID) ([]people.ID, error) {
	if deputy != 0 {
		return []people.ID{deputy}, nil
	}
	ticket, err := e.desk.Get(ctx, a.Ticket)
	if err != nil || ticket.Assignee != a.Person {
		return []people.ID{a.Person}, err
	}
	return e.team(ctx, ticket.Team, e.db.Now(ctx))
}
