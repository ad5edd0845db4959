package report

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"amigo/app/db"
	"amigo/app/fault"
	"amigo/app/people"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// Target is the published mean time to resolution.
const Target = 18 * time.Hour

// Uncounted are the outcomes that never count.
var Uncounted = []string{"merged", "spam", "test"}

// Group says by what a report is divided; empty: not at all.
type Group string

// The groups.
const (
	Whole            Group = ""
	ByCategory       Group = "category"
	ByService        Group = "service"
	ByCause          Group = "cause"
	ByOutcome        Group = "outcome"
	ByTeam           Group = "team"
	ByPriority       Group = "priority"
	ByChannel        Group = "channel"
	BySite           Group = "site"
	ByDepartement    Group = "departement"
	ByEstablishments Group = "establishment_type"
	ByMonth          Group = "month" // of the solution: "2026-11"
)

// Groups lists what a report can be divided by.
var Groups = []Group{ByCategory, ByService, ByCause, ByOutcome, ByTeam, ByPriority, ByChannel, BySite, ByDepartement, ByEstablishments, ByMonth}

// Question asks about the tickets that were solved from one day to another.
type Question struct {
	From, To calendar.Day // both included, in Paris
	Group    Group
	Types    []tickets.Type // empty: incidents
}

// Answer is the table that answers a Question.
type Answer struct {
	Question
	Target time.Duration
	Rows   []Row // by key; a Whole answer has exactly one
}

// Row holds the figures of one group. Minutes are fractions of them; with a
// Count of 0 all are 0.
type Row struct {
	Key           string // what all of the group share; "" where a ticket has none
	Count         int
	MeanWorking   float64 // minutes of working time
	MeanElapsed   float64 // minutes on the wall clock
	MeanNet       float64 // minutes of working time without waiting
	MedianWorking float64
	P90Working    float64
	Within        float64 // share of tickets within the target, 0 to 1
}

// Reporter answers.
type Reporter struct {
	store store
	book  *calendar.Book
	zone  *time.Location
}

// New builds the reporter; zone is where days begin.
func New(d *db.DB, book *calendar.Book, zone *time.Location) *Reporter {
	return &Reporter{store: store{d}, book: book, zone: zone}
}

// Resolution is the time to resolution; supervisors and above. Days out of
// order, more than ten years and an unknown group are fault.Invalid.
func (r *Reporter) Resolution(ctx context.Context, q Question) (a Answer, err error) {
	defer fault.Wrap(&err, "report: resolution")
	if !people.ActorOf(ctx).Is(people.Supervisor) {
		return a, fault.Denied
	}
	if err := q.check(); err != nil {
		return a, err
	}
	if len(q.Types) == 0 {
		q.Types = []tickets.Type{tickets.Incident}
	}
	solved, err := r.store.solved(ctx, midnight(q.From, r.zone), midnight(q.To+1, r.zone), q.Types)
	if err != nil {
		return a, err
	}
	v, err := r.book.Current(ctx, calendar.Normandie)
	if err != nil {
		return a, err
	}
	groups := map[string][]figure{}
	if q.Group == Whole {
		groups[""] = nil
	}
	for _, s := range solved {
		f, err := figureOf(s, v.Calendar)
		if err != nil {
			return a, fmt.Errorf("ticket %d: %w", s.ID, err)
		}
		key := s.key(q.Group, r.zone)
		groups[key] = append(groups[key], f)
	}
	a = Answer{Question: q, Target: Target}
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		a.Rows = append(a.Rows, rowOf(key, groups[key]))
	}
	return a, nil
}

// midnight is when a day begins in a zone.
func midnight(d calendar.Day, zone *time.Location) time.Time {
	y, m, day := d.Time().Date()
	return time.Date(y, m, day, 0, 0, 0, 0, zone)
}

func (q Question) check() error {
	wrong := fault.Fields{}
	if q.To < q.From {
		wrong.Add("to", "report.days_reversed")
	}
	if q.To-q.From > 3660 {
		wrong.Add("from", "report.too_long")
	}
	if q.Group != Whole && !slices.Contains(Groups, q.Group) {
		wrong.Add("group", "report.unknown_group")
	}
	return wrong.Err()
}

// figure is how long one ticket took.
type figure struct{ working, elapsed, net time.Duration }

// figureOf measures a ticket. Days that the calendar does not know count as
// closed: a figure is better late than missing.
func figureOf(s solvedRow, cal *calendar.Calendar) (figure, error) {
	f := figure{elapsed: s.SolvedAt.Sub(s.CreatedAt)}
	working, err := cal.Between(s.CreatedAt, s.SolvedAt)
	if err != nil && !calendar.Unknown(err) {
		return f, err
	}
	f.working, f.net = working, working
	if s.UsedSeconds != nil {
		f.net = time.Duration(*s.UsedSeconds) * time.Second
	}
	return f, nil
}

// rowOf computes the figures of a group.
func rowOf(key string, all []figure) Row {
	row := Row{Key: key, Count: len(all)}
	if len(all) == 0 {
		return row
	}
	slices.SortFunc(all, func(a, b figure) int { return cmp.Compare(a.working, b.working) })
	var working, elapsed, net time.Duration
	within := 0
	for _, f := range all {
		working, elapsed, net = working+f.working, elapsed+f.elapsed, net+f.net
		if f.working <= Target {
			within++
		}
	}
	n := float64(len(all))
	row.MeanWorking, row.MeanElapsed, row.MeanNet = working.Minutes()/n, elapsed.Minutes()/n, net.Minutes()/n
	row.MedianWorking, row.P90Working = percentile(all, 50), percentile(all, 90)
	row.Within = float64(within) / n
	return row
}

// percentile is the p-th percentile of the working minutes of figures that are
// in order, between the nearest two (as percentile_cont of SQL:2003 does).
func percentile(all []figure, p float64) float64 {
	at := p / 100 * float64(len(all)-1)
	low, high := int(math.Floor(at)), int(math.Ceil(at))
	a, b := all[low].working.Minutes(), all[high].working.Minutes()
	return a + (b-a)*(at-float64(low))
}
