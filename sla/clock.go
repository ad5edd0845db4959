package sla

import (
	"time"

	"amigo/sla/calendar"
	"amigo/tickets"
)

// TimerID identifies a timer.
type TimerID int64

// timerState is where a timer stands in its life.
type timerState string

const (
	running timerState = "running"
	paused  timerState = "paused"
	met     timerState = "met"
	missed  timerState = "missed"
	dropped timerState = "dropped" // no longer promised: merged, or solved without an answer
)

// alive says whether the promise is still to be kept.
func (s timerState) alive() bool { return s == running || s == paused }

// Timer is one promise about one ticket. Durations are working time, whole seconds.
type Timer struct {
	ID          TimerID
	Ticket      tickets.ID
	Promise     PromiseName
	Policy      PolicyID
	Calendar    string
	State       timerState
	Target      time.Duration
	Used        time.Duration // in Past
	DueAt       *time.Time    // nil while it stands still within the target, and when no day within three years holds it
	Provisional bool          // what is said of it rests on days whose hours nobody has published yet
	Level       int           // the highest rung told or passed, in percent
	RingAt      *time.Time    // when somebody must be told; nil: nobody, until it runs again
	StartedAt   time.Time
	StoppedAt   *time.Time
	Past        []Segment // the stretches that have ended, oldest first
	Open        *Segment  // the stretch that runs; nil unless running
}

// Segment is a stretch of time during which a timer ran.
type Segment struct {
	ID      int64
	Version calendar.VersionID // the calendar version that counts it
	From    time.Time
	To      *time.Time
	Worked  time.Duration // once ended

	changed bool // since it was read
}

// hours is what a clock reads: a calendar version with the days that it must
// assume, the policy's ladder, and the versions that counted earlier segments.
type hours struct {
	version calendar.VersionID
	cal     *calendar.Calendar
	policy  Policy
	read    map[calendar.VersionID]calendar.Version
}

// by is the calendar that counts a segment.
func (h hours) by(s Segment) *calendar.Calendar {
	if v, ok := h.read[s.Version]; ok {
		return v.Assumed()
	}
	return h.cal
}

// guessed says whether nobody has published the hours of an instant's day.
func guessed(at time.Time, cal *calendar.Calendar) bool {
	return cal.Guesses(calendar.DayOf(at.In(cal.Zone())))
}

// run lets the timer run from an instant on. An instant before the end of the
// last stretch, as of a mail that was under way while it ended, counts as that
// end: no time is used twice.
func (t *Timer) run(at time.Time, h hours) {
	if n := len(t.Past); n > 0 && at.Before(*t.Past[n-1].To) {
		at = *t.Past[n-1].To
	}
	t.State, t.StoppedAt = running, nil
	t.Open = &Segment{Version: h.version, From: at}
	t.aim(h)
}

// halt ends the open segment and leaves the timer in a state that does not run.
// An instant before the segment's start counts as its start.
func (t *Timer) halt(at time.Time, into timerState, h hours) error {
	if s := t.Open; s != nil {
		if at.Before(s.From) {
			at = s.From
		}
		if err := s.count(at, h.cal); err != nil {
			return err
		}
		t.Past, t.Open = append(t.Past, *s), nil
		t.Used += s.Worked
	}
	t.State, t.RingAt = into, nil
	if into == paused {
		t.rest(h)
	} else {
		t.StoppedAt = &at
	}
	return nil
}

// count ends a segment, or counts an ended one anew. Days before those that a
// calendar knows have no hours.
func (s *Segment) count(to time.Time, cal *calendar.Calendar) error {
	worked, err := cal.Between(s.From, to)
	if err != nil && !calendar.Unknown(err) {
		return err
	}
	s.To, s.Worked, s.changed = &to, worked.Truncate(time.Second), true
	return nil
}

// stop ends the promise: it was met if no more than the target was used.
func (t *Timer) stop(at time.Time, h hours) error {
	if err := t.halt(at, met, h); err != nil {
		return err
	}
	if t.Used > t.Target {
		t.State = missed
	}
	return nil
}

