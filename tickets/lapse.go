package tickets

import (
	"context"
	"slices"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/sla/calendar"
)

// lapse is something that the desk does by itself once a requester's days are
// over: it asks again, waits no longer, or closes.
type lapse struct {
	status Status // of the tickets that it happens to
	delay  func(almanac) int
	last   func(almanac, Ticket, calendar.Workdays) (calendar.Day, bool)
	named  bool // letters have named the day
	do     func(*turn) error
}

var (
	reminder = lapse{
		status: WaitingRequester, last: almanac.reminding, do: (*turn).remind,
		delay: func(a almanac) int { return a.Remind },
	}
	abandonment = lapse{
		status: WaitingRequester, last: almanac.abandoning, named: true, do: (*turn).abandon,
		delay: func(a almanac) int { return a.Solve },
	}
	closure = lapse{
		status: Solved, last: almanac.closing, named: true, do: func(w *turn) error { return w.goTo(Closed) },
		delay: func(a almanac) int { return a.Close },
	}
)

// over says whether a ticket's days are.
func (l lapse) over(a almanac, t Ticket, which calendar.Workdays, today calendar.Day) bool {
	last, ok := l.last(a, t, which)
	return ok && t.Status == l.status && last < today
}

// lapses does it to all tickets whose days are over, each in a transaction of
// its own that looks again. Outside of opening hours it does nothing.
func (d *Desk) lapses(ctx context.Context, l lapse) error {
	ctx = people.As(ctx, people.System())
	now := d.db.Now(ctx)
	a, err := d.almanac(ctx)
	if err != nil || l.delay(a) == 0 || !a.open(now) {
		return err
	}
	today := a.today(now)
	before := a.before(today, l.delay(a))
	var last Ticket
	for {
		found, err := d.store.lapsing(ctx, l.status, before, last, batch)
		if err != nil || len(found) == 0 {
			return err
		}
		places, err := d.placesOf(ctx, found)
		if err != nil {
			return err
		}
		for _, t := range found {
			which := daysAt(places[t.Establishment])
			if !l.over(a, t, which, today) {
				continue
			}
			if err := d.lapse(ctx, l, t.ID, a, which, today); err != nil {
				return err
			}
		}
		last = found[len(found)-1]
	}
}

// lapse does it to one ticket, unless something has happened to it meanwhile.
func (d *Desk) lapse(ctx context.Context, l lapse, id ID, a almanac, which calendar.Workdays, today calendar.Day) (err error) {
	defer fault.Wrap(&err, "ticket %d", id)
	_, err = d.change(ctx, id, func(ctx context.Context, w *turn) error {
		if !l.over(a, w.t, which, today) {
			return nil
		}
		if l.named {
			// What a letter has named holds, whatever was chosen since.
			if named, err := d.store.named(ctx, w.t); err != nil || named >= today {
				return err
			}
		}
		return l.do(w)
	})
	return err
}

func (d *Desk) placesOf(ctx context.Context, all []Ticket) (map[string]people.Establishment, error) {
	uais := make([]string, 0, len(all))
	for _, t := range all {
		if t.Establishment != "" {
			uais = append(uais, t.Establishment)
		}
	}
	return d.people.EstablishmentsMany(ctx, uais)
}

// remind asks the requester again.
func (w *turn) remind() error {
	if err := w.begin(toRemind); err != nil {
		return err
	}
	at := w.at
	w.t.RemindedAt = &at
	w.happens(WasReminded, nil)
	return nil
}

// abandon solves what its requester no longer answers to.
func (w *turn) abandon() error { return w.end(nil, abandoned, "") }

// foresee finds the day until which the requester has time, where what happened
// gives it to them. The letters name it, and the event keeps it.
func (w *turn) foresee(ctx context.Context) error {
	for i := range w.happened {
		h := &w.happened[i]
		var last func(almanac, Ticket, calendar.Workdays) (calendar.Day, bool)
		switch what := h.Event.What; {
		case slices.Contains(begun[Solved].by, what) && w.t.Status == Solved:
			last = almanac.closing
		case slices.Contains(begun[WaitingRequester].by, what) && w.t.Status == WaitingRequester:
			last = almanac.abandoning
		default:
			continue
		}
		a, err := w.desk.almanac(ctx)
		if err != nil {
			return err
		}
		which, err := w.desk.daysOf(ctx, w.t)
		if err != nil {
			return err
		}
		if day, ok := last(a, w.t, which); ok {
			w.until = &day
			h.Event.put(untilKey, day.String())
		}
	}
	return nil
}

// untilKey is under which an event keeps the last day of the requester.
const untilKey = "until"

// untilIn is the day that an event keeps; 0 when it keeps none.
func untilIn(data map[string]string) calendar.Day {
	day, err := calendar.ParseDay(data[untilKey])
	if err != nil {
		return 0
	}
	return day
}

// since is when the days of a ticket in a status began.
func since(t Ticket) time.Time {
	if t.Status == Solved {
		return *t.SolvedAt
	}
	return *t.WaitingSince
}
