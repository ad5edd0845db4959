package tickets

import (
	"context"
	"strings"
	"time"

	"amigo/app/blob"
	"amigo/app/db"
	"amigo/app/people"
)

type messageRow struct {
	ID          MessageID `gorm:"primaryKey"`
	TicketID    ID
	AuthorID    people.ID
	Channel     people.Channel
	Internal    bool
	Body        string
	Quoted      string
	Cc          string // a line each
	AddresseeID *people.ID
	CreatedAt   time.Time `gorm:"autoCreateTime:false"`
}

func (messageRow) TableName() string { return "messages" }

func (r messageRow) message() Message {
	return Message{
		ID: r.ID, Ticket: r.TicketID, Author: r.AuthorID, Channel: r.Channel, Internal: r.Internal,
		Body: r.Body, Quoted: r.Quoted, Cc: strings.Fields(r.Cc), Addressee: orZero(r.AddresseeID), CreatedAt: r.CreatedAt,
	}
}

func rowOfMessage(m Message) messageRow {
	return messageRow{
		ID: m.ID, TicketID: m.Ticket, AuthorID: m.Author, Channel: m.Channel, Internal: m.Internal,
		Body: m.Body, Quoted: m.Quoted, Cc: strings.Join(m.Cc, "\n"), AddresseeID: orNull(m.Addressee), CreatedAt: m.CreatedAt,
	}
}

type attachmentRow struct {
	ID         AttachmentID `gorm:"primaryKey"`
	TicketID   *ID
	MessageID  *MessageID
	UploaderID people.ID
	Sha256     blob.Sum
	Name       string
	Type       string
	Size       int64
	CreatedAt  time.Time `gorm:"autoCreateTime:false"`
	DraftID    *int64    // of the draft that holds it
}

func (attachmentRow) TableName() string { return "attachments" }

func (r attachmentRow) attachment() Attachment {
	return Attachment{
		ID: r.ID, Ticket: orZero(r.TicketID), Message: orZero(r.MessageID), Uploader: r.UploaderID,
		Sum: r.Sha256, Name: r.Name, Type: r.Type, Size: r.Size, CreatedAt: r.CreatedAt,
	}
}

// addMessage writes a message and gives it its number.
func (s store) addMessage(ctx context.Context, m *Message) error {
	r := rowOfMessage(*m)
	err := s.db.Gorm(ctx).Create(&r).Error
	m.ID = r.ID
	return db.Fault(err)
}

// message reads one message, without its files.
func (s store) message(ctx context.Context, id MessageID) (Message, error) {
	var r messageRow
	err := s.db.Gorm(ctx).Take(&r, "id = ?", id).Error
	return r.message(), db.Fault(err)
}

// messages reads what was said on a ticket after a message, with its files; 0
// as limit means all.
func (s store) messages(ctx context.Context, id ID, notes bool, after MessageID, limit int) ([]Message, error) {
	q := s.db.Gorm(ctx).Where("ticket_id = ? AND id > ?", id, after).Order("id")
	if !notes {
		q = q.Where("NOT internal")
	}
	if limit > 0 {
		q = q.Limit(limit)
	}
	var rows []struct {
		Row   messageRow `gorm:"embedded"`
		Files bool
	}
	q = q.Model(&messageRow{}).Select("messages.*, EXISTS (SELECT 1 FROM attachments WHERE attachments.message_id = messages.id) AS files")
	if err := q.Scan(&rows).Error; err != nil {
		return nil, db.Fault(err)
	}
	all := make([]Message, 0, len(rows))
	place, files := make(map[MessageID]int, len(rows)), false
	for i, r := range rows {
		all, place[r.Row.ID] = append(all, r.Row.message()), i
		files = files || r.Files
	}
	if !files {
		return all, nil
	}
	var sent []attachmentRow
	between := s.db.Gorm(ctx).Model(&messageRow{}).Select("id").
		Where("ticket_id = ? AND id >= ? AND id <= ?", id, all[0].ID, all[len(all)-1].ID)
	if err := s.db.Gorm(ctx).Where("message_id IN (?)", between).Order("id").Find(&sent).Error; err != nil {
		return nil, db.Fault(err)
	}
	for _, f := range sent {
		if i, read := place[orZero(f.MessageID)]; read {
			all[i].Attachments = append(all[i].Attachments, f.attachment())
		}
	}
	return all, nil
}

// newer is the author of the newest message after one, by somebody else than
// who, that is public or, where those count, a third party's; 0 when there is none.
func (s store) newer(ctx context.Context, id ID, after MessageID, than people.ID, parties bool) (author people.ID, err error) {
	q := s.db.Gorm(ctx).Select("author_id").Where("ticket_id = ? AND id > ? AND author_id <> ?", id, after, than)
	if parties {
		q = q.Where("(NOT internal OR author_id IN (SELECT person_id FROM third_parties WHERE ticket_id = ?))", id)
	} else {
		q = q.Where("NOT internal")
	}
	var r []messageRow
	err = q.Order("id DESC").Limit(1).Find(&r).Error
	if len(r) > 0 {
		author = r[0].AuthorID
	}
	return author, db.Fault(err)
}

