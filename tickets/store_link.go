package tickets

import (
	"context"
	"time"

	"amigo/app/db"
	"amigo/app/people"
)

type linkRow struct {
	TicketID ID `gorm:"primaryKey"`
	OtherID  ID `gorm:"primaryKey"`
	Kind     LinkKind
	ByID     people.ID
	At       time.Time
}

func (linkRow) TableName() string { return "links" }

// same says whether two links tie the same tickets in the same way.
func (r linkRow) same(o linkRow) bool {
	return r.TicketID == o.TicketID && r.OtherID == o.OtherID && r.Kind == o.Kind
}

// between is the condition for what ties two tickets, whichever comes first.
const between = "ticket_id = ? AND other_id = ? OR ticket_id = ? AND other_id = ?"

// link reads what ties two tickets; nil: nothing.
func (s store) link(ctx context.Context, one, other ID) (*linkRow, error) {
	var rows []linkRow
	err := s.db.Gorm(ctx).Where(between, one, other, other, one).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, db.Fault(err)
	}
	return &rows[0], nil
}

func (s store) addLink(ctx context.Context, r linkRow) error {
	return db.Fault(s.db.Gorm(ctx).Create(&r).Error)
}

// unlink deletes what ties two tickets.
func (s store) unlink(ctx context.Context, one, other ID) error {
	return db.Fault(s.db.Gorm(ctx).Where(between, one, other, other, one).Delete(&linkRow{}).Error)
}
