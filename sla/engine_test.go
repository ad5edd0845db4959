package sla_test

import (
	"context"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/people"
	"amigo/sla"
	"amigo/sla/calendar"
	"amigo/tickets"
)

func each(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) { f(t, newWorld(t, d, c)) })
}

func TestOpeningATicketPromisesAnAnswerAndAResolution(t *testing.T) {
	each(t, func(t *testing.T, w *world) { // Wednesday 18 November 2026, 9:00; Wednesdays close at 13:00
		k := w.open(tickets.Normal)
		wantAt(t, "first answer", k.FirstResponseDueAt, "2026-11-18 13:00")
		wantAt(t, "resolution", k.ResolutionDueAt, "2026-11-20 13:00")
		wantAt(t, "due", k.DueAt, "2026-11-18 13:00")
		if got := w.get(k.ID); got.Version != 1 {
			t.Errorf("a promise moved the version to %d", got.Version)
		}
	})
}

func TestTheLifeOfATicketMovesItsTimers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		k := w.open(tickets.Normal)
		w.clock.Set(paris(t, "2026-11-18 11:00"))
		_, err := w.desk.Reply(w.as("theo"), k.ID, tickets.Reply{Body: "De quel copieur s'agit-il ?", Then: tickets.WaitingRequester})
		must(t, err)
		if s := w.standing(k.ID, sla.First); s.State != sla.Met || s.Consumed != 2*time.Hour {
			t.Errorf("the first answer stands %+v", s)
		}
		if s := w.standing(k.ID, sla.Resolution); s.State != sla.Paused || s.Consumed != 2*time.Hour {
			t.Errorf("the resolution stands %+v", s)
		}
		wantAt(t, "due while waiting", w.get(k.ID).DueAt, "")

		w.clock.Set(paris(t, "2026-11-23 10:00"))
		_, err = w.desk.Reply(w.as("ann"), k.ID, tickets.Reply{Body: "Celui du secrétariat."})
		must(t, err)
		got := w.get(k.ID)
		wantAt(t, "next answer", got.NextResponseDueAt, "2026-11-23 14:00")
		wantAt(t, "resolution after the wait", got.ResolutionDueAt, "2026-11-24 17:00")
		wantAt(t, "due", got.DueAt, "2026-11-23 14:00")

		w.clock.Set(paris(t, "2026-11-23 15:00"))
		_, err = w.desk.Reply(w.as("theo"), k.ID, tickets.Reply{Body: "Merci, je regarde."})
		must(t, err)
		wantAt(t, "next answer, once given", w.get(k.ID).NextResponseDueAt, "")

		w.clock.Set(paris(t, "2026-11-24 17:00"))
		_, err = w.desk.Solve(w.as("theo"), k.ID, tickets.Solve{Solution: "Feuille coincée retirée.", Outcome: "fixed", Cause: "hardware"})
		must(t, err)
		if s := w.standing(k.ID, sla.Resolution); s.State != sla.Met || s.Consumed != 18*time.Hour {
			t.Errorf("the resolution stands %+v", s)
		}
		if s := w.standing(k.ID, sla.Next); s.State != sla.Breached {
			t.Errorf("the next answer stands %+v", s)
		}
		wantAt(t, "due once solved", w.get(k.ID).DueAt, "")
	})
}

func TestReopeningLeavesTheTimeSolvedOut(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		k := w.open(tickets.Normal)
		w.clock.Set(paris(t, "2026-11-18 10:00"))
		_, err := w.desk.Solve(w.as("theo"), k.ID, tickets.Solve{Solution: "Relancez le copieur.", Outcome: "fixed"})
		must(t, err)
		w.clock.Set(paris(t, "2026-11-25 10:00"))
		_, err = w.desk.Reply(w.as("ann"), k.ID, tickets.Reply{Body: "La panne est revenue."})
		must(t, err)
		s := w.standing(k.ID, sla.Resolution)
		if s.State != sla.Running || s.Consumed != time.Hour {
			t.Errorf("the resolution stands %+v", s)
		}
		wantAt(t, "resolution", w.get(k.ID).ResolutionDueAt, "2026-11-27 13:00")
	})
}