// retarget changes how much the promise may take; what was used stays used.
func (t *Timer) retarget(target time.Duration, policy PolicyID, h hours) {
	t.Target, t.Policy = target, policy
	t.settle(h)
}

// settle works out what is said of the timer from its segments.
func (t *Timer) settle(h hours) {
	switch t.State {
	case running:
		t.aim(h)
	case paused:
		t.rest(h)
	}
}

// consumed is the working time used until an instant.
func (t *Timer) consumed(at time.Time, cal *calendar.Calendar) (time.Duration, error) {
	if t.Open == nil || at.Before(t.Open.From) {
		return t.Used, nil
	}
	worked, err := cal.Between(t.Open.From, at)
	if err != nil {
		return t.Used, err
	}
	return t.Used + worked, nil
}

// aim works out when the running timer is due and when it rings next.
func (t *Timer) aim(h hours) {
	t.DueAt, t.RingAt, t.Provisional = nil, nil, guessed(t.Open.From, h.cal)
	if due, cal, ok := t.reach(100, h); ok {
		t.DueAt, t.Provisional = &due, guessed(due, cal)
	}
	rung, more := h.policy.rung(t.Level)
	if !more {
		return
	}
	if at, cal, ok := t.reach(rung.Level, h); ok {
		at = told(at, cal)
		t.RingAt = &at
	}
}

// rest works out what is said of a timer that stands still: it is due only if it
// already was.
func (t *Timer) rest(h hours) {
	t.DueAt, t.RingAt, t.Provisional = nil, nil, false
	if t.Used > t.Target {
		if due, cal, ok := t.reach(100, h); ok {
			t.DueAt, t.Provisional = &due, guessed(due, cal)
		}
		return
	}
	if n := len(t.Past); n > 0 {
		t.Provisional = guessed(*t.Past[n-1].To, h.by(t.Past[n-1]))
	}
}

// reach is the instant at which the timer had used a share of its target, in
// percent, or will have if it runs on, and the calendar that says so.
func (t *Timer) reach(percent int, h hours) (at time.Time, cal *calendar.Calendar, ok bool) {
	work := t.share(percent)
	for _, s := range t.Past {
		if work <= s.Worked {
			cal = h.by(s)
			at, err := cal.Add(s.From, work)
			return at, cal, err == nil
		}
		work -= s.Worked
	}
	if t.Open == nil {
		return at, h.cal, false
	}
	at, err := h.cal.Add(t.Open.From, work)
	return at, h.cal, err == nil
}

// share is so many percent of the target, which is of whole minutes: divided
// first, a thousand percent of a year stay within a [time.Duration].
func (t *Timer) share(percent int) time.Duration { return t.Target / 100 * time.Duration(percent) }

// told moves an instant at which nobody is there to be told to the next opening.
func told(at time.Time, cal *calendar.Calendar) time.Time {
	m, err := cal.At(at)
	if err != nil || m.Open || m.Until.IsZero() {
		return at
	}
	return m.Until.UTC()
}

// rungs gives the rungs that the timer has climbed at an instant and nobody was
// told of.
func (t *Timer) rungs(at time.Time, h hours) ([]Rung, error) {
	used, err := t.consumed(at, h.cal)
	if err != nil {
		return nil, err
	}
	var climbed []Rung
	for _, r := range h.policy.Ladder {
		if r.Level > t.Level && used >= t.share(r.Level) {
			climbed = append(climbed, r)
		}
	}
	return climbed, nil
}

// segments are all of a timer's, oldest first: an open one begins where the last
// has ended.
func (t *Timer) segments() []*Segment {
	all := make([]*Segment, 0, len(t.Past)+1)
	for i := range t.Past {
		all = append(all, &t.Past[i])
	}
	if t.Open != nil {
		all = append(all, t.Open)
	}
	return all
}
