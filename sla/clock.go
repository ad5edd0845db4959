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
	ID        TimerID
	Ticket    tickets.ID
	Promise   PromiseName
	Policy    PolicyID
	Calendar  string
	State     timerState
	Target    time.Duration
	Used      time.Duration // in segments that have ended
	DueAt     *time.Time    // nil while it stands still within the target, and when no known day holds it
	Level     int           // the highest rung told, in percent
	RingAt    *time.Time    // when somebody must be told; nil: nobody, until it runs again
	StartedAt time.Time
	StoppedAt *time.Time
	Open      *Segment // the stretch that runs; nil unless running
}

// Segment is a stretch of time during which a timer ran.
type Segment struct {
	ID      int64
	Version calendar.VersionID // the calendar version that counts it
	From    time.Time
	To      *time.Time
	Worked  time.Duration // once ended
}

// hours is what a clock reads: a calendar version and the policy's ladder.
type hours struct {
	version calendar.VersionID
	cal     *calendar.Calendar
	policy  Policy
}

// run lets the timer run from an instant on.
func (t *Timer) run(at time.Time, h hours) {
	t.State, t.StoppedAt = running, nil
	t.Open = &Segment{Version: h.version, From: at}
	t.aim(h)
}

// halt ends the open segment and leaves the timer in a state that does not run.
// An instant before the segment's start counts as its start.
func (t *Timer) halt(at time.Time, into timerState, h hours) error {
	if t.Open != nil {
		if at.Before(t.Open.From) {
			at = t.Open.From
		}
		worked, err := h.cal.Between(t.Open.From, at)
		if err != nil && !calendar.Unknown(err) {
			return err
		}
		t.Open.To, t.Open.Worked = &at, worked.Truncate(time.Second)
		t.Used += t.Open.Worked
	}
	t.State, t.RingAt = into, nil
	if into != paused {
		t.StoppedAt = &at
	} else if t.Used <= t.Target {
		t.DueAt = nil
	}
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
	if t.State == running {
		t.aim(h)
	}
}

// consumed is the working time used until an instant.
func (t *Timer) consumed(at time.Time, cal *calendar.Calendar) (time.Duration, error) {
	if t.Open == nil || t.Open.To != nil || at.Before(t.Open.From) {
		return t.Used, nil
	}
	worked, err := cal.Between(t.Open.From, at)
	if err != nil {
		return t.Used, err
	}
	return t.Used + worked, nil
}

// aim works out when the running timer is due and when it rings next. Beyond
// the known days of the calendar nothing is guessed: there is no due date.
func (t *Timer) aim(h hours) {
	t.DueAt, t.RingAt = nil, nil
	if due, ok := t.reach(100, h.cal); ok {
		t.DueAt = &due
	}
	rung, more := h.policy.rung(t.Level)
	if !more {
		return
	}
	if at, ok := t.reach(rung.Level, h.cal); ok {
		at = told(at, h.cal)
		t.RingAt = &at
	}
}

// reach is the instant at which the running timer will have used a share of its
// target, in percent; the start of the open segment when it already had.
func (t *Timer) reach(percent int, cal *calendar.Calendar) (time.Time, bool) {
	work := t.Target*time.Duration(percent)/100 - t.Used
	at, err := cal.Add(t.Open.From, max(work, 0))
	return at, err == nil
}

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
		share := t.Target * time.Duration(r.Level) / 100
		if r.Level > t.Level && used >= share {
			climbed = append(climbed, r)
		}
	}
	return climbed, nil
}
