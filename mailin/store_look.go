package mailin

import (
	"context"

	"amigo/app/db"
	"amigo/tickets"
)

// rich reads the received messages that became messages of tickets and came in HTML.
func (s store) rich(ctx context.Context, said []tickets.MessageID) ([]Inbound, error) {
	return s.many(s.db.Gorm(ctx).Where("message_id IN ? AND look <> ''", db.Some(said)).Order("id DESC"))
}
