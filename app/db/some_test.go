package db_test

import (
	"slices"
	"testing"

	"amigo/app/db"
)

func TestAListOfAnyLengthHasOneOfAFewLengths(t *testing.T) {
	lengths := map[int]bool{}
	for n := 1; n <= 512; n++ {
		values := make([]int, n)
		for i := range values {
			values[i] = i
		}
		some := db.Some(values)
		lengths[len(some)] = true
		if !slices.Equal(some[:n], values) || slices.ContainsFunc(some[n:], func(v int) bool { return v != n-1 }) {
			t.Fatalf("of %d values: %v", n, some)
		}
	}
	if len(lengths) != 10 {
		t.Errorf("%d lengths", len(lengths))
	}
	if db.Some([]int(nil)) != nil || len(db.Some(make([]int, 513))) != 513 {
		t.Error("an empty list, or a very long one, is not left as it is")
	}
}
