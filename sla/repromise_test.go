package sla_test

import (
	"strings"
	"testing"
	"time"

	"amigo/app/people"
	"amigo/sla"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// redefine puts a new version of AMIGO's calendar in force.
func (w *world) redefine(change func(*calendar.Spec)) {
	w.t.Helper()
	spec, err := calendar.Named(calendar.Normandie)
	must(w.t, err)
	change(&spec)
	_, err = w.book.Put(people.As(w.t.Context(), people.System()), calendar.Normandie, spec)
	must(w.t, err)
}

// closes gives a day off to AMIGO.
func closes(days ...string) func(*calendar.Spec) {
	return func(s *calendar.Spec) {
		for _, d := range days {
			s.Closed = append(s.Closed, calendar.ClosedDay{Day: d})
		}
	}
}

func (w *world) drain() {
	w.t.Helper()
	must(w.t, w.queue.Drain(w.t.Context(), w.mux))
}

func (w *world) wantLeft(want int) {
	w.t.Helper()
	if n, err := w.engine.Left(w.t.Context()); n != want || err != nil {
		w.t.Errorf("%d promises are left to be counted, %v; want %d", n, err, want)
	}
}

func TestANewVersionMovesWhatRunsAndKeepsWhatIsOver(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		runs, solved := w.open(tickets.Normal), w.open(tickets.Normal)
		w.clock.Set(paris(t, "2026-11-19 17:00"))
		_, err := w.desk.Solve(w.as("theo"), solved.ID, tickets.Solve{Solution: "C'est fait.", Outcome: "fixed"})
		must(t, err)
		w.drain()
		before := w.written(solved.ID)

		w.clock.Set(paris(t, "2026-11-20 09:00"))
		w.redefine(closes("2026-11-19")) // nobody was there on Thursday, after all
		w.wantLeft(2)
		if got := w.get(runs.ID); got.ResolutionDueAt.Equal(paris(t, "2026-11-23 13:00")) {
			t.Error("the promise moved before anybody could have counted it")
		}
		w.drain()
		w.wantLeft(0)
		got := w.get(runs.ID)
		wantAt(t, "resolution", got.ResolutionDueAt, "2026-11-23 13:00")
		wantAt(t, "first answer", got.FirstResponseDueAt, "2026-11-18 13:00")
		if got.Version != runs.Version {
			t.Errorf("a new calendar moved the version to %d", got.Version)
		}
		if s := w.standing(runs.ID, sla.Resolution); s.Consumed != 5*time.Hour {
			t.Errorf("the resolution stands %+v", s)
		}
		if after := w.written(solved.ID); after != before {
			t.Errorf("what was solved was judged anew:\n%s\nwas\n%s", after, before)
		}
	})
}

func TestANewVersionCountsAnewWhatAPausedPromiseHasUsed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		k := w.open(tickets.Normal)
		w.clock.Set(paris(t, "2026-11-20 09:00")) // 14 hours are used
		_, err := w.desk.Reply(w.as("theo"), k.ID, tickets.Reply{Body: "Lequel ?", Then: tickets.WaitingRequester})
		must(t, err)
		w.redefine(closes("2026-11-19"))
		w.drain()
		if s := w.standing(k.ID, sla.Resolution); s.State != sla.Paused || s.Consumed != 5*time.Hour || s.DueAt != nil {
			t.Errorf("the resolution stands %+v", s)
		}
		w.clock.Set(paris(t, "2026-11-23 08:00"))
		_, err = w.desk.Reply(w.as("ann"), k.ID, tickets.Reply{Body: "Celui-ci."})
		must(t, err)
		wantAt(t, "resolution", w.get(k.ID).ResolutionDueAt, "2026-11-24 12:00")
	})
}

func TestAPromiseThatIsTouchedBeforeItsTurnIsRightAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		k, other := w.open(tickets.Normal), w.open(tickets.Normal)
		w.redefine(closes("2026-11-19"))
		w.wantLeft(4)
		w.clock.Set(paris(t, "2026-11-20 08:30"))
		_, err := w.desk.Reply(w.as("theo"), k.ID, tickets.Reply{Body: "Lequel ?", Then: tickets.WaitingRequester})
		must(t, err)
		if s := w.standing(k.ID, sla.Resolution); s.Consumed != 4*time.Hour+30*time.Minute {
			t.Errorf("the resolution stands %+v", s)
		}
		if s := w.standing(k.ID, sla.First); s.State != sla.Breached || s.Consumed != 4*time.Hour+30*time.Minute {
			t.Errorf("the first answer stands %+v", s)
		}
		w.wantLeft(2)
		w.drain()
		w.wantLeft(0)
		wantAt(t, "the other's resolution", w.get(other.ID).ResolutionDueAt, "2026-11-23 13:00")
	})
}

func TestATicketReopenedUnderANewVersionIsCountedByItThroughout(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		k := w.open(tickets.Normal)
		w.clock.Set(paris(t, "2026-11-20 09:00"))
		_, err := w.desk.Solve(w.as("theo"), k.ID, tickets.Solve{Solution: "C'est fait.", Outcome: "fixed"})
		must(t, err)
		w.redefine(closes("2026-11-19"))
		w.drain()
		if s := w.standing(k.ID, sla.Resolution); s.State != sla.Met || s.Consumed != 14*time.Hour {
			t.Errorf("solved, the resolution stands %+v", s)
		}
		w.clock.Set(paris(t, "2026-11-23 08:00"))
		_, err = w.desk.Reopen(w.as("theo"), k.ID, "")
		must(t, err)
		if s := w.standing(k.ID, sla.Resolution); s.State != sla.Running || s.Consumed != 5*time.Hour {
			t.Errorf("reopened, the resolution stands %+v", s)
		}
		w.wantLeft(0)
	})
}

