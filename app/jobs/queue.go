package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"amigo/app/db"
	"amigo/app/fault"
	"amigo/app/redis"
)

// tries is how often a job is tried before it is given up: with [backoff], half
// a day of trying.
const tries = 20

// Queue is the outbox of jobs. Its fields are set before the first use.
type Queue struct {
	// Context gives a handler's context what it needs beside the job: who acts.
	// nil leaves it as it is.
	Context func(context.Context) context.Context
	// Ran is told of every job that was tried: its kind, how long it took, and its
	// error. It must be quick; nil means nobody counts.
	Ran func(kind string, took time.Duration, err error)
	// Name tells apart the queues that share a Redis. New sets "amigo".
	Name string
	// Workers is how many jobs one process does at once. New sets 8.
	Workers int
	// Grace is how long jobs that run may go on once Work is told to end. New
	// sets eight seconds.
	Grace time.Duration

	db    *db.DB
	redis *redis.Server
	store store
	nudge chan struct{} // rung when a job was written; the relay listens
}

// New builds the queue. r may be nil in a program that only puts or drains.
func New(d *db.DB, r *redis.Server) *Queue {
	return &Queue{
		Name: "amigo", Workers: 8, Grace: 8 * time.Second,
		db: d, redis: r, store: store{d}, nudge: make(chan struct{}, 1),
	}
}

// Option refines a Put.
type Option func(*put)

type put struct {
	at       time.Time
	attempts int
	once     bool
}

// At delays a job until an instant.
func At(at time.Time) Option { return func(p *put) { p.at = at } }

// Attempts says how often the job is tried before it is given up; 20 unless told.
func Attempts(n int) Option { return func(p *put) { p.attempts = n } }

// Once puts nothing when the same job, in kind and arguments, is handed over or
// will be by then. Two transactions that run at the same time may both put it.
func Once() Option { return func(p *put) { p.once = true } }

// Put writes a job into the outbox within ctx's transaction (or one of its
// own): it will be done if, and only if, that transaction is kept.
func (q *Queue) Put(ctx context.Context, a Args, opts ...Option) error {
	args, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("jobs: %s: %w", a.Kind(), err)
	}
	p := put{attempts: tries}
	for _, o := range opts {
		o(&p)
	}
	return q.db.Tx(ctx, func(ctx context.Context) error {
		now := q.db.Now(ctx)
		if p.at.Before(now) {
			p.at = now
		}
		if p.once {
			if there, err := q.store.pending(ctx, a.Kind(), string(args), p.at); err != nil || there {
				return err
			}
		}
		err := q.store.insert(ctx, row{
			Kind: a.Kind(), Args: string(args), State: ready,
			RunAt: p.at.UTC().Truncate(time.Microsecond), MaxAttempts: max(p.attempts, 1), CreatedAt: now,
		})
		if err != nil {
			return fmt.Errorf("jobs: put %s: %w", a.Kind(), err)
		}
		q.db.AfterCommit(ctx, q.ring)
		return nil
	})
}

// ring wakes this process's relay. A bell that already rings need not ring twice.
func (q *Queue) ring(context.Context) {
	select {
	case q.nudge <- struct{}{}:
	default:
	}
}

// Failure is a job that was given up.
type Failure struct {
	ID        int64
	Kind      string
	Args      string // JSON
	Attempts  int
	LastError string
	CreatedAt time.Time
	FailedAt  time.Time
}

// Failed lists the jobs that were given up, newest first, at most 200.
func (q *Queue) Failed(ctx context.Context) ([]Failure, error) {
	rows, err := q.store.failed(ctx, 200)
	if err != nil {
		return nil, fmt.Errorf("jobs: failed: %w", err)
	}
	list := make([]Failure, 0, len(rows))
	for _, r := range rows {
		f := Failure{ID: r.ID, Kind: r.Kind, Args: r.Args, Attempts: r.Attempts, LastError: r.LastError, CreatedAt: r.CreatedAt}
		if r.DoneAt != nil {
			f.FailedAt = *r.DoneAt
		}
		list = append(list, f)
	}
	return list, nil
}

// Retry puts a job that was given up back into the outbox, with as many
// attempts as a new one has. A job that is not given up is fault.NotFound.
func (q *Queue) Retry(ctx context.Context, id int64) error {
	return q.db.Tx(ctx, func(ctx context.Context) error {
		found, err := q.store.revive(ctx, id, q.db.Now(ctx))
		if err != nil {
			return fmt.Errorf("jobs: retry %d: %w", id, err)
		}
		if !found {
			return fmt.Errorf("jobs: retry %d: %w", id, fault.NotFound)
		}
		q.db.AfterCommit(ctx, q.ring)
		return nil
	})
}

// Stats is how the outbox stands.
type Stats struct {
	Ready  int64 // waiting, for their time too
	Handed int64 // in Redis, or being done
	Done   int64 // within the days that are kept
	Failed int64 // given up
	// Late is for how long the oldest job that is due has waited; 0: none is due.
	Late time.Duration
}

// Stats counts the jobs by state.
func (q *Queue) Stats(ctx context.Context) (Stats, error) {
	counts, err := q.store.count(ctx)
	if err != nil {
		return Stats{}, fmt.Errorf("jobs: stats: %w", err)
	}
	oldest, err := q.store.oldest(ctx)
	if err != nil {
		return Stats{}, fmt.Errorf("jobs: stats: %w", err)
	}
	s := Stats{Ready: counts[ready], Handed: counts[handed], Done: counts[done], Failed: counts[failed]}
	if oldest != nil {
		s.Late = max(0, q.db.Now(ctx).Sub(*oldest))
	}
	return s, nil
}
