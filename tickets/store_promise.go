package tickets

import (
	"context"

	"amigo/app/db"
)

// promising are the columns in which promises stand.
var promising = []string{"first_response_due_at", "next_response_due_at", "resolution_due_at", "due_at", "provisional"}

// promises writes the dates of promises of many tickets, quietly.
func (s store) promises(ctx context.Context, all []Promise) error {
	rows := make([]ticketRow, len(all))
	for i, p := range all {
		rows[i] = ticketRow{
			ID: p.Ticket, FirstResponseDueAt: p.First, NextResponseDueAt: p.Next, ResolutionDueAt: p.Resolution,
			DueAt: p.Due, Provisional: p.Provisional,
		}
	}
	return db.Rewrite(ctx, s.db, rows, promising...)
}
