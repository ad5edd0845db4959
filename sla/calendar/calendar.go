package calendar

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"amigo/app/fault"
)

// Horizon is how far ahead of its start a due date may lie: three years, each counted as long as a leap year.
const Horizon = 3 * 366 * 24 * time.Hour

// What Add and Between refuse besides days that are not known; the kind of each is fault.Invalid.
var (
	ErrNegative error = invalidError("the working time is negative")
	ErrReversed error = invalidError("the end is before the start")
	ErrTooFar   error = invalidError("no due date within three years")
)

type invalidError string

func (e invalidError) Error() string { return string(e) }

func (invalidError) Unwrap() error { return fault.Invalid }

// UnknownDayError says that an answer depends on a day for which a calendar
// holds no hours; its kind is fault.Invalid.
type UnknownDayError struct {
	Day         Day
	First, Last Day // the days that the calendar knows, both included
}

// Error names the day and those that are known.
func (e *UnknownDayError) Error() string {
	return fmt.Sprintf("no opening hours are known for %s, only from %s to %s", e.Day, e.First, e.Last)
}

// Unwrap gives the kind.
func (e *UnknownDayError) Unwrap() error { return fault.Invalid }

// Calendar answers questions about opening hours. It never changes and may be
// used by many goroutines at once; build it with [New].
type Calendar struct {
	zone        *time.Location
	first, last Day   // the known days
	begin, end  int64 // their instants, end not included, in nanoseconds since 1970

	ordinary   *regime
	periods    []period
	closed     map[Day]string // with what is celebrated
	exceptions map[Day][]interval
	marks      []mark
	published  Day // the last day that somebody defined; last lies beyond it where the rest is assumed

	assume  sync.Once
	assumed *Calendar // see Assumed

	sheets []atomic.Pointer[sheet] // begin to end, cut every sheetLength; each is drawn when first looked at
	sum    sync.Once
	before []int64 // see totals
}

// New builds a calendar, or says in a [SpecError] everything that is wrong with its definition.
func New(s Spec) (*Calendar, error) {
	var check checker
	c := check.calendar(s)
	if err := check.err(); err != nil {
		return nil, err
	}
	c.bound()
	return c, nil
}

// celebrate closes the public holidays of the known years, and of those that
// may be assumed. A closed day that has a name of its own keeps it.
func (c *Calendar) celebrate(h *Holidays) {
	if h == nil {
		return
	}
	year := func(d Day) int { return d.Time().Year() }
	for _, closed := range h.over(year(c.first), year(min(c.last+assumedDays, latest))) {
		day, err := ParseDay(closed.Day)
		if err == nil && c.closed[day] == "" {
			c.closed[day] = closed.Name
		}
	}
}

// bound works out the instants of the known days, and clears the sheets.
func (c *Calendar) bound() {
	// A clock that is set back across midnight shows both days twice: what is
	// known begins after the second time and ends before the first.
	_, c.begin = midnight(c.first, c.zone)
	c.end, _ = midnight(c.last+1, c.zone)
	c.sheets = make([]atomic.Pointer[sheet], (c.end-c.begin+sheetLength-1)/sheetLength)
}

// Zone is the time zone whose clock the opening hours follow.
func (c *Calendar) Zone() *time.Location { return c.zone }

// Known gives the first and the last day for which opening hours are known.
// A Spec without bounds is known from 1970 to 2199.
func (c *Calendar) Known() (first, last Day) { return c.first, c.last }

func (c *Calendar) knows(day Day) bool { return c.first <= day && day <= c.last }

// Add returns the instant at which work of working time has passed since from.
// work is working time, not wall time, and must not be negative; the result is
// in UTC. No work at all is done at once: the result is from, open or not. A
// due date at closing time stays there. A due date that depends on an unknown
// day is an [UnknownDayError], one beyond the [Horizon] is [ErrTooFar].
func (c *Calendar) Add(from time.Time, work time.Duration) (time.Time, error) {
	switch {
	case work < 0:
		return time.Time{}, ErrNegative
	case work == 0:
		return from.UTC(), nil
	}
	at, err := c.instant(from)
	if err != nil {
		return time.Time{}, err
	}
	due, err := c.due(at, int64(work))
	if err != nil {
		return time.Time{}, err
	}
	return time.Unix(0, due).UTC(), nil
}

// Between returns the working time from one instant to another; from == to has
// none, even where no hours are known. [ErrReversed] if to is before from, an
// [UnknownDayError] if a day between them is not known.
func (c *Calendar) Between(from, to time.Time) (time.Duration, error) {
	switch from.Compare(to) {
	case +1:
		return 0, ErrReversed
	case 0:
		return 0, nil
	}
	a, err := c.instant(from)
	if err != nil {
		return 0, err
	}
	b, ok := c.nanos(to)
	if !ok {
		return 0, c.unknown(DayOf(to.In(c.zone)))
	}
	i, j := c.sheetAt(a), c.sheetAt(b)
	return time.Duration(c.sheet(j).worked(b) - c.sheet(i).worked(a) + c.over(i, j)), nil
}

// due finds the instant at which work, more than none, has passed since at.
func (c *Calendar) due(at, work int64) (int64, error) {
	limit := at + int64(Horizon)
	if work > int64(Horizon) {
		return 0, ErrTooFar
	}
	i := c.sheetAt(at)
	s := c.sheet(i)
	for work += s.worked(at); work > s.total; s = c.sheet(i) {
		work -= s.total
		if i++; c.begin+int64(i)*sheetLength >= min(limit, c.end) {
			return 0, c.beyond(limit)
		}
	}
	due := s.reached(work)
	if due > limit {
		return 0, ErrTooFar
	}
	return due, nil
}

// beyond says why nothing is due by limit.
func (c *Calendar) beyond(limit int64) error {
	if limit < c.end {
		return ErrTooFar
	}
	return c.unknown(c.last + 1)
}

// instant is t in nanoseconds, if hours are known for it.
func (c *Calendar) instant(t time.Time) (int64, error) {
	if ns, ok := c.nanos(t); ok && ns < c.end {
		return ns, nil
	}
	return 0, c.unknown(DayOf(t.In(c.zone)))
}

// nanos is t in nanoseconds, if it is known or the very end of what is known.
func (c *Calendar) nanos(t time.Time) (ns int64, ok bool) {
	// Seconds first: the nanoseconds of a far year do not fit.
	if s := t.Unix(); s < c.begin/int64(time.Second) || s > c.end/int64(time.Second) {
		return 0, false
	}
	ns = t.UnixNano()
	return ns, ns <= c.end
}

func (c *Calendar) unknown(day Day) error {
	return &UnknownDayError{Day: day, First: c.first, Last: c.last}
}

// Unknown reports whether err says that there is no answer, and not that the
// question was wrong: it depends on a day that the calendar does not know, or
// the office does not open often enough within the [Horizon].
func Unknown(err error) bool {
	_, ok := errors.AsType[*UnknownDayError](err)
	return ok || errors.Is(err, ErrTooFar)
}
