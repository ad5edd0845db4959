package calendar

import (
	"iter"
	"time"
)

// part is a stretch of time on one local day during which the zone's clock is not set.
type part struct {
	day      Day
	midnight int64 // when the day began, or would have, by the same clock
	lo, hi   int64 // in nanoseconds since 1970, hi not included
}

// parts cuts lo to hi into parts, in order of time. This is all that the
// package knows about daylight saving: an hour that the clock shows twice is in
// two parts and counts twice, an hour that it skips is in none.
func parts(lo, hi int64, zone *time.Location) iter.Seq[part] {
	return func(yield func(part) bool) {
		for lo < hi {
			t := time.Unix(0, lo).In(zone)
			_, seconds := t.Zone()
			offset := int64(seconds) * int64(time.Second)
			stop := hi
			if _, set := t.ZoneBounds(); !set.IsZero() && set.Before(time.Unix(0, hi)) {
				stop = set.UnixNano()
			}
			if stop <= lo {
				// In the leap years that a zone knows by rule only, 2040 and after,
				// ZoneBounds gives the beginning of 31 December as the end of what
				// holds on that day. No rule sets a clock on it.
				stop = min(hi, (floorDiv(lo, dayLength)+1)*dayLength)
			}
			for lo < stop {
				day := floorDiv(lo+offset, dayLength)
				midnight := day*dayLength - offset
				p := part{Day(day), midnight, lo, min(stop, midnight+dayLength)}
				if !yield(p) {
					return
				}
				lo = p.hi
			}
		}
	}
}

// clip gives the instants of a day's interval that fall into the part; open ≥ shut if there are none.
func (p part) clip(h interval) (open, shut int64) {
	return max(p.lo, p.midnight+h.from), min(p.hi, p.midnight+h.to)
}

// midnight gives the first instant at which the zone's clock shows day or a
// later one, and the first from which on it shows no earlier one. They differ
// where the clock is set back across midnight.
func midnight(day Day, zone *time.Location) (first, final int64) {
	const around = 36 * int64(time.Hour) // no clock is further from UTC
	noon := int64(day) * dayLength
	first, final = noon+around, noon-around
	for p := range parts(noon-around, noon+around, zone) {
		if p.day >= day {
			first = min(first, p.lo)
		} else {
			final = p.hi
		}
	}
	return first, final
}
