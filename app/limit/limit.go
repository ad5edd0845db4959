package limit

import (
	"context"
	"fmt"
	"time"

	"amigo/app/db"
)

// Limiter counts events by key, in the database.
type Limiter struct {
	db    *db.DB
	store store
}

// New builds the limiter.
func New(d *db.DB) *Limiter { return &Limiter{db: d, store: store{d}} }

// Take counts one event under key ("signin:192.0.2.7"). allowed is false when it
// is too much; retry is then how long to wait. A rate that allows nothing, or
// more than one event a microsecond, is fault.Invalid.
//
// It joins ctx's transaction: others wait for the key until that ends, and what
// it counted is undone with it. Most callers want none around it.
func (l *Limiter) Take(ctx context.Context, key string, r Rate) (allowed bool, retry time.Duration, err error) {
	step, err := r.step()
	if err != nil {
		return false, 0, err
	}
	key = db.Text(key)
	err = l.db.Tx(ctx, func(ctx context.Context) error {
		now := l.db.Now(ctx)
		if allowed, err = l.store.take(ctx, key, now, r.Burst, step); err != nil {
			return err
		}
		for !allowed {
			tat, err := l.store.get(ctx, key)
			if err != nil {
				return err
			}
			var next time.Time
			if next, retry = conform(tat, now, r.Burst, step); retry > 0 {
				return nil
			}
			// Somebody else may count at this moment: then it was not as it was read.
			if allowed, err = l.store.move(ctx, key, tat, next); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return false, 0, fmt.Errorf("limit: %w", err)
	}
	return allowed, retry, nil
}

// Prune deletes what says no more than its absence would.
func (l *Limiter) Prune(ctx context.Context) error {
	return l.db.Tx(ctx, func(ctx context.Context) error {
		if err := l.store.prune(ctx, l.db.Now(ctx)); err != nil {
			return fmt.Errorf("limit: prune: %w", err)
		}
		return nil
	})
}
