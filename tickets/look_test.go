package tickets_test

import (
	"strings"
	"testing"

	"amigo/tickets"
)

// lookStatements is how many statements the page of a ticket may cost at the desk:
// the ticket, its messages, their files, its history, what stands beside it, the
// tickets around it, and four for the people of all of these.
const lookStatements = 10

func TestALookIsFewStatementsHoweverMuchThereIs(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket, alice := t.opens(t.as("claire")), t.as("alice")
		_, err := t.desk.AddThirdParty(alice, ticket.ID, tickets.ThirdParty{Name: "Lumen", Address: "support@lumen.test"})
		t.ok(err)
		t.ok(t.desk.AddChecks(alice, ticket.ID, "un\ndeux\ntrois"))
		t.ok(t.desk.Tag(alice, ticket.ID, tickets.TagChange{Add: []string{"un", "deux"}}))
		t.ok(t.desk.Watch(t.as("bruno"), ticket.ID, true))
		t.ok(t.desk.Link(alice, ticket.ID, t.opens(t.as("jean")).ID, tickets.Related))
		for range 10 {
			t.replies(t.as("claire"), ticket.ID, "Toujours rien.")
			t.replies(alice, ticket.ID, "Nous arrivons.")
		}
		claire := t.as("claire")
		r := record(t)
		_, err = t.desk.Look(alice, ticket.ID)
		t.ok(err)
		if n := len(r.take()); n > lookStatements {
			t.Errorf("%d statements for the desk", n)
		}
		_, err = t.desk.Look(claire, ticket.ID)
		t.ok(err)
		if n := len(r.take()); n > lookStatements-1 {
			t.Errorf("%d statements for the requester", n)
		}
	})
}

func TestWhatIsAroundATicketIsFoundByIndexes(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		t.shelf(10_000)
		_, err := t.db.SQL().Exec("ANALYZE")
		t.ok(err)
		ticket, alice := t.opens(t.as("claire")), t.as("alice")
		r := record(t)
		_, err = t.desk.Look(alice, ticket.ID)
		t.ok(err)
		for _, s := range r.take() {
			plan := t.explain(s)
			for _, bad := range slow[t.db.Dialect()] {
				if strings.Contains(plan, bad) {
					t.Errorf("%s\n%s", s.sql, plan)
				}
			}
		}
	})
}
