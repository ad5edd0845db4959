package web

import (
	"context"
	"time"

	"amigo/app/db"
	"amigo/app/jobs"
)

// SweepSessions removes the sessions that have expired.
type SweepSessions struct{}

// Kind is the name of the job.
func (SweepSessions) Kind() string { return "web.sweep_sessions" }

// Jobs registers the jobs of the pages. They need no pages: the process that
// does them need not be one that serves.
func Jobs(m *jobs.Mux, d *db.DB) {
	store := sessionStore{db: d}
	jobs.Handle(m, func(ctx context.Context, _ SweepSessions) error { return store.sweep(ctx) })
	jobs.Every(m, 10*time.Minute, SweepSessions{})
}
