package web

import (
	"time"

	"amigo/app/i18n"
	"amigo/sla"
	"amigo/sla/calendar"
	"amigo/tickets"
	"amigo/web/ui"
)

// teller says instants as a reader at now understands them.
type teller struct {
	t   *i18n.Printer
	now time.Time
}

// moment is when something happened.
func (w teller) moment(at time.Time) ui.Moment {
	return ui.Moment{At: at, Words: w.t.Short(at, w.now), Exact: w.exact(at)}
}

// exact is the whole date, for the mouse and for screen readers.
func (w teller) exact(at time.Time) string {
	return w.t.T("core.when.date", "Date", w.t.DateAt(at, w.now), "Clock", w.t.Clock(at))
}

// due says how a ticket stands against what was promised next.
func (w teller) due(ticket tickets.Ticket, all stakes) ui.Clock {
	if ticket.Status.Over() && ticket.SolvedAt != nil {
		return ui.Clock{Meaning: ui.Done, Words: w.t.T("web.clock.solved", "When", w.t.Short(*ticket.SolvedAt, w.now)), Exact: w.exact(*ticket.SolvedAt), At: *ticket.SolvedAt}
	}
	s, owed := all.next(ticket)
	switch {
	case owed && s.DueAt != nil:
		return w.until(s, all.soon(s))
	case ticket.DueAt != nil:
		// A date that somebody else wrote: nothing is known of how it came about.
		return w.dated(*ticket.DueAt)
	case ticket.Status.Waiting():
		c := ui.Clock{Meaning: ui.Paused, Words: w.t.T("web.clock.paused"), Exact: w.t.Say(ticket.Status.Word())}
		if owed {
			c.Note = w.left(s.Left())
		}
		return c
	}
	return ui.Clock{Meaning: ui.Calm, Words: w.t.T("web.clock.none")}
}

// until says how much working time is left of a promise that runs, or the date
// where that is far. From a share of its target, soon, it wants attention.
func (w teller) until(s sla.Standing, soon int) ui.Clock {
	c := ui.Clock{Meaning: ui.Calm, At: *s.DueAt, Exact: w.exact(*s.DueAt)}
	left := s.Left()
	switch {
	case left < 0:
		c.Meaning, c.Words = ui.Late, w.late(-left, *s.DueAt)
	case s.Consumed*100 >= s.Target*time.Duration(soon):
		c.Meaning = ui.Soon
	}
	switch {
	case left < 0:
	case left < time.Minute && w.now.Sub(*s.DueAt) >= time.Minute:
		// It fell due at closing: whoever does it first thing has kept it.
		c.Words = w.t.T("web.clock.opening")
	case left < time.Minute:
		c.Words = w.t.T("web.clock.now")
	case left > leftMost:
		c.Words = w.t.Short(*s.DueAt, w.now)
	default:
		c.Words = w.left(left)
	}
	if s.Provisional {
		c.Note = w.t.T("web.clock.provisional")
	}
	return c
}

// dated is a date of which only the date is known.
func (w teller) dated(due time.Time) ui.Clock {
	c := ui.Clock{Meaning: ui.Calm, At: due, Exact: w.exact(due), Words: w.t.Short(due, w.now)}
	if due.Before(w.now) {
		c.Meaning, c.Words = ui.Late, w.t.T("web.clock.late_since", "When", c.Words)
	}
	return c
}

// Working time in words: above leftMost one says until when, not how much;
// above tooLate since when.
const (
	leftMost = 18 * time.Hour
	tooLate  = 24 * time.Hour
)

// left says how much working time is left: "2 h 10 restantes".
func (w teller) left(d time.Duration) string {
	d = max(d, 0)
	n := int(d / time.Hour)
	if n == 0 {
		n = int(d / time.Minute)
	}
	return w.t.N("web.clock.left", n, "Time", d)
}

// late says how much working time has passed since a date.
func (w teller) late(by time.Duration, due time.Time) string {
	switch {
	case by < time.Minute:
		return w.t.T("web.clock.late")
	case by < tooLate:
		return w.t.T("web.clock.late_by", "Time", by)
	}
	return w.t.T("web.clock.late_since", "When", w.t.Short(due, w.now))
}

// day is a day without an hour.
func (w teller) day(d calendar.Day) string {
	y, m, day := d.Time().Date()
	return w.t.DateAt(time.Date(y, m, day, 12, 0, 0, 0, w.t.Zone()), w.now)
}
