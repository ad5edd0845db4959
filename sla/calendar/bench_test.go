package calendar_test

import (
	"testing"
	"time"

	"amigo/sla/calendar"
)

// task is some work that begins at some time.
type task struct {
	from, to time.Time // to is when it is over, about
	work     time.Duration
}

// promises are those of busy weeks: starts all over the known years, up to five days of work.
func promises(b *testing.B) []task {
	b.Helper()
	paris := named(b, calendar.Normandie).Zone()
	list := make([]task, 1024)
	for i := range list {
		from := time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i)*4*24*time.Hour + time.Duration(i*i)*time.Second).In(paris)
		work := time.Duration(1+i%45) * time.Hour
		list[i] = task{from, from.Add(5 * work), work}
	}
	return list
}

// years are the longest that are allowed: three years of work, less than the
// Horizon by its holidays, and all the known days.
func years(b *testing.B) []task {
	b.Helper()
	first, last := instant(b, "2015-09-01T08:00:00+02:00"), instant(b, "2028-07-04T17:00:00+02:00")
	list := make([]task, 1024)
	for i := range list {
		list[i] = task{first.Add(time.Duration(i) * 3 * 24 * time.Hour), last.Add(-time.Duration(i) * time.Hour), 5800 * time.Hour}
	}
	return list
}

func BenchmarkAdd(b *testing.B) {
	c := named(b, calendar.Normandie)
	list := promises(b)
	perOp := measure(b, list, func(t task) error { _, err := c.Add(t.from, t.work); return err })
	walk := theWalk(b)
	against(b, "times-the-walk", perOp, 5, list, func(t task) { walk.add(t.from, int(9*time.Hour/time.Minute), 30*24*time.Hour) })
	theirs := peer(b)
	against(b, "times-rickar-cal", perOp, 16*1024, list, func(t task) { theirs.AddWorkHours(t.from, t.work) })
}

func BenchmarkBetween(b *testing.B) {
	c := named(b, calendar.Normandie)
	list := promises(b)
	perOp := measure(b, list, func(t task) error { _, err := c.Between(t.from, t.to); return err })
	walk := theWalk(b)
	against(b, "times-the-walk", perOp, 5, list, func(t task) { walk.between(t.from, t.from.Add(45*time.Hour)) })
	theirs := peer(b)
	against(b, "times-rickar-cal", perOp, 16*1024, list, func(t task) { theirs.WorkHoursInRange(t.from, t.to) })
}

// BenchmarkAddByRickarCal is what BenchmarkAdd asks, of another library.
func BenchmarkAddByRickarCal(b *testing.B) {
	c := peer(b)
	measure(b, promises(b), func(t task) error { c.AddWorkHours(t.from, t.work); return nil })
}

// BenchmarkBetweenByRickarCal is what BenchmarkBetween asks, of another library.
func BenchmarkBetweenByRickarCal(b *testing.B) {
	c := peer(b)
	measure(b, promises(b), func(t task) error { c.WorkHoursInRange(t.from, t.to); return nil })
}

// BenchmarkAddThreeYears adds as much work as any due date may have.
func BenchmarkAddThreeYears(b *testing.B) {
	c := named(b, calendar.Normandie)
	measure(b, years(b), func(t task) error { _, err := c.Add(t.from, t.work); return err })
}

// BenchmarkBetweenAllKnownYears spans as many sheets as normandie has.
func BenchmarkBetweenAllKnownYears(b *testing.B) {
	c := named(b, calendar.Normandie)
	measure(b, years(b), func(t task) error { _, err := c.Between(t.from, t.to); return err })
}

// BenchmarkBetweenAllYears spans the 230 years of a calendar without bounds.
func BenchmarkBetweenAllYears(b *testing.B) {
	c := compiled(b, everyDay("Europe/Paris", "00:30-03:30"))
	list := []task{{from: instant(b, "1970-01-02T00:00:00Z"), to: instant(b, "2199-12-30T00:00:00Z")}}
	measure(b, list, func(t task) error { _, err := c.Between(t.from, t.to); return err })
}

// BenchmarkManyAsk lets all processors ask one calendar, two questions a turn.
func BenchmarkManyAsk(b *testing.B) {
	c := named(b, calendar.Normandie)
	list := promises(b)
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		for i := 0; p.Next(); i++ {
			t := &list[i%len(list)]
			if _, err := c.Add(t.from, t.work); err != nil {
				b.Error(err)
			}
			if _, err := c.Between(t.from, t.to); err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkBuild includes the drawing of every sheet.
func BenchmarkBuild(b *testing.B) {
	s, err := calendar.Named(calendar.Normandie)
	if err != nil {
		b.Fatal(err)
	}
	all := years(b)[0]
	for b.Loop() {
		if _, err := compiled(b, s).Between(all.from, all.to); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAt(b *testing.B) {
	c := named(b, calendar.Normandie)
	measure(b, promises(b), func(t task) error { _, err := c.At(t.from); return err })
}

// measure asks for one task after the other and gives the nanoseconds of one.
// Every task was asked for once before: sheets are drawn, caches are full.
func measure(b *testing.B, list []task, ask func(task) error) (perOp float64) {
	b.Helper()
	for _, t := range list {
		if err := ask(t); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := ask(list[i%len(list)]); err != nil {
			b.Fatal(err)
		}
	}
	return float64(b.Elapsed()) / float64(b.N)
}

// against reports how many times as long something else takes for rounds of
// the tasks, on this machine and in this run.
func against(b *testing.B, unit string, perOp float64, rounds int, list []task, ask func(task)) {
	b.Helper()
	b.StopTimer()
	var began time.Time
	for _, warm := range []bool{true, false} {
		if !warm {
			began = time.Now()
		}
		for i := range rounds {
			ask(list[i%len(list)])
		}
	}
	b.ReportMetric(float64(time.Since(began))/float64(rounds)/perOp, unit)
}

func theWalk(b *testing.B) naive {
	b.Helper()
	s, err := calendar.Named(calendar.Normandie)
	if err != nil {
		b.Fatal(err)
	}
	return walker(b, s)
}
