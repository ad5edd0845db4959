package tickets

import (
	"context"
	"time"

	"amigo/app/db"
	"amigo/app/people"
	"amigo/sla/calendar"
)

type effortRow struct {
	ID        EffortID `gorm:"primaryKey"`
	TicketID  ID
	PersonID  people.ID
	Day       string
	Minutes   int
	Words     string
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
}

func (effortRow) TableName() string { return "efforts" }

func (r effortRow) effort() (Effort, error) {
	day, err := calendar.ParseDay(r.Day)
	return Effort{ID: r.ID, Person: r.PersonID, Day: day, Minutes: r.Minutes, Words: r.Words, CreatedAt: r.CreatedAt}, err
}

// addEffort writes a note of time spent.
func (s store) addEffort(ctx context.Context, id ID, e Effort) error {
	r := effortRow{TicketID: id, PersonID: e.Person, Day: e.Day.String(), Minutes: e.Minutes, Words: e.Words, CreatedAt: e.CreatedAt}
	return db.Fault(s.db.Gorm(ctx).Create(&r).Error)
}

// effort reads a note that somebody made on a ticket.
func (s store) effort(ctx context.Context, id ID, note EffortID, by people.ID) (Effort, error) {
	var r effortRow
	if err := s.db.Gorm(ctx).Take(&r, "id = ? AND ticket_id = ? AND person_id = ?", note, id, by).Error; err != nil {
		return Effort{}, db.Fault(err)
	}
	return r.effort()
}

// changeEffort corrects a note.
func (s store) changeEffort(ctx context.Context, e Effort) error {
	return db.Fault(s.db.Gorm(ctx).Model(&effortRow{}).Where("id = ?", e.ID).
		UpdateColumns(map[string]any{"day": e.Day.String(), "minutes": e.Minutes, "words": e.Words}).Error)
}

// dropEffort deletes a note.
func (s store) dropEffort(ctx context.Context, note EffortID) error {
	return db.Fault(s.db.Gorm(ctx).Where("id = ?", note).Delete(&effortRow{}).Error)
}
