package tickets_test

import (
	"context"
	"testing"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

func (t *deskTest) lastEvent(id tickets.ID) tickets.Event {
	t.Helper()
	events, err := t.desk.Events(t.system(), id)
	t.ok(err)
	return events[len(events)-1]
}

func TestAnEscalationRaisesThePriorityAndHandsTheTicketOver(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		alice, network := t.ids["alice"], t.team("reseau")
		_, err := t.desk.Assign(t.as("alice"), ticket.ID, tickets.Assign{Assignee: &alice})
		t.ok(err)
		got, err := t.desk.Elevate(t.system(), ticket.ID, tickets.Elevation{Level: 100, Raise: 1, Team: network})
		t.ok(err)
		if got.Priority != tickets.High || got.Team != network || got.Assignee != 0 {
			t.Errorf("elevated to %s, team %d, assignee %d", got.Priority, got.Team, got.Assignee)
		}
		last := t.lastEvent(ticket.ID)
		if last.What != tickets.WasAssigned || last.Actor != people.SystemID || last.Data["reason"] != "escalated" ||
			last.Data["level"] != "100" || last.Changes["queue"][1] != "reseau" {
			t.Errorf("event %+v", last)
		}
		got, err = t.desk.Elevate(t.system(), ticket.ID, tickets.Elevation{Level: 150, Raise: 5, Team: network})
		t.ok(err)
		if got.Priority != tickets.Urgent {
			t.Errorf("beyond urgent: %s", got.Priority)
		}
		before := t.lastEvent(ticket.ID).ID
		_, err = t.desk.Elevate(t.system(), ticket.ID, tickets.Elevation{Level: 200, Raise: 1, Team: network})
		t.ok(err)
		if after := t.lastEvent(ticket.ID).ID; after != before {
			t.Error("an event says that nothing happened")
		}
		_, err = t.desk.Elevate(t.as("claire"), ticket.ID, tickets.Elevation{Raise: 1})
		t.refuses(err, fault.Denied)
	})
}

func TestWhoeverHadTheTicketKeepsItAsAMemberOfTheNewTeam(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		bruno := t.ids["bruno"]
		_, err := t.desk.Assign(t.as("alice"), ticket.ID, tickets.Assign{Assignee: &bruno})
		t.ok(err)
		got, err := t.desk.Elevate(t.system(), ticket.ID, tickets.Elevation{Level: 75, Team: t.team("reseau")})
		t.ok(err)
		if got.Assignee != bruno {
			t.Errorf("assigned to %d", got.Assignee)
		}
	})
}

func TestAnEscalationCountsTheChildrenThatAreOpen(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		parent, first, second := t.opens(t.as("claire")), t.opens(t.as("jean")), t.opens(t.as("paul"))
		t.ok(t.db.Tx(t.Context(), func(ctx context.Context) error {
			return t.db.Gorm(ctx).Exec("UPDATE tickets SET parent_id = ? WHERE id IN (?, ?)", parent.ID, first.ID, second.ID).Error
		}))
		_, err := t.desk.Solve(t.as("alice"), second.ID, tickets.Solve{Solution: "Fait.", Outcome: "fixed"})
		t.ok(err)
		t.ok(t.desk.Escalate(t.system(), parent.ID, tickets.Escalation{Promise: "first", Level: 75}))
		if last := t.lastEvent(parent.ID); last.Data["children"] != "1" {
			t.Errorf("event %+v", last)
		}
	})
}
