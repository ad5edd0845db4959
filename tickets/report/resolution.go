package report

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"amigo/app/db"
	"amigo/app/fault"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/app/settings"
	"amigo/sla/calendar"
)

// House is what a Reporter is built into.
type House struct {
	DB     *db.DB
	Book   *calendar.Book
	People *people.Directory
	Outbox *mail.Outbox
}

// Config says where days begin and where pages are.
type Config struct {
	Zone      *time.Location
	PublicURL string // without a slash at its end
}

// Reporter answers, and sends what it is asked for regularly.
type Reporter struct {
	db      *db.DB
	store   store
	book    *calendar.Book
	people  *people.Directory
	outbox  *mail.Outbox
	choices *settings.Setting[Choices]
	conf    Config
}

// New builds the reporter.
func New(h House, c Config) *Reporter {
	return &Reporter{
		db: h.DB, store: store{h.DB}, book: h.Book, people: h.People, outbox: h.Outbox, conf: c,
		choices: settings.New(h.DB, "report.choices", Usual(), Choices.check),
	}
}

// Answer is the table that answers a Question.
type Answer struct {
	Question
	Choices Choices
	All     Row      // everything together
	Rows    []Row    // by key; those of a Whole answer are All alone
	Late    []Solved // beyond the target, the slowest first
}

// Resolution is the time to resolution; supervisors and above. Days out of
// order, more than ten years and an unknown group are fault.Invalid.
func (r *Reporter) Resolution(ctx context.Context, q Question) (a Answer, err error) {
	defer fault.Wrap(&err, "report: resolution")
	all, choices, err := r.asked(ctx, q)
	if err != nil {
		return a, err
	}
	a = Answer{Question: q, Choices: choices, All: rowOf("", all, choices), Late: late(all, choices)}
	if a.Rows = divide(all, q.Group, choices); q.Group == Whole {
		a.Rows = []Row{a.All}
	}
	return a, nil
}

// Tickets lists what the answer to q counts, the slowest first; supervisors and
// above. Fails as [Reporter.Resolution] does.
func (r *Reporter) Tickets(ctx context.Context, q Question) (found []Solved, err error) {
	defer fault.Wrap(&err, "report: tickets")
	all, choices, err := r.asked(ctx, q)
	slowest(all, choices)
	return all, err
}

// asked reads and measures the tickets that a question is about, by id.
func (r *Reporter) asked(ctx context.Context, q Question) ([]Solved, Choices, error) {
	choices, err := r.Choices(ctx)
	if err != nil {
		return nil, choices, err
	}
	if err := q.check(); err != nil {
		return nil, choices, err
	}
	if len(q.Types) > 0 {
		choices.Types = q.Types
	}
	all, err := r.solved(ctx, q.From, q.To)
	return slices.DeleteFunc(all, func(s Solved) bool { return !choices.counts(s) || !q.asks(s) }), choices, err
}

// solved reads and measures everything that was solved from one day to another.
func (r *Reporter) solved(ctx context.Context, from, to calendar.Day) ([]Solved, error) {
	rows, err := r.store.solved(ctx, midnight(from, r.conf.Zone), midnight(to+1, r.conf.Zone))
	if err != nil {
		return nil, err
	}
	ran, err := r.store.stretches(ctx, rows)
	if err != nil {
		return nil, err
	}
	bench, err := r.bench(ctx)
	if err != nil {
		return nil, err
	}
	all := make([]Solved, 0, len(rows))
	for _, row := range rows {
		cal, err := bench.judge(ctx, row)
		if err != nil {
			return nil, err
		}
		s, err := measure(row, cal, ran[row.timer()])
		if err != nil {
			return nil, fmt.Errorf("ticket %d: %w", row.ID, err)
		}
		s.day = calendar.DayOf(row.SolvedAt.In(r.conf.Zone))
		s.names = bench.names(s.day)
		all = append(all, s)
	}
	return all, nil
}

// divide computes the figures of each group, by key.
func divide(all []Solved, g Group, c Choices) []Row {
	groups := map[string][]Solved{}
	for _, s := range all {
		for _, key := range s.keys(g) {
			groups[key] = append(groups[key], s)
		}
	}
	rows := make([]Row, 0, len(groups))
	for _, key := range slices.Sorted(maps.Keys(groups)) {
		rows = append(rows, rowOf(key, groups[key], c))
	}
	return rows
}

// late are the tickets beyond the target, the slowest first.
func late(all []Solved, c Choices) []Solved {
	found := slices.DeleteFunc(slices.Clone(all), c.Within)
	slowest(found, c)
	return found
}
