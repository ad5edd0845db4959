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

// glance is how often an idle worker looks into Redis.
const glance = 200 * time.Millisecond

// Work relays and does jobs until ctx ends. Then it takes no new ones, lets
// those that run go on for Grace, cancels the rest, and returns.
//
// Redis may come and go meanwhile: jobs wait in their rows.
func (q *Queue) Work(ctx context.Context, m *Mux) error {
	if q.redis == nil {
		return errors.New("jobs: work without Redis")
	}
	if err := m.check(); err != nil {
		return err
	}
	s := asynq.NewServerFromRedisClient(q.redis.Client(), asynq.Config{
		Concurrency:       q.Workers,
		Queues:            map[string]int{q.Name: 1},
		BaseContext:       func() context.Context { return context.WithoutCancel(ctx) },
		TaskCheckInterval: glance,
		ShutdownTimeout:   q.Grace,
		Logger:            logger{},
		LogLevel:          asynq.WarnLevel,
	})
	w := &worker{q: q, mux: m, busy: make(chan struct{}, q.Workers)}
	if err := s.Start(w); err != nil {
		return fmt.Errorf("jobs: %w", err)
	}
	newRelay(q, m).run(ctx)
	s.Shutdown()
	w.wait()
	return nil
}

// worker does what asynq brings.
type worker struct {
	q    *Queue
	mux  *Mux
	busy chan struct{} // holds one for each handler that runs
}

// ProcessTask does one job. asynq never hears of an error: what becomes of a
// job stands in its row, and asynq's own retries are not used.
func (w *worker) ProcessTask(ctx context.Context, t *asynq.Task) error {
	w.busy <- struct{}{}
	defer func() { <-w.busy }()
	var s slip
	err := json.Unmarshal(t.Payload(), &s)
	if err == nil {
		err = w.q.perform(ctx, w.mux, s.Job, s.Attempt)
	}
	if err != nil {
		slog.ErrorContext(ctx, "job failed", "kind", t.Type(), "job", s.Job, "error", err)
	}
	return nil
}

// wait gives cancelled handlers a moment to note in their rows that they did
// not end, before the database is closed under them.
func (w *worker) wait() {
	enough := time.After(farewell)
	for range cap(w.busy) {
		select {
		case w.busy <- struct{}{}:
		case <-enough:
			return
		}
	}
}

// logger hands what asynq says to slog.
type logger struct{}

func (logger) Debug(args ...any) { slog.Debug("asynq", "detail", fmt.Sprint(args...)) }
func (logger) Info(args ...any)  { slog.Info("asynq", "detail", fmt.Sprint(args...)) }
func (logger) Warn(args ...any)  { slog.Warn("asynq", "detail", fmt.Sprint(args...)) }
func (logger) Error(args ...any) { slog.Error("asynq", "detail", fmt.Sprint(args...)) }
func (logger) Fatal(args ...any) { slog.Error("asynq", "detail", fmt.Sprint(args...)) }
