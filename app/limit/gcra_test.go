package limit

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Over any stretch of time no more events conform than the burst and what the
// rate gives back meanwhile; and whoever waits as long as told is let in.
func TestNoStretchOfTimeHoldsMoreThanTheRateAllows(t *testing.T) {
	start := time.Date(2026, 11, 18, 8, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		r := Rate{Burst: rapid.IntRange(1, 20).Draw(t, "burst"), Per: time.Duration(rapid.Int64Range(20_000, 1e12).Draw(t, "per"))}
		step, err := r.step()
		if err != nil {
			t.Fatal(err)
		}
		var tat time.Time
		var let []time.Time
		at := start
		for _, gap := range rapid.SliceOfN(rapid.Int64Range(0, 2*int64(step)), 1, 200).Draw(t, "gaps") {
			at = at.Add(time.Duration(gap))
			next, wait := conform(tat, at, r.Burst, step)
			if wait > 0 {
				if _, again := conform(tat, at.Add(wait), r.Burst, step); again != 0 {
					t.Fatalf("told to wait %v, then %v", wait, again)
				}
				if _, early := conform(tat, at.Add(wait-1), r.Burst, step); early == 0 {
					t.Fatalf("told to wait %v, yet a nanosecond less would do", wait)
				}
				continue
			}
			tat, let = next, append(let, at)
		}
		for i := range let {
			for j := i; j < len(let); j++ {
				most := r.Burst + int(let[j].Sub(let[i])/step)
				if n := j - i + 1; n > most {
					t.Fatalf("%d events in %v, %d are allowed", n, let[j].Sub(let[i]), most)
				}
			}
		}
	})
}
