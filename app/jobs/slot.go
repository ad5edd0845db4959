package jobs

import (
	"context"
	"fmt"
	"time"
)

// Beat says which round of a periodic job this is.
type Beat struct {
	// At is the slot: the multiple of the interval for which the job is done.
	At time.Time
	// Last is the newest earlier slot that was done; zero when there is none.
	// After downtime it lies more than one interval back, and whatever should
	// have happened in between is this beat's work.
	Last time.Time
}

type beatKey struct{}

// Slot is the beat that ctx's handler runs for; zero when its job was put by hand.
func Slot(ctx context.Context) Beat {
	b, _ := ctx.Value(beatKey{}).(Beat)
	return b
}

// withBeat tells a handler its beat.
func (q *Queue) withBeat(ctx context.Context, r row) (context.Context, error) {
	if r.Slot == nil {
		return ctx, nil
	}
	b := Beat{At: *r.Slot}
	last, err := q.store.lastDone(ctx, r.Kind, b.At)
	if err != nil {
		return nil, fmt.Errorf("last beat: %w", err)
	}
	if last != nil {
		b.Last = *last
	}
	return context.WithValue(ctx, beatKey{}, b), nil
}

// beat writes the current slot of each periodic job, unless somebody has. seen
// remembers what this caller wrote, so that an idle second writes nothing.
func (q *Queue) beat(ctx context.Context, m *Mux, seen map[string]time.Time) error {
	for kind, b := range m.beats {
		slot := q.db.Now(ctx).Truncate(b.every)
		if seen[kind].Equal(slot) {
			continue
		}
		err := q.db.Tx(ctx, func(ctx context.Context) error {
			return q.store.insertSlot(ctx, row{
				Kind: kind, Args: b.args, State: ready, Slot: &slot,
				RunAt: slot, MaxAttempts: tries, CreatedAt: q.db.Now(ctx),
			})
		})
		if err != nil {
			return fmt.Errorf("jobs: beat %s: %w", kind, err)
		}
		seen[kind] = slot
	}
	return nil
}
