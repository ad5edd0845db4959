package report

import (
	"cmp"
	"math"
	"slices"
	"time"

	"amigo/sla/calendar"
	"amigo/tickets"
)

// Solved is a ticket that counts, and how long it took.
type Solved struct {
	ID       tickets.ID
	Subject  string
	SolvedAt time.Time
	Working  time.Duration // working time from the request to the solution
	Elapsed  time.Duration // on the wall clock
	Net      time.Duration // working time without what it waited
	Reopened bool          // it was solved before, and reopened

	row   solvedRow
	day   calendar.Day // of the solution, in Paris
	names []string     // what the calendar calls that day
}

// measure says how long a ticket took by the calendar that judged it, and
// ran are the stretches that its clock ran, where they have to be counted anew.
// Days that the calendar does not know count as closed: a figure is better late
// than missing.
func measure(row solvedRow, cal *calendar.Calendar, ran []stretchRow) (Solved, error) {
	s := Solved{ID: row.ID, Subject: row.Subject, SolvedAt: row.SolvedAt, Elapsed: row.SolvedAt.Sub(row.CreatedAt), Reopened: row.Reopened > 0, row: row}
	var err error
	if s.Working, err = worked(cal, row.CreatedAt, row.SolvedAt); err != nil {
		return s, err
	}
	switch {
	case row.TimerID == nil:
		s.Net = s.Working
	case row.elsewhere():
		for _, stretch := range ran {
			work, err := worked(cal, stretch.FromAt, stretch.ToAt)
			if err != nil {
				return s, err
			}
			s.Net += work
		}
	default:
		s.Net = time.Duration(*row.UsedSeconds) * time.Second
	}
	return s, nil
}

func worked(cal *calendar.Calendar, from, to time.Time) (time.Duration, error) {
	d, err := cal.Between(from, to)
	if calendar.Unknown(err) {
		return 0, nil
	}
	return d, err
}

// Row holds the figures of one group. Minutes are fractions of them; with a
// Count of 0 all are 0.
type Row struct {
	Key           string  `json:"key"` // what all of the group share; "" where a ticket has none
	Count         int     `json:"count"`
	MeanWorking   float64 `json:"mean_working_minutes"`
	MeanElapsed   float64 `json:"mean_elapsed_minutes"` // on the wall clock
	MeanNet       float64 `json:"mean_net_minutes"`     // of working time, without waiting
	MedianWorking float64 `json:"median_working_minutes"`
	P90Working    float64 `json:"p90_working_minutes"`
	MedianElapsed float64 `json:"median_elapsed_minutes"`
	P90Elapsed    float64 `json:"p90_elapsed_minutes"`
	Within        float64 `json:"within_target"` // share of tickets within the target, 0 to 1
	Reopened      float64 `json:"reopened"`      // share of tickets that were reopened before, 0 to 1
	// What people thought of the solutions. It comes in later than the figures, so
	// reports that are kept leave it out: they would be corrected every night.
	Rated     int     `json:"-"` // how many have said so; several may of one ticket
	Satisfied float64 `json:"-"` // share of them who liked it, 0 to 1
}

// Spread is how long the tickets of a row took, in minutes.
type Spread struct{ Mean, Median, P90 float64 }

// Spread gives the figures of a row by the hours that are held to the target.
func (c Choices) Spread(r Row) Spread {
	if c.Counted == ElapsedHours {
		return Spread{r.MeanElapsed, r.MedianElapsed, r.P90Elapsed}
	}
	return Spread{r.MeanWorking, r.MedianWorking, r.P90Working}
}

// rowOf computes the figures of a group.
func rowOf(key string, all []Solved, c Choices) Row {
	row := Row{Key: key, Count: len(all)}
	if len(all) == 0 {
		return row
	}
	working, elapsed := make([]time.Duration, 0, len(all)), make([]time.Duration, 0, len(all))
	var net time.Duration
	var within, reopened float64
	var satisfied int
	for _, s := range all {
		working, elapsed, net = append(working, s.Working), append(elapsed, s.Elapsed), net+s.Net
		if c.Within(s) {
			within++
		}
		if s.Reopened {
			reopened++
		}
		row.Rated += s.row.Rated
		satisfied += s.row.Satisfied
	}
	n := float64(len(all))
	w, e := spreadOf(working), spreadOf(elapsed)
	row.MeanWorking, row.MedianWorking, row.P90Working = w.Mean, w.Median, w.P90
	row.MeanElapsed, row.MedianElapsed, row.P90Elapsed = e.Mean, e.Median, e.P90
	if row.Rated > 0 {
		row.Satisfied = float64(satisfied) / float64(row.Rated)
	}
	row.MeanNet, row.Within, row.Reopened = net.Minutes()/n, within/n, reopened/n
	return row
}

// spreadOf puts times in order and reads mean, median and nine in ten.
func spreadOf(all []time.Duration) Spread {
	slices.Sort(all)
	var sum time.Duration
	for _, d := range all {
		sum += d
	}
	return Spread{sum.Minutes() / float64(len(all)), percentile(all, 50), percentile(all, 90)}
}

// percentile is the p-th percentile of times that are in order, in minutes,
// between the nearest two (as percentile_cont of SQL:2003 does).
func percentile(all []time.Duration, p float64) float64 {
	at := p / 100 * float64(len(all)-1)
	low, high := int(math.Floor(at)), int(math.Ceil(at))
	a, b := all[low].Minutes(), all[high].Minutes()
	return a + (b-a)*(at-float64(low))
}

// slowest puts the tickets that took longest first.
func slowest(all []Solved, c Choices) {
	slices.SortStableFunc(all, func(a, b Solved) int { return cmp.Compare(c.Held(b), c.Held(a)) })
}
