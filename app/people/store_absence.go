package people

import (
	"context"
	"slices"
	"time"

	"amigo/app/db"
)

type absenceRow struct {
	ID        int64 `gorm:"primaryKey"`
	PersonID  ID
	FromAt    time.Time
	UntilAt   time.Time
	DeputyID  *ID
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
}

func (absenceRow) TableName() string { return "absences" }

func (r absenceRow) absence() Absence {
	a := Absence{ID: r.ID, Person: r.PersonID, From: r.FromAt, Until: r.UntilAt}
	if r.DeputyID != nil {
		a.Deputy = *r.DeputyID
	}
	return a
}

// absences reads the absences of some people that end after an instant, by
// their beginning.
func (s store) absences(ctx context.Context, ids []ID, after time.Time) (all []Absence, err error) {
	for chunk := range slices.Chunk(ids, chunkSize) {
		var rows []absenceRow
		if err := s.db.Gorm(ctx).Where("person_id IN ? AND until_at > ?", chunk, after).Order("from_at, id").Find(&rows).Error; err != nil {
			return nil, db.Fault(err)
		}
		for _, r := range rows {
			all = append(all, r.absence())
		}
	}
	return all, nil
}

func (s store) absence(ctx context.Context, id int64) (Absence, error) {
	var r absenceRow
	err := s.db.Gorm(ctx).Take(&r, "id = ?", id).Error
	return r.absence(), db.Fault(err)
}

// putAbsence writes an absence, a new one under a number of its own.
func (s store) putAbsence(ctx context.Context, a Absence) (id int64, err error) {
	r := absenceRow{ID: a.ID, PersonID: a.Person, FromAt: a.From.UTC(), UntilAt: a.Until.UTC(), CreatedAt: s.db.Now(ctx)}
	if a.Deputy != 0 {
		r.DeputyID = &a.Deputy
	}
	if a.ID == 0 {
		err = s.db.Gorm(ctx).Create(&r).Error
	} else {
		err = s.db.Gorm(ctx).Model(&absenceRow{}).Where("id = ?", a.ID).Select("from_at", "until_at", "deputy_id").Updates(r).Error
	}
	return r.ID, db.Fault(err)
}

func (s store) forgetAbsence(ctx context.Context, id int64) error {
	return db.Fault(s.db.Gorm(ctx).Where("id = ?", id).Delete(&absenceRow{}).Error)
}
