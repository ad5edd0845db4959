package mailin

import (
	"context"
	"time"

	"amigo/app/db"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/tickets"
)

// answered reads the mails of one author that became messages of a ticket, the
// newest first.
func (s store) answered(ctx context.Context, ticket tickets.ID, author people.ID, by time.Time, most int) (all []mail.Answered, err error) {
	err = s.db.Gorm(ctx).Table("inbound i").Joins("JOIN messages m ON m.id = i.message_id").
		Where("i.ticket_id = ? AND m.author_id = ? AND i.mid <> '' AND i.filed_at <= ?", ticket, author, by).
		Select("i.mid AS message_id, i.received_at AS at").Order("i.id DESC").Limit(most).Scan(&all).Error
	return all, db.Fault(err)
}
