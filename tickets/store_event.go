package tickets

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

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
	Version  int
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
	return eventRow{ID: e.ID, TicketID: e.Ticket, At: e.At, Kind: e.What, ActorID: e.Actor, Changes: changes, Data: data, Version: e.version}, err
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
	return s.eventsAfter(ctx, id, all, 0, 0)
}

// eventsAfter is events behind one of them; 0 as limit means all.
func (s store) eventsAfter(ctx context.Context, id ID, all bool, after int64, limit int) ([]Event, error) {
	q := s.db.Gorm(ctx).Where("ticket_id = ? AND id > ?", id, after).Order("id")
	if !all {
		q = q.Where("kind NOT IN ?", internal)
	}
	if limit > 0 {
		q = q.Limit(limit)
	}
	return eventsOf(q)
}

// changesAfter reads what changed fields of a ticket since it had a version,
// oldest first.
func (s store) changesAfter(ctx context.Context, id ID, version int) ([]Event, error) {
	return eventsOf(s.db.Gorm(ctx).Where("ticket_id = ? AND version > ?", id, version).Order("id"))
}

// eventsOf reads the events of a query.
func eventsOf(q *gorm.DB) ([]Event, error) {
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
	e := Event{ID: r.ID, Ticket: r.TicketID, At: r.At, What: r.Kind, Actor: r.ActorID, version: r.Version}
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
