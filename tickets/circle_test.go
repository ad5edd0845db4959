package tickets_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"amigo/app/fault"
	"amigo/app/live"
	"amigo/app/people"
	"amigo/tickets"
)

// actor is somebody as they act on the pages.
func (t *deskTest) actor(uid string) people.Actor { return people.ActorOf(t.as(uid)) }

func TestACircleShowsATicketToThoseWhoMaySeeItAndToNobodyElse(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		hers, his := t.opens(t.as("claire")), t.opens(t.as("jean"))
		circle := func(id tickets.ID) tickets.Circle {
			t.Helper()
			all, err := t.desk.Circles(t.system(), []tickets.ID{hers.ID, his.ID, 999_999})
			t.ok(err)
			if len(all) != 2 {
				t.Fatalf("%d circles", len(all))
			}
			return all[id]
		}
		shows := func(what string, id tickets.ID, want ...string) {
			t.Helper()
			c := circle(id)
			for _, uid := range []string{"claire", "jean", "alice"} {
				if got := c.Shows(t.actor(uid)); got != slices.Contains(want, uid) {
					t.Errorf("%s: shown to %s: %v", what, uid, got)
				}
				_, err := t.desk.Get(t.as(uid), id)
				if (err == nil) != slices.Contains(want, uid) {
					t.Errorf("%s: %s reads it: %v", what, uid, err)
				}
			}
		}
		shows("her own", hers.ID, "claire", "alice")
		shows("his own", his.ID, "jean", "alice")
		t.ok(t.lets(t.as("claire"), hers.ID, "jean"))
		shows("he follows", hers.ID, "claire", "jean", "alice")
		t.ok(t.desk.Unfollow(t.as("claire"), hers.ID, t.ids["jean"]))
		shows("he follows no more", hers.ID, "claire", "alice")
		if c := circle(hers.ID); c.ShowsInside(t.actor("claire")) || !c.ShowsInside(t.actor("alice")) || c.Shows(people.Actor{}) {
			t.Error("what the desk keeps to itself is shown to somebody else, or to nobody")
		}
		if _, err := t.desk.Circles(t.as("alice"), []tickets.ID{hers.ID}); err == nil {
			t.Error("somebody reads circles")
		} else {
			t.refuses(err, fault.Denied)
		}
	})
}

func TestCirclesOfManyTicketsAreOneStatement(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		var ids []tickets.ID
		for range 5 {
			ids = append(ids, t.opens(t.as("claire")).ID)
		}
		t.follow(ids[0], "jean")
		t.follow(ids[0], "alice")
		r := record(t)
		all, err := t.desk.Circles(t.system(), ids)
		t.ok(err)
		if n := len(r.take()); n != 1 || len(all) != 5 || len(all[ids[0]].Followers) != 2 {
			t.Errorf("%d statements, %v", n, all)
		}
	})
}

// wakes gives what pages hear while something is done: one change at least.
func (t *deskTest) wakes(do func()) (heard []live.Change) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	changes := t.hub.Subscribe(ctx)
	do()
	for {
		select {
		case c := <-changes:
			if c.What == "end" {
				return heard
			}
			if heard = append(heard, c); len(heard) == 1 {
				t.hub.Publish(t.Context(), live.Change{What: "end"})
			}
		case <-time.After(10 * time.Second):
			t.Fatal("nothing is heard")
		}
	}
}

func TestWhatTheDeskKeepsToItselfWakesNoOtherPage(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		id := t.opens(t.as("claire")).ID
		alice := t.as("alice")
		for _, step := range []struct {
			name string
			do   func() error
			want string
		}{
			{"a note", func() error { _, err := t.desk.Note(alice, id, tickets.Note{Body: "Déjà vu."}); return err }, tickets.LiveInside},
			{"an escalation", func() error {
				return t.desk.Escalate(t.system(), id, tickets.Escalation{Level: 50, Promise: "first"})
			}, tickets.LiveInside},
			{"its priority", func() error {
				_, err := t.desk.Change(alice, id, tickets.Change{Priority: ptr(tickets.High)})
				return err
			}, tickets.LiveInside},
			{"a follower", func() error { return t.lets(alice, id, "jean") }, tickets.LiveTicket},
			{"who has it", func() error {
				_, err := t.desk.Assign(alice, id, tickets.Assign{Assignee: ptr(t.ids["alice"])})
				return err
			}, tickets.LiveTicket},
			{"an answer", func() error { _, err := t.desk.Reply(alice, id, tickets.Reply{Body: "Bonjour."}); return err }, tickets.LiveTicket},
		} {
			heard := t.wakes(func() { t.ok(step.do()) })
			if !slices.Equal(heard, []live.Change{{What: step.want, ID: int64(id)}}) {
				t.Errorf("%s: heard of %v", step.name, heard)
			}
		}
	})
}
