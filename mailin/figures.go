package mailin

import (
	"context"
	"time"

	"amigo/app/fault"
)

// Figures are how the mail that came in stands, in numbers.
type Figures struct {
	Messages map[State]int // received, held and failed; what is done is not counted
	Oldest   time.Time     // when the oldest message that is not filed came; zero: all are
}

// Figures counts the messages that somebody or something still works on. It
// costs what they are, however many were filed before.
func (in *Intake) Figures(ctx context.Context) (f Figures, err error) {
	defer fault.Wrap(&err, "mailin: figures")
	if err := reads(ctx); err != nil {
		return Figures{}, err
	}
	return in.store.figures(ctx)
}

// Watch has every verdict that the rules have carried out told to f: what it was,
// and how long after the message had come. f must be quick. It is called while
// the program is built.
func (in *Intake) Watch(f func(Act, time.Duration)) { in.watch = f }

// tell tells of a verdict once it is kept.
func (in *Intake) tell(ctx context.Context, row Inbound) {
	if in.watch == nil {
		return
	}
	in.db.AfterCommit(ctx, func(context.Context) { in.watch(row.Act, orZero(row.FiledAt).Sub(row.ReceivedAt)) })
}
