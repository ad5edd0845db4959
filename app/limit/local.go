package limit

import (
	"fmt"
	"sync"
	"time"
)

// Local counts events by key in this process only, for what comes so often that
// a row in the database would cost more than what it guards. Each process allows
// the rate anew, and a restart forgives.
type Local struct {
	rate Rate
	step time.Duration

	mu   sync.Mutex
	tats map[string]time.Time
}

// maxKeys is how many keys a Local remembers before it forgets those that say no
// more than their absence would.
const maxKeys = 10_000

// NewLocal builds a limiter of one rate. A rate that allows nothing, or more
// than one event a microsecond, is fault.Invalid.
func NewLocal(r Rate) (*Local, error) {
	step, err := r.step()
	if err != nil {
		return nil, fmt.Errorf("limit: local: %w", err)
	}
	return &Local{rate: r, step: step, tats: map[string]time.Time{}}, nil
}

// Take counts one event under a key at an instant, and says whether it is
// allowed; one that is too much is not counted, and retry is how long to wait.
func (l *Local) Take(key string, at time.Time) (allowed bool, retry time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	tat := l.tats[key]
	if tat.After(at.Add(l.step * time.Duration(l.rate.Burst))) {
		tat = at // the clock was set back since
	}
	next, wait := conform(tat, at, l.rate.Burst, l.step)
	if wait > 0 {
		return false, wait
	}
	if len(l.tats) >= maxKeys {
		l.forget(at)
	}
	l.tats[key] = next
	return true, 0
}

// forget drops the keys whose instant has passed.
func (l *Local) forget(at time.Time) {
	for key, tat := range l.tats {
		if !tat.After(at) {
			delete(l.tats, key)
		}
	}
}
