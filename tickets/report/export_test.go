package report

import "context"

// ComposeNow does what the job does.
func (r *Reporter) ComposeNow(ctx context.Context) error { return r.compose(ctx, Compose{}) }

// CorrectNow does what the job of the night does.
func (r *Reporter) CorrectNow(ctx context.Context) error { return r.correct(ctx, Correct{}) }
