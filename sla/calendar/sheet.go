package calendar

import (
	"iter"
	"time"
)

// A sheet covers 512 days: long enough that a promise seldom needs two, short
// enough that the years nobody asks about cost nothing.
const (
	dayLength   = int64(24 * time.Hour)
	sheetLength = 512 * dayLength
)

// sheet is a stretch of time with all its opening spans, ready for searching.
type sheet struct {
	spans []span // in order; they neither overlap nor touch
	total int64  // the working time of all spans
}

// span is uninterrupted opening time, in nanoseconds since 1970; shut is not included.
type span struct {
	open, shut int64
	before     int64 // the working time of the spans before it on the sheet
}

// sheetAt is the index of the sheet on which an instant lies; the end of the last sheet lies on it.
func (c *Calendar) sheetAt(ns int64) int {
	return min(int((ns-c.begin)/sheetLength), len(c.sheets)-1)
}

// sheet gives a sheet by its index. Two goroutines may draw the same sheet at
// once; either result serves.
func (c *Calendar) sheet(i int) *sheet {
	if s := c.sheets[i].Load(); s != nil {
		return s
	}
	s := c.draw(i)
	c.sheets[i].Store(s)
	return s
}

// draw works out the opening spans of a sheet.
func (c *Calendar) draw(i int) *sheet {
	s := &sheet{spans: make([]span, 0, 512)}
	lo := c.begin + int64(i)*sheetLength
	for part := range parts(lo, min(lo+sheetLength, c.end), c.zone) {
		_, hours := c.plan(part.day)
		for _, h := range hours {
			if open, shut := part.clip(h); open < shut {
				s.add(open, shut)
			}
		}
	}
	return s
}

// add appends opening time; what touches the last span, as hours on both sides of midnight do, prolongs it.
func (s *sheet) add(open, shut int64) {
	if n := len(s.spans) - 1; n >= 0 && s.spans[n].shut == open {
		s.spans[n].shut = shut
	} else {
		s.spans = append(s.spans, span{open, shut, s.total})
	}
	s.total += shut - open
}

// begun counts the spans that open at ns or before.
func (s *sheet) begun(ns int64) int {
	lo, hi := 0, len(s.spans)
	for lo < hi {
		if mid := int(uint(lo+hi) >> 1); s.spans[mid].open <= ns {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// worked is the working time on the sheet before ns.
func (s *sheet) worked(ns int64) int64 {
	n := s.begun(ns)
	if n == 0 {
		return 0
	}
	last := &s.spans[n-1]
	return last.before + min(ns, last.shut) - last.open
}

// reached is the instant at which the sheet's working time amounts to work, 0 < work ≤ total.
func (s *sheet) reached(work int64) int64 {
	// The span in which work runs out is the last that begins with some of it
	// left: with none left, the closing time of the span before has it.
	lo, hi := 0, len(s.spans)
	for lo < hi {
		if mid := int(uint(lo+hi) >> 1); s.spans[mid].before < work {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	last := &s.spans[lo-1]
	return last.open + work - last.before
}

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
