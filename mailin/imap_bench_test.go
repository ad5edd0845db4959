package mailin_test

import (
	"runtime"
	"testing"
	"time"

	"amigo/app/db/dbtest"
	"amigo/mailin"
)

// BenchmarkAnOldMailbox reads a mailbox of five thousand messages as at the first
// start. MiB-more is what is in use at the end beside the mailbox itself, which is
// in this process, too.
func BenchmarkAnOldMailbox(b *testing.B) {
	const most = 5000
	clock := dbtest.NewClock()
	box := newPostbox(b, clock, "IDLE")
	box.fill(most)
	for b.Loop() {
		b.StopTimer()
		w := reading(b, clock, box.reading)
		before := inUse()
		b.StartTimer()
		began := time.Now()
		w.start()
		for counts := map[mailin.State]int{}; counts[mailin.Received] < most; time.Sleep(20 * time.Millisecond) {
			var err error
			counts, err = w.intake.Counts(w.system())
			must(b, err)
		}
		b.ReportMetric(most/time.Since(began).Seconds(), "messages/s")
		b.ReportMetric((inUse()-before)/(1<<20), "MiB-more")
	}
}

// inUse is how much memory holds something.
func inUse() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}
