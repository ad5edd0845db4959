package tickets

import (
	"context"
	"errors"
	"sync"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/sla/calendar"
)

// almanac says on which day the desk does by itself what the delays want done.
// The letters that name such a day and the jobs that act on it ask the same
// almanac, so that what is written comes true. It is pure.
//
// Each answer is the last day that is still the requester's, from its morning to
// its midnight. The desk acts on a later one, when the office is open.
type almanac struct {
	Delays
	days *calendar.Calendar // AMIGO's; beyond its published days, as they usually are
}

// almanac reads what holds now.
func (d *Desk) almanac(ctx context.Context) (a almanac, err error) {
	if a.Delays, err = d.Delays(ctx); err != nil {
		return a, err
	}
	days, err := d.conf.hours(ctx)
	if err != nil {
		return a, err
	}
	a.days = days.Assumed()
	return a, nil
}

// hours is AMIGO's calendar.
func (c Config) hours(ctx context.Context) (*calendar.Calendar, error) {
	v, err := c.book(ctx, "")
	return v.Calendar, err
}

// builtIn is the calendar that comes with the program.
var builtIn = sync.OnceValues(func() (*calendar.Calendar, error) {
	spec, err := calendar.Named(calendar.Normandie)
	if err != nil {
		return nil, err
	}
	return calendar.New(spec)
})

// daysAt says which days count for people of an establishment: to a school those
// of the term, to everybody else those on which AMIGO is open.
func daysAt(e people.Establishment) calendar.Workdays {
	if e.Teaches() {
		return calendar.TermDays
	}
	return calendar.OpenDays
}

// daysOf says which days count for the requester of a ticket.
func (d *Desk) daysOf(ctx context.Context, t Ticket) (calendar.Workdays, error) {
	if t.Establishment == "" {
		return calendar.OpenDays, nil
	}
	e, err := d.people.Establishment(ctx, t.Establishment)
	if errors.Is(err, fault.NotFound) {
		err = nil
	}
	return daysAt(e), err
}

// today is the day of an instant, on the office's clock.
func (a almanac) today(at time.Time) calendar.Day { return calendar.DayOf(at.In(a.days.Zone())) }

// reopening is when whoever serves by some hours, or nil by AMIGO's, opens again;
// the zero time when it is open at the instant, or no opening is known.
func (d *Desk) reopening(ctx context.Context, hours *calendar.Calendar, at time.Time) (opens time.Time, err error) {
	if hours == nil {
		if hours, err = d.conf.hours(ctx); err != nil {
			return opens, err
		}
	}
	m, err := hours.Assumed().At(at)
	if err != nil || m.Open {
		return opens, nil // where the calendar cannot say, the letter does not
	}
	return m.Until, nil
}

// open says whether the office is open: nobody is told anything at night.
func (a almanac) open(at time.Time) bool {
	m, err := a.days.At(at)
	return err == nil && m.Open
}

// after is the last of n days after one; ok is false where there is no such day.
func (a almanac) after(day calendar.Day, n int, which calendar.Workdays) (last calendar.Day, ok bool) {
	if n == 0 {
		return 0, false
	}
	last, err := a.days.DayAfter(day, n, which)
	return last, err == nil
}

// reminding is the last day before the requester is asked again, once.
func (a almanac) reminding(t Ticket, which calendar.Workdays) (last calendar.Day, ok bool) {
	if t.WaitingSince == nil || t.RemindedAt != nil {
		return 0, false
	}
	return a.after(a.today(*t.WaitingSince), a.Remind, which)
}

// abandoning is the last day before the ticket is solved for want of an answer.
// There is none before the reminder where one is due: it must leave the
// requester the days between the two, however late it was. Its own day counts.
func (a almanac) abandoning(t Ticket, which calendar.Workdays) (last calendar.Day, ok bool) {
	if t.WaitingSince == nil || a.Remind > 0 && t.RemindedAt == nil {
		return 0, false
	}
	last, ok = a.after(a.today(*t.WaitingSince), a.Solve, which)
	if !ok || a.Remind == 0 {
		return last, ok
	}
	left, ok := a.after(a.today(*t.RemindedAt)-1, a.Solve-a.Remind, which)
	return max(last, left), ok
}

// closing is the last day on which a solution can be contradicted.
func (a almanac) closing(t Ticket, which calendar.Workdays) (last calendar.Day, ok bool) {
	if t.SolvedAt == nil {
		return 0, false
	}
	return a.after(a.today(*t.SolvedAt), a.Close, which)
}

// before is an instant: whatever n days may be over for today began before it.
// It counts the days on which AMIGO is open; nobody has more.
func (a almanac) before(today calendar.Day, n int) time.Time {
	for first, _ := a.days.Known(); n > 0 && today > first; {
		if today--; a.days.Counts(today, calendar.OpenDays) {
			n--
		}
	}
	year, month, day := today.Time().Date()
	return time.Date(year, month, day, 0, 0, 0, 0, a.days.Zone())
}