func TestAnUrgentTicketGetsAnUrgentPromiseWithTheTimeAlreadyUsed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		k := w.open(tickets.Normal)
		w.clock.Set(paris(t, "2026-11-18 10:00"))
		urgent := tickets.Urgent
		_, err := w.desk.Change(w.as("theo"), k.ID, tickets.Change{Priority: &urgent})
		must(t, err)
		got := w.get(k.ID)
		wantAt(t, "first answer", got.FirstResponseDueAt, "2026-11-18 10:00")
		wantAt(t, "resolution", got.ResolutionDueAt, "2026-11-18 13:00")
	})
}

func TestEscalationTellsAssigneeTeamAndSupervisorsOnceEachAcrossAWednesdayAfternoon(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.Set(paris(t, "2026-11-18 11:00"))
		k := w.open(tickets.Normal) // first answer due after 4 h: Thursday 10:00
		theo, err := w.people.ByUID(t.Context(), "theo")
		must(t, err)
		_, err = w.desk.Assign(w.as("tess"), k.ID, tickets.Assign{Assignee: &theo.ID})
		must(t, err)
		wantAt(t, "due", w.get(k.ID).DueAt, "2026-11-19 10:00")

		w.pass("2026-11-18 12:45")
		w.wantTold(k.ID)
		w.pass("2026-11-18 23:00") // half of the target is used at closing: nobody is there
		w.wantTold(k.ID)
		w.pass("2026-11-19 08:30")
		w.wantTold(k.ID, "theo@academie.test")
		w.pass("2026-11-19 09:15")
		w.wantTold(k.ID, "theo@academie.test", "theo@academie.test", "tess@academie.test")
		w.pass("2026-11-19 10:15")
		w.wantTold(k.ID, "theo@academie.test", "theo@academie.test", "tess@academie.test", "sam@academie.test")
		w.pass("2026-11-19 11:45") // and not again before it is half as late again
		w.wantTold(k.ID, "theo@academie.test", "theo@academie.test", "tess@academie.test", "sam@academie.test")
		if got := w.get(k.ID).Escalation; got != 100 {
			t.Errorf("the ticket shows %d %%", got)
		}
		events, err := w.desk.Events(w.as("theo"), k.ID)
		must(t, err)
		var levels []string
		for _, e := range events {
			if e.What == tickets.WasEscalated {
				levels = append(levels, e.Data["promise"]+" "+e.Data["level"])
			}
		}
		if len(levels) != 3 || levels[0] != "first 50" || levels[1] != "first 75" || levels[2] != "first 100" {
			t.Errorf("events %v", levels)
		}
	})
}

func TestEscalationWaitsThroughTheChristmasHolidaysClosedDays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.Set(paris(t, "2026-12-24 16:00"))
		k := w.open(tickets.High) // first answer after 2 h: one on the 24th, one on Monday the 28th from 9:00
		wantAt(t, "due", w.get(k.ID).DueAt, "2026-12-28 10:00")
		w.walk("2026-12-28 08:45", time.Hour) // half is used when the office closes for three days
		w.wantTold(k.ID)
		w.pass("2026-12-28 09:15")
		w.wantTold(k.ID, "theo@academie.test", "tess@academie.test") // nobody has it: the team is told
	})
}

func TestAfterAnHourOfDowntimeTheHighestRungIsToldOnceToEverybody(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.Set(paris(t, "2026-11-19 08:00"))
		k := w.open(tickets.Urgent)               // first answer due at 9:00
		w.clock.Set(paris(t, "2026-11-19 09:45")) // of the resolution less than half is used
		must(t, w.queue.Drain(t.Context(), w.mux))
		w.pass("2026-11-19 09:46")
		w.wantTold(k.ID, "theo@academie.test", "tess@academie.test", "sam@academie.test")
	})
}

func TestAStandstillThatEndsAfterClosingIsToldAtTheNextOpening(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.Set(paris(t, "2026-11-19 14:00"))
		k := w.open(tickets.Urgent) // first answer due at 15:00
		w.clock.Set(paris(t, "2026-11-19 17:30"))
		must(t, w.queue.Drain(t.Context(), w.mux))
		w.pass("2026-11-20 07:45")
		w.wantTold(k.ID)
		w.pass("2026-11-20 08:00")
		w.wantTold(k.ID)
		w.pass("2026-11-20 08:01") // as soon as what came together is gathered
		if len(w.told(k.ID, "escalated")) == 0 {
			t.Error("nobody was told at the opening")
		}
	})
}

