package report

import (
	"context"
	"fmt"
	"slices"

	"amigo/sla/calendar"
)

// bench is where the versions of AMIGO's calendar sit that judged some tickets.
type bench struct {
	book    *calendar.Book
	current calendar.Version
	sitting map[calendar.VersionID]*calendar.Calendar
	called  map[calendar.Day][]string
}

func (r *Reporter) bench(ctx context.Context) (*bench, error) {
	v, err := r.book.Current(ctx, calendar.Normandie)
	if err != nil {
		return nil, err
	}
	return &bench{
		book: r.book, current: v, sitting: map[calendar.VersionID]*calendar.Calendar{v.ID: v.Assumed()}, called: map[calendar.Day][]string{},
	}, nil
}

// judge is the calendar that a ticket was judged by: that of its resolution's
// last stretch if it is AMIGO's own, which is what was promised; else the current
// one. Days that were never published are counted as they were promised, too.
func (b *bench) judge(ctx context.Context, row solvedRow) (*calendar.Calendar, error) {
	if row.VersionID == nil || row.elsewhere() {
		return b.sitting[b.current.ID], nil
	}
	if cal, known := b.sitting[*row.VersionID]; known {
		return cal, nil
	}
	v, err := b.book.Version(ctx, *row.VersionID)
	if err != nil {
		return nil, fmt.Errorf("calendar version %d: %w", *row.VersionID, err)
	}
	b.sitting[v.ID] = v.Assumed()
	return b.sitting[v.ID], nil
}

// names are what a day is called beside its regime, as the calendar is now: a
// name that was given later is one to ask for, too.
func (b *bench) names(day calendar.Day) []string {
	names, known := b.called[day]
	if plan, err := b.current.Plan(day); !known && err == nil {
		names = slices.DeleteFunc(b.current.Names(day), func(name string) bool { return name == plan.Regime && name != plan.Period })
		b.called[day] = names
	}
	return names
}
