package tickets

import (
	"context"

	"amigo/app/db"
	"amigo/app/people"
)

// many reads those of some tickets that an actor may see, by number.
func (s store) many(ctx context.Context, a people.Actor, ids []ID) ([]Ticket, error) {
	var rows []ticketRow
	err := s.visible(ctx, s.db.Gorm(ctx).Model(&ticketRow{}), a).Where("id IN ?", ids).Order("id").Scan(&rows).Error
	found := make([]Ticket, 0, len(rows))
	for _, r := range rows {
		found = append(found, r.ticket())
	}
	return found, db.Fault(err)
}
