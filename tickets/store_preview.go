package tickets

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"amigo/app/blob"
	"amigo/app/db"
)

type previewRow struct {
	Sha256    blob.Sum `gorm:"primaryKey"`
	Small     blob.Sum // empty: it cannot be drawn
	Width     int
	Height    int
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
}

func (previewRow) TableName() string { return "previews" }

// preview is the drawing of some bytes, empty for what cannot be drawn; drawn is
// false when nobody has tried yet.
func (s store) preview(ctx context.Context, sum blob.Sum) (small blob.Sum, drawn bool, err error) {
	var rows []previewRow
	err = s.db.Gorm(ctx).Where("sha256 = ?", sum).Limit(1).Find(&rows).Error
	if len(rows) == 0 {
		return "", false, db.Fault(err)
	}
	return rows[0].Small, true, db.Fault(err)
}

// putPreview keeps the drawing of some bytes.
func (s store) putPreview(ctx context.Context, of, small blob.Sum, width, height int) error {
	r := previewRow{Sha256: of, Small: small, Width: width, Height: height, CreatedAt: s.db.Now(ctx)}
	return db.Fault(s.db.Gorm(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&r).Error)
}

// dropPreview forgets the drawing of some bytes.
func (s store) dropPreview(ctx context.Context, of blob.Sum) error {
	return db.Fault(s.db.Gorm(ctx).Where("sha256 = ?", of).Delete(&previewRow{}).Error)
}
