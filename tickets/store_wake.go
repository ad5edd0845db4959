package tickets

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"amigo/app/db"
	"amigo/app/people"
)

type wakeRow struct {
	TicketID ID        `gorm:"primaryKey"`
	PersonID people.ID `gorm:"primaryKey"`
	At       time.Time
	Words    string
	WokenAt  *time.Time
}

func (wakeRow) TableName() string { return "wakes" }

// sleeper is somebody who wants to be reminded of a ticket.
type sleeper struct {
	Ticket ID
	Wake
}

// putWake notes when somebody wants to be reminded of a ticket, in the place of
// what they wanted before.
func (s store) putWake(ctx context.Context, id ID, w Wake) error {
	r := wakeRow{TicketID: id, PersonID: w.Person, At: w.At, Words: w.Words}
	return db.Fault(s.db.Gorm(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "ticket_id"}, {Name: "person_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"at", "words", "woken_at"}),
	}).Create(&r).Error)
}

// dropWake forgets it.
func (s store) dropWake(ctx context.Context, id ID, who people.ID) error {
	return db.Fault(s.db.Gorm(ctx).Where("ticket_id = ? AND person_id = ?", id, who).Delete(&wakeRow{}).Error)
}

// wakesDue lists those whose instant has come, the earliest first.
func (s store) wakesDue(ctx context.Context, now time.Time, limit int) ([]sleeper, error) {
	var rows []wakeRow
	err := s.db.Gorm(ctx).Where("woken_at IS NULL AND at <= ?", now).Order("at, ticket_id, person_id").Limit(limit).Find(&rows).Error
	all := make([]sleeper, 0, len(rows))
	for _, r := range rows {
		all = append(all, sleeper{Ticket: r.TicketID, Wake: Wake{Person: r.PersonID, At: r.At, Words: r.Words}})
	}
	return all, db.Fault(err)
}

// woken notes that somebody was reminded; done is false when they were, or want
// something else by now.
func (s store) woken(ctx context.Context, w sleeper, at time.Time) (done bool, err error) {
	r := s.db.Gorm(ctx).Model(&wakeRow{}).
		Where("ticket_id = ? AND person_id = ? AND at = ? AND woken_at IS NULL", w.Ticket, w.Person, w.At).UpdateColumn("woken_at", at)
	return r.RowsAffected == 1, db.Fault(r.Error)
}