func TestWhatNobodyKnewIsSettledByTheVersionThatKnowsIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.Set(paris(t, "2028-07-04 16:00"))
		k := w.open(tickets.Normal)
		wantAt(t, "first answer, as term would have it", k.FirstResponseDueAt, "2028-07-05 11:00")
		if s := w.standing(k.ID, sla.Resolution); !k.Provisional || !s.Provisional {
			t.Errorf("the ticket's promises are no guess: %v, %+v", k.Provisional, s)
		}
		a, err := w.engine.Explain(w.as("theo"), k.ID, sla.Resolution)
		must(t, err)
		if n := len(a.Ahead); n != 4 || a.Ahead[0].Rule != calendar.ByWeek || a.Ahead[n-1].Rule != calendar.ByGuess {
			t.Errorf("explained by %+v", a.Ahead)
		}
		w.redefine(func(s *calendar.Spec) {
			s.KnownUntil = "2029-07-03"
			s.Periods = append(s.Periods, calendar.Period{From: "2028-07-05", To: "2028-09-03", Name: "Été", Regime: calendar.SchoolHolidays})
		})
		w.drain()
		got := w.get(k.ID)
		wantAt(t, "first answer in the holidays", got.FirstResponseDueAt, "2028-07-05 12:00")
		wantAt(t, "resolution in the holidays", got.ResolutionDueAt, "2028-07-07 12:00")
		if got.Provisional || w.standing(k.ID, sla.Resolution).Provisional {
			t.Error("it is still provisional")
		}
	})
}

func TestNobodyIsToldOfAGuessOutsideOfTheUsualHours(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.Set(paris(t, "2028-07-05 12:00")) // a Wednesday that nobody has published
		k := w.open(tickets.Urgent)               // half an hour of one is used at 12:30, all of it at 13:00
		w.pass("2028-07-06 07:45")
		if got := w.get(k.ID).Escalation; got != 75 {
			t.Errorf("told %d %% before the office opens", got)
		}
		w.pass("2028-07-06 08:15")
		if got := w.get(k.ID).Escalation; got < 100 {
			t.Errorf("told %d %% when it has opened", got)
		}
	})
}

func TestWhatNewHoursMakeLateIsToldAtTheNextOpeningAndNothingTwice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.redefine(closes("2026-11-19"))
		k := w.open(tickets.High) // 18 November, 9:00; first answer after two hours
		w.pass("2026-11-18 10:15")
		if got := w.get(k.ID).Escalation; got != 50 {
			t.Fatalf("told %d %%", got)
		}
		_, err := w.desk.Reply(w.as("theo"), k.ID, tickets.Reply{Body: "Je regarde."})
		must(t, err)
		w.clock.Set(paris(t, "2026-11-19 18:30")) // 2 h 45 of the resolution's nine hours, until they turn out to be more
		w.redefine(func(*calendar.Spec) {})
		w.drain()
		wantAt(t, "resolution", w.get(k.ID).ResolutionDueAt, "2026-11-19 13:00")
		w.pass("2026-11-20 07:45")
		if got := w.history(k.ID); got != "first 50" {
			t.Errorf("told before the opening: %s", got)
		}
		w.pass("2026-11-20 08:15")
		if got := w.history(k.ID); got != "first 50, resolution 100" {
			t.Errorf("told at the opening: %s", got)
		}
	})
}

// history is what the events of a ticket say was told.
func (w *world) history(id tickets.ID) string {
	w.t.Helper()
	events, err := w.desk.Events(w.as("theo"), id)
	must(w.t, err)
	var told []string
	for _, e := range events {
		if e.What == tickets.WasEscalated {
			told = append(told, e.Data["promise"]+" "+e.Data["level"])
		}
	}
	return strings.Join(told, ", ")
}

func TestATicketWithoutADateIsStillAccountedFor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		k := w.open(tickets.Normal)
		was := k.ResolutionDueAt
		w.clock.Advance(time.Hour)
		w.redefine(func(s *calendar.Spec) {
			s.KnownUntil = "2032-07-02"
			s.Periods = append(s.Periods, calendar.Period{From: "2026-11-19", To: "2032-07-01", Name: "Travaux", Weekly: calendar.Weekly{}})
		})
		w.drain()
		if got := w.get(k.ID); got.ResolutionDueAt != nil || got.DueAt != nil && !got.DueAt.Before(paris(t, "2026-11-18 13:00").Add(time.Second)) {
			t.Errorf("due %v and %v", got.DueAt, got.ResolutionDueAt)
		}
		a, err := w.engine.Explain(w.as("theo"), k.ID, sla.Resolution)
		if err != nil || a.DueAt != nil || a.Consumed != time.Hour {
			t.Errorf("%+v, %v", a, err)
		}
		w.redefine(func(*calendar.Spec) {})
		w.drain()
		if got := w.get(k.ID); got.ResolutionDueAt == nil || !got.ResolutionDueAt.Equal(*was) {
			t.Errorf("due %v, want %v", got.ResolutionDueAt, was)
		}
	})
}