func TestNobodyIsToldAboutASolvedOrWaitingTicket(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.Set(paris(t, "2026-11-19 08:00"))
		solved, waiting := w.open(tickets.Urgent), w.open(tickets.Urgent)
		_, err := w.desk.Solve(w.as("theo"), solved.ID, tickets.Solve{Solution: "C'est fait.", Outcome: "fixed"})
		must(t, err)
		_, err = w.desk.Reply(w.as("theo"), waiting.ID, tickets.Reply{Body: "Pouvez-vous préciser ?", Then: tickets.WaitingRequester})
		must(t, err)
		w.pass("2026-11-19 16:00")
		w.wantTold(solved.ID)
		w.wantTold(waiting.ID)
	})
}

func TestExplainAccountsForEveryStretch(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		k := w.open(tickets.Normal)
		w.clock.Set(paris(t, "2026-11-18 11:00"))
		_, err := w.desk.Reply(w.as("theo"), k.ID, tickets.Reply{Body: "Lequel ?", Then: tickets.WaitingRequester})
		must(t, err)
		w.clock.Set(paris(t, "2026-11-20 10:00"))
		_, err = w.desk.Reply(w.as("ann"), k.ID, tickets.Reply{Body: "Celui-ci."})
		must(t, err)
		a, err := w.engine.Explain(w.as("theo"), k.ID, sla.Resolution)
		must(t, err)
		if len(a.Stretches) != 1 || a.Stretches[0].Worked != 2*time.Hour {
			t.Fatalf("stretches %+v", a.Stretches)
		}
		if days := a.Stretches[0].Days; len(days) != 1 || days[0].Regime != calendar.Ordinary || days[0].Worked != 2*time.Hour {
			t.Errorf("the days of the first stretch: %+v", days)
		}
		var ahead time.Duration
		for _, s := range a.Ahead {
			ahead += s.Worked
		}
		if ahead != 16*time.Hour {
			t.Errorf("%v ahead, want 16 h: %+v", ahead, a.Ahead)
		}
	})
}

func TestSeedingTwiceKeepsThePoliciesAsTheyAre(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		must(t, w.engine.Seed(people.As(t.Context(), people.System())))
		all, err := w.engine.Policies(t.Context())
		must(t, err)
		if len(all) != 4 || all[2].Targets[sla.Resolution] != 18*time.Hour {
			t.Fatalf("policies %+v", all)
		}
	})
}

func TestAPolicyForAKindOfSchoolAndARoleApplies(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		must(t, w.db.Tx(t.Context(), func(ctx context.Context) error {
			return w.db.Gorm(ctx).Exec("INSERT INTO policies (position, name, conditions, calendar, resolution_minutes, pauses, ladder) VALUES " +
				`(1, 'Lycées', '{"establishment": ["lycee"], "role": ["requester"]}', 'normandie', 120, '[]', '[]')`).Error
		}))
		_, err := w.people.Import(people.As(t.Context(), people.System()), people.Batch{
			Establishments: []people.Establishment{{UAI: "0140013N", Name: "Lycée Malherbe", Kind: "lycee", Departement: "14", City: "Caen", Site: "caen"}},
			Persons: []people.Entry{
				{UID: "lea", Name: "Léa Lycéenne", Establishments: []string{"0140013N"}},
				{UID: "tom", Name: "Tom Technicien", Role: people.Technician, Establishments: []string{"0140013N"}},
			},
		})
		must(t, err)
		for uid, want := range map[string]string{"lea": "2026-11-18 11:00", "tom": "2026-11-20 13:00", "ann": "2026-11-20 13:00"} {
			ticket, err := w.desk.Open(w.as(uid), tickets.Open{Subject: "Imprimante muette", Body: "Plus rien ne sort."})
			must(t, err)
			wantAt(t, uid+"'s resolution", w.get(ticket.ID).ResolutionDueAt, want)
			loaded := w.past(tickets.Normal, nil)
			loaded.Opened.Requester, loaded.Opened.ReportedBy, loaded.Opened.Establishment = w.person(uid), w.person(uid), ticket.Establishment
			wantAt(t, uid+"'s resolution, loaded", w.get(w.load(loaded)).ResolutionDueAt, want)
		}
	})
}
