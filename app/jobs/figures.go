package jobs

import (
	"context"
	"fmt"
	"time"

	"amigo/app/db"
)

// Figures are how the outbox stands, in numbers.
type Figures struct {
	Counts []Count
	Late   time.Duration // for how long the oldest job that is due has waited; 0: none is due
}

// Count is how many jobs of a kind are in a state that is not done.
type Count struct {
	State string // "ready", "handed" or "failed"
	Kind  string
	N     int64
}

// Figures counts the jobs that are not done. It costs what they are, however
// many were done before.
func (q *Queue) Figures(ctx context.Context) (f Figures, err error) {
	if f.Counts, err = q.store.figures(ctx); err != nil {
		return f, fmt.Errorf("jobs: figures: %w", err)
	}
	oldest, err := q.store.oldest(ctx)
	if err != nil {
		return f, fmt.Errorf("jobs: figures: %w", err)
	}
	if oldest != nil {
		f.Late = max(0, q.db.Now(ctx).Sub(*oldest))
	}
	return f, nil
}

// figures counts by state and kind. Each state is spelled out, and read on its
// own: so each has its partial index.
func (s store) figures(ctx context.Context) (all []Count, err error) {
	for _, where := range []string{"state = 'ready'", "state = 'handed'", "state = 'failed'"} {
		var some []Count
		err := s.db.Gorm(ctx).Model(&row{}).Select("state, kind, count(*) AS n").Where(where).Group("state, kind").Scan(&some).Error
		if err != nil {
			return nil, db.Fault(err)
		}
		all = append(all, some...)
	}
	return all, nil
}
