package calendar

import "time"

// A sheet covers 512 days: long enough that a promise seldom needs two, short
// enough that the years nobody asks about cost nothing.
const (
	dayLength   = int64(24 * time.Hour)
	sheetLength = 512 * dayLength
)

// sheet is a stretch of time with all its opening spans, ready for searching.
type sheet struct {
	spans  []span // in order; they neither overlap nor touch
	total  int64  // the working time of all spans
	byTime index  // of the spans by when they open
	byWork index  // of the spans by how much was worked before
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

// fewSheets are added up one by one, without drawing those that nobody has looked at.
const fewSheets = 8

// over is the working time of the sheets from one up to another, which is left out.
func (c *Calendar) over(i, j int) (total int64) {
	if j-i > fewSheets {
		before := c.totals()
		return before[j] - before[i]
	}
	for ; i < j; i++ {
		total += c.sheet(i).total
	}
	return total
}

// totals gives for each sheet the working time of all sheets before it.
func (c *Calendar) totals() []int64 {
	c.sum.Do(func() {
		c.before = make([]int64, len(c.sheets))
		for i := range len(c.sheets) - 1 {
			c.before[i+1] = c.before[i] + c.sheet(i).total
		}
	})
	return c.before
}

// draw works out the opening spans of a sheet.
func (c *Calendar) draw(i int) *sheet {
	s := &sheet{spans: make([]span, 0, 512)}
	lo := c.begin + int64(i)*sheetLength
	hi := min(lo+sheetLength, c.end)
	for part := range parts(lo, hi, c.zone) {
		_, hours := c.plan(part.day)
		for _, h := range hours {
			if open, shut := part.clip(h); open < shut {
				s.add(open, shut)
			}
		}
	}
	s.byTime = indexed(lo, hi, len(s.spans), func(n int) int64 { return s.spans[n].open })
	s.byWork = indexed(0, s.total, len(s.spans), func(n int) int64 { return s.spans[n].before })
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
	lo, hi := s.byTime.around(ns)
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
	lo, hi := s.byWork.around(work - 1)
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
