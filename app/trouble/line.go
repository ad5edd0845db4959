package trouble

import (
	"sync"
	"time"
)

// State is how a line stands. Its zero value is a line that nobody has used yet.
type State struct {
	WellAt   time.Time // when it last went well; zero: not since the start
	Since    time.Time // since when it fails; zero: it does not
	FailedAt time.Time // when it last failed; zero: it does not
	Error    string    // what is wrong, in its own words
	Failures int       // how often it failed since then
}

// Fails says whether something is wrong now.
func (s State) Fails() bool { return !s.Since.IsZero() }

// Used says whether anything is known of the line.
func (s State) Used() bool { return s.Fails() || !s.WellAt.IsZero() }

// At is when the line was last used.
func (s State) At() time.Time {
	if s.FailedAt.After(s.WellAt) {
		return s.FailedAt
	}
	return s.WellAt
}

// Cause is what is wrong, as far as it is known; empty when nothing is.
func (s State) Cause() Cause {
	if !s.Fails() {
		return ""
	}
	return CauseOf(s.Error)
}

// Line remembers how a line stands. Its zero value is ready; it is safe for
// concurrent use, and cheap enough to be told of every message.
type Line struct {
	mu    sync.Mutex
	state State
	kept  time.Time // when it was last written down; zero: it must be, at the next chance
}

// keepEvery is how often what goes on as before is written down.
const keepEvery = time.Minute

// Well notes that it went well at an instant, and says whether something was
// wrong before.
func (l *Line) Well(at time.Time) (mended bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	mended = l.state.Fails()
	l.state = State{WellAt: at}
	return mended
}

// Failed notes that it failed at an instant, and says whether that is new: the
// first time, or for another cause.
func (l *Line) Failed(at time.Time, words string) (news bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	news = !l.state.Fails() || l.state.Error != words
	if !l.state.Fails() {
		l.state.Since = at
	}
	l.state.FailedAt, l.state.Error = at, words
	l.state.Failures++
	return news
}

// Now is how the line stands.
func (l *Line) Now() State {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state
}

// Keep writes the state down by f, where there is news or the last time was a
// minute ago. What fails may be the database itself: then it is written the next
// time. The error is f's.
func (l *Line) Keep(at time.Time, news bool, f func(State) error) error {
	l.mu.Lock()
	due := news || at.Sub(l.kept) >= keepEvery || l.kept.After(at)
	if due {
		l.kept = at
	}
	state := l.state
	l.mu.Unlock()
	if !due {
		return nil
	}
	err := f(state)
	if err != nil {
		l.mu.Lock()
		l.kept = time.Time{}
		l.mu.Unlock()
	}
	return err
}