// question is the newest public message by others than some people; nil when
// there is none.
func (s store) question(ctx context.Context, id ID, than []people.ID) (*Message, error) {
	var rows []messageRow
	err := s.db.Gorm(ctx).Where("ticket_id = ? AND NOT internal AND author_id NOT IN ?", id, than).
		Order("id DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, db.Fault(err)
	}
	m := rows[0].message()
	return &m, nil
}

// copyFiles names files of one message on another, too. The bytes stay where
// they are.
func (s store) copyFiles(ctx context.Context, files []Attachment, to *Message) error {
	for _, a := range files {
		r := attachmentRow{
			TicketID: &to.Ticket, MessageID: &to.ID, UploaderID: a.Uploader, Sha256: a.Sum, Name: a.Name, Type: a.Type,
			Size: a.Size, CreatedAt: a.CreatedAt,
		}
		if err := s.db.Gorm(ctx).Create(&r).Error; err != nil {
			return db.Fault(err)
		}
		to.Attachments = append(to.Attachments, r.attachment())
	}
	return nil
}

// filesOf reads those of some files that belong to messages of a ticket.
func (s store) filesOf(ctx context.Context, id ID, ids []AttachmentID) ([]Attachment, error) {
	var rows []attachmentRow
	err := s.db.Gorm(ctx).Where("id IN ? AND ticket_id = ?", ids, id).Order("id").Find(&rows).Error
	all := make([]Attachment, 0, len(rows))
	for _, r := range rows {
		all = append(all, r.attachment())
	}
	return all, db.Fault(err)
}

// addAttachment writes a loose file and gives it its number.
func (s store) addAttachment(ctx context.Context, a *Attachment) error {
	r := attachmentRow{
		UploaderID: a.Uploader, Sha256: a.Sum, Name: a.Name, Type: a.Type, Size: a.Size, CreatedAt: a.CreatedAt,
	}
	err := s.db.Gorm(ctx).Create(&r).Error
	a.ID = r.ID
	return db.Fault(err)
}

// attachment reads one file's row.
func (s store) attachment(ctx context.Context, id AttachmentID) (Attachment, error) {
	var r attachmentRow
	err := s.db.Gorm(ctx).Take(&r, "id = ?", id).Error
	return r.attachment(), db.Fault(err)
}

// looseOf reads those of some files that lie loose and are the uploader's own.
func (s store) looseOf(ctx context.Context, who people.ID, ids []AttachmentID) ([]Attachment, error) {
	var rows []attachmentRow
	err := s.db.Gorm(ctx).Where("id IN ? AND uploader_id = ? AND ticket_id IS NULL", ids, who).Order("id").Find(&rows).Error
	all := make([]Attachment, 0, len(rows))
	for _, r := range rows {
		all = append(all, r.attachment())
	}
	return all, db.Fault(err)
}

// claim gives loose files to a message; done is false when one of them was
// claimed meanwhile.
func (s store) claim(ctx context.Context, m Message, ids []AttachmentID) (done bool, err error) {
	w := s.db.Gorm(ctx).Model(&attachmentRow{}).Where("id IN ? AND ticket_id IS NULL", ids).
		UpdateColumns(map[string]any{"ticket_id": m.Ticket, "message_id": m.ID, "draft_id": nil})
	return w.RowsAffected == int64(len(ids)), db.Fault(w.Error)
}

// forgotten reads loose files that were uploaded before an instant and that no
// draft holds.
func (s store) forgotten(ctx context.Context, before time.Time, limit int) ([]Attachment, error) {
	var rows []attachmentRow
	err := s.db.Gorm(ctx).Where("ticket_id IS NULL AND draft_id IS NULL AND created_at <= ?", before).Order("created_at").Limit(limit).Find(&rows).Error
	all := make([]Attachment, 0, len(rows))
	for _, r := range rows {
		all = append(all, r.attachment())
	}
	return all, db.Fault(err)
}

// dropLoose deletes a file's row if it still lies loose.
func (s store) dropLoose(ctx context.Context, id AttachmentID) (done bool, err error) {
	w := s.db.Gorm(ctx).Where("id = ? AND ticket_id IS NULL", id).Delete(&attachmentRow{})
	return w.RowsAffected == 1, db.Fault(w.Error)
}

// needed says whether any row of the database still names these bytes: a file, the
// drawing of one, or a received mail, whose raw message lies in the same store.
func (s store) needed(ctx context.Context, sum blob.Sum) (bool, error) {
	var yes bool
	err := s.db.Gorm(ctx).Raw("SELECT EXISTS (SELECT 1 FROM attachments WHERE sha256 = ?) OR EXISTS (SELECT 1 FROM inbound WHERE sha256 = ?) "+
		"OR EXISTS (SELECT 1 FROM previews WHERE small = ? AND small <> '')", sum, sum, sum).Scan(&yes).Error
	return yes, db.Fault(err)
}
