package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/hibiken/asynq"
)

const (
	handful   = 100              // rows handed over at once
	lookEvery = 15 * time.Second // between two looks after handed rows
)

// relay hands ready rows to asynq and looks after those that were handed over.
type relay struct {
	q         *Queue
	mux       *Mux
	bell      *asynq.Client
	tower     *asynq.Inspector
	seen      map[string]time.Time // the newest beat written, by kind
	looked    time.Time            // when handed rows were last looked after
	troubled  bool                 // the last pass failed, and it was said
	orphaning bool                 // what is handed now was handed by a process that is gone
}

// newRelay builds the relay of a process. With the Redis inside of it, every
// row that is handed when it starts was handed by a process that is gone.
func newRelay(q *Queue, m *Mux) *relay {
	client := q.redis.Client()
	return &relay{
		q: q, mux: m,
		bell:  asynq.NewClientFromRedisClient(client),
		tower: asynq.NewInspectorFromRedisClient(client),
		seen:  map[string]time.Time{}, orphaning: q.redis.Inside(),
	}
}

// run relays until ctx ends.
func (r *relay) run(ctx context.Context) {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for ctx.Err() == nil {
		r.say(ctx, r.pass(ctx))
		select {
		case <-ctx.Done():
		case <-second.C:
		case <-r.q.nudge:
		}
	}
}

// say tells of trouble when it begins and when it ends, not each second.
func (r *relay) say(ctx context.Context, err error) {
	switch {
	case ctx.Err() != nil:
	case err != nil && !r.troubled:
		slog.WarnContext(ctx, "jobs wait", "error", err)
	case err == nil && r.troubled:
		slog.InfoContext(ctx, "jobs are handed over again")
	}
	r.troubled = err != nil
}

// pass is one round: beats are written, lost rows found, ready rows handed over.
func (r *relay) pass(ctx context.Context) error {
	if err := r.q.beat(ctx, r.mux, r.seen); err != nil {
		return err
	}
	if now := r.q.db.Now(ctx); now.Sub(r.looked) >= lookEvery {
		if err := r.rescue(ctx, now); err != nil {
			return err
		}
		r.looked = now
	}
	for {
		n, err := r.hand(ctx)
		if err != nil || n < handful {
			return err
		}
	}
}

// hand gives the rows whose time has come to asynq, and says how many.
func (r *relay) hand(ctx context.Context) (int, error) {
	waiting, err := r.q.waiting(ctx, r.mux)
	if err != nil || !waiting {
		return 0, err
	}
	// While the bell is out of order the rows stay ready, and no attempt is counted.
	if err := r.q.redis.Ping(ctx); err != nil {
		return 0, err
	}
	rows, err := r.q.take(ctx, r.mux, handful)
	if err != nil {
		return 0, err
	}
	var errs []error
	for _, row := range rows {
		if len(errs) == 0 {
			err := r.enqueue(ctx, row)
			if err == nil {
				continue
			}
			errs = append(errs, err)
		}
		errs = append(errs, r.q.giveBack(ctx, row, row.RunAt))
	}
	return len(rows), errors.Join(errs...)
}

// slip is what asynq carries: where to look.
type slip struct {
	Job     int64 `json:"job"`
	Attempt int   `json:"attempt"`
}

// taskID names the task of an attempt: no two of asynq's tasks are the same work.
func taskID(r row) string { return fmt.Sprintf("%d:%d", r.ID, r.Attempts) }

func (r *relay) enqueue(ctx context.Context, row row) error {
	payload, err := json.Marshal(slip{Job: row.ID, Attempt: row.Attempts})
	if err != nil {
		return err
	}
	_, err = r.bell.EnqueueContext(ctx, asynq.NewTask(row.Kind, payload),
		asynq.TaskID(taskID(row)), asynq.Queue(r.q.Name), asynq.MaxRetry(0), asynq.Timeout(timeout))
	// A task of that name is there already: it was enqueued though the answer
	// was lost, or it lies archived, which rescue will find out.
	if errors.Is(err, asynq.ErrTaskIDConflict) {
		return nil
	}
	return err
}

// rescue puts back the rows that were handed over two minutes ago, have not
// ended, and are not alive in Redis.
func (r *relay) rescue(ctx context.Context, now time.Time) error {
	until := now.Add(-lease)
	if r.orphaning {
		until = now
	}
	var after int64
	for {
		rows, err := r.q.store.stuck(ctx, until, after, handful)
		if err != nil {
			return fmt.Errorf("jobs: rescue: %w", err)
		}
		for _, row := range rows {
			after = row.ID
			if err := r.rescueOne(ctx, row, until); err != nil {
				return fmt.Errorf("jobs: rescue %d: %w", row.ID, err)
			}
		}
		if len(rows) < handful {
			r.orphaning = false
			return nil
		}
	}
}

func (r *relay) rescueOne(ctx context.Context, row row, until time.Time) error {
	alive, err := r.alive(row)
	if err != nil || alive {
		return err
	}
	return r.q.db.Tx(ctx, func(ctx context.Context) error {
		free, err := r.q.store.lock(ctx, row, until)
		if err != nil || !free {
			return err
		}
		now := r.q.db.Now(ctx)
		values := map[string]any{"state": ready, "run_at": now}
		switch {
		case row.Attempts < row.MaxAttempts:
		case row.BeganAt == nil: // it went down with the process of another, which must not be its end
			values["max_attempts"] = row.Attempts + 1
		default:
			values = map[string]any{"state": failed, "done_at": now, "last_error": "the process ended whenever it was done"}
		}
		_, err = r.q.store.change(ctx, row, values)
		return err
	})
}

// alive says whether asynq still has the row's task before it. An archived task
// is one that asynq gave up: its worker died, or Redis was away too long.
func (r *relay) alive(row row) (bool, error) {
	info, err := r.tower.GetTaskInfo(r.q.Name, taskID(row))
	switch {
	case errors.Is(err, asynq.ErrTaskNotFound), errors.Is(err, asynq.ErrQueueNotFound):
		return false, nil
	case err != nil:
		return false, err
	case info.State == asynq.TaskStateArchived:
		return false, r.tower.DeleteTask(r.q.Name, info.ID)
	}
	return info.State != asynq.TaskStateCompleted, nil
}
