package report

import (
	"context"
	"encoding/json"
	"math"
	"slices"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// KeptID identifies a report that is kept.
type KeptID int64

// Kept is a report as it was composed, or a correction of one. It never changes.
type Kept struct {
	ID         KeptID
	Kind       Kind
	From, To   calendar.Day // both included, in Paris
	Number     int          // 1: the report; 2 and on: corrections of it
	Figures    Figures
	ComposedAt time.Time
	SentAt     *time.Time // nil: no letter was written
	Corrected  int        // how many corrections there are, in a list
}

// figuresVersion is the shape of the figures as they are kept.
const figuresVersion = 1

// Figures are what a report says. They name what they were made by, so that
// they can still be read when the choices are others.
type Figures struct {
	Version int             `json:"version"`
	Choices Choices         `json:"choices"` // that held when it was composed
	All     Row             `json:"all"`
	Groups  map[Group][]Row `json:"groups"`
	Late    []Late          `json:"late"`  // every ticket beyond the target, the slowest first
	Trend   []Stretch       `json:"trend"` // of the same kind, this one last
}

// Late is a ticket beyond the target.
type Late struct {
	Ticket  tickets.ID `json:"ticket"`
	Minutes float64    `json:"minutes"` // that are held to the target
	Subject string     `json:"-"`       // as it is now; a report keeps no words of people
}

// divided are the groups that a report that is sent shows.
var divided = []Group{ByService, ByTeam}

// figuresOf are the figures of the tickets of some days.
func figuresOf(all []Solved, trend []Stretch, c Choices) Figures {
	f := Figures{Version: figuresVersion, Choices: c, All: rounded(rowOf("", all, c)), Groups: map[Group][]Row{}, Late: []Late{}, Trend: trend}
	for _, g := range divided {
		f.Groups[g] = divide(all, g, c)
		for i, row := range f.Groups[g] {
			f.Groups[g][i] = rounded(row)
		}
	}
	for _, s := range late(all, c) {
		f.Late = append(f.Late, Late{Ticket: s.ID, Minutes: hundredth(c.Held(s).Minutes()), Subject: s.Subject})
	}
	for i := range trend {
		trend[i].Row = rounded(trend[i].Row)
	}
	return f
}

// same says whether two figures of the same days agree. What a trend says of
// other days is their own reports' business.
func (f Figures) same(g Figures) bool {
	f.Trend, g.Trend = nil, nil
	a, errA := json.Marshal(f)
	b, errB := json.Marshal(g)
	return errA == nil && errB == nil && string(a) == string(b)
}

// Trending says whether the trend has anything to show: something was solved in
// one of its stretches.
func (f Figures) Trending() bool {
	return slices.ContainsFunc(f.Trend, func(s Stretch) bool { return s.Count > 0 })
}

// rounded drops digits that nobody has measured.
func rounded(r Row) Row {
	for _, f := range []*float64{
		&r.MeanWorking, &r.MeanElapsed, &r.MeanNet, &r.MedianWorking, &r.P90Working, &r.MedianElapsed, &r.P90Elapsed,
	} {
		*f = hundredth(*f)
	}
	r.Within, r.Reopened = math.Round(r.Within*1e4)/1e4, math.Round(r.Reopened*1e4)/1e4
	return r
}

func hundredth(f float64) float64 { return math.Round(f*100) / 100 }

// Kept lists reports as they were composed, the latest days first; supervisors
// and above.
func (r *Reporter) Kept(ctx context.Context, skip, limit int) (all []Kept, err error) {
	defer fault.Wrap(&err, "report: kept")
	if !people.ActorOf(ctx).Is(people.Supervisor) {
		return nil, fault.Denied
	}
	return r.store.list(ctx, skip, limit)
}

// Editions are a report as it was composed and the corrections of it, in order,
// whichever of them the number names; supervisors and above. None is fault.NotFound.
func (r *Reporter) Editions(ctx context.Context, id KeptID) (all []Kept, err error) {
	defer fault.Wrap(&err, "report %d", id)
	if !people.ActorOf(ctx).Is(people.Supervisor) {
		return nil, fault.Denied
	}
	if all, err = r.store.editions(ctx, id); err != nil {
		return nil, err
	}
	return all, r.store.name(ctx, all)
}
