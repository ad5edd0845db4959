package draft

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"amigo/app/db"
	"amigo/app/people"
	"amigo/app/words"
)

type templateRow struct {
	ID        TemplateID `gorm:"primaryKey"`
	OwnerID   *people.ID
	TeamID    *people.TeamID
	Name      string
	Body      string
	Lang      string
	Version   int
	UpdatedAt time.Time `gorm:"autoUpdateTime:false"`
}

func (templateRow) TableName() string { return "templates" }

func (r templateRow) template() Template {
	t := Template{ID: r.ID, Name: r.Name, Body: r.Body, Lang: r.Lang, Version: r.Version, UpdatedAt: r.UpdatedAt}
	if r.OwnerID != nil {
		t.Owner = *r.OwnerID
	}
	if r.TeamID != nil {
		t.Team = *r.TeamID
	}
	return t
}

func rowOfTemplate(t Template) templateRow {
	r := templateRow{ID: t.ID, Name: db.Text(t.Name), Body: db.Text(t.Body), Lang: t.Lang, Version: t.Version, UpdatedAt: t.UpdatedAt}
	if t.Owner != 0 {
		r.OwnerID = &t.Owner
	}
	if t.Team != 0 {
		r.TeamID = &t.Team
	}
	return r
}

// templates reads all templates, in the order of the alphabet.
func (s store) templates(ctx context.Context) ([]Template, error) {
	var rows []templateRow
	err := s.db.Gorm(ctx).Order("id").Find(&rows).Error
	all := make([]Template, 0, len(rows))
	for _, r := range rows {
		all = append(all, r.template())
	}
	called := func(t Template) string { return strings.Join(words.Sought(t.Name), " ") }
	slices.SortStableFunc(all, func(a, b Template) int { return strings.Compare(called(a), called(b)) })
	return all, db.Fault(err)
}

// putTemplate writes a template, a new one where it has no number; done is false
// when the old one is of another version.
func (s store) putTemplate(ctx context.Context, t *Template) (done bool, err error) {
	if t.ID == 0 {
		t.Version = 1
		r := rowOfTemplate(*t)
		err = s.db.Gorm(ctx).Create(&r).Error
		t.ID = r.ID
		return true, db.Fault(err)
	}
	r := rowOfTemplate(*t)
	r.Version++
	w := s.db.Gorm(ctx).Select("owner_id", "team_id", "name", "body", "lang", "version", "updated_at").
		Where("id = ? AND version = ?", t.ID, t.Version).Updates(&r)
	t.Version = r.Version
	return w.RowsAffected == 1, db.Fault(w.Error)
}

// removeTemplate deletes a template.
func (s store) removeTemplate(ctx context.Context, id TemplateID) error {
	return db.Fault(s.db.Gorm(ctx).Where("id = ?", id).Delete(&templateRow{}).Error)
}

type signatureRow struct {
	PersonID  people.ID `gorm:"primaryKey"`
	Text      string
	UpdatedAt time.Time `gorm:"autoUpdateTime:false"`
}

func (signatureRow) TableName() string { return "signatures" }

// signatures reads the signatures of everybody who has one.
func (s store) signatures(ctx context.Context) (map[people.ID]string, error) {
	var rows []signatureRow
	err := s.db.Gorm(ctx).Find(&rows).Error
	all := make(map[people.ID]string, len(rows))
	for _, r := range rows {
		all[r.PersonID] = r.Text
	}
	return all, db.Fault(err)
}

// putSignature writes somebody's signature; an empty one is none.
func (s store) putSignature(ctx context.Context, who people.ID, text string) error {
	if text == "" {
		return db.Fault(s.db.Gorm(ctx).Where("person_id = ?", who).Delete(&signatureRow{}).Error)
	}
	r := signatureRow{PersonID: who, Text: db.Text(text), UpdatedAt: s.db.Now(ctx)}
	return db.Fault(s.db.Gorm(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "person_id"}}, DoUpdates: clause.AssignmentColumns([]string{"text", "updated_at"}),
	}).Create(&r).Error)
}
