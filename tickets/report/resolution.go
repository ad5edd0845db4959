package report

import (
	"cmp"
	"context"
	"fmt"
	"maps"
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
	Reopened      float64 // share of tickets that were reopened before, 0 to 1
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
	all, err := r.measured(ctx, &q)
	if err != nil {
		return a, err
	}
	groups := map[string][]Solved{}
	if q.Group == Whole {
		groups[""] = nil
	}
	for _, s := range all {
		groups[s.key] = append(groups[s.key], s)
	}
	a = Answer{Question: q, Target: Target}
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		a.Rows = append(a.Rows, rowOf(key, groups[key]))
	}
	return a, nil
}

// Tickets lists what one group of the answer to q counts, the slowest first;
// supervisors and above.
func (r *Reporter) Tickets(ctx context.Context, q Question, key string) (found []Solved, err error) {
	defer fault.Wrap(&err, "report: tickets")
	all, err := r.measured(ctx, &q)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(all, func(s Solved) bool { return s.key != key })
	slices.SortStableFunc(found, func(a, b Solved) int { return cmp.Compare(b.Working, a.Working) })
	return found, nil
}

// measured reads and measures the tickets that a question is about, by id, and
// fills in what the question left out.
func (r *Reporter) measured(ctx context.Context, q *Question) ([]Solved, error) {
	if !people.ActorOf(ctx).Is(people.Supervisor) {
		return nil, fault.Denied
	}
	if err := q.check(); err != nil {
		return nil, err
	}
	if len(q.Types) == 0 {
		q.Types = []tickets.Type{tickets.Incident}
	}
	rows, err := r.store.solved(ctx, midnight(q.From, r.zone), midnight(q.To+1, r.zone), q.Types)
	if err != nil {
		return nil, err
	}
	v, err := r.book.Current(ctx, calendar.Normandie)
	if err != nil {
		return nil, err
	}
	all := make([]Solved, 0, len(rows))
	for _, row := range rows {
		s, err := measure(row, v.Calendar)
		if err != nil {
			return nil, fmt.Errorf("ticket %d: %w", row.ID, err)
		}
		s.key = row.key(q.Group, r.zone)
		all = append(all, s)
	}
	return all, nil
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
