package calendar

import "math/bits"

// index cuts a range into about as many equal slots as there are keys in it,
// and remembers how many keys lie before each slot: what a binary search over
// all keys would find, a slot narrows to one or two.
type index struct {
	low    int64
	shift  int // a slot is 1<<shift long
	before []int32
}

// indexed makes an index of n ascending keys from low to high.
func indexed(low, high int64, n int, key func(int) int64) index {
	x := index{low: low, shift: bits.Len64(uint64(high-low) / uint64(n+1))}
	// One slot for high itself, and the end of that.
	x.before = make([]int32, (high-low)>>x.shift+2)
	seen := 0
	for slot := range x.before {
		for seen < n && key(seen) < low+int64(slot)<<x.shift {
			seen++
		}
		x.before[slot] = int32(seen) //nolint:gosec // a sheet has at most 720 spans a day
	}
	return x
}

// around gives bounds of how many keys are at most at: at least lo, at most hi.
func (x *index) around(at int64) (lo, hi int) {
	if at < x.low {
		return 0, 0
	}
	slot := (at - x.low) >> x.shift
	return int(x.before[slot]), int(x.before[slot+1])
}
