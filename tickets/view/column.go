package view

import (
	"context"
	"slices"
	"strings"

	"amigo/app/fault"
	"amigo/app/people"
)

// Known are the columns that the queue has beside the subject, which is always
// there, in their usual order.
var Known = []string{"due", "ref", "requester", "channel", "priority", "status", "team", "service", "category", "site", "created", "updated", "assignee"}

// Usual are the columns that the queue shows to whoever has chosen none.
var Usual = []string{"due", "ref", "subject", "requester", "channel", "assignee"}

// Subject is the column that cannot be hidden.
const Subject = "subject"

// Columns are those that the actor wants to see, in their order.
func (w *Views) Columns(ctx context.Context) ([]string, error) {
	all, err := w.columns.Get(ctx)
	if err != nil {
		return Usual, err
	}
	if chosen := all[people.ActorOf(ctx).Person]; len(chosen) > 0 {
		return chosen, nil
	}
	return Usual, nil
}

// Choose says which columns the actor wants to see, in their order; none at all
// are the usual ones again. What the queue does not have is passed over, and the
// subject is there in any case.
func (w *Views) Choose(ctx context.Context, columns []string) (err error) {
	defer fault.Wrap(&err, "columns")
	a := people.ActorOf(ctx)
	if !a.Is(people.Technician) {
		return fault.Denied
	}
	chosen := tidy(columns)
	return w.db.Tx(ctx, func(ctx context.Context) error {
		if len(columns) == 0 || slices.Equal(chosen, Usual) {
			return w.store.unchoose(ctx, a.Person)
		}
		return w.store.choose(ctx, a.Person, strings.Join(chosen, ","))
	})
}

// tidy leaves each column that there is once, and the subject among them.
func tidy(columns []string) (chosen []string) {
	for _, c := range columns {
		if (c == Subject || slices.Contains(Known, c)) && !slices.Contains(chosen, c) {
			chosen = append(chosen, c)
		}
	}
	if !slices.Contains(chosen, Subject) {
		chosen = slices.Insert(chosen, min(2, len(chosen)), Subject)
	}
	return chosen
}
