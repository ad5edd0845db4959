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

	key string
}

// Within says whether the ticket was solved within the target.
func (s Solved) Within() bool { return s.Working <= Target }

// measure says how long a ticket took. Days that the calendar does not know
// count as closed: a figure is better late than missing.
func measure(r solvedRow, cal *calendar.Calendar) (Solved, error) {
	s := Solved{ID: r.ID, Subject: r.Subject, SolvedAt: r.SolvedAt, Elapsed: r.SolvedAt.Sub(r.CreatedAt), Reopened: r.Reopened > 0}
	working, err := cal.Between(r.CreatedAt, r.SolvedAt)
	if err != nil && !calendar.Unknown(err) {
		return s, err
	}
	s.Working, s.Net = working, working
	if r.UsedSeconds != nil {
		s.Net = time.Duration(*r.UsedSeconds) * time.Second
	}
	return s, nil
}

// rowOf computes the figures of a group.
func rowOf(key string, all []Solved) Row {
	row := Row{Key: key, Count: len(all)}
	if len(all) == 0 {
		return row
	}
	slices.SortFunc(all, func(a, b Solved) int { return cmp.Compare(a.Working, b.Working) })
	var working, elapsed, net time.Duration
	var within, reopened float64
	for _, s := range all {
		working, elapsed, net = working+s.Working, elapsed+s.Elapsed, net+s.Net
		if s.Within() {
			within++
		}
		if s.Reopened {
			reopened++
		}
	}
	n := float64(len(all))
	row.MeanWorking, row.MeanElapsed, row.MeanNet = working.Minutes()/n, elapsed.Minutes()/n, net.Minutes()/n
	row.MedianWorking, row.P90Working = percentile(all, 50), percentile(all, 90)
	row.Within, row.Reopened = within/n, reopened/n
	return row
}

// percentile is the p-th percentile of the working minutes of tickets that are
// in order, between the nearest two (as percentile_cont of SQL:2003 does).
func percentile(all []Solved, p float64) float64 {
	at := p / 100 * float64(len(all)-1)
	low, high := int(math.Floor(at)), int(math.Ceil(at))
	a, b := all[low].Working.Minutes(), all[high].Working.Minutes()
	return a + (b-a)*(at-float64(low))
}
