package report

import (
	"context"
	"encoding/json"
	"slices"

	"amigo/app/fault"
	"amigo/sla/calendar"
)

// Kind is how often a report comes: each day, week or month.
type Kind string

// The kinds.
const (
	Daily   Kind = "daily"
	Weekly  Kind = "weekly" // from Monday to Sunday
	Monthly Kind = "monthly"
)

// Kinds lists them, the shortest first.
var Kinds = []Kind{Daily, Weekly, Monthly}

// Around is the day, week or month in which a day lies.
func (k Kind) Around(d calendar.Day) (from, to calendar.Day) {
	switch k {
	case Weekly:
		monday := d - calendar.Day((d.Weekday()+6)%7)
		return monday, monday + 6
	case Monthly:
		y, m, _ := d.Time().Date()
		return calendar.DayOn(y, m, 1), calendar.DayOn(y, m+1, 1) - 1
	}
	return d, d
}

// Stretch is a day, a week or a month of a trend.
type Stretch struct {
	From, To calendar.Day
	Row      // its Count is 0 where nothing was solved
}

// Trend is the time to resolution of the n days, weeks or months up to that in
// which q ends, oldest first; where q begins and its group do not matter.
// Supervisors and above; fails as [Reporter.Resolution] does.
func (r *Reporter) Trend(ctx context.Context, q Question, k Kind, n int) (trend []Stretch, err error) {
	defer fault.Wrap(&err, "report: trend")
	trend = k.stretches(q.To, n)
	q.From, q.To, q.Group = trend[0].From, trend[n-1].To, Whole
	all, choices, err := r.asked(ctx, q)
	if err != nil {
		return nil, err
	}
	fill(trend, all, choices)
	return trend, nil
}

// stretches are the n stretches up to that of a day, oldest first.
func (k Kind) stretches(until calendar.Day, n int) []Stretch {
	trend := make([]Stretch, n)
	for i := n - 1; i >= 0; i-- {
		trend[i].From, trend[i].To = k.Around(until)
		until = trend[i].From - 1
	}
	return trend
}

// fill computes the figures of each stretch.
func fill(trend []Stretch, all []Solved, c Choices) {
	for i := range trend {
		s := &trend[i]
		in := slices.DeleteFunc(slices.Clone(all), func(t Solved) bool { return t.day < s.From || s.To < t.day })
		s.Row = rowOf("", in, c)
	}
}

// keptStretch is how a Stretch is written in a report.
type keptStretch struct {
	From string `json:"from"`
	To   string `json:"to"`
	Row
}

// MarshalJSON writes the days as people do.
func (s Stretch) MarshalJSON() ([]byte, error) {
	return json.Marshal(keptStretch{s.From.String(), s.To.String(), s.Row})
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (s *Stretch) UnmarshalJSON(data []byte) (err error) {
	var k keptStretch
	if err := json.Unmarshal(data, &k); err != nil {
		return err
	}
	if s.From, err = calendar.ParseDay(k.From); err != nil {
		return err
	}
	s.To, err = calendar.ParseDay(k.To)
	s.Row = k.Row
	return err
}
