package report

import (
	"context"
	"slices"
	"time"

	"amigo/app/fault"
	"amigo/app/jobs"
	"amigo/app/people"
	"amigo/sla/calendar"
)

// Compose is the job that looks whether a report is due.
type Compose struct{}

// Kind names the job in the database.
func (Compose) Kind() string { return "report.compose" }

// Correct is the job that counts again, by night, what was kept.
type Correct struct{}

// Kind names the job in the database.
func (Correct) Kind() string { return "report.correct" }

const (
	composeEvery = 5 * time.Minute
	correctEvery = 24 * time.Hour

	// mostMissed is how many missed reports of a kind one run makes up for; the
	// next runs find the rest.
	mostMissed = 20
	// remembered is how many days back reports are made up for and corrected.
	remembered = 400
)

// Jobs registers the jobs that compose and correct reports.
func (r *Reporter) Jobs(m *jobs.Mux) {
	jobs.Handle(m, r.compose)
	jobs.HandleOutside(m, r.correct)
	jobs.Every(m, composeEvery, Compose{})
	jobs.Every(m, correctEvery, Correct{})
}

// compose keeps the reports that are due and sends the latest of each kind.
// Whichever worker writes the row first writes its letters.
func (r *Reporter) compose(ctx context.Context, _ Compose) (err error) {
	defer fault.Wrap(&err, "report: compose")
	return r.db.Tx(ctx, func(ctx context.Context) error {
		ctx = people.As(ctx, people.System())
		office, err := r.office(ctx)
		if err != nil || !office.hasOpened() {
			return err
		}
		for _, k := range Kinds {
			due, err := r.due(ctx, k, office)
			if err != nil {
				return err
			}
			for i, d := range due {
				if err := r.write(ctx, k, d, i == 0 && d == office.latest(k)); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// office is AMIGO's calendar, today.
type office struct {
	cal      *calendar.Calendar
	now      time.Time
	today    calendar.Day
	midnight time.Time
}

func (r *Reporter) office(ctx context.Context) (office, error) {
	v, err := r.book.Current(ctx, calendar.Normandie)
	if err != nil {
		return office{}, err
	}
	now := r.db.Now(ctx)
	today := calendar.DayOf(now.In(r.conf.Zone))
	return office{cal: v.Assumed(), now: now, today: today, midnight: midnight(today, r.conf.Zone)}, nil
}

// hasOpened says whether the office is open, or was earlier today.
func (o office) hasOpened() bool {
	if m, err := o.cal.At(o.now); err == nil && m.Open {
		return true
	}
	work, err := o.cal.Between(o.midnight, o.now)
	return err == nil && work > 0
}

// opens says whether the office opens on a day.
func (o office) opens(d calendar.Day) bool { return o.cal.Counts(d, calendar.OpenDays) }

// latest is the first day of the latest report of a kind whose days are over;
// none is 0. A daily report is about a day on which the office opened.
func (o office) latest(k Kind) calendar.Day {
	from, _ := k.Around(o.today)
	return o.before(k, from)
}

// before is the first day of the report that comes before the one that begins on from.
func (o office) before(k Kind, from calendar.Day) calendar.Day {
	if k != Daily {
		from, _ = k.Around(from - 1)
		return from
	}
	for d := from - 1; d > from-remembered; d-- {
		if o.opens(d) {
			return d
		}
	}
	return 0
}

// due are the reports of a kind that are over and not kept, by their first days,
// the latest first: one where there was none yet, and the missed ones behind it.
func (r *Reporter) due(ctx context.Context, k Kind, o office) ([]calendar.Day, error) {
	begun, err := r.store.begun(ctx, k, o.today-remembered)
	if err != nil {
		return nil, err
	}
	first := o.latest(k)
	for d := range begun {
		first = min(first, d)
	}
	var due []calendar.Day
	for d := o.latest(k); d >= first && d > o.today-remembered && d > 0 && len(due) < mostMissed; d = o.before(k, d) {
		if !begun[d] {
			due = append(due, d)
		}
	}
	if len(begun) > 0 || len(due) == 0 {
		return due, nil
	}
	// The very first report is about days on which there was a ticket to solve.
	_, to := k.Around(due[0])
	if began, err := r.store.anythingBefore(ctx, midnight(to+1, r.conf.Zone)); err != nil || !began {
		return nil, err
	}
	return due, nil
}

// trendLength is how far back the trend of a report reaches, itself included.
const trendLength = 6

// write composes a report and keeps it; send writes its letters, too.
func (r *Reporter) write(ctx context.Context, k Kind, from calendar.Day, send bool) error {
	choices, err := r.Choices(ctx)
	if err != nil {
		return err
	}
	_, to := k.Around(from)
	figures, err := r.figures(ctx, k, from, choices)
	if err != nil {
		return err
	}
	kept := Kept{Kind: k, From: from, To: to, Number: 1, Figures: figures, ComposedAt: r.db.Now(ctx)}
	if send && choices.Sends(k) {
		kept.SentAt = &kept.ComposedAt
	}
	first, err := r.store.keep(ctx, &kept)
	if err != nil || !first || kept.SentAt == nil {
		return err
	}
	return r.send(ctx, kept)
}

// figures are those of the report of a kind that begins on a day.
func (r *Reporter) figures(ctx context.Context, k Kind, from calendar.Day, c Choices) (Figures, error) {
	o, err := r.office(ctx)
	if err != nil {
		return Figures{}, err
	}
	_, to := k.Around(from)
	trend := []Stretch{{From: from, To: to}}
	for d := o.before(k, from); len(trend) < trendLength && d > 0; d = o.before(k, d) {
		_, end := k.Around(d)
		trend = append(trend, Stretch{From: d, To: end})
	}
	slices.Reverse(trend)
	all, err := r.solved(ctx, trend[0].From, to)
	if err != nil {
		return Figures{}, err
	}
	all = slices.DeleteFunc(all, func(s Solved) bool { return !c.counts(s) })
	fill(trend, all, c)
	return figuresOf(between(all, from, to), trend, c), nil
}

// between are the tickets that were solved from one day to another.
func between(all []Solved, from, to calendar.Day) []Solved {
	return slices.DeleteFunc(slices.Clone(all), func(s Solved) bool { return s.day < from || to < s.day })
}
