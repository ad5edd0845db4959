package tickets

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"amigo/app/db"
	"amigo/app/people"
)

type eventRow struct {
	ID       int64 `gorm:"primaryKey"`
	TicketID ID
	At       time.Time
	Kind     What
	ActorID  people.ID
	Changes  string // JSON
	Data     string // JSON
}

func (eventRow) TableName() string { return "events" }

// addEvent writes an event and gives it its number.
func (s store) addEvent(ctx context.Context, e *Event) error {
	r, err := rowOfEvent(*e)
	if err != nil {
		return err
	}
	err = s.db.Gorm(ctx).Create(&r).Error
	e.ID = r.ID
	return db.Fault(err)
}

func rowOfEvent(e Event) (eventRow, error) {
	changes, err := object(e.Changes)
	if err != nil {
		return eventRow{}, err
	}
	data, err := object(e.Data)
	return eventRow{ID: e.ID, TicketID: e.Ticket, At: e.At, Kind: e.What, ActorID: e.Actor, Changes: changes, Data: data}, err
}

// object spells a map as JSON; none is {}.
func object[V any](m map[string]V) (string, error) {
	if len(m) == 0 {
		return "{}", nil
	}
	text, err := json.Marshal(m)
	return string(text), err
}

// events reads the history of a ticket, oldest first.
func (s store) events(ctx context.Context, id ID, all bool) ([]Event, error) {
	q := s.db.Gorm(ctx).Where("ticket_id = ?", id).Order("id")
	if !all {
		q = q.Where("kind NOT IN ?", internal)
	}
	var rows []eventRow
	if err := q.Find(&rows).Error; err != nil {
		return nil, db.Fault(err)
	}
	events := make([]Event, 0, len(rows))
	for _, r := range rows {
		e, err := r.event()
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}

func (r eventRow) event() (Event, error) {
	e := Event{ID: r.ID, Ticket: r.TicketID, At: r.At, What: r.Kind, Actor: r.ActorID}
	if err := json.Unmarshal([]byte(r.Changes), &e.Changes); err != nil {
		return e, fmt.Errorf("event %d: changes: %w", r.ID, err)
	}
	if err := json.Unmarshal([]byte(r.Data), &e.Data); err != nil {
		return e, fmt.Errorf("event %d: data: %w", r.ID, err)
	}
	return e, nil
}

// lastChanger is who last changed a field of a ticket; 0 when nobody has.
func (s store) lastChanger(ctx context.Context, id ID) (who people.ID, err error) {
	var rows []eventRow
	err = s.db.Gorm(ctx).Select("actor_id").Where("ticket_id = ? AND changes <> '{}'", id).Order("id DESC").Limit(1).Find(&rows).Error
	if len(rows) > 0 {
		who = rows[0].ActorID
	}
	return who, db.Fault(err)
}
