package tickets

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"amigo/app/db"
	"amigo/app/people"
)

type mentionRow struct {
	MessageID MessageID
	PersonID  people.ID
	TicketID  ID
	ReadAt    *time.Time
}

func (mentionRow) TableName() string { return "mentions" }

// mention keeps that a note names somebody, who watches its ticket from then on.
func (s store) mention(ctx context.Context, m Message, who people.ID) error {
	r := mentionRow{MessageID: m.ID, PersonID: who, TicketID: m.Ticket}
	if err := s.db.Gorm(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&r).Error; err != nil {
		return db.Fault(err)
	}
	err := s.db.Gorm(ctx).Exec("INSERT INTO watchers (ticket_id, person_id, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", m.Ticket, who, s.db.Now(ctx)).Error
	return db.Fault(err)
}

// mentionsOf lists the notes that name somebody, unread ones first, then the newest.
func (s store) mentionsOf(ctx context.Context, who people.ID, limit int) (all []Mention, err error) {
	var rows []struct {
		MessageID MessageID
		TicketID  ID
		Subject   string
		AuthorID  people.ID
		Body      string
		CreatedAt time.Time
		ReadAt    *time.Time
	}
	err = s.db.Gorm(ctx).Table("mentions AS n").
		Select("n.message_id, n.ticket_id, t.subject, m.author_id, m.body, m.created_at, n.read_at").
		Joins("JOIN messages AS m ON m.id = n.message_id").Joins("JOIN tickets AS t ON t.id = n.ticket_id").
		Where("n.person_id = ?", who).Order("CASE WHEN n.read_at IS NULL THEN 0 ELSE 1 END, n.message_id DESC").Limit(limit).Scan(&rows).Error
	for _, r := range rows {
		all = append(all, Mention{
			Message: r.MessageID, Ticket: r.TicketID, Subject: r.Subject, Author: r.AuthorID, Body: r.Body, At: r.CreatedAt, Read: r.ReadAt != nil,
		})
	}
	return all, db.Fault(err)
}

// readMentions marks somebody's mentions on a ticket as read, on all where it is 0.
func (s store) readMentions(ctx context.Context, who people.ID, id ID, at time.Time) error {
	q := s.db.Gorm(ctx).Model(&mentionRow{}).Where("person_id = ? AND read_at IS NULL", who)
	if id != 0 {
		q = q.Where("ticket_id = ?", id)
	}
	return db.Fault(q.UpdateColumn("read_at", at).Error)
}
