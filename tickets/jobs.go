package tickets

import (
	"context"
	"time"

	"amigo/app/fault"
	"amigo/app/jobs"
)

const (
	// LooseFor is how long a file waits to be claimed by a message.
	LooseFor = 24 * time.Hour

	batch = 200 // rows of one look
)

// remindWaiting asks the requesters again who have not answered.
type remindWaiting struct{}

func (remindWaiting) Kind() string { return "tickets.remind" }

// solveAbandoned solves the tickets whose requesters have not answered then.
type solveAbandoned struct{}

func (solveAbandoned) Kind() string { return "tickets.abandon" }

// closeSolved closes the tickets whose solution nobody has contradicted.
type closeSolved struct{}

func (closeSolved) Kind() string { return "tickets.close" }

// dropLoose deletes the files that nobody has claimed.
type dropLoose struct{}

func (dropLoose) Kind() string { return "tickets.loose" }

// digestEvery is how often somebody looks whose digest is due.
const digestEvery = 5 * time.Minute

// Jobs registers the desk's jobs. All change one row at a time, each in a
// transaction of its own, and may be repeated.
func (d *Desk) Jobs(m *jobs.Mux) {
	jobs.HandleOutside(m, d.remindWaiting)
	jobs.Every(m, time.Hour, remindWaiting{})
	jobs.HandleOutside(m, d.solveAbandoned)
	jobs.Every(m, time.Hour, solveAbandoned{})
	jobs.HandleOutside(m, d.closeSolved)
	jobs.Every(m, time.Hour, closeSolved{})
	jobs.HandleOutside(m, d.dropLoose)
	jobs.Every(m, time.Hour, dropLoose{})
	jobs.HandleOutside(m, d.rewordRenamed)
	jobs.Every(m, rewordEvery, rewordRenamed{})
	jobs.HandleOutside(m, d.sendDigests)
	jobs.Every(m, digestEvery, sendDigests{})
	jobs.HandleOutside(m, d.wakeSleepers)
	jobs.Every(m, time.Minute, wakeSleepers{})
}

func (d *Desk) remindWaiting(ctx context.Context, _ remindWaiting) (err error) {
	defer fault.Wrap(&err, "tickets: remind")
	if err := d.db.Tx(ctx, func(ctx context.Context) error { return d.store.backdate(ctx) }); err != nil {
		return err
	}
	return d.lapses(ctx, reminder)
}

func (d *Desk) solveAbandoned(ctx context.Context, _ solveAbandoned) (err error) {
	defer fault.Wrap(&err, "tickets: abandon")
	return d.lapses(ctx, abandonment)
}

func (d *Desk) closeSolved(ctx context.Context, _ closeSolved) (err error) {
	defer fault.Wrap(&err, "tickets: close")
	return d.lapses(ctx, closure)
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
		if err := d.forgetPreview(ctx, a.Sum); err != nil {
			return err
		}
		return d.blobs.Delete(ctx, a.Sum)
	})
}
