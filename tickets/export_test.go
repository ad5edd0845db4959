package tickets

import (
	"context"
	"errors"

	"amigo/sla/calendar"
)

// Hour does what the desk does each hour, whoever else does it at the same time.
func (d *Desk) Hour(ctx context.Context) error {
	return errors.Join(
		d.remindWaiting(ctx, remindWaiting{}),
		d.solveAbandoned(ctx, solveAbandoned{}),
		d.closeSolved(ctx, closeSolved{}),
	)
}

// KeepBook gives the desk a calendar of a book.
func (d *Desk) KeepBook(b *calendar.Book, name string) { d.conf.Book, d.conf.Calendar = b, name }

// Digests writes what is due, whoever else does at the same time.
func (d *Desk) Digests(ctx context.Context) error { return d.sendDigests(ctx, sendDigests{}) }
