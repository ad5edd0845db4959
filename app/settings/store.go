package settings

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"amigo/app/db"
)

type store struct{ db *db.DB }

type row struct {
	Key       string `gorm:"primaryKey"`
	Value     string
	UpdatedAt time.Time `gorm:"autoUpdateTime:false"`
}

func (row) TableName() string { return "settings" }

// read gives the value of a key, empty when there is none.
func (s store) read(ctx context.Context, key string) (string, error) {
	var values []string
	err := s.db.Gorm(ctx).Model(&row{}).Where("key = ?", key).Pluck("value", &values).Error
	if err != nil || len(values) == 0 {
		return "", db.Fault(err)
	}
	return values[0], nil
}

// write sets the value of a key.
func (s store) write(ctx context.Context, key, value string) error {
	return s.db.Tx(ctx, func(ctx context.Context) error {
		return db.Fault(s.db.Gorm(ctx).Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "key"}}, DoUpdates: clause.AssignmentColumns([]string{"value", "updated_at"}),
		}).Create(&row{Key: key, Value: value, UpdatedAt: s.db.Now(ctx)}).Error)
	})
}
