package app

import (
	"context"

	"gorm.io/gorm/clause"

	"amigo/app/db"
	"amigo/app/sso"
)

// settings are what an installation remembers of itself.
type settings struct{ db *db.DB }

func (a *App) settings() settings { return settings{a.DB} }

// read gives the value of a key, empty when there is none.
func (s settings) read(ctx context.Context, key string) (string, error) {
	var values []string
	err := s.db.Gorm(ctx).Table("settings").Where("key = ?", key).Pluck("value", &values).Error
	if err != nil || len(values) == 0 {
		return "", db.Fault(err)
	}
	return values[0], nil
}

// write sets the value of a key.
func (s settings) write(ctx context.Context, key, value string) error {
	return s.db.Tx(ctx, func(ctx context.Context) error {
		row := map[string]any{"key": key, "value": value, "updated_at": s.db.Now(ctx)}
		return db.Fault(s.db.Gorm(ctx).Table("settings").Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "key"}}, DoUpdates: clause.AssignmentColumns([]string{"value", "updated_at"}),
		}).Create(row).Error)
	})
}

// empty says whether nobody uses the database yet: no member, no ticket, no mark.
func (s settings) empty(ctx context.Context) (bool, error) {
	var used bool
	err := s.db.Gorm(ctx).Raw("SELECT EXISTS (SELECT 1 FROM persons WHERE kind = 'member') OR EXISTS (SELECT 1 FROM tickets) " +
		"OR EXISTS (SELECT 1 FROM settings WHERE key = '" + sso.DemoMark + "')").Scan(&used).Error
	return !used, db.Fault(err)
}
