package tickets

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"amigo/app/db"
	"amigo/app/people"
)

// digestLine is a letter that was not written: it waits for somebody's digest.
type digestLine struct {
	ID      int64
	Person  people.ID
	Ticket  ID
	Event   int64
	Message MessageID // 0: nothing was said
	Letter  letter
	Due     time.Time
}

type digestRow struct {
	ID        int64 `gorm:"primaryKey"`
	PersonID  people.ID
	TicketID  ID
	EventID   int64
	MessageID *MessageID
	Kind      letter
	DueAt     time.Time
}

func (digestRow) TableName() string { return "digest_lines" }

func (r digestRow) line() digestLine {
	return digestLine{ID: r.ID, Person: r.PersonID, Ticket: r.TicketID, Event: r.EventID, Message: orZero(r.MessageID), Letter: r.Kind, Due: r.DueAt}
}

// addLine writes a line, once for a person and an event.
func (s store) addLine(ctx context.Context, l digestLine) error {
	r := digestRow{PersonID: l.Person, TicketID: l.Ticket, EventID: l.Event, MessageID: orNull(l.Message), Kind: l.Letter, DueAt: l.Due}
	once := clause.OnConflict{Columns: []clause.Column{{Name: "person_id"}, {Name: "event_id"}}, DoNothing: true}
	return db.Fault(s.db.Gorm(ctx).Clauses(once).Create(&r).Error)
}

// awaiting lists those whose digest is due by an instant, behind one of them.
func (s store) awaiting(ctx context.Context, now time.Time, behind people.ID, limit int) (who []people.ID, err error) {
	err = s.db.Gorm(ctx).Model(&digestRow{}).Where("due_at <= ? AND person_id > ?", now, behind).
		Distinct().Order("person_id").Limit(limit).Pluck("person_id", &who).Error
	return who, db.Fault(err)
}

// lines reads what is due by an instant for somebody, oldest first.
func (s store) lines(ctx context.Context, who people.ID, now time.Time) ([]digestLine, error) {
	var rows []digestRow
	if err := s.db.Gorm(ctx).Where("person_id = ? AND due_at <= ?", who, now).Order("id").Find(&rows).Error; err != nil {
		return nil, db.Fault(err)
	}
	all := make([]digestLine, 0, len(rows))
	for _, r := range rows {
		all = append(all, r.line())
	}
	return all, nil
}

// dropLines deletes lines.
func (s store) dropLines(ctx context.Context, all []digestLine) error {
	for chunk := range slices.Chunk(all, batch) {
		ids := make([]int64, 0, len(chunk))
		for _, l := range chunk {
			ids = append(ids, l.ID)
		}
		if err := s.db.Gorm(ctx).Where("id IN ?", ids).Delete(&digestRow{}).Error; err != nil {
			return db.Fault(err)
		}
	}
	return nil
}

// hurry makes what waits for somebody due.
func (s store) hurry(ctx context.Context, who people.ID, now time.Time) error {
	return db.Fault(s.db.Gorm(ctx).Model(&digestRow{}).Where("person_id = ? AND due_at > ?", who, now).Update("due_at", now).Error)
}

// told reads the events, and what was said with them and can still be read, that
// some lines of one ticket are about.
func (s store) told(ctx context.Context, all []digestLine) (map[int64]Event, map[MessageID]Message, error) {
	var events []int64
	var messages []MessageID
	for _, l := range all {
		events, messages = append(events, l.Event), append(messages, l.Message)
	}
	what, said := map[int64]Event{}, map[MessageID]Message{}
	var rows []eventRow
	if err := s.db.Gorm(ctx).Where("id IN ?", events).Find(&rows).Error; err != nil {
		return nil, nil, db.Fault(err)
	}
	for _, r := range rows {
		e, err := r.event()
		if err != nil {
			return nil, nil, err
		}
		what[r.ID] = e
	}
	var words []messageRow
	if err := s.db.Gorm(ctx).Where("id IN ? AND ticket_id = ?", messages, all[0].Ticket).Find(&words).Error; err != nil {
		return nil, nil, db.Fault(err)
	}
	for _, r := range words {
		said[r.ID] = r.message()
	}
	var files []attachmentRow
	if err := s.db.Gorm(ctx).Where("message_id IN ? AND ticket_id = ?", messages, all[0].Ticket).Order("id").Find(&files).Error; err != nil {
		return nil, nil, db.Fault(err)
	}
	for _, r := range files {
		m := said[orZero(r.MessageID)]
		m.Attachments = append(m.Attachments, r.attachment())
		said[m.ID] = m
	}
	return what, said, nil
}
