package audit

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"amigo/app/db"
)

// endKey is the setting under which the hash of the newest line is noted.
const endKey = "audit.end"

// row is one line of the record.
type row struct {
	ID      int64
	At      time.Time
	Actor   string
	Action  string
	Subject string
	Details string // a JSON object
	Hash    string
}

// TableName is where GORM finds the rows.
func (row) TableName() string { return "audit" }

// setting is a row of the table settings, which is not this package's own.
type setting struct {
	Key       string `gorm:"primaryKey"`
	Value     string
	UpdatedAt time.Time
}

// TableName is where GORM finds the rows.
func (setting) TableName() string { return "settings" }

type store struct{ db *db.DB }

// append writes a line and notes that it is the newest.
func (s store) append(ctx context.Context, r row) error {
	if err := s.db.Gorm(ctx).Create(&r).Error; err != nil {
		return db.Fault(err)
	}
	return db.Fault(s.db.Gorm(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "key"}},
		DoUpdates: clause.AssignmentColumns([]string{"value", "updated_at"}),
	}).Create(&setting{Key: endKey, Value: r.Hash, UpdatedAt: r.At}).Error)
}

// newest is the newest line, the zero row of an empty record.
func (s store) newest(ctx context.Context) (row, error) {
	rows, err := s.list(ctx, 0, 1)
	if err != nil || len(rows) == 0 {
		return row{}, err
	}
	return rows[0], nil
}

func (s store) list(ctx context.Context, before int64, limit int) (rows []row, err error) {
	g := s.db.Gorm(ctx).Order("id DESC").Limit(limit)
	if before > 0 {
		g = g.Where("id < ?", before)
	}
	return rows, db.Fault(g.Find(&rows).Error)
}

// walk reads lines in the order in which they were written, after an id.
func (s store) walk(ctx context.Context, after int64, limit int) (rows []row, err error) {
	return rows, db.Fault(s.db.Gorm(ctx).Where("id > ?", after).Order("id").Limit(limit).Find(&rows).Error)
}

// end is the noted hash of the newest line, empty when nothing is noted.
func (s store) end(ctx context.Context) (string, error) {
	var found []setting
	err := s.db.Gorm(ctx).Where("key = ?", endKey).Find(&found).Error
	if err != nil || len(found) == 0 {
		return "", db.Fault(err)
	}
	return found[0].Value, nil
}
