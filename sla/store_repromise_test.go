package sla_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gorm.io/gorm"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/people"
	"amigo/migrations"
	"amigo/tickets"
)

func TestRepromisingGoesOnWhereItWasCutOff(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		w := newWorld(t, d, clock)
		const many = 1600
		all := make([]tickets.Past, many)
		for i := range all {
			all[i] = w.past(tickets.Normal, nil)
		}
		ids, err := w.engine.Load(people.As(t.Context(), people.System()), all)
		must(t, err)
		w.redefine(closes("2026-11-19"))

		// The process dies while it writes a second batch.
		ctx, die := context.WithCancel(t.Context())
		var batches atomic.Int32
		writing := func(f func(*gorm.DB) error) {
			must(t, d.Tx(t.Context(), func(ctx context.Context) error { return f(d.Gorm(ctx)) }))
		}
		writing(func(g *gorm.DB) error {
			return g.Callback().Raw().After("gorm:raw").Register("test:die", func(g *gorm.DB) {
				if strings.HasPrefix(g.Statement.SQL.String(), "UPDATE tickets") && batches.Add(1) == firstBatches(d)+1 {
					die()
				}
			})
		})
		if w.queue.Drain(ctx, w.mux) == nil {
			t.Fatal("it did not die")
		}
		writing(func(g *gorm.DB) error { return g.Callback().Raw().Remove("test:die") })
		left, err := w.engine.Left(t.Context())
		must(t, err)
		if left <= 0 || left >= 2*many || left%2 != 0 { // whole batches, of two promises each
			t.Errorf("%d promises are left", left)
		}
		w.clock.Advance(time.Hour)
		w.drain()
		w.wantLeft(0)
		for _, id := range []tickets.ID{ids[0], ids[many/2], ids[many-1]} {
			wantAt(t, "resolution", w.get(id).ResolutionDueAt, "2026-11-23 13:00")
		}
	})
}

// firstBatches is how many statements write dates before one of the first
// batches must have been kept: on PostgreSQL three of the four go on side by side.
func firstBatches(d *db.DB) int32 {
	if d.Dialect() == migrations.SQLite {
		return 500
	}
	return 3
}
