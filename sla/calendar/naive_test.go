package calendar_test

import (
	"testing"
	"time"

	"amigo/sla/calendar"
)

// naive reads a Spec as its documentation says and walks the time line minute
// by minute: no arithmetic of intervals at all, so that it cannot share a
// mistake with Calendar. Days and times are compared as text.
type naive struct {
	calendar.Spec
	zone     *time.Location
	holidays map[string]bool // from a published list, where the Spec wants them: not from the rule
}

func walker(t testing.TB, s calendar.Spec) naive {
	t.Helper()
	zone, err := time.LoadLocation(s.TZ)
	if err != nil {
		t.Fatal(err)
	}
	n := naive{s, zone, make(map[string]bool)}
	if s.Holidays == nil {
		return n
	}
	for _, row := range figures(t, "public-holidays.csv", 187) {
		n.holidays[row[0]] = s.Holidays.WhitMonday || row[1] != "Lundi de Pentecôte"
	}
	return n
}

func (n naive) known(at time.Time) bool {
	day := at.In(n.zone).Format(time.DateOnly)
	return (n.KnownFrom == "" || n.KnownFrom <= day) && (n.KnownUntil == "" || day <= n.KnownUntil)
}

func (n naive) open(at time.Time) bool {
	local := at.In(n.zone)
	day, clock := local.Format(time.DateOnly), local.Format("15:04")
	for _, hours := range n.hours(day, [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}[local.Weekday()]) {
		if hours[0] <= clock && clock < hours[1] {
			return true
		}
	}
	return false
}

func (n naive) hours(day, weekday string) []calendar.Interval {
	if special, ok := n.Exceptions[day]; ok {
		return special
	}
	for _, c := range n.Closed {
		if c.Day == day {
			return nil
		}
	}
	if n.holidays[day] {
		return nil
	}
	weekly := n.Weekly
	for _, p := range n.Periods {
		if p.From <= day && day <= p.To {
			weekly = p.Weekly
			if p.Regime != "" {
				weekly = n.Regimes[p.Regime]
			}
		}
	}
	return weekly[weekday]
}

// add walks at most limit; ok is false where it came upon an unknown day or
// did not get through.
func (n naive) add(from time.Time, work int, limit time.Duration) (due time.Time, ok bool) {
	for due = from; work > 0; due = due.Add(time.Minute) {
		if due.Sub(from) > limit || !n.known(due) {
			return due, false
		}
		if n.open(due) {
			work--
		}
	}
	return due, true
}

func (n naive) between(from, to time.Time) (open int, ok bool) {
	for at := from; at.Before(to); at = at.Add(time.Minute) {
		if !n.known(at) {
			return 0, false
		}
		if n.open(at) {
			open++
		}
	}
	return open, true
}

// change finds when the office next opens or closes, zero if not within limit or not known.
func (n naive) change(from time.Time, limit time.Duration) time.Time {
	now := n.open(from)
	for at := from.Truncate(time.Minute); at.Sub(from) < limit; at = at.Add(time.Minute) {
		if !n.known(at) {
			return time.Time{}
		}
		if n.open(at) != now {
			return at
		}
	}
	return time.Time{}
}
