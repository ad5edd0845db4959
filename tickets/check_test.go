package tickets_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"amigo/app/fault"
	"amigo/tickets"
)

// checks is the checklist of a ticket: what is done with a cross.
func (t *deskTest) checks(id tickets.ID) (all []string) {
	t.Helper()
	for _, c := range t.list(id) {
		box := "[ ] "
		if c.DoneAt != nil {
			box = "[x] "
		}
		all = append(all, box+c.Text)
	}
	return all
}

func (t *deskTest) list(id tickets.ID) []tickets.Check {
	t.Helper()
	l, err := t.desk.Look(t.as("alice"), id)
	t.ok(err)
	return l.Checks
}

// wants wants exactly these points.
func (t *deskTest) wants(id tickets.ID, want ...string) {
	t.Helper()
	if got := t.checks(id); !slices.Equal(got, want) {
		t.Errorf("list %q, want %q", got, want)
	}
}

func TestAChecklistGrowsIsTickedTurnedRoundAndShortened(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket, alice := t.opens(t.as("claire")), t.as("alice")
		t.ok(t.desk.AddChecks(alice, ticket.ID, "Vérifier le câble\n\n  Changer  le toner\n"))
		t.ok(t.desk.AddChecks(alice, ticket.ID, "Imprimer une page"))
		t.wants(ticket.ID, "[ ] Vérifier le câble", "[ ] Changer le toner", "[ ] Imprimer une page")
		list := t.list(ticket.ID)
		t.ok(t.desk.Tick(alice, ticket.ID, list[1].ID, true))
		t.ok(t.desk.Tick(alice, ticket.ID, list[1].ID, true)) // once is enough
		t.ok(t.desk.MoveCheck(alice, ticket.ID, list[2].ID, true))
		t.ok(t.desk.MoveCheck(alice, ticket.ID, list[0].ID, true)) // it is first
		t.wants(ticket.ID, "[ ] Vérifier le câble", "[ ] Imprimer une page", "[x] Changer le toner")
		t.ok(t.desk.DropCheck(alice, ticket.ID, list[0].ID))
		t.ok(t.desk.Tick(alice, ticket.ID, list[1].ID, false))
		t.wants(ticket.ID, "[ ] Imprimer une page", "[ ] Changer le toner")
		if now := t.now(ticket.ID); now.Version != ticket.Version {
			t.Errorf("version %d, was %d: a list collides with nobody's form", now.Version, ticket.Version)
		}
		t.happened(ticket.ID, tickets.WasOpened, tickets.WasChecked, tickets.WasChecked, tickets.WasChecked, tickets.WasChecked, tickets.WasChecked, tickets.WasChecked)
	})
}

func TestPointsThatTwoPeopleTickAtOnceAreBothTicked(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		t.ok(t.desk.AddChecks(t.as("alice"), ticket.ID, "un\ndeux"))
		list := t.list(ticket.ID)
		var both sync.WaitGroup
		errs := make([]error, 2)
		for i, who := range []string{"alice", "bruno"} {
			ctx := t.as(who)
			both.Go(func() { errs[i] = t.desk.Tick(ctx, ticket.ID, list[i].ID, true) })
		}
		both.Wait()
		t.ok(errs[0])
		t.ok(errs[1])
		t.wants(ticket.ID, "[x] un", "[x] deux")
		for i, who := range []string{"alice", "bruno"} {
			if by := t.list(ticket.ID)[i].DoneBy; by != t.ids[who] {
				t.Errorf("point %d by %d, want %s", i, by, who)
			}
		}
	})
}

func TestAChecklistIsForTheDeskAndHasAnEnd(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket, other := t.opens(t.as("claire")), t.opens(t.as("claire"))
		t.ok(t.desk.AddChecks(t.as("alice"), ticket.ID, "un"))
		point := t.list(ticket.ID)[0].ID
		t.refuses(t.desk.AddChecks(t.as("claire"), ticket.ID, "deux"), fault.Denied)
		t.refuses(t.desk.Tick(t.as("jean"), ticket.ID, point, true), fault.NotFound)
		t.refuses(t.desk.Tick(t.as("alice"), other.ID, point, true), fault.NotFound)
		t.refusesFields(t.desk.AddChecks(t.as("alice"), ticket.ID, " \n "), "check")
		t.refusesFields(t.desk.AddChecks(t.as("alice"), ticket.ID, strings.Repeat("x", tickets.MaxCheck+1)), "check")
		var many []string
		for i := range tickets.MaxChecks {
			many = append(many, fmt.Sprint(i))
		}
		t.refusesFields(t.desk.AddChecks(t.as("alice"), ticket.ID, strings.Join(many, "\n")), "check")
		if l, err := t.desk.Look(t.as("claire"), ticket.ID); err != nil || l.Checks != nil {
			t.Errorf("the requester reads %v, %v", l.Checks, err)
		}
	})
}
