package web

import (
	"time"

	"amigo/app/i18n"
	"amigo/sla/calendar"
	"amigo/tickets"
	"amigo/web/ui"
)

// teller says instants as a reader at now understands them.
type teller struct {
	t   *i18n.Printer
	cal *calendar.Calendar
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
func (w teller) due(ticket tickets.Ticket) ui.Clock {
	switch {
	case ticket.Status.Over() && ticket.SolvedAt != nil:
		return ui.Clock{Meaning: ui.Done, Words: w.t.T("web.clock.solved", "When", w.t.Short(*ticket.SolvedAt, w.now)), Exact: w.exact(*ticket.SolvedAt), At: *ticket.SolvedAt}
	case ticket.DueAt != nil:
		return w.until(*ticket.DueAt)
	case ticket.Status.Waiting():
		return ui.Clock{Meaning: ui.Paused, Words: w.t.T("web.clock.paused"), Exact: w.t.Say(ticket.Status.Word())}
	}
	return ui.Clock{Meaning: ui.Calm, Words: w.t.T("web.clock.none")}
}

// until says how far a date is, in working time while it is near.
func (w teller) until(due time.Time) ui.Clock {
	c := ui.Clock{Meaning: ui.Calm, At: due, Exact: w.exact(due)}
	if due.Before(w.now) {
		c.Meaning, c.Words = ui.Late, w.late(due)
		return c
	}
	left := w.work(w.now, due)
	if left <= soonWork {
		c.Meaning = ui.Soon
	}
	switch {
	case left < time.Minute:
		c.Words = w.t.T("web.clock.now")
	case w.today(due):
		c.Words = w.t.T("web.clock.in", "Time", left)
	default:
		c.Words = w.t.Short(due, w.now)
	}
	return c
}

// tooLate is the working time after which one says since when, not how much.
const tooLate = 24 * time.Hour

// late says how much working time has passed since a date.
func (w teller) late(due time.Time) string {
	switch late := w.work(due, w.now); {
	case late < time.Minute:
		return w.t.T("web.clock.late")
	case late < tooLate:
		return w.t.T("web.clock.late_by", "Time", late)
	}
	return w.t.T("web.clock.late_since", "When", w.t.Short(due, w.now))
}

// work is the working time between two instants; on days that the calendar
// does not know, the time on the wall.
func (w teller) work(from, to time.Time) time.Duration {
	if w.cal != nil {
		if d, err := w.cal.Between(from, to); err == nil {
			return d
		}
	}
	return to.Sub(from)
}

func (w teller) today(at time.Time) bool {
	y, m, d := at.In(w.t.Zone()).Date()
	ny, nm, nd := w.now.In(w.t.Zone()).Date()
	return y == ny && m == nm && d == nd
}
