package limit

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"amigo/app/db"
)

// row is what is kept of a key: the theoretical arrival time of its next event.
type row struct {
	Key string `gorm:"primaryKey"`
	Tat time.Time
}

// TableName is where GORM finds the rows.
func (row) TableName() string { return "limits" }

type store struct{ db *db.DB }

// get reads the instant of a key, zero when there is none.
func (s store) get(ctx context.Context, key string) (time.Time, error) {
	var rows []row
	err := s.db.Gorm(ctx).Where("key = ?", key).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return time.Time{}, db.Fault(err)
	}
	return rows[0].Tat, nil
}

func (s store) put(ctx context.Context, key string, tat time.Time) error {
	return db.Fault(s.db.Gorm(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "key"}},
		DoUpdates: clause.AssignmentColumns([]string{"tat"}),
	}).Create(&row{Key: key, Tat: tat}).Error)
}

func (s store) prune(ctx context.Context, now time.Time) error {
	return db.Fault(s.db.Gorm(ctx).Where("tat <= ?", now).Delete(&row{}).Error)
}
