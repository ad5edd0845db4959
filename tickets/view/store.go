package view

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"amigo/app/db"
	"amigo/app/people"
)

type store struct{ db *db.DB }

type viewRow struct {
	ID        ID `gorm:"primaryKey"`
	OwnerID   people.ID
	Shared    Sharing
	TeamID    *people.TeamID
	Name      string
	Query     string
	Version   int
	UpdatedAt time.Time `gorm:"autoUpdateTime:false"`
}

func (viewRow) TableName() string { return "views" }

type columnsRow struct {
	PersonID people.ID `gorm:"primaryKey"`
	Chosen   string
}

func (columnsRow) TableName() string { return "queue_columns" }

func (s store) rowOf(ctx context.Context, v View) viewRow {
	r := viewRow{
		ID: v.ID, OwnerID: v.Owner, Shared: v.Shared, Name: db.Text(v.Name), Query: db.Text(v.Query), Version: v.Version, UpdatedAt: s.db.Now(ctx),
	}
	if v.Team != 0 {
		r.TeamID = &v.Team
	}
	return r
}

func (r viewRow) view() View {
	v := View{ID: r.ID, Owner: r.OwnerID, Name: r.Name, Query: r.Query, Shared: r.Shared, Version: r.Version}
	if r.TeamID != nil {
		v.Team = *r.TeamID
	}
	return v
}

// views reads them all.
func (s store) views(ctx context.Context) ([]View, error) {
	var rows []viewRow
	err := s.db.Gorm(ctx).Order("id").Find(&rows).Error
	all := make([]View, 0, len(rows))
	for _, r := range rows {
		all = append(all, r.view())
	}
	return all, db.Fault(err)
}

// owned counts somebody's own.
func (s store) owned(ctx context.Context, who people.ID) (n int64, err error) {
	err = s.db.Gorm(ctx).Model(&viewRow{}).Where("owner_id = ?", who).Count(&n).Error
	return n, db.Fault(err)
}

// add keeps a new view and gives it its number.
func (s store) add(ctx context.Context, v *View) error {
	r := s.rowOf(ctx, *v)
	err := s.db.Gorm(ctx).Create(&r).Error
	v.ID = r.ID
	return db.Fault(err)
}

// write replaces a view where its version is still the same.
func (s store) write(ctx context.Context, v View) (done bool, err error) {
	r := s.rowOf(ctx, v)
	r.Version++
	w := s.db.Gorm(ctx).Model(&viewRow{}).Where("id = ? AND version = ?", v.ID, v.Version).
		Select("shared", "team_id", "name", "query", "version", "updated_at").UpdateColumns(&r)
	return w.RowsAffected == 1, db.Fault(w.Error)
}

// remove forgets a view where its version is still the same.
func (s store) remove(ctx context.Context, id ID, version int) (done bool, err error) {
	w := s.db.Gorm(ctx).Where("id = ? AND version = ?", id, version).Delete(&viewRow{})
	return w.RowsAffected == 1, db.Fault(w.Error)
}

// columns reads what everybody has chosen.
func (s store) columns(ctx context.Context) (map[people.ID][]string, error) {
	var rows []columnsRow
	err := s.db.Gorm(ctx).Find(&rows).Error
	all := make(map[people.ID][]string, len(rows))
	for _, r := range rows {
		all[r.PersonID] = tidy(strings.Split(r.Chosen, ","))
	}
	return all, db.Fault(err)
}

// choose keeps what somebody has chosen.
func (s store) choose(ctx context.Context, who people.ID, chosen string) error {
	put := clause.OnConflict{Columns: []clause.Column{{Name: "person_id"}}, DoUpdates: clause.AssignmentColumns([]string{"chosen"})}
	return db.Fault(s.db.Gorm(ctx).Clauses(put).Create(&columnsRow{who, chosen}).Error)
}

// unchoose forgets it.
func (s store) unchoose(ctx context.Context, who people.ID) error {
	return db.Fault(s.db.Gorm(ctx).Where("person_id = ?", who).Delete(&columnsRow{}).Error)
}
