package calendar_test

import (
	"testing"
	"time"

	"amigo/sla/calendar"
)

// The promises of a busy week: starts all over the known years, up to five days of work.
func promises(b *testing.B) (starts []time.Time, work []time.Duration) {
	b.Helper()
	for i := range 1024 {
		starts = append(starts, time.Date(2016, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i)*4*24*time.Hour+time.Duration(i*i)*time.Second))
		work = append(work, time.Duration(1+i%45)*time.Hour)
	}
	return starts, work
}

func BenchmarkAdd(b *testing.B) {
	c := named(b, calendar.Normandie)
	starts, work := promises(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := c.Add(starts[i%1024], work[i%1024]); err != nil {
			b.Fatal(err)
		}
	}
	againstTheWalk(b, func(n naive) { n.add(starts[17], int(9*time.Hour/time.Minute), 30*24*time.Hour) })
}

func BenchmarkBetween(b *testing.B) {
	c := named(b, calendar.Normandie)
	starts, work := promises(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := c.Between(starts[i%1024], starts[i%1024].Add(5*work[i%1024])); err != nil {
			b.Fatal(err)
		}
	}
	againstTheWalk(b, func(n naive) { n.between(starts[17], starts[17].Add(45*time.Hour)) })
}

// BenchmarkBetweenAllKnownYears spans as many sheets as there are.
func BenchmarkBetweenAllKnownYears(b *testing.B) {
	c := named(b, calendar.Normandie)
	from, to := instant(b, "2015-09-01T08:00:00+02:00"), instant(b, "2028-07-04T17:00:00+02:00")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Between(from, to); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBuild includes the drawing of every sheet.
func BenchmarkBuild(b *testing.B) {
	s, err := calendar.Named(calendar.Normandie)
	if err != nil {
		b.Fatal(err)
	}
	from, to := instant(b, "2015-09-01T08:00:00+02:00"), instant(b, "2028-07-04T17:00:00+02:00")
	for b.Loop() {
		if _, err := compiled(b, s).Between(from, to); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAt(b *testing.B) {
	c := named(b, calendar.Normandie)
	starts, _ := promises(b)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := c.At(starts[i%1024]); err != nil {
			b.Fatal(err)
		}
	}
}

// againstTheWalk reports how many times as long the naive walk takes on this machine, in this run.
func againstTheWalk(b *testing.B, walk func(naive)) {
	b.Helper()
	perOp := float64(b.Elapsed()) / float64(b.N)
	b.StopTimer()
	s, err := calendar.Named(calendar.Normandie)
	if err != nil {
		b.Fatal(err)
	}
	n := walker(b, s)
	const rounds = 5
	begin := time.Now()
	for range rounds {
		walk(n)
	}
	b.ReportMetric(float64(time.Since(begin))/rounds/perOp, "times-the-walk")
}
