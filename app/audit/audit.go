package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"amigo/app/db"
)

// Log is the append-only record of what was done.
type Log struct {
	db    *db.DB
	store store
}

// New builds the log.
func New(d *db.DB) *Log { return &Log{db: d, store: store{d}} }

// Entry is what was done, by whom, to what.
type Entry struct {
	Actor   string // uid
	Action  string // "session.signin", "token.create" …
	Subject string // what was acted on: "person:clara.martin", "ticket:10001"
	Details map[string]any
}

// Line is an entry as it stands in the record.
type Line struct {
	ID int64
	At time.Time
	Entry
	Hash string // of this line and the hash before it, in hexadecimal
}

// Write appends an entry within the caller's transaction (or one of its own).
// Others who write wait until that transaction ends, so it should end soon.
// Details are kept as JSON.
func (l *Log) Write(ctx context.Context, e Entry) error {
	details, err := detailsOf(e)
	if err != nil {
		return fmt.Errorf("audit: %s: %w", e.Action, err)
	}
	err = l.db.Tx(ctx, func(ctx context.Context) error {
		if err := l.db.Lock(ctx, "audit"); err != nil {
			return err
		}
		before, err := l.store.newest(ctx)
		if err != nil {
			return err
		}
		r := row{
			At: l.db.Now(ctx), Actor: db.Text(e.Actor), Action: db.Text(e.Action),
			Subject: db.Text(e.Subject), Details: details,
		}
		r.Hash = digest(before.Hash, r)
		return l.store.append(ctx, r)
	})
	if err != nil {
		return fmt.Errorf("audit: %s: %w", e.Action, err)
	}
	return nil
}

// List reads the record from its end, newest first: at most limit lines with an
// id below before (0: from the end).
func (l *Log) List(ctx context.Context, before int64, limit int) ([]Line, error) {
	rows, err := l.store.list(ctx, before, limit)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	lines := make([]Line, 0, len(rows))
	for _, r := range rows {
		line := Line{ID: r.ID, At: r.At, Hash: r.Hash, Entry: Entry{Actor: r.Actor, Action: r.Action, Subject: r.Subject}}
		if err := json.Unmarshal([]byte(r.Details), &line.Details); err != nil {
			return nil, fmt.Errorf("audit: line %d: %w", r.ID, err)
		}
		lines = append(lines, line)
	}
	return lines, nil
}

func detailsOf(e Entry) (string, error) {
	if len(e.Details) == 0 {
		return "{}", nil
	}
	details, err := json.Marshal(e.Details)
	return string(details), err
}
