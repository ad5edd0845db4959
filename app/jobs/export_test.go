package jobs

import "testing"

// Row is the row of a job, for the test that holds it to the table.
type Row = row

// DieOver hands over what is due as a process does that dies at once, having begun
// the jobs of one kind.
func DieOver(t *testing.T, q *Queue, m *Mux, kind string) {
	t.Helper()
	rows, err := q.take(t.Context(), m, handful)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Kind != kind {
			continue
		}
		if mine, err := q.begin(t.Context(), r); err != nil || !mine {
			t.Fatalf("%s is begun: %v, %v", kind, mine, err)
		}
	}
}

// Rescue puts back what was handed over and did not end.
func Rescue(t *testing.T, q *Queue, m *Mux) {
	t.Helper()
	r := newRelay(q, m)
	r.orphaning = true
	if err := r.rescue(t.Context(), q.db.Now(t.Context())); err != nil {
		t.Fatal(err)
	}
}
