package tickets

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"

	"amigo/app/fault"
	"amigo/app/people"
)

// Wake is when somebody of the desk wants to be reminded of a ticket.
type Wake struct {
	Person  people.ID
	At      time.Time
	Words   string     // what of; may be empty
	WokenAt *time.Time // nil: still to come
}

// Limits of reminders. More is fault.Invalid, by field.
const (
	MaxWakeWords = 200 // characters
	maxAhead     = 366 * 24 * time.Hour
)

// wordsKey is under which an event keeps what somebody wrote to themselves.
const wordsKey = "words"

// WakeMe has the actor reminded of a ticket at an instant: by a letter, and on its
// page. When the office is shut then, they are when it opens next, which is what
// is answered; beyond the days whose hours are published these are guessed from
// the usual ones. There is one reminder a person and ticket: a later wish takes
// its place, and the zero time takes it away. Staff only. Fields: at (gone by, or
// more than a year ahead), words.
func (d *Desk) WakeMe(ctx context.Context, id ID, at time.Time, words string) (when time.Time, err error) {
	defer fault.Wrap(&err, "ticket %d: wake", id)
	err = d.beside(ctx, id, toWake, func(ctx context.Context) error {
		who := people.ActorOf(ctx).Person
		if at.IsZero() {
			return d.store.dropWake(ctx, id, who)
		}
		now := d.db.Now(ctx)
		words = cleanLine(words)
		f := fault.Fields{}
		if !at.After(now) || at.Sub(now) > maxAhead {
			f.Add("at", "facts.wake.when")
		}
		if utf8.RuneCountInString(words) > MaxWakeWords {
			f.Add("words", "tickets.field.long", "Max", MaxWakeWords)
		}
		if err := f.Err(); err != nil {
			return err
		}
		if when, err = d.opening(ctx, at); err != nil {
			return err
		}
		return d.store.putWake(ctx, id, Wake{Person: who, At: when, Words: words})
	})
	return when, err
}

// opening is an instant at which the office is open: this one, or when it opens
// next. Where no opening is known it is the instant itself.
func (d *Desk) opening(ctx context.Context, at time.Time) (time.Time, error) {
	opens, err := d.reopening(ctx, nil, at)
	if err != nil || opens.IsZero() {
		return at.UTC().Truncate(time.Microsecond), err
	}
	return opens, nil
}

// beside writes what stands beside a ticket and is nobody's form: it asks for the
// right, lets something be written, and wakes the pages.
func (d *Desk) beside(ctx context.Context, id ID, do act, write func(ctx context.Context) error) error {
	return d.db.Tx(ctx, func(ctx context.Context) error {
		w, err := d.takeUp(ctx, id)
		if err != nil {
			return err
		}
		if err := w.begin(do); err != nil {
			return err
		}
		if err := write(ctx); err != nil {
			return err
		}
		d.publishInside(ctx, id)
		return nil
	})
}

// wakeSleepers reminds those whose instant has come.
type wakeSleepers struct{}

func (wakeSleepers) Kind() string { return "tickets.wake" }

func (d *Desk) wakeSleepers(ctx context.Context, _ wakeSleepers) (err error) {
	defer fault.Wrap(&err, "tickets: wake")
	ctx = people.As(ctx, people.System())
	due, err := d.store.wakesDue(ctx, d.db.Now(ctx), batch)
	for _, s := range due {
		// One that cannot be woken keeps nobody else asleep.
		err = errors.Join(err, d.wake(ctx, s))
	}
	return err
}

// wake reminds somebody, unless they have thought of something else meanwhile, or
// no longer work here: then nothing is said.
func (d *Desk) wake(ctx context.Context, s sleeper) (err error) {
	defer fault.Wrap(&err, "ticket %d: wake %d", s.Ticket, s.Person)
	_, err = d.change(ctx, s.Ticket, func(ctx context.Context, w *turn) error {
		if err := w.begin(toWake); err != nil {
			return err
		}
		done, err := d.store.woken(ctx, s, w.at)
		if err != nil || !done {
			return err
		}
		who, err := w.person(ctx, s.Person)
		if err != nil || who.DisabledAt != nil || !who.Role.AtLeast(people.Technician) {
			return err
		}
		w.happens(WasWoken, nil)
		w.last().Event.put(personKey, s.Person.String())
		w.last().Event.put(wordsKey, s.Words)
		return nil
	})
	return err
}
