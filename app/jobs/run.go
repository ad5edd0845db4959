package jobs

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"amigo/app/db"
)

// How long things may take. A handler ends well before its row is handed to
// somebody else, so that no job is done by two at once.
const (
	patience = 90 * time.Second      // a handler's time
	farewell = 5 * time.Second       // to note what became of a job, whatever happened to its context
	timeout  = patience + 3*farewell // after which asynq gives a task up
	lease    = 2 * time.Minute       // after which a handed row is looked for
)

// inVain is how often a job is handed over before it is noted that it was begun:
// only then it can be told from those that a dying process took along.
const inVain = 3

// waiting says whether a job that this process knows is due.
func (q *Queue) waiting(ctx context.Context, m *Mux) (bool, error) {
	yes, err := q.store.anyDue(ctx, m.Kinds(), q.db.Now(ctx))
	if err != nil {
		return false, fmt.Errorf("jobs: due: %w", err)
	}
	return yes, nil
}

// take marks due rows as handed, at most limit of them.
func (q *Queue) take(ctx context.Context, m *Mux, limit int) (rows []row, err error) {
	err = q.db.Tx(ctx, func(ctx context.Context) error {
		rows, err = q.store.take(ctx, m.Kinds(), q.db.Now(ctx), limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("jobs: take: %w", err)
	}
	return rows, nil
}

// perform does the job that was handed over under this attempt. A job that was
// done meanwhile, or handed over again, is left alone. The error is the
// handler's; it is already in the row.
func (q *Queue) perform(ctx context.Context, m *Mux, id int64, attempt int) error {
	r, err := q.store.get(ctx, id)
	if err != nil {
		return fmt.Errorf("job %d: %w", id, err)
	}
	if r.State != handed || r.Attempts != attempt {
		return nil
	}
	k, known := m.kinds[r.Kind]
	if !known {
		return q.giveBack(ctx, r, q.db.Now(ctx).Add(unknownPause))
	}
	if mine, err := q.begin(ctx, r); err != nil || !mine {
		return err
	}
	began := q.db.Now(ctx)
	err = q.try(ctx, k, r)
	if q.Ran != nil {
		q.Ran(r.Kind, q.db.Now(ctx).Sub(began), err)
	}
	if err != nil {
		err = fmt.Errorf("job %d %s, attempt %d of %d: %w", r.ID, r.Kind, r.Attempts, r.MaxAttempts, err)
		return errors.Join(err, q.fail(ctx, r, m.beats[r.Kind].every, err))
	}
	return nil
}

// begin notes that a job is begun that was handed over in vain before, and says
// whether it still is this attempt's.
func (q *Queue) begin(ctx context.Context, r row) (mine bool, err error) {
	if r.Attempts <= inVain {
		return true, nil
	}
	return q.settle(ctx, r, map[string]any{"began_at": q.db.Now(ctx)})
}

// try runs the handler, with its time and its actor. A panic is an error.
func (q *Queue) try(ctx context.Context, k kind, r row) (err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	if q.Context != nil {
		ctx = q.Context(ctx)
	}
	if k.outside {
		return q.outside(ctx, k, r)
	}
	return q.inside(ctx, k, r)
}

// inside marks the job done and runs the handler in one transaction. The mark
// comes first: it holds the row, so whoever runs the same job waits for this
// end and then finds nothing to do.
func (q *Queue) inside(ctx context.Context, k kind, r row) error {
	return q.db.Tx(ctx, func(ctx context.Context) error {
		mine, err := q.store.change(ctx, r, map[string]any{"state": done, "done_at": q.db.Now(ctx)})
		if err != nil || !mine {
			return err
		}
		if ctx, err = q.withBeat(ctx, r); err != nil {
			return err
		}
		return k.run(ctx, r.Args)
	})
}

// outside renews the row's lease, unless it is as good as new, runs the handler,
// and marks the job done.
func (q *Queue) outside(ctx context.Context, k kind, r row) error {
	if now := q.db.Now(ctx); r.HandedAt == nil || now.Sub(*r.HandedAt) > lease-timeout {
		mine, err := q.settle(ctx, r, map[string]any{"handed_at": now})
		if err != nil || !mine {
			return err
		}
	}
	told, err := q.withBeat(ctx, r)
	if err != nil {
		return err
	}
	run := &running{row: r}
	if err := k.run(context.WithValue(told, runningKey{}, run), r.Args); err != nil || run.done {
		return err
	}
	_, err = q.settle(ctx, r, map[string]any{"state": done, "done_at": q.db.Now(ctx)})
	return err
}

// running is a job that is being done outside of a transaction.
type running struct {
	row  row
	done bool // its handler has marked it
}

type runningKey struct{}

// errLost says that a job was handed to somebody else while it was being done.
var errLost = errors.New("jobs: handed over again meanwhile")

// Done marks the job that ctx belongs to done within ctx's transaction: what that
// writes and that it was done are kept together, as for [Handle]. It is for the
// last step of a handler that works outside of any; where ctx belongs to no such
// job there is nothing to mark. When the job is not this attempt's any more it is an
// error, and nothing of the transaction must be kept.
func (q *Queue) Done(ctx context.Context) error {
	run, ok := ctx.Value(runningKey{}).(*running)
	if !ok {
		return nil
	}
	mine, err := q.store.change(ctx, run.row, map[string]any{"state": done, "done_at": q.db.Now(ctx)})
	if err != nil {
		return err
	}
	if !mine {
		return errLost
	}
	q.db.AfterCommit(ctx, func(context.Context) { run.done = true })
	return nil
}

// fail notes why a job failed, and when it is tried again. A beat is not tried
// again once the next one has come: that one is its second try.
func (q *Queue) fail(ctx context.Context, r row, every time.Duration, why error) error {
	now := q.db.Now(ctx)
	again := now.Add(backoff(r.Attempts))
	values := map[string]any{"state": ready, "run_at": again, "last_error": db.Text(cut(why.Error(), 4000))}
	late := r.Slot != nil && every > 0 && !again.Before(r.Slot.Add(every))
	if r.Attempts >= r.MaxAttempts || late {
		values["state"], values["done_at"] = failed, now
	}
	_, err := q.settle(ctx, r, values)
	return err
}

// unknownPause is how long a kind that this process does not know waits for
// one that does: during an update two versions run side by side.
const unknownPause = 5 * time.Second

// giveBack undoes the handing over of a job, which was no attempt, and has it
// handed over again at an instant.
func (q *Queue) giveBack(ctx context.Context, r row, at time.Time) error {
	_, err := q.settle(ctx, r, map[string]any{"state": ready, "run_at": at, "attempts": r.Attempts - 1})
	return err
}

// settle changes the row by itself, even when the
// job's context has ended, and says whether the row still was this attempt's.
func (q *Queue) settle(ctx context.Context, r row, values map[string]any) (mine bool, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	err = q.db.Single(ctx, func(ctx context.Context) error {
		mine, err = q.store.change(ctx, r, values)
		return err
	})
	return mine, err
}

// backoff is how long to wait after the given number of failed attempts: ten
// seconds, doubled each time, an hour at most.
func backoff(attempts int) time.Duration {
	const longest = time.Hour
	if attempts > 10 {
		return longest
	}
	return min(10*time.Second<<(max(attempts, 1)-1), longest)
}

// cut keeps the first n bytes of a text.
func cut(s string, n int) string { return s[:min(len(s), n)] }
