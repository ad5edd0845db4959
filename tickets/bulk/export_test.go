package bulk

import "context"

// The rows, for the test that compares them with their tables.
type (
	BulkRow = bulkRow
	ItemRow = itemRow
)

// Chunk is how many tickets a step changes.
const Chunk = chunk

// Hold lets a change hold fewer tickets.
func (s *Bulks) Hold(most int) { s.most = most }

// Step runs one step, as a worker would.
func (s *Bulks) Step(ctx context.Context, id ID) error { return s.step(ctx, step{Bulk: id}) }
