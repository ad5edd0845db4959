package calendar

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"amigo/app/db"
)

// store is rows and queries.
type store struct{ db *db.DB }

type calendarRow struct {
	ID   int64 `gorm:"primaryKey"`
	Name string
}

func (calendarRow) TableName() string { return "calendars" }

type versionRow struct {
	ID         VersionID `gorm:"primaryKey"`
	CalendarID int64
	Number     int
	Spec       string
	Digest     string
	Source     string
	Author     string
	CreatedAt  time.Time
}

func (versionRow) TableName() string { return "calendar_versions" }

// namedRow is a version together with the name of its calendar.
type namedRow struct {
	Version versionRow `gorm:"embedded"`
	Name    string
}

// make writes a calendar without versions; made is false if there is one of that name.
func (s store) make(ctx context.Context, name string) (made bool, err error) {
	done := s.db.Gorm(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&calendarRow{Name: name})
	return done.RowsAffected == 1, db.Fault(done.Error)
}

// edition is a version that is to be written.
type edition struct{ name, spec, source, author string }

// digest tells definitions apart.
func (e edition) digest() string {
	sum := sha256.Sum256([]byte(e.spec))
	return hex.EncodeToString(sum[:])
}

// append writes the next version of a calendar. Only one transaction at a time
// may do so for the same calendar.
func (s store) append(ctx context.Context, e edition) (namedRow, error) {
	g := s.db.Gorm(ctx)
	var c calendarRow
	if err := g.Where("name = ?", e.name).Take(&c).Error; err != nil {
		return namedRow{}, db.Fault(err)
	}
	var last int
	if err := g.Model(&versionRow{}).Where("calendar_id = ?", c.ID).Select("COALESCE(MAX(number), 0)").Scan(&last).Error; err != nil {
		return namedRow{}, db.Fault(err)
	}
	row := versionRow{
		CalendarID: c.ID, Number: last + 1, Spec: e.spec, Digest: e.digest(),
		Source: e.source, Author: e.author, CreatedAt: s.db.Now(ctx),
	}
	if err := g.Create(&row).Error; err != nil {
		return namedRow{}, db.Fault(err)
	}
	return namedRow{row, e.name}, nil
}

// newest picks the last version of each calendar.
const newest = "number = (SELECT MAX(number) FROM calendar_versions AS v WHERE v.calendar_id = calendar_versions.calendar_id)"

func (s store) current(ctx context.Context, name string) (row namedRow, err error) {
	err = s.named(ctx).Where("calendars.name = ?", name).Where(newest).Take(&row).Error
	return row, db.Fault(err)
}

func (s store) version(ctx context.Context, id VersionID) (row namedRow, err error) {
	err = s.named(ctx).Where("calendar_versions.id = ?", id).Take(&row).Error
	return row, db.Fault(err)
}

// history gives the versions of a calendar, the newest first.
func (s store) history(ctx context.Context, name string) (rows []versionRow, err error) {
	err = s.db.Gorm(ctx).Where("calendar_id = (SELECT id FROM calendars WHERE name = ?)", name).Order("number DESC").Find(&rows).Error
	return rows, db.Fault(err)
}

func (s store) list(ctx context.Context) (rows []namedRow, err error) {
	err = s.named(ctx).Where(newest).Order("calendars.name").Find(&rows).Error
	return rows, db.Fault(err)
}

// named selects what a namedRow holds.
func (s store) named(ctx context.Context) *gorm.DB {
	return s.db.Gorm(ctx).Table("calendar_versions").Select("calendar_versions.*, calendars.name").
		Joins("JOIN calendars ON calendars.id = calendar_versions.calendar_id")
}
