package report

import (
	"context"
	"slices"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/sla/calendar"
)

// correct counts again what was kept, by the choices of then, and keeps what
// differs beside it. Doing it twice writes nothing twice.
func (r *Reporter) correct(ctx context.Context, _ Correct) (err error) {
	defer fault.Wrap(&err, "report: correct")
	ctx = people.As(ctx, people.System())
	today := calendar.DayOf(r.db.Now(ctx).In(r.conf.Zone))
	kept, err := r.store.since(ctx, today-remembered)
	if err != nil || len(kept) == 0 {
		return err
	}
	from, to := kept[0].From, kept[0].To
	for _, k := range kept {
		from, to = min(from, k.From), max(to, k.To)
	}
	all, err := r.solved(ctx, from, to)
	if err != nil {
		return err
	}
	for _, k := range kept {
		if err := r.compare(ctx, k, all); err != nil {
			return err
		}
	}
	return nil
}

// compare keeps a correction of a report whose tickets now tell otherwise. Its
// trend stays that of the report.
func (r *Reporter) compare(ctx context.Context, k Kept, all []Solved) error {
	c := k.Figures.Choices
	counted := slices.DeleteFunc(between(all, k.From, k.To), func(s Solved) bool { return !c.counts(s) })
	trend := slices.Clone(k.Figures.Trend)
	if n := len(trend); n > 0 {
		trend[n-1].Row = rowOf("", counted, c)
	}
	figures := figuresOf(counted, trend, c)
	if figures.same(k.Figures) {
		return nil
	}
	return r.db.Tx(ctx, func(ctx context.Context) error {
		_, err := r.store.keep(ctx, &Kept{
			Kind: k.Kind, From: k.From, To: k.To, Number: k.Number + 1, Figures: figures, ComposedAt: r.db.Now(ctx),
		})
		return err
	})
}
