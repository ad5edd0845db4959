package people

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"amigo/app/db"
)

type choicesRow struct {
	PersonID  ID `gorm:"primaryKey"`
	Pace      Pace
	Quiet     bool
	UpdatedAt time.Time `gorm:"autoUpdateTime:false"`
}

func (choicesRow) TableName() string { return "letter_choices" }

// choices adds the choices that some people have made to all.
func (s store) choices(ctx context.Context, ids []ID, all map[ID]Choices) error {
	for chunk := range slices.Chunk(ids, chunkSize) {
		var rows []choicesRow
		if err := s.db.Gorm(ctx).Where("person_id IN ?", chunk).Find(&rows).Error; err != nil {
			return db.Fault(err)
		}
		for _, r := range rows {
			all[r.PersonID] = Choices{Pace: r.Pace, Quiet: r.Quiet}
		}
	}
	return nil
}

// setChoices writes somebody's choices, and their language.
func (s store) setChoices(ctx context.Context, id ID, c Choices, lang string) error {
	now := s.db.Now(ctx)
	r := choicesRow{PersonID: id, Pace: c.Pace, Quiet: c.Quiet, UpdatedAt: now}
	over := clause.OnConflict{
		Columns: []clause.Column{{Name: "person_id"}}, DoUpdates: clause.AssignmentColumns([]string{"pace", "quiet", "updated_at"}),
	}
	if err := s.db.Gorm(ctx).Clauses(over).Create(&r).Error; err != nil {
		return db.Fault(err)
	}
	return db.Fault(s.db.Gorm(ctx).Model(&personRow{}).Where("id = ?", id).
		UpdateColumns(map[string]any{"lang": lang, "updated_at": now}).Error)
}

// chosen adds those of some people who have made choices.
func (s store) chosen(ctx context.Context, among []Person, who map[ID]bool) error {
	for chunk := range slices.Chunk(among, chunkSize) {
		ids := make([]ID, 0, len(chunk))
		for _, p := range chunk {
			ids = append(ids, p.ID)
		}
		made := map[ID]Choices{}
		if err := s.choices(ctx, ids, made); err != nil {
			return err
		}
		for id := range made {
			who[id] = true
		}
	}
	return nil
}
