package sla

import (
	"context"
	"slices"
)

// Policies lists the policies in the order in which they are tried, without
// those that have been retired.
func (e *Engine) Policies(ctx context.Context) ([]Policy, error) {
	all, err := e.store.policies(ctx)
	return slices.DeleteFunc(all, func(p Policy) bool { return p.RetiredAt != nil }), err
}
