package draft

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"

	"amigo/app/db"
	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

type store struct{ db *db.DB }

type draftRow struct {
	ID        ID `gorm:"primaryKey"`
	PersonID  people.ID
	TicketID  *tickets.ID
	Place     Place
	Words     string
	Fields    string // JSON
	Aside     string // JSON
	SeenID    tickets.MessageID
	Version   int
	UpdatedAt time.Time `gorm:"autoUpdateTime:false"`
	SendAt    *time.Time
	Problem   string // JSON, or empty
}

func (draftRow) TableName() string { return "drafts" }

// rowOf is a draft as it is kept.
func rowOf(d Draft) (r draftRow, err error) {
	r = draftRow{
		ID: d.ID, PersonID: d.author, Place: d.Place, Words: db.Text(d.Words), SeenID: d.Seen, Version: d.Version, UpdatedAt: d.UpdatedAt,
	}
	if d.Ticket != 0 {
		r.TicketID = &d.Ticket
	}
	if !d.SendAt.IsZero() {
		r.SendAt = &d.SendAt
	}
	with := make(map[string]string, len(d.With))
	for name, value := range d.With {
		with[db.Text(name)] = db.Text(value)
	}
	fields, err := json.Marshal(with)
	aside, asideErr := json.Marshal(d.Aside)
	r.Fields, r.Aside = string(fields), string(aside)
	if d.Problem != nil {
		var problem []byte
		problem, err = json.Marshal(d.Problem)
		r.Problem = string(problem)
	}
	return r, errors.Join(err, asideErr)
}

// draft is a row as it is read, without its files.
func (r draftRow) draft() (d Draft, err error) {
	d = Draft{
		ID: r.ID, Place: r.Place, Words: r.Words, Seen: r.SeenID, Version: r.Version, UpdatedAt: r.UpdatedAt, author: r.PersonID,
	}
	if r.TicketID != nil {
		d.Ticket = *r.TicketID
	}
	if r.SendAt != nil {
		d.SendAt = *r.SendAt
	}
	if r.Problem != "" {
		d.Problem = new(fault.Message)
		err = json.Unmarshal([]byte(r.Problem), d.Problem)
	}
	return d, errors.Join(err, json.Unmarshal([]byte(r.Fields), &d.With), json.Unmarshal([]byte(r.Aside), &d.Aside))
}

// of reads what somebody writes on a ticket, or beside any where it is 0.
func (s store) of(ctx context.Context, who people.ID, id tickets.ID) ([]Draft, error) {
	q := s.db.Gorm(ctx).Where("person_id = ?", who)
	if id == 0 {
		q = q.Where("ticket_id IS NULL")
	} else {
		q = q.Where("ticket_id = ?", id)
	}
	return s.read(ctx, q.Order("send_at, id"))
}

// ofPerson reads everything that somebody writes, the newest first.
func (s store) ofPerson(ctx context.Context, who people.ID, limit int) ([]Draft, error) {
	return s.read(ctx, s.db.Gorm(ctx).Where("person_id = ?", who).Order("updated_at DESC, id DESC").Limit(limit))
}

// waiting counts, in one answer since it stands on every page, what somebody has
// not read that names them (see tickets) and what of theirs could not be sent.
func (s store) waiting(ctx context.Context, who people.ID) (mentions, returned int, err error) {
	var n struct{ Mentions, Returned int }
	err = s.db.Gorm(ctx).Raw("SELECT (SELECT count(*) FROM mentions WHERE person_id = ? AND read_at IS NULL) AS mentions, "+
		"(SELECT count(*) FROM drafts WHERE person_id = ? AND problem <> '') AS returned", who, who).Scan(&n).Error
	return n.Mentions, n.Returned, db.Fault(err)
}

// one reads a draft of somebody; any other is fault.NotFound.
func (s store) one(ctx context.Context, id ID, who people.ID) (Draft, error) {
	all, err := s.read(ctx, s.db.Gorm(ctx).Where("id = ? AND person_id = ?", id, who))
	if err == nil && len(all) == 0 {
		err = fault.NotFound
	}
	if err != nil {
		return Draft{}, err
	}
	return all[0], nil
}

// leaving reads a draft that is on its way, as it was sent off; ok is false when it
// is not any more.
func (s store) leaving(ctx context.Context, id ID, version int) (d Draft, ok bool, err error) {
	all, err := s.read(ctx, s.db.Gorm(ctx).Where("id = ? AND version = ? AND send_at IS NOT NULL", id, version))
	if err != nil || len(all) == 0 {
		return Draft{}, false, err
	}
	return all[0], true, nil
}

