package tickets

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"amigo/app/db"
	"amigo/app/people"
)

type watcherRow struct {
	TicketID ID        `gorm:"primaryKey"`
	PersonID people.ID `gorm:"primaryKey"`
	Since    time.Time
}

func (watcherRow) TableName() string { return "watchers" }

// watch lets people of the desk watch a ticket, unless they do.
func (s store) watch(ctx context.Context, id ID, since time.Time, who ...people.ID) error {
	if len(who) == 0 {
		return nil
	}
	rows := make([]watcherRow, 0, len(who))
	for _, p := range who {
		rows = append(rows, watcherRow{TicketID: id, PersonID: p, Since: since})
	}
	return db.Fault(s.db.Gorm(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error)
}

// unwatch lets somebody watch a ticket no longer.
func (s store) unwatch(ctx context.Context, id ID, who people.ID) error {
	return db.Fault(s.db.Gorm(ctx).Where("ticket_id = ? AND person_id = ?", id, who).Delete(&watcherRow{}).Error)
}

// watchers lists who of the desk watches a ticket.
func (s store) watchers(ctx context.Context, id ID) (who []people.ID, err error) {
	err = s.db.Gorm(ctx).Model(&watcherRow{}).Where("ticket_id = ?", id).Order("person_id").Pluck("person_id", &who).Error
	return who, db.Fault(err)
}
