package sla_test

import (
	"testing"
	"time"

	"amigo/sla"
	"amigo/tickets"
)

func TestTheSurvivorOfAMergeGoesOnWithTheTimeOfWhoAskedFirst(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.open(tickets.Normal) // Wednesday 18 November, 9:00
		w.clock.Set(paris(t, "2026-11-19 10:00"))
		second := w.open(tickets.Normal)
		w.clock.Set(paris(t, "2026-11-19 11:00"))
		must(t, w.desk.Merge(w.as("theo"), first.ID, second.ID))

		s := w.standing(second.ID, sla.Resolution)
		if s.State != sla.Running || s.Consumed != 7*time.Hour {
			t.Errorf("the survivor's resolution stands %+v", s)
		}
		got := w.get(second.ID)
		wantAt(t, "the survivor's resolution", got.ResolutionDueAt, "2026-11-20 13:00")
		wantAt(t, "its first answer", got.FirstResponseDueAt, "2026-11-19 14:00")
		for _, name := range sla.Promises {
			if s := w.standing(first.ID, name); s.State != sla.None {
				t.Errorf("the merged ticket's %s stands %+v", name, s)
			}
		}
		wantAt(t, "due, of the merged ticket", w.get(first.ID).DueAt, "")

		w.clock.Set(paris(t, "2026-11-20 13:00"))
		_, err := w.desk.Solve(w.as("theo"), second.ID, tickets.Solve{Solution: "C'est fait.", Outcome: "fixed"})
		must(t, err)
		if s := w.standing(second.ID, sla.Resolution); s.State != sla.Met || s.Consumed != 18*time.Hour {
			t.Errorf("solved, the survivor's resolution stands %+v", s)
		}
	})
}

func TestASurvivorThatWaitsTakesTheTimeAndGoesOnWaiting(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.open(tickets.Normal)
		w.clock.Set(paris(t, "2026-11-19 10:00"))
		second := w.open(tickets.Normal)
		_, err := w.desk.Reply(w.as("theo"), second.ID, tickets.Reply{Body: "Lequel ?", Then: tickets.WaitingRequester})
		must(t, err)
		w.clock.Set(paris(t, "2026-11-19 11:00"))
		must(t, w.desk.Merge(w.as("theo"), first.ID, second.ID))
		if s := w.standing(second.ID, sla.Resolution); s.State != sla.Paused || s.Consumed != 7*time.Hour || s.DueAt != nil {
			t.Errorf("the survivor's resolution stands %+v", s)
		}
	})
}

func TestAnOlderSurvivorKeepsItsOwnClock(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.open(tickets.Normal)
		w.clock.Set(paris(t, "2026-11-19 10:00"))
		second := w.open(tickets.Normal)
		w.clock.Set(paris(t, "2026-11-19 11:00"))
		before := w.standing(first.ID, sla.Resolution)
		must(t, w.desk.Merge(w.as("theo"), second.ID, first.ID))
		if s := w.standing(first.ID, sla.Resolution); s.Consumed != before.Consumed || !s.DueAt.Equal(*before.DueAt) {
			t.Errorf("the survivor's resolution stands %+v, stood %+v", s, before)
		}
	})
}

func TestTheClockOfASplitTicketStartsWhenItsWordsCameIn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		k := w.open(tickets.Normal)
		w.clock.Set(paris(t, "2026-11-18 12:00"))
		m, err := w.desk.Reply(w.as("ann"), k.ID, tickets.Reply{Body: "Et le wifi ne marche plus."})
		must(t, err)
		w.clock.Set(paris(t, "2026-11-19 09:30"))
		split, err := w.desk.Split(w.as("theo"), k.ID, m.ID)
		must(t, err)
		wantAt(t, "opened", &split.CreatedAt, "2026-11-18 12:00")
		wantAt(t, "first answer", w.get(split.ID).FirstResponseDueAt, "2026-11-19 11:00")
		if s := w.standing(split.ID, sla.Resolution); s.Consumed != 2*time.Hour+30*time.Minute {
			t.Errorf("its resolution stands %+v", s)
		}
	})
}
