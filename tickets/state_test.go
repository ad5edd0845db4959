package tickets

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestEveryActLeadsWhereTheTableSays(t *testing.T) {
	var grid strings.Builder
	fmt.Fprintf(&grid, "%-10s", "")
	for _, s := range Statuses {
		fmt.Fprintf(&grid, "%-20s", s)
	}
	for _, do := range acts {
		fmt.Fprintf(&grid, "\n%-10s", do)
		for _, from := range Statuses {
			to, ok := next(from, do)
			cell := string(to)
			if !ok {
				cell = "-"
			} else if to == from {
				cell = "."
			}
			fmt.Fprintf(&grid, "%-20s", cell)
		}
	}
	table := trimmed(grid.String())
	golden(t, "states.golden", table)
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	told := "//\t" + strings.ReplaceAll(strings.TrimSuffix(table, "\n"), "\n", "\n//\t")
	if !strings.Contains(string(doc), told) {
		t.Errorf("the table in doc.go is another; it should be\n%s", told)
	}
}

// trimmed is a grid without the blanks at the ends of its lines.
func trimmed(grid string) string {
	lines := strings.Split(grid, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

func TestAnUnknownStatusLeadsNowhere(t *testing.T) {
	if to, ok := next("lost", toSolve); ok || to != "lost" {
		t.Errorf("to %q, %v", to, ok)
	}
	if _, ok := next(Opened, "juggle"); ok {
		t.Error("an act that does not exist is possible")
	}
}

func TestStaffReachAStatusByOneActOrNotAtAll(t *testing.T) {
	for _, from := range Statuses {
		for _, to := range Statuses {
			do, ok := actFor(from, to)
			if !ok {
				continue
			}
			if got, _ := next(from, do); got != to {
				t.Errorf("%s to %s: %s leads to %s", from, to, do, got)
			}
		}
	}
	for _, c := range []struct {
		from, to Status
		want     act
		ok       bool
	}{
		{Solved, Opened, toReopen, true},
		{WaitingThirdParty, Opened, toResume, true},
		{Fresh, Opened, toResume, true},
		{Opened, Fresh, "", false},
		{Fresh, Closed, toClose, false},
		{Closed, Opened, toResume, false},
		{Solved, WaitingRequester, toAsk, false},
	} {
		if do, ok := actFor(c.from, c.to); do != c.want || ok != c.ok {
			t.Errorf("%s to %s: %s, %v", c.from, c.to, do, ok)
		}
	}
}

func TestTheDatesOfATicketFollowItsStatusWhateverHappens(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ticket := Ticket{Status: Fresh}
		at := time.Date(2026, 11, 18, 8, 0, 0, 0, time.UTC)
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			at = at.Add(time.Minute)
			before := ticket
			to, ok := next(ticket.Status, rapid.SampledFrom(acts[:]).Draw(t, "act"))
			if !to.Valid() {
				t.Fatalf("reached %q", to)
			}
			if !ok {
				if to != before.Status {
					t.Fatalf("a refused act moved %s to %s", before.Status, to)
				}
				continue
			}
			ticket.enter(to, at)
			if ticket.Status.Over() != (ticket.SolvedAt != nil) {
				t.Fatalf("%s with solved_at %v", ticket.Status, ticket.SolvedAt)
			}
			if (ticket.Status == Closed) != (ticket.ClosedAt != nil) {
				t.Fatalf("%s with closed_at %v", ticket.Status, ticket.ClosedAt)
			}
			if reopened := before.Status == Solved && ticket.Status == Opened; reopened != (ticket.Reopened == before.Reopened+1) {
				t.Fatalf("%s to %s: reopened %d", before.Status, ticket.Status, ticket.Reopened)
			}
			if before.Status == Closed && ticket.Status != Closed {
				t.Fatalf("a closed ticket is %s", ticket.Status)
			}
		}
	})
}
