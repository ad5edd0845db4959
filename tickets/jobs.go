package tickets

import (
	"context"
	"time"

	"amigo/app/fault"
	"amigo/app/jobs"
	"amigo/app/people"
)

const (
	// CloseAfter is how long a solved ticket can be reopened.
	CloseAfter = 10 * 24 * time.Hour
	// LooseFor is how long a file waits to be claimed by a message.
	LooseFor = 24 * time.Hour

	batch = 200 // rows of one look
)

// closeSolved closes the tickets whose solution nobody has contradicted.
type closeSolved struct{}

func (closeSolved) Kind() string { return "tickets.close" }

// dropLoose deletes the files that nobody has claimed.
type dropLoose struct{}

func (dropLoose) Kind() string { return "tickets.loose" }

// Jobs registers the desk's jobs. Both change one row at a time, each in a
// transaction of its own, and may be repeated.
func (d *Desk) Jobs(m *jobs.Mux) {
	jobs.HandleOutside(m, d.closeSolved)
	jobs.Every(m, time.Hour, closeSolved{})
	jobs.HandleOutside(m, d.dropLoose)
	jobs.Every(m, time.Hour, dropLoose{})
}

func (d *Desk) closeSolved(ctx context.Context, _ closeSolved) (err error) {
	defer fault.Wrap(&err, "tickets: close")
	ctx = people.As(ctx, people.System())
	for {
		ids, err := d.store.stale(ctx, d.db.Now(ctx).Add(-CloseAfter), batch)
		if err != nil || len(ids) == 0 {
			return err
		}
		for _, id := range ids {
			if _, err := d.change(ctx, id, d.closeIfStale); err != nil {
				return err
			}
		}
	}
}

// closeIfStale closes a ticket unless somebody has reopened it since it was listed.
func (d *Desk) closeIfStale(ctx context.Context, w *turn) error {
	if w.t.Status != Solved || w.t.SolvedAt.After(d.db.Now(ctx).Add(-CloseAfter)) {
		return nil
	}
	return w.goTo(Closed)
}

func (d *Desk) dropLoose(ctx context.Context, _ dropLoose) (err error) {
	defer fault.Wrap(&err, "tickets: loose files")
	for {
		files, err := d.store.forgotten(ctx, d.db.Now(ctx).Add(-LooseFor), batch)
		if err != nil || len(files) == 0 {
			return err
		}
		for _, a := range files {
			if err := d.drop(ctx, a); err != nil {
				return err
			}
		}
	}
}

// drop deletes a loose file's row, and its bytes when nothing else names them.
// They go before the transaction ends, against the habit of the house: the lock
// must hold off whoever is about to name them until they are gone, see
// [Desk.stillThere].
func (d *Desk) drop(ctx context.Context, a Attachment) error {
	return d.db.Tx(ctx, func(ctx context.Context) error {
		if err := d.lockBlob(ctx, a.Sum); err != nil {
			return err
		}
		if done, err := d.store.dropLoose(ctx, a.ID); err != nil || !done {
			return err
		}
		needed, err := d.store.needed(ctx, a.Sum)
		if err != nil || needed {
			return err
		}
		return d.blobs.Delete(ctx, a.Sum)
	})
}
