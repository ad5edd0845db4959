package sla

import (
	"context"

	"amigo/tickets"
)

// Accounts explains every promise of a ticket that the actor may see, in the
// order of [Engine.Standings], of each the newest, also those that were kept or
// missed. A ticket without promises has none.
func (e *Engine) Accounts(ctx context.Context, id tickets.ID) ([]Account, error) {
	t, err := e.desk.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	return e.AccountsOf(ctx, t)
}

// AccountsOf is [Engine.Accounts] for a ticket that the desk has just shown to
// the actor.
func (e *Engine) AccountsOf(ctx context.Context, t tickets.Ticket) ([]Account, error) {
	timers, err := e.store.timers(ctx, []tickets.ID{t.ID})
	if err != nil {
		return nil, err
	}
	newest := map[PromiseName]*Timer{}
	for _, t := range timers { // oldest first
		newest[t.Promise] = t
	}
	var all []Account
	for _, name := range Promises {
		t := newest[name]
		if t == nil || t.State == dropped {
			continue
		}
		a, err := e.account(ctx, t)
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}
