package mailin

import (
	"context"
	"slices"
	"time"

	"amigo/app/fault"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/tickets"
)

// mostAnswered is how many mails our letters refer to, at most.
const mostAnswered = 12

// Answered lists the mails that somebody wrote to us on a ticket and that were
// filed by an instant, the newest dozen of them, oldest first: what a letter to
// them answers. It is the outbox's to ask (see mail.Config).
func (in *Intake) Answered(ctx context.Context, ticket, person int64, by time.Time) (all []mail.Answered, err error) {
	defer fault.Wrap(&err, "mailin: answered on ticket %d", ticket)
	all, err = in.store.answered(ctx, tickets.ID(ticket), people.ID(person), by, mostAnswered)
	slices.Reverse(all)
	return all, err
}
