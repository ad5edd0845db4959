package tickets

import (
	"fmt"
	"strings"
	"testing"

	"amigo/app/people"
)

func TestEveryRightStandsInTheTable(t *testing.T) {
	var grid strings.Builder
	fmt.Fprintf(&grid, "%-10s", "")
	for _, r := range relations {
		fmt.Fprintf(&grid, "%-13s", r)
	}
	for _, do := range acts {
		fmt.Fprintf(&grid, "\n%-10s", do)
		for _, r := range relations {
			cell := "no"
			if may(r, do) {
				cell = "yes"
			}
			fmt.Fprintf(&grid, "%-13s", cell)
		}
	}
	golden(t, "rights.golden", trimmed(grid.String()))
}

func TestWhatSomebodyIsToATicket(t *testing.T) {
	ticket := Ticket{ID: 10001, Requester: 7, ReportedBy: 8}
	member := func(id people.ID, role people.Role, believed bool) people.Actor {
		return people.Actor{Person: id, Kind: people.Member, Role: role, Believed: believed}
	}
	for name, c := range map[string]struct {
		actor   people.Actor
		follows bool
		want    relation
	}{
		"nobody":                            {people.Actor{}, false, stranger},
		"nobody, proven":                    {people.Actor{Believed: true}, true, stranger},
		"somebody else":                     {member(9, people.Requester, true), false, stranger},
		"somebody else by unproven mail":    {member(9, people.Requester, false), false, stranger},
		"the requester":                     {member(7, people.Requester, true), false, participant},
		"the requester by unproven mail":    {member(7, people.Requester, false), false, claimant},
		"the reporter":                      {member(8, people.Requester, true), false, participant},
		"a follower":                        {member(9, people.Requester, true), true, participant},
		"a follower by unproven mail":       {member(9, people.Requester, false), true, claimant},
		"a technician":                      {member(9, people.Technician, true), false, staff},
		"a supervisor":                      {member(9, people.Supervisor, true), false, staff},
		"an administrator":                  {member(9, people.Administrator, true), false, staff},
		"a technician by unproven mail":     {member(9, people.Technician, false), false, stranger},
		"a technician who asks":             {member(7, people.Technician, true), false, staff},
		"a technician who asks, unproven":   {member(7, people.Technician, false), false, claimant},
		"a role that does not exist":        {member(9, "root", true), false, stranger},
		"a guest, as the requester":         {people.Actor{Person: 7, Kind: people.Guest, Role: people.Requester}, false, claimant},
		"a guest with a proven link":        {people.Actor{Person: 7, Kind: people.Guest, Role: people.Requester, Believed: true}, false, participant},
		"AMIGO itself":                      {people.System(), false, system},
		"somebody called like AMIGO itself": {people.Actor{Person: people.SystemID, Kind: people.Member, Role: people.Requester, Believed: true}, false, stranger},
	} {
		if got := relate(c.actor, ticket, c.follows); got != c.want {
			t.Errorf("%s is %s, want %s", name, got, c.want)
		}
	}
}

func TestWhoeverReadsNothingAlsoChangesNothing(t *testing.T) {
	for _, do := range acts {
		if may(stranger, do) {
			t.Errorf("a stranger may %s", do)
		}
		if may(claimant, do) && do != toComplete {
			t.Errorf("an unproven person may %s", do)
		}
		if may(participant, do) && !may(staff, do) {
			t.Errorf("the requester's side may %s and staff may not", do)
		}
	}
}
