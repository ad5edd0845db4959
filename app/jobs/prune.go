package jobs

import (
	"context"
	"time"
)

// kept is for how long a job that is done can be looked at.
const kept = 7 * 24 * time.Hour

// pruned is how many rows one prune deletes at most; the next hour has the rest.
const pruned = 10_000

// Prune deletes rows that were done long ago. Jobs that were given up stay until
// somebody looks after them, beats excepted.
type Prune struct{}

// Kind is "jobs.prune".
func (Prune) Kind() string { return "jobs.prune" }

// Jobs registers the queue's own job.
func (q *Queue) Jobs(m *Mux) {
	Handle(m, q.prune)
	Every(m, time.Hour, Prune{})
}

func (q *Queue) prune(ctx context.Context, _ Prune) error {
	return q.store.prune(ctx, q.db.Now(ctx).Add(-kept), pruned)
}
