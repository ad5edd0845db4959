package calendar_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"amigo/sla/calendar"
)

func TestDueDatesWorkedOutByHand(t *testing.T) { checkDue(t, "golden.csv", 17) }

func TestDueDatesOfTheOracle(t *testing.T) { checkDue(t, "due-cases.csv", 500) }

func TestElapsedTimesOfTheOracle(t *testing.T) {
	c := named(t, calendar.Normandie)
	for i, row := range figures(t, "elapsed-cases.csv", 500) {
		got, err := c.Between(instant(t, row[0]), instant(t, row[1]))
		if want := minutes(t, row[2]); err != nil || got != want {
			t.Errorf("line %d, %s to %s: %v, %v, want %v (%s)", i+2, row[0], row[1], got, err, want, row[3])
		}
	}
}

func checkDue(t *testing.T, file string, rows int) {
	t.Helper()
	c := named(t, calendar.Normandie)
	for i, row := range figures(t, file, rows) {
		got, err := c.Add(instant(t, row[0]), minutes(t, row[1]))
		if err != nil || got.In(c.Zone()).Format(time.RFC3339) != row[2] {
			t.Errorf("line %d, %s and %s minutes: %v, %v, want %s (%s)", i+2, row[0], row[1], got.In(c.Zone()), err, row[2], row[3])
		}
	}
}

// figures are the rows of a file of testdata after its header.
func figures(t testing.TB, file string, want int) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) != want+1 {
		t.Fatalf("%s: %d rows, %v, want %d and a header", file, len(rows), err, want)
	}
	return rows[1:]
}

func minutes(t testing.TB, s string) time.Duration {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(n) * time.Minute
}

func instant(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// named compiles a calendar that comes with the program.
func named(t testing.TB, name string) *calendar.Calendar {
	t.Helper()
	s, err := calendar.Named(name)
	if err != nil {
		t.Fatal(err)
	}
	return compiled(t, s)
}

func compiled(t testing.TB, s calendar.Spec) *calendar.Calendar {
	t.Helper()
	c, err := calendar.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