func (s store) read(ctx context.Context, q *gorm.DB) ([]Draft, error) {
	var rows []draftRow
	if err := q.Find(&rows).Error; err != nil || len(rows) == 0 {
		return nil, db.Fault(err)
	}
	all := make([]Draft, 0, len(rows))
	ids := make([]ID, 0, len(rows))
	for _, r := range rows {
		d, err := r.draft()
		if err != nil {
			return nil, err
		}
		all, ids = append(all, d), append(ids, d.ID)
	}
	return all, s.readFiles(ctx, all, ids)
}

// heldFile is a file that a draft holds.
type heldFile struct {
	ID         tickets.AttachmentID
	DraftID    ID
	UploaderID people.ID
	Name       string
	Type       string
	Size       int64
	CreatedAt  time.Time
}

// readFiles gives some drafts their files.
func (s store) readFiles(ctx context.Context, all []Draft, ids []ID) error {
	var files []heldFile
	err := s.db.Gorm(ctx).Table("attachments").Select("id, draft_id, uploader_id, name, type, size, created_at").
		Where("draft_id IN ? AND ticket_id IS NULL", ids).Order("id").Scan(&files).Error
	for _, f := range files {
		i := slices.Index(ids, f.DraftID)
		all[i].Files = append(all[i].Files, tickets.Attachment{
			ID: f.ID, Uploader: f.UploaderID, Name: f.Name, Type: f.Type, Size: f.Size, CreatedAt: f.CreatedAt,
		})
	}
	return db.Fault(err)
}

// add writes a new draft and gives it its number.
func (s store) add(ctx context.Context, d *Draft) error {
	r, err := rowOf(*d)
	if err != nil {
		return err
	}
	if err := s.db.Gorm(ctx).Create(&r).Error; err != nil {
		return db.Fault(err)
	}
	d.ID = r.ID
	return s.hold(ctx, *d)
}

// rewrite writes a draft that is there.
func (s store) rewrite(ctx context.Context, d Draft) error {
	r, err := rowOf(d)
	if err != nil {
		return err
	}
	err = s.db.Gorm(ctx).Select("words", "fields", "aside", "seen_id", "version", "updated_at", "send_at", "problem").
		Where("id = ?", d.ID).Updates(&r).Error
	if err != nil {
		return db.Fault(err)
	}
	return s.hold(ctx, d)
}

// hold has a draft hold its files, those of its author that lie loose, and no others.
// A file that is held is not forgotten (see tickets).
func (s store) hold(ctx context.Context, d Draft) error {
	files := s.db.Gorm(ctx).Table("attachments")
	if len(d.Files) == 0 {
		return db.Fault(files.Where("draft_id = ?", d.ID).UpdateColumn("draft_id", nil).Error)
	}
	if err := files.Where("draft_id = ? AND id NOT IN ?", d.ID, idsOf(d.Files)).UpdateColumn("draft_id", nil).Error; err != nil {
		return db.Fault(err)
	}
	return db.Fault(s.db.Gorm(ctx).Table("attachments").
		Where("id IN ? AND uploader_id = ? AND ticket_id IS NULL", idsOf(d.Files), d.author).UpdateColumn("draft_id", d.ID).Error)
}

// take makes a draft on its way the caller's own until the transaction ends; mine
// is false when it was taken back, changed or sent.
func (s store) take(ctx context.Context, d Draft) (mine bool, err error) {
	w := s.db.Gorm(ctx).Model(&draftRow{}).Where("id = ? AND version = ? AND send_at IS NOT NULL", d.ID, d.Version).
		UpdateColumn("version", d.Version+1)
	return w.RowsAffected == 1, db.Fault(w.Error)
}

// remove deletes a draft; its files lie loose then.
func (s store) remove(ctx context.Context, d Draft) error {
	d.Files = nil
	if err := s.hold(ctx, d); err != nil {
		return err
	}
	return db.Fault(s.db.Gorm(ctx).Where("id = ?", d.ID).Delete(&draftRow{}).Error)
}

// stale reads drafts that nobody has touched since an instant.
func (s store) stale(ctx context.Context, before time.Time, limit int) ([]Draft, error) {
	return s.read(ctx, s.db.Gorm(ctx).Where("updated_at <= ? AND send_at IS NULL", before).Order("id").Limit(limit))
}
