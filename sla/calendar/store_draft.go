package calendar

import (
	"context"
	"fmt"
	"time"

	"amigo/app/db"
	"amigo/app/fault"
)

type draftRow struct {
	ID        DraftID `gorm:"primaryKey"`
	Calendar  string
	BaseID    *VersionID
	State     DraftState
	Spec      string
	Source    string
	Reason    string
	Author    string
	CreatedAt time.Time
	DecidedAt *time.Time
	Decider   string
	VersionID *VersionID
}

func (draftRow) TableName() string { return "calendar_drafts" }

// base is the version that a draft was drawn from, 0 for none.
func (r draftRow) base() VersionID {
	if r.BaseID == nil {
		return 0
	}
	return *r.BaseID
}

// draft is the row as the Book gives it.
func (r draftRow) draft() (Draft, error) {
	d := Draft{
		ID: r.ID, Calendar: r.Calendar, Base: r.base(), State: r.State, Source: r.Source, Reason: r.Reason, Author: r.Author,
		CreatedAt: r.CreatedAt, DecidedAt: r.DecidedAt, Decider: r.Decider,
	}
	if r.VersionID != nil {
		d.Version = *r.VersionID
	}
	if r.Spec == "" {
		return d, nil
	}
	var err error
	d.Spec, err = Parse([]byte(r.Spec))
	return d, err
}

func (s store) newDraft(ctx context.Context, row *draftRow) error {
	row.CreatedAt = s.db.Now(ctx)
	return db.Fault(s.db.Gorm(ctx).Create(row).Error)
}

func (s store) draft(ctx context.Context, id DraftID) (row draftRow, err error) {
	err = s.db.Gorm(ctx).Where("id = ?", id).Take(&row).Error
	return row, db.Fault(err)
}

// drafts lists those of a calendar, or of all if it has no name, the newest first.
func (s store) drafts(ctx context.Context, calendar string, limit int) (rows []draftRow, err error) {
	q := s.db.Gorm(ctx).Order("id DESC").Limit(limit)
	if calendar != "" {
		q = q.Where("calendar = ?", calendar)
	}
	err = q.Find(&rows).Error
	return rows, db.Fault(err)
}

// moveDraft writes the columns of now to a draft that is in one of the states; fault.Conflict if it is in another.
func (s store) moveDraft(ctx context.Context, id DraftID, now draftRow, columns []string, from ...DraftState) error {
	if _, err := s.draft(ctx, id); err != nil {
		return err
	}
	done := s.db.Gorm(ctx).Model(&draftRow{}).Where("id = ? AND state IN ?", id, from).Select(columns).Updates(now)
	if done.Error == nil && done.RowsAffected == 0 {
		return fmt.Errorf("it is none of %v: %w", from, fault.Conflict)
	}
	return db.Fault(done.Error)
}
