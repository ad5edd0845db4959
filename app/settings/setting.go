package settings

import (
	"context"
	"encoding/json"
	"fmt"

	"amigo/app/db"
	"amigo/app/fault"
)

// Setting is one choice of an installation. T must survive being written as JSON.
type Setting[T any] struct {
	store store
	key   string
	usual T
	check func(T) error
	text  *db.Kept[string]
}

// New names a setting. key is kept for ever: it is in the database. check says
// what is wrong with a value, as fault.Fields; nil allows everything.
func New[T any](d *db.DB, key string, usual T, check func(T) error) *Setting[T] {
	if check == nil {
		check = func(T) error { return nil }
	}
	s := &Setting[T]{store: store{d}, key: key, usual: usual, check: check}
	s.text = db.Keep(d, "settings/"+key, func(ctx context.Context) (string, error) { return s.store.read(ctx, key) })
	return s
}

// Usual is what holds where nothing was chosen.
func (s *Setting[T]) Usual() T { return s.usual }

// Get gives what was chosen, or the usual value.
func (s *Setting[T]) Get(ctx context.Context) (T, error) {
	text, err := s.text.Get(ctx)
	if err != nil || text == "" {
		return s.usual, err
	}
	var chosen T
	if json.Unmarshal([]byte(text), &chosen) != nil || s.check(chosen) != nil {
		return s.usual, nil
	}
	return chosen, nil
}

// Put chooses. What the rule refuses changes nothing and is the rule's error.
func (s *Setting[T]) Put(ctx context.Context, chosen T) (err error) {
	defer fault.Wrap(&err, "setting %s", s.key)
	if err := s.check(chosen); err != nil {
		return err
	}
	text, err := json.Marshal(chosen)
	if err != nil {
		return fmt.Errorf("write it down: %w", err)
	}
	return s.store.write(ctx, s.key, string(text))
}
