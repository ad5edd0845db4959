package limit

import (
	"fmt"
	"time"

	"amigo/app/fault"
)

// Rate allows Burst events at once, and Burst events per Per over time.
type Rate struct {
	Burst int
	Per   time.Duration
}

// step is the time that one event takes up, in whole microseconds, which is
// what the databases keep.
func (r Rate) step() (time.Duration, error) {
	if r.Burst < 1 || r.Per/time.Duration(r.Burst) < time.Microsecond {
		return 0, fmt.Errorf("limit: %d per %v: %w", r.Burst, r.Per, fault.Invalid)
	}
	return (r.Per / time.Duration(r.Burst)).Truncate(time.Microsecond), nil
}

// conform decides about an event at an instant, given the theoretical arrival
// time that was kept (zero: none). It answers the one to keep and 0, or, when
// the event is too much, how long to wait for one to conform.
func conform(tat, at time.Time, burst int, step time.Duration) (next time.Time, wait time.Duration) {
	if tat.Before(at) {
		tat = at
	}
	next = tat.Add(step)
	return next, max(0, next.Sub(at)-step*time.Duration(burst))
}
