package calendar

import "time"

// sheetsAhead is how many more sheets are searched for the next change.
const sheetsAhead = int(int64(Horizon)/sheetLength) + 1

// Rule says which part of a Spec decided about a day.
type Rule string

// The rules, weakest first.
const (
	ByWeek      Rule = "weekly"
	ByPeriod    Rule = "period"
	ByClosure   Rule = "closed"
	ByException Rule = "exception"
	ByGuess     Rule = "assumed" // beyond the published days, see [Calendar.Assumed]
)

// Plan is what a calendar holds for a day. A closed day and an exception still
// belong to their regime and period: 25 December is in the Christmas holidays.
type Plan struct {
	Day     Day
	Rule    Rule
	Regime  string // the weekly hours' name: Ordinary, a regime of the Spec, or the period with hours of its own
	Period  string // the period's name, empty on ordinary days
	Closure string // the name of a closed day, where ByClosure and it has one
}

// Name is the period's name, or the regime's on days that no period covers.
func (p Plan) Name() string {
	if p.Period != "" {
		return p.Period
	}
	return p.Regime
}

// Moment is a calendar's state at an instant.
type Moment struct {
	Plan
	Open bool
	// Until is when the office closes if it is open, and opens if it is
	// closed, on the calendar's clock. Zero if no change is known, or none
	// within some three years.
	Until time.Time
}

// At tells whether the office is open at an instant, under which plan, and
// until when. An instant on an unknown day is an [UnknownDayError].
func (c *Calendar) At(t time.Time) (Moment, error) {
	ns, err := c.instant(t)
	if err != nil {
		return Moment{}, err
	}
	i := c.sheetAt(ns)
	spans := c.sheet(i).spans
	n := c.sheet(i).begun(ns)
	var m Moment
	m.Plan, _ = c.plan(DayOf(t.In(c.zone)))
	m.Open = n > 0 && ns < spans[n-1].shut
	if m.Open {
		m.Until = c.clock(c.closing(i, spans[n-1].shut))
	} else {
		m.Until = c.clock(c.opening(i, ns))
	}
	return m, nil
}

// Plan tells what is decided about a day, and by what.
func (c *Calendar) Plan(day Day) (Plan, error) {
	if !c.knows(day) {
		return Plan{}, c.unknown(day)
	}
	p, _ := c.plan(day)
	return p, nil
}

// plan finds a day's rule and its opening hours.
func (c *Calendar) plan(day Day) (Plan, []interval) {
	p := Plan{Day: day, Rule: ByWeek, Regime: c.ordinary.name}
	hours := c.ordinary.week[day.Weekday()]
	for i := len(c.periods) - 1; i >= 0; i-- {
		if q := &c.periods[i]; q.first <= day && day <= q.last {
			p.Rule, p.Regime, p.Period = ByPeriod, q.regime.name, q.name
			hours = q.regime.week[day.Weekday()]
			break
		}
	}
	if special, ok := c.exceptions[day]; ok {
		p.Rule = ByException
		return p, special
	}
	if name, ok := c.closed[day]; ok {
		p.Rule, p.Closure = ByClosure, name
		return p, nil
	}
	if day > c.published && p.Rule == ByWeek {
		p.Rule = ByGuess
	}
	return p, hours
}

// closing follows opening time that ends at shut across the edges of sheets; c.end if it is not known to end.
func (c *Calendar) closing(i int, shut int64) int64 {
	for far := i + sheetsAhead; i < far && shut < c.end && shut == c.sheetEnd(i); {
		i++
		next := c.sheet(i).spans
		if len(next) == 0 || next[0].open > shut {
			return shut
		}
		shut = next[0].shut
	}
	if shut == c.sheetEnd(i) {
		return c.end
	}
	return shut
}

// opening finds the first opening after ns, c.end if none is known.
func (c *Calendar) opening(i int, ns int64) int64 {
	for far := min(i+sheetsAhead, len(c.sheets)-1); i <= far; i++ {
		s := c.sheet(i)
		if n := s.begun(ns); n < len(s.spans) {
			return s.spans[n].open
		}
	}
	return c.end
}

// sheetEnd is the instant at which a sheet ends.
func (c *Calendar) sheetEnd(i int) int64 {
	return min(c.begin+int64(i+1)*sheetLength, c.end)
}

// clock puts nanoseconds on the calendar's clock; the end of what is known is no change.
func (c *Calendar) clock(ns int64) time.Time {
	if ns == c.end {
		return time.Time{}
	}
	return time.Unix(0, ns).In(c.zone)
}
