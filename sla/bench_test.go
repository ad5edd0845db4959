package sla_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/people"
	"amigo/tickets"
)

// BenchmarkRepromise closes AMIGO for a day while very many tickets are open,
// each with two promises, and counts them all anew. Meanwhile somebody works at
// the desk: median-write-ms and worst-write-ms are what a note takes them.
// PostgreSQL is measured where AMIGO_TEST_POSTGRES names a server, as make bench
// sees to.
func BenchmarkRepromise(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) {
		clock := dbtest.NewClock()
		benchmarkRepromise(b, dbtest.SQLite(b, clock.Now), clock, 20_000)
	})
	if os.Getenv("AMIGO_TEST_POSTGRES") != "" {
		b.Run("postgres", func(b *testing.B) {
			clock := dbtest.NewClock()
			benchmarkRepromise(b, dbtest.Postgres(b, clock.Now), clock, 100_000)
		})
	}
}

func benchmarkRepromise(b *testing.B, d *db.DB, clock *dbtest.Clock, many int) {
	w := newWorld(b, d, clock)
	ids := w.populate(many)
	shut := false
	var took, writes []time.Duration
	for b.Loop() {
		b.StopTimer()
		days := []string{"2026-11-19"}
		if shut = !shut; !shut {
			days = nil
		}
		w.redefine(closes(days...))
		begin := time.Now()
		b.StartTimer()
		writes = append(writes, w.while(ids, w.drain)...)
		took = append(took, time.Since(begin))
		w.wantLeft(0)
	}
	slices.Sort(took)
	slices.Sort(writes)
	each := took[len(took)/2].Seconds() / float64(many)
	b.ReportMetric(1/each, "tickets/s")
	b.ReportMetric(each*100_000, "s-for-100000")
	b.ReportMetric(writes[len(writes)/2].Seconds()*1000, "median-write-ms")
	b.ReportMetric(writes[len(writes)-1].Seconds()*1000, "worst-write-ms")
}

// populate opens very many tickets: some of them by the engine, on two days,
// and then all of those again and again under other numbers.
func (w *world) populate(many int) []tickets.ID {
	w.t.Helper()
	const some = 1000
	all := make([]tickets.Past, some)
	for i := range all {
		all[i] = w.past(tickets.Priorities[i%3], nil)
		all[i].Opened.CreatedAt = dbtest.Start.Add(-time.Duration(i) * 97 * time.Second)
	}
	ids, err := w.engine.Load(people.As(w.t.Context(), people.System()), all)
	must(w.t, err)
	for n := 1; n < many/some; n++ {
		for i := range some {
			ids = append(ids, ids[i]+tickets.ID(n*some))
		}
	}
	copies := []string{
		w.copying("tickets", some, map[string]int{"id": some}),
		w.copying("timers", 2*some, map[string]int{"id": 2 * some, "ticket_id": some}),
		w.copying("segments", 2*some, map[string]int{"id": 2 * some, "timer_id": 2 * some}),
	}
	must(w.t, w.db.Tx(w.t.Context(), func(ctx context.Context) error {
		for n := 1; n < many/some; n++ {
			for _, c := range copies {
				if err := w.db.Gorm(ctx).Exec(strings.ReplaceAll(c, "@n", fmt.Sprint(n))).Error; err != nil {
					return err
				}
			}
		}
		return nil
	}))
	_, err = w.db.SQL().ExecContext(w.t.Context(), "ANALYZE")
	must(w.t, err)
	return ids
}

// copying is a statement that writes the first rows of a table for the n-th time,
// under numbers that have risen so often by so much.
func (w *world) copying(table string, rows int, by map[string]int) string {
	w.t.Helper()
	columns := dbtest.Columns(w.t, w.db, table)
	values := slices.Clone(columns)
	for i, c := range columns {
		if by[c] > 0 {
			values[i] = fmt.Sprintf("%s + @n * %d", c, by[c])
		}
	}
	return fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s ORDER BY id LIMIT %d",
		table, strings.Join(columns, ", "), strings.Join(values, ", "), table, rows)
}

// while does something, and has somebody write notes meanwhile; it gives how
// long each of them took.
func (w *world) while(ids []tickets.ID, do func()) (writes []time.Duration) {
	w.t.Helper()
	ctx, stop := context.WithCancel(w.as("theo"))
	var desk sync.WaitGroup
	desk.Go(func() {
		for i := 0; ctx.Err() == nil; i++ {
			id := ids[(i*7919)%len(ids)]
			begin := time.Now()
			_, err := w.desk.Note(context.WithoutCancel(ctx), id, tickets.Note{Body: fmt.Sprintf("Note %d.", i)})
			writes = append(writes, time.Since(begin))
			if err != nil {
				w.t.Error(err)
				return
			}
			time.Sleep(250 * time.Millisecond) // twelve technicians, each of whom acts every three seconds
		}
	})
	do()
	stop()
	desk.Wait()
	return writes
}
