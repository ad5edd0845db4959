package tickets

import (
	"fmt"
	"strings"
	"testing"
)

func TestWhatImpactAndUrgencyMakeOfAPriority(t *testing.T) {
	var grid strings.Builder
	fmt.Fprintf(&grid, "%-8s", "")
	for _, u := range Urgencies {
		fmt.Fprintf(&grid, "%-8s", u)
	}
	for _, i := range Impacts {
		fmt.Fprintf(&grid, "\n%-8s", i)
		for _, u := range Urgencies {
			fmt.Fprintf(&grid, "%-8s", PriorityOf(i, u))
		}
	}
	golden(t, "priorities.golden", trimmed(grid.String()))
}

func TestMoreImpactOrUrgencyIsNeverLessPriority(t *testing.T) {
	for i := range Impacts {
		for u := range Urgencies {
			p := PriorityOf(Impacts[i], Urgencies[u])
			if i > 0 && p.rank() < PriorityOf(Impacts[i-1], Urgencies[u]).rank() || u > 0 && p.rank() < PriorityOf(Impacts[i], Urgencies[u-1]).rank() {
				t.Errorf("%s, %s is %s only", Impacts[i], Urgencies[u], p)
			}
		}
	}
}

func TestAPriorityIsNotMadeOfHalf(t *testing.T) {
	for _, p := range []Priority{PriorityOf("", AtOnce), PriorityOf(HitsAll, ""), PriorityOf("everyone", AtOnce)} {
		if p != "" {
			t.Errorf("half of it is %s", p)
		}
	}
}
