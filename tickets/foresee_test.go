package tickets_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"amigo/app/fault"
	"amigo/tickets"
)

// brought is a ticket in a status, made by the desk.
func (t *deskTest) brought(to tickets.Status) tickets.Ticket {
	t.Helper()
	id := t.opens(t.as("claire")).ID
	if to == tickets.Fresh {
		return t.now(id)
	}
	c := tickets.Change{Status: &to, Solve: tickets.Solve{Solution: "C'est réparé."}}
	if to == tickets.Closed {
		t.solves(t.as("alice"), id)
	}
	_, err := t.desk.Change(t.as("alice"), id, c)
	t.ok(err)
	return t.now(id)
}

func TestWhatIsForeseenIsWhatHappens(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		bruno, nobody, team := t.ids["bruno"], ptr(t.ids["bruno"]*0), t.team("reseau")
		words := &tickets.Reply{Body: "Redémarrez-la.", Then: tickets.WaitingRequester}
		var changes []tickets.Change
		for _, status := range tickets.Statuses {
			changes = append(changes, tickets.Change{Status: &status, Solve: tickets.Solve{Solution: "C'est réparé.", Outcome: "fixed"}})
		}
		changes = append(changes,
			tickets.Change{}, tickets.Change{Assignee: &bruno}, tickets.Change{Assignee: nobody, Team: &team},
			tickets.Change{Priority: ptr(tickets.Urgent), Category: ptr("impression")}, tickets.Change{Priority: ptr(tickets.Priority("huge"))},
			tickets.Change{Tags: &tickets.TagChange{Add: []string{"Salle info"}}}, tickets.Change{Assignee: ptr(t.ids["claire"])})
		for _, from := range tickets.Statuses {
			for i, c := range changes {
				for _, answer := range []*tickets.Reply{nil, words} {
					if answer != nil && c.Status != nil {
						continue
					}
					name := fmt.Sprintf("%s, change %d, answer %t", from, i, answer != nil)
					before := t.brought(from)
					all, err := t.desk.Foresee(t.as("alice"), []tickets.Ticket{before}, c, answer)
					t.ok(err)
					if now := t.now(before.ID); !reflect.DeepEqual(now, before) {
						t.Fatalf("%s: to foresee has changed the ticket: %+v", name, now)
					}
					_, err = t.desk.Change(t.as("alice"), before.ID, c)
					if err == nil && answer != nil {
						_, err = t.desk.Reply(t.as("alice"), before.ID, *answer)
					}
					f, now := all[0], t.now(before.ID)
					if (err == nil) != (f.Err == nil) || sentence(err) != sentence(f.Err) {
						t.Errorf("%s: %v was foreseen, %v came", name, f.Err, err)
					}
					if err == nil && (f.After.Status != now.Status || f.After.Assignee != now.Assignee || f.After.Team != now.Team ||
						f.After.Priority != now.Priority || f.After.Category != now.Category || f.After.Outcome != now.Outcome) {
						t.Errorf("%s: foreseen\n%+v, came\n%+v", name, f.After, now)
					}
					tags, err := t.desk.TagsOf(t.as("alice"), before.ID)
					t.ok(err)
					if c.Tags != nil && f.Err == nil && !reflect.DeepEqual(f.Tags[1], tags[before.ID]) {
						t.Errorf("%s: tags %v foreseen, %v came", name, f.Tags[1], tags[before.ID])
					}
				}
			}
		}
	})
}

// sentence is what a refusal says.
func sentence(err error) string {
	m, _ := fault.MessageOf(err)
	return m.Key + fmt.Sprint(fault.FieldsOf(err))
}

func TestManyTicketsAreReadAsOneWouldBe(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		one, other := t.opens(t.as("claire")), t.opens(t.as("jean"))
		ids := []tickets.ID{other.ID, one.ID, 99_999}
		for uid, want := range map[string]int{"alice": 2, "claire": 1, "rene": 0} {
			found, err := t.desk.GetMany(t.as(uid), ids)
			t.ok(err)
			if len(found) != want {
				t.Errorf("%s reads %d tickets, want %d", uid, len(found), want)
			}
		}
		found, err := t.desk.GetMany(t.claiming("claire"), ids)
		if len(found) != 0 || errors.Is(err, fault.NotFound) {
			t.Errorf("who only says to be Claire reads %d tickets, %v", len(found), err)
		}
	})
}
