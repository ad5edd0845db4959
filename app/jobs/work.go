package jobs

import (
	"context"
	"errors"
)

// Work relays and runs jobs until ctx ends.
func (q *Queue) Work(ctx context.Context, m *Mux) error { return errors.New("being written") }
