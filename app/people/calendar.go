package people

import (
	"context"
	"fmt"

	"amigo/app/db"
)

// Place is a team or a site, whichever is set.
type Place struct {
	Team TeamID
	Site string // its code
}

// Calendars tells by which calendar the teams and sites measure themselves;
// those that have none of their own are left out.
func (d *Directory) Calendars(ctx context.Context) (map[Place]string, error) {
	all, err := d.store.calendars(ctx)
	if err != nil {
		return nil, fmt.Errorf("people: calendars: %w", err)
	}
	return all, nil
}

// SetCalendar gives a team or a site a calendar of its own, or with an empty
// name takes it away. A place that is not there is fault.NotFound, a calendar
// that is not there fault.Invalid.
func (d *Directory) SetCalendar(ctx context.Context, of Place, calendar string) error {
	err := d.db.Tx(ctx, func(ctx context.Context) error {
		return d.store.setCalendar(ctx, of, orNull(db.Text(calendar)))
	})
	if err != nil {
		return fmt.Errorf("people: calendar %q of %+v: %w", calendar, of, err)
	}
	return nil
}
