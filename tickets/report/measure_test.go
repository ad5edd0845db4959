package report

import (
	"math"
	"testing"
	"time"
)

func TestTheFiguresOfAGroup(t *testing.T) {
	hours := func(h float64) time.Duration { return time.Duration(h * float64(time.Hour)) }
	for name, c := range map[string]struct {
		all  []Solved
		want Row
	}{
		"of nothing": {nil, Row{}},
		"of one": {
			[]Solved{{Working: hours(3), Elapsed: hours(20), Net: hours(1)}},
			Row{Count: 1, MeanWorking: 180, MeanElapsed: 1200, MeanNet: 60, MedianWorking: 180, P90Working: 180, MedianElapsed: 1200, P90Elapsed: 1200, Within: 1},
		},
		"of five, in no order": {
			[]Solved{{Working: hours(40), Reopened: true}, {Working: hours(1)}, {Working: hours(18)}, {Working: hours(2)}, {Working: hours(18) + time.Second}},
			Row{Count: 5, MeanWorking: (79*3600 + 1) / 60. / 5, MedianWorking: 1080, P90Working: 1080 + 1/60. + 0.6*(1320-1/60.), Within: 0.6, Reopened: 0.2},
		},
		"of an even number": {
			[]Solved{{Working: hours(1)}, {Working: hours(2)}},
			Row{Count: 2, MeanWorking: 90, MedianWorking: 90, P90Working: 114, Within: 1},
		},
	} {
		got := rowOf("k", c.all, Usual())
		c.want.Key = "k"
		if got.Count != c.want.Count || !near(got.MeanWorking, c.want.MeanWorking) || !near(got.MeanElapsed, c.want.MeanElapsed) || !near(got.MeanNet, c.want.MeanNet) ||
			!near(got.MedianWorking, c.want.MedianWorking) || !near(got.MedianElapsed, c.want.MedianElapsed) || !near(got.P90Working, c.want.P90Working) || !near(got.Within, c.want.Within) || !near(got.Reopened, c.want.Reopened) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }
