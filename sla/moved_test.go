package sla_test

import (
	"testing"
	"time"

	"amigo/sla"
	"amigo/tickets"
)

// promising keeps only the policy for urgent tickets, and makes it promise
// something of incidents alone, whatever their priority.
func (w *world) promising(targets map[sla.PromiseName]time.Duration) {
	w.t.Helper()
	all, err := w.engine.Policies(w.t.Context())
	must(w.t, err)
	for _, p := range all[1:] {
		must(w.t, w.engine.RetirePolicy(w.as("sam"), p.ID))
	}
	p := all[0]
	p.Conditions, p.Targets = map[string][]string{"type": {"incident"}}, targets
	must(w.t, w.change(p))
}

// retype makes an incident a request, or the other way round.
func (w *world) retype(id tickets.ID, to tickets.Type) {
	w.t.Helper()
	_, err := w.desk.Change(w.as("theo"), id, tickets.Change{Type: &to})
	must(w.t, err)
}

func TestAMailThatWasUnderWayUsesNoTimeTwice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		k := w.open(tickets.Normal)
		w.clock.Set(paris(t, "2026-11-18 12:00"))
		_, err := w.desk.Wait(w.as("theo"), k.ID, tickets.Wait{For: tickets.WaitingRequester})
		must(t, err)
		w.clock.Set(paris(t, "2026-11-19 09:00"))
		_, err = w.desk.Reply(w.as("ann"), k.ID, tickets.Reply{Body: "Celui-ci.", ReceivedAt: paris(t, "2026-11-18 10:30")})
		must(t, err)
		if s := w.standing(k.ID, sla.Resolution); s.Consumed != 5*time.Hour { // Wednesday 9 to 13, Thursday 8 to 9
			t.Errorf("the resolution stands %+v", s)
		}
		wantAt(t, "resolution", w.get(k.ID).ResolutionDueAt, "2026-11-20 13:00")
	})
}

func TestWhatIsWithdrawnGoesOnWhenItIsPromisedAgain(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.promising(map[sla.PromiseName]time.Duration{sla.First: 2 * time.Hour, sla.Resolution: 8 * time.Hour, sla.Internal: 6 * time.Hour})
		k, waits := w.open(tickets.Normal), w.open(tickets.Normal)
		w.clock.Set(paris(t, "2026-11-18 10:00"))
		w.retype(k.ID, tickets.Request)
		w.retype(waits.ID, tickets.Request)
		for _, name := range sla.Promises {
			if s := w.standing(k.ID, name); s.State != sla.None {
				t.Errorf("of a request is promised %+v", s)
			}
		}
		if got := w.get(k.ID); got.FirstResponseDueAt != nil || got.ResolutionDueAt != nil {
			t.Errorf("a request bears the dates %v and %v", got.FirstResponseDueAt, got.ResolutionDueAt)
		}
		w.clock.Set(paris(t, "2026-11-19 08:00"))
		w.retype(k.ID, tickets.Incident)
		for _, name := range []sla.PromiseName{sla.First, sla.Resolution, sla.Internal} {
			if s := w.standing(k.ID, name); s.State != sla.Running || s.Consumed != time.Hour {
				t.Errorf("an incident again, %s stands %+v", name, s)
			}
		}
		wantAt(t, "resolution", w.get(k.ID).ResolutionDueAt, "2026-11-19 15:00")

		_, err := w.desk.Reply(w.as("theo"), waits.ID, tickets.Reply{Body: "Lequel ?", Then: tickets.WaitingRequester})
		must(t, err)
		w.retype(waits.ID, tickets.Incident)
		if s := w.standing(waits.ID, sla.Resolution); s.State != sla.Paused || s.Consumed != time.Hour || s.DueAt != nil {
			t.Errorf("the one that waits stands %+v", s)
		}
		if s := w.standing(waits.ID, sla.First); s.State != sla.None {
			t.Errorf("an answer that was given is promised: %+v", s)
		}
	})
}

func TestAPromiseThatWasNeverMadeBeginsWhenItsPolicyApplies(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.promising(map[sla.PromiseName]time.Duration{sla.First: 2 * time.Hour, sla.Resolution: 4 * time.Hour})
		k, err := w.desk.Open(w.as("ann"), tickets.Open{Type: tickets.Request, Subject: "Imprimante muette", Body: "Plus rien ne sort."})
		must(t, err)
		if k = w.get(k.ID); k.DueAt != nil {
			t.Fatalf("of a request is promised %v", k.DueAt)
		}
		w.clock.Set(paris(t, "2026-11-18 10:00"))
		w.retype(k.ID, tickets.Incident)
		wantAt(t, "first answer", w.get(k.ID).FirstResponseDueAt, "2026-11-18 12:00")
		wantAt(t, "resolution", w.get(k.ID).ResolutionDueAt, "2026-11-19 09:00")
	})
}

func TestAPromiseThatWasNeverMadeBeginsWithTheReopening(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.promising(map[sla.PromiseName]time.Duration{sla.Resolution: 4 * time.Hour})
		k, err := w.desk.Open(w.as("ann"), tickets.Open{Type: tickets.Request, Subject: "Imprimante muette", Body: "Plus rien ne sort."})
		must(t, err)
		_, err = w.desk.Solve(w.as("theo"), k.ID, tickets.Solve{Solution: "C'est fait.", Outcome: "fixed"})
		must(t, err)
		w.retype(k.ID, tickets.Incident)
		if s := w.standing(k.ID, sla.Resolution); s.State != sla.None {
			t.Errorf("of a solved ticket is promised %+v", s)
		}
		w.clock.Set(paris(t, "2026-11-18 10:00"))
		_, err = w.desk.Reopen(w.as("theo"), k.ID, "")
		must(t, err)
		wantAt(t, "resolution", w.get(k.ID).ResolutionDueAt, "2026-11-19 09:00")
	})
}

func TestAReopenedTicketThatBecameAnotherIsPromisedWhatThatOneIs(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		raised, same := w.open(tickets.Normal), w.open(tickets.Normal)
		w.clock.Set(paris(t, "2026-11-18 10:00"))
		for _, id := range []tickets.ID{raised.ID, same.ID} {
			_, err := w.desk.Solve(w.as("theo"), id, tickets.Solve{Solution: "C'est fait.", Outcome: "fixed"})
			must(t, err)
		}
		urgent := tickets.Urgent
		_, err := w.desk.Change(w.as("theo"), raised.ID, tickets.Change{Priority: &urgent})
		must(t, err)
		if s := w.standing(raised.ID, sla.Resolution); s.State != sla.Met || s.Target != 18*time.Hour {
			t.Errorf("what was kept is judged anew: %+v", s)
		}
		all, err := w.engine.Policies(t.Context())
		must(t, err)
		must(t, w.engine.RetirePolicy(w.as("sam"), all[2].ID)) // what it has promised is kept by it
		w.clock.Set(paris(t, "2027-03-15 08:00"))
		for id, target := range map[tickets.ID]time.Duration{raised.ID: 4 * time.Hour, same.ID: 18 * time.Hour} {
			_, err := w.desk.Reopen(w.as("theo"), id, "")
			must(t, err)
			if s := w.standing(id, sla.Resolution); s.State != sla.Running || s.Target != target || s.Consumed != time.Hour {
				t.Errorf("reopened after months, the resolution stands %+v", s)
			}
		}
		wantAt(t, "the urgent one's resolution", w.get(raised.ID).ResolutionDueAt, "2027-03-15 11:00")
	})
}

func TestAWithdrawnPromiseStaysSoWhenItsTicketIsReopened(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.promising(map[sla.PromiseName]time.Duration{sla.Resolution: 4 * time.Hour})
		k := w.open(tickets.Normal)
		w.retype(k.ID, tickets.Request)
		_, err := w.desk.Solve(w.as("theo"), k.ID, tickets.Solve{Solution: "C'est fait.", Outcome: "fixed"})
		must(t, err)
		_, err = w.desk.Reopen(w.as("theo"), k.ID, "")
		must(t, err)
		if s := w.standing(k.ID, sla.Resolution); s.State != sla.None || w.get(k.ID).DueAt != nil {
			t.Errorf("the resolution stands %+v", s)
		}
	})
}

func TestWhatStandsStillIsWhatThePolicyOfTheDaySays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		all, err := w.engine.Policies(t.Context())
		must(t, err)
		all[0].Pauses = nil // what is urgent never waits
		must(t, w.change(all[0]))
		k := w.open(tickets.Normal)
		w.clock.Set(paris(t, "2026-11-18 10:00"))
		_, err = w.desk.Wait(w.as("theo"), k.ID, tickets.Wait{For: tickets.WaitingThirdParty})
		must(t, err)
		w.clock.Set(paris(t, "2026-11-18 12:00"))
		for _, step := range []struct {
			priority tickets.Priority
			state    sla.State
			due      string
		}{{tickets.Urgent, sla.Running, "2026-11-19 10:00"}, {tickets.High, sla.Paused, ""}} {
			_, err = w.desk.Change(w.as("theo"), k.ID, tickets.Change{Priority: &step.priority})
			must(t, err)
			if s := w.standing(k.ID, sla.Resolution); s.State != step.state || s.Consumed != time.Hour {
				t.Errorf("%s, the resolution stands %+v", step.priority, s)
			}
			wantAt(t, "resolution", w.get(k.ID).ResolutionDueAt, step.due)
		}
	})
}

func TestARetiredPolicyTellsOfWhatItHasPromised(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.Set(paris(t, "2026-11-19 08:00"))
		k := w.open(tickets.Urgent)
		all, err := w.engine.Policies(t.Context())
		must(t, err)
		must(t, w.engine.RetirePolicy(w.as("sam"), all[0].ID))
		w.pass("2026-11-19 09:00")
		w.wantEscalations(k.ID, "first 50", "first 75", "first 100")
		if later := w.open(tickets.Urgent); later.DueAt != nil {
			t.Errorf("it promises %v", later.DueAt)
		}
	})
}

func TestWhatIsMergedIntoASolvedTicketIsPromisedNoMore(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		first := w.open(tickets.Normal)
		w.clock.Set(paris(t, "2026-11-18 10:00"))
		second := w.open(tickets.Normal)
		_, err := w.desk.Solve(w.as("theo"), second.ID, tickets.Solve{Solution: "C'est fait.", Outcome: "fixed"})
		must(t, err)
		w.clock.Set(paris(t, "2026-11-20 16:00"))
		must(t, w.desk.Merge(w.as("theo"), first.ID, second.ID))
		if s := w.standing(second.ID, sla.Resolution); s.State != sla.Met || s.Consumed != 0 {
			t.Errorf("the solved one's resolution stands %+v", s)
		}
		if got := w.get(first.ID); got.DueAt != nil {
			t.Errorf("the merged one is due %v", got.DueAt)
		}
		w.pass("2026-11-23 12:00")
		if n := len(w.alerts("sam@academie.test")); n != 0 {
			t.Errorf("%d letters about it", n)
		}
	})
}

func TestWhatIsSolvedAndReopenedWhileTheOfficeIsClosedLosesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.Set(paris(t, "2026-11-20 16:00")) // Friday
		k := w.open(tickets.Normal)
		due := *k.ResolutionDueAt
		for _, night := range []string{"2026-11-20 18:00", "2026-11-21 10:00", "2026-11-22 23:59"} {
			w.clock.Set(paris(t, night))
			_, err := w.desk.Solve(w.as("theo"), k.ID, tickets.Solve{Solution: "C'est fait.", Outcome: "fixed"})
			must(t, err)
			w.clock.Advance(time.Minute)
			_, err = w.desk.Reopen(w.as("theo"), k.ID, "")
			must(t, err)
			_, err = w.desk.Wait(w.as("theo"), k.ID, tickets.Wait{For: tickets.WaitingThirdParty})
			must(t, err)
			w.clock.Advance(time.Minute)
			_, err = w.desk.Change(w.as("theo"), k.ID, tickets.Change{Status: new(tickets.Opened)})
			must(t, err)
		}
		if got := w.get(k.ID).ResolutionDueAt; !got.Equal(due) {
			t.Errorf("due %v, want %v", got, due)
		}
		if s := w.standing(k.ID, sla.Resolution); s.State != sla.Running || s.Consumed != time.Hour {
			t.Errorf("the resolution stands %+v", s)
		}
	})
}
