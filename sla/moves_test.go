package sla

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"amigo/tickets"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestMovesGrid keeps, for every event between every two statuses, what happens
// to the timers. Read testdata/moves.golden as the specification.
func TestMovesGrid(t *testing.T) {
	events := []tickets.What{
		tickets.WasOpened, tickets.WasAnswered, tickets.WasCompleted, tickets.WasNoted, tickets.WasAssigned, tickets.WasClassified,
		tickets.WasPaused, tickets.WasResumed, tickets.WasSolved, tickets.WasReopened, tickets.WasClosed, tickets.WasMerged,
	}
	speaks := map[tickets.What]bool{tickets.WasOpened: true, tickets.WasAnswered: true, tickets.WasCompleted: true, tickets.WasSolved: true, tickets.WasReopened: true}
	var out strings.Builder
	line := func(name string, h tickets.Happening) {
		if all := sentence(moves(h)); all != "" {
			fmt.Fprintf(&out, "%-10s %-19s → %-19s %s\n", name, h.Before.Status, h.After.Status, all)
		}
	}
	for _, what := range events {
		for _, before := range tickets.Statuses {
			for _, after := range tickets.Statuses {
				h := tickets.Happening{
					Event: tickets.Event{What: what}, Before: tickets.Ticket{Status: before}, After: tickets.Ticket{Status: after},
				}
				if speaks[what] {
					h.Message = &tickets.Message{}
				}
				line(string(what), h)
			}
		}
	}
	for _, before := range tickets.Statuses { // another team, whatever happens besides
		for _, after := range tickets.Statuses {
			line("handed on", tickets.Happening{
				Event: tickets.Event{What: tickets.WasAssigned}, Before: tickets.Ticket{Status: before, Team: 1}, After: tickets.Ticket{Status: after, Team: 2},
			})
		}
	}
	const path = "testdata/moves.golden"
	if *update {
		if err := os.WriteFile(path, []byte(out.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if out.String() != string(want) {
		t.Errorf("the grid has changed; look at it and run with -update:\n%s", out.String())
	}
}

func sentence(all []move) string {
	words := make([]string, 0, len(all))
	for _, m := range all {
		words = append(words, string(m.do)+" "+string(m.promise))
	}
	return strings.Join(words, ", ")
}
