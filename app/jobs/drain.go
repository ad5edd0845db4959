package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// endless is how many jobs a Drain does before it calls them endless.
const endless = 10_000

// Drain does everything that is due now, here and without Redis: what was put,
// one beat of each periodic job, and what these put in their turn. Jobs that
// fail wait for their next attempt as ever; their errors are returned, joined.
//
// Tests use it to make the work of a moment happen at once. It must not be
// called inside a transaction.
func (q *Queue) Drain(ctx context.Context, m *Mux) error {
	if q.db.InTx(ctx) {
		return errors.New("jobs: drain inside a transaction")
	}
	if err := m.check(); err != nil {
		return err
	}
	var errs []error
	seen := map[string]time.Time{}
	for range endless {
		if err := q.beat(ctx, m, seen); err != nil {
			return errors.Join(append(errs, err)...)
		}
		rows, err := q.take(ctx, m, 1)
		if err != nil || len(rows) == 0 {
			return errors.Join(append(errs, err)...)
		}
		errs = append(errs, q.perform(ctx, m, rows[0].ID, rows[0].Attempts))
	}
	return fmt.Errorf("jobs: drain: no end after %d jobs", endless)
}
