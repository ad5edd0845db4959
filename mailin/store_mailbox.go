package mailin

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"amigo/app/db"
	"amigo/app/trouble"
)

type mailboxRow struct {
	Source       string `gorm:"primaryKey"`
	Uidvalidity  uint32
	Uidnext      uint32
	UpdatedAt    time.Time `gorm:"autoUpdateTime:false"`
	LastError    string
	FailingSince *time.Time
	Failures     int
	ReadAt       *time.Time
}

func (mailboxRow) TableName() string { return "mailboxes" }

func (r mailboxRow) reading() Reading {
	read := Reading{Source: r.Source, LastError: r.LastError, At: r.UpdatedAt, validity: r.Uidvalidity, next: r.Uidnext}
	read.WellAt = orZero(r.ReadAt)
	if r.LastError != "" {
		read.State = trouble.State{WellAt: read.WellAt, Since: orZero(r.FailingSince), FailedAt: r.UpdatedAt, Error: r.LastError, Failures: r.Failures}
	}
	if r.LastError != "" && r.FailingSince == nil { // written by a version that did not know since when
		read.Since = r.UpdatedAt
	}
	return read
}

// reading is where a mailbox stands; the zero Reading when it was never read.
func (s store) reading(ctx context.Context, source string) (Reading, error) {
	var rows []mailboxRow
	err := s.db.Gorm(ctx).Where("source = ?", source).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return Reading{}, db.Fault(err)
	}
	return rows[0].reading(), nil
}

// readings are all sources of which something was ever written, by name.
func (s store) readings(ctx context.Context) ([]Reading, error) {
	var rows []mailboxRow
	err := s.db.Gorm(ctx).Order("source").Find(&rows).Error
	all := make([]Reading, len(rows))
	for i, r := range rows {
		all[i] = r.reading()
	}
	return all, db.Fault(err)
}

// putReading writes where a mailbox stands.
func (s store) putReading(ctx context.Context, r Reading) error {
	row := mailboxRow{
		Source: r.Source, Uidvalidity: r.validity, Uidnext: r.next, UpdatedAt: s.db.Now(ctx), LastError: shown(r.LastError),
		FailingSince: orNull(r.Since), Failures: r.Failures, ReadAt: orNull(r.WellAt),
	}
	return db.Fault(s.db.Gorm(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "source"}},
		DoUpdates: clause.AssignmentColumns([]string{
			"uidvalidity", "uidnext", "updated_at", "last_error", "failing_since", "failures", "read_at",
		}),
	}).Create(&row).Error)
}
