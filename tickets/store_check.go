package tickets

import (
	"context"
	"time"

	"amigo/app/db"
	"amigo/app/people"
)

type checkRow struct {
	ID        CheckID `gorm:"primaryKey"`
	TicketID  ID
	Position  int
	Text      string
	DoneAt    *time.Time
	DoneBy    *people.ID
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
}

func (checkRow) TableName() string { return "checks" }

func (r checkRow) check() Check {
	return Check{ID: r.ID, Text: r.Text, DoneAt: r.DoneAt, DoneBy: orZero(r.DoneBy)}
}

// checks reads the checklist of a ticket, in its order.
func (s store) checks(ctx context.Context, id ID) ([]Check, error) {
	var rows []checkRow
	err := s.db.Gorm(ctx).Where("ticket_id = ?", id).Order("position, id").Find(&rows).Error
	list := make([]Check, 0, len(rows))
	for _, r := range rows {
		list = append(list, r.check())
	}
	return list, db.Fault(err)
}

// addChecks puts points at the end of a checklist.
func (s store) addChecks(ctx context.Context, id ID, points []string, at time.Time) error {
	var last int
	if err := s.db.Gorm(ctx).Model(&checkRow{}).Where("ticket_id = ?", id).Select("COALESCE(MAX(position), 0)").Scan(&last).Error; err != nil {
		return db.Fault(err)
	}
	rows := make([]checkRow, 0, len(points))
	for i, p := range points {
		rows = append(rows, checkRow{TicketID: id, Position: last + 1 + i, Text: p, CreatedAt: at})
	}
	return db.Fault(s.db.Gorm(ctx).Create(&rows).Error)
}

// tick says when a point was done, and by whom; nil: it is not.
func (s store) tick(ctx context.Context, point CheckID, at *time.Time, by people.ID) error {
	return db.Fault(s.db.Gorm(ctx).Model(&checkRow{}).Where("id = ?", point).
		UpdateColumns(map[string]any{"done_at": at, "done_by": orNull(by)}).Error)
}

// swapChecks lets two points change places.
func (s store) swapChecks(ctx context.Context, one, other CheckID) error {
	var rows []checkRow
	err := s.db.Gorm(ctx).Select("id, position").Where("id IN ?", []CheckID{one, other}).Find(&rows).Error
	if err != nil || len(rows) != 2 {
		return db.Fault(err)
	}
	for i, r := range rows {
		err := s.db.Gorm(ctx).Model(&checkRow{}).Where("id = ?", r.ID).UpdateColumn("position", rows[1-i].Position).Error
		if err != nil {
			return db.Fault(err)
		}
	}
	return nil
}

// dropCheck deletes a point.
func (s store) dropCheck(ctx context.Context, point CheckID) error {
	return db.Fault(s.db.Gorm(ctx).Where("id = ?", point).Delete(&checkRow{}).Error)
}
