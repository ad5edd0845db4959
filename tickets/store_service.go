package tickets

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"amigo/app/db"
	"amigo/app/people"
)

type serviceRow struct {
	Slug     string `gorm:"primaryKey"`
	NameFR   string `gorm:"column:name_fr"`
	NameEN   string `gorm:"column:name_en"`
	Category string
}

func (serviceRow) TableName() string { return "services" }

func (s store) services(ctx context.Context) ([]Service, error) {
	var rows []serviceRow
	err := s.db.Gorm(ctx).Order("name_fr, slug").Find(&rows).Error
	all := make([]Service, 0, len(rows))
	for _, r := range rows {
		all = append(all, Service(r))
	}
	return all, db.Fault(err)
}

// addServices writes those that are not there.
func (s store) addServices(ctx context.Context, all []Service) error {
	rows := make([]serviceRow, 0, len(all))
	for _, service := range all {
		rows = append(rows, serviceRow(service))
	}
	return db.Fault(s.db.Gorm(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error)
}

type idempotencyRow struct {
	PersonID  people.ID
	Key       string
	BodyHash  string
	TicketID  ID
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
}

func (idempotencyRow) TableName() string { return "idempotency" }

// repeated reads what a person did under a key; the ticket is 0 when nothing.
func (s store) repeated(ctx context.Context, who people.ID, key string) (id ID, hash string, err error) {
	var rows []idempotencyRow
	err = s.db.Gorm(ctx).Where("person_id = ? AND key = ?", who, key).Limit(1).Find(&rows).Error
	if len(rows) > 0 {
		id, hash = rows[0].TicketID, rows[0].BodyHash
	}
	return id, hash, db.Fault(err)
}

func (s store) remember(ctx context.Context, who people.ID, key, hash string, id ID) error {
	return db.Fault(s.db.Gorm(ctx).Create(&idempotencyRow{
		PersonID: who, Key: key, BodyHash: hash, TicketID: id, CreatedAt: s.db.Now(ctx),
	}).Error)
}
