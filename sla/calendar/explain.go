package calendar

import "time"

// Step is one day on the way to a due date. The days on which nothing counted
// are steps too: their plan says why.
type Step struct {
	Plan
	Spans  []Span        // the opening hours that counted
	Worked time.Duration // how much they were
	Left   time.Duration // how much was still to be worked when the day was over
}

// Span is time that counted, on the calendar's clock; To is not included.
type Span struct{ From, To time.Time }

// Explain gives the days from the start of some work to its due date, both
// included, in order; none if there is no work. The last Span ends when
// [Calendar.Add] says, and Explain fails where Add does.
func (c *Calendar) Explain(from time.Time, work time.Duration) ([]Step, error) {
	due, err := c.Add(from, work)
	if err != nil || work == 0 {
		return nil, err
	}
	var steps []Step
	for part := range parts(from.UnixNano(), due.UnixNano(), c.zone) {
		plan, hours := c.plan(part.day)
		// A day on which the clock is set comes in several parts.
		if n := len(steps) - 1; n < 0 || steps[n].Day != part.day {
			steps = append(steps, Step{Plan: plan})
		}
		step := &steps[len(steps)-1]
		for _, h := range hours {
			if open, shut := part.clip(h); open < shut {
				step.count(c.clock(open), time.Unix(0, shut).In(c.zone))
				work -= time.Duration(shut - open)
			}
		}
		step.Left = work
	}
	return steps, nil
}

// count adds time that was worked, and joins what the setting of a clock cut in two.
func (s *Step) count(from, to time.Time) {
	s.Worked += to.Sub(from)
	if n := len(s.Spans) - 1; n >= 0 && s.Spans[n].To.Equal(from) {
		s.Spans[n].To = to
		return
	}
	s.Spans = append(s.Spans, Span{from, to})
}
