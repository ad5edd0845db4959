package draft

import (
	"context"
	"time"

	"amigo/app/fault"
	"amigo/app/jobs"
)

// sweep lets go of the drafts that nobody has touched for long.
type sweep struct{}

// Kind is the name of the job.
func (sweep) Kind() string { return "drafts.sweep" }

// batch is how many drafts are let go in one transaction.
const batch = 200

// Jobs registers the jobs of drafts. That which sends works outside of any
// transaction: what the desk refuses is written in another than what it was asked.
func (s *Drafts) Jobs(m *jobs.Mux) {
	jobs.HandleOutside(m, s.leave)
	jobs.HandleOutside(m, s.sweep)
	jobs.Every(m, 6*time.Hour, sweep{})
}

func (s *Drafts) sweep(ctx context.Context, _ sweep) (err error) {
	defer fault.Wrap(&err, "drafts: sweep")
	for {
		gone := 0
		err := s.db.Tx(ctx, func(ctx context.Context) error {
			all, err := s.store.stale(ctx, s.db.Now(ctx).Add(-keptFor), batch)
			for _, d := range all {
				if err := s.store.remove(ctx, d); err != nil {
					return err
				}
			}
			gone = len(all)
			return err
		})
		if err != nil || gone < batch {
			return err
		}
	}
}
