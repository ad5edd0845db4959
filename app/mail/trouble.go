package mail

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"amigo/app/db"
	"amigo/app/settings"
	"amigo/app/trouble"
)

// Outcome is what became of one attempt to send a letter.
type Outcome string

// The outcomes.
const (
	Taken    Outcome = "taken"    // by the server
	Rejected Outcome = "rejected" // for ever
	Deferred Outcome = "deferred" // the server wants this letter later
	Failing  Outcome = "failing"  // the server could not be talked to
)

// Outcomes lists them.
var Outcomes = [...]Outcome{Taken, Rejected, Deferred, Failing}

// watched is a transport that remembers whether the server can be talked to. What
// the server says of one letter is no trouble: the others go on.
type watched struct {
	Transport
	db    *db.DB
	line  trouble.Line
	kept  *settings.Setting[trouble.State] // for the pages of other processes
	tried func(Outcome, time.Duration)     // nil: nobody counts
}

func watch(t Transport, d *db.DB) *watched {
	return &watched{Transport: t, db: d, kept: settings.New(d, "mail.transport", trouble.State{}, nil)}
}

// Send hands a message on and notes how it went.
func (w *watched) Send(ctx context.Context, from, to string, raw []byte) error {
	began := w.db.Now(ctx)
	err := w.Transport.Send(ctx, from, to, raw)
	if errors.Is(err, context.Canceled) {
		return err
	}
	now, outcome := w.db.Now(ctx), outcomeOf(err)
	if w.tried != nil {
		w.tried(outcome, now.Sub(began))
	}
	news := false
	if outcome == Failing {
		news = w.line.Failed(now, oneLine(err.Error()))
	} else {
		news = w.line.Well(now)
	}
	w.keep(ctx, now, news)
	return err
}

// outcomeOf says what an attempt came to.
func outcomeOf(err error) Outcome {
	if err == nil {
		return Taken
	}
	if _, never := errors.AsType[*RefusedError](err); never {
		return Rejected
	}
	if whoseTrouble(err) != Server {
		return Deferred
	}
	return Failing
}

// keep writes down how the line stands.
func (w *watched) keep(ctx context.Context, now time.Time, news bool) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := w.line.Keep(now, news, func(s trouble.State) error { return w.kept.Put(ctx, s) }); err != nil {
		slog.WarnContext(ctx, "the state of the mail transport is not written down", "error", err)
	}
}

// Watch has every attempt to send a letter told to f, which must be quick. It is
// called while the program is built.
func (o *Outbox) Watch(f func(Outcome, time.Duration)) {
	if o.watched != nil {
		o.watched.tried = f
	}
}

// Trouble says how the server that carries letters stands: as this process saw
// it, or, where another has seen it later, as that one wrote it down. Without a
// transport nothing is ever wrong.
func (o *Outbox) Trouble(ctx context.Context) (trouble.State, error) {
	if o.watched == nil {
		return trouble.State{}, nil
	}
	seen := o.watched.line.Now()
	kept, err := o.watched.kept.Get(ctx)
	if kept.At().After(seen.At()) {
		return kept, err
	}
	if seen.Fails() && kept.Fails() && kept.Since.Before(seen.Since) {
		seen.Since, seen.Failures = kept.Since, max(seen.Failures, kept.Failures)
	}
	return seen, err
}

// Line is how the server stands as this very process has seen it, without asking
// the database.
func (o *Outbox) Line() trouble.State {
	if o.watched == nil {
		return trouble.State{}
	}
	return o.watched.line.Now()
}

// Figures are what waits and what came to grief, in numbers.
type Figures struct {
	Letters map[State]int // of the states that pass; Sent is not counted
	Oldest  time.Time     // when the oldest queued letter was written; zero: none is
	Stopped int           // addresses that get no more letters
}

// Figures counts the letters that are not sent. It costs what they are, however
// many were sent before.
func (o *Outbox) Figures(ctx context.Context) (Figures, error) { return o.store.figures(ctx) }

// RefusedSince counts the letters written since an instant that a server has
// refused.
func (o *Outbox) RefusedSince(ctx context.Context, since time.Time) (int, error) {
	return o.store.refusedSince(ctx, since)
}
