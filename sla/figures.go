package sla

import "context"

// Figures are how the promises that run stand, in numbers.
type Figures struct {
	Running, Paused int
	Overdue         int // of those that run: past their date
	Untold          int // alerts that no letter has said yet
}

// Figures counts the promises that are alive. It costs what they are, however
// many were kept before.
func (e *Engine) Figures(ctx context.Context) (Figures, error) { return e.store.figures(ctx) }
