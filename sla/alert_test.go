package sla_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"amigo/app/mail"
	"amigo/app/people"
	"amigo/sla"
	"amigo/tickets"
)

// exec changes what no use case changes.
func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	must(w.t, w.db.Tx(w.t.Context(), func(ctx context.Context) error {
		return w.db.Gorm(ctx).Exec(sql, args...).Error
	}))
}

// ladder gives every policy these rungs, as JSON.
func (w *world) ladder(rungs string) {
	w.t.Helper()
	w.exec("UPDATE policies SET ladder = ?", rungs)
}

// minutes lets time pass minute by minute.
func (w *world) minutes(until string) { w.t.Helper(); w.walk(until, time.Minute) }

// alerts lists the letters of alert to an address, oldest first.
func (w *world) alerts(address string) []mail.Letter {
	w.t.Helper()
	all, err := w.outbox.Latest(w.t.Context(), 0, 1000)
	must(w.t, err)
	all = slices.DeleteFunc(all, func(l mail.Letter) bool { return l.Kind != "escalated" || l.Address != address })
	slices.Reverse(all)
	return all
}

func (w *world) assign(id tickets.ID, uid string) {
	w.t.Helper()
	who := w.person(uid)
	_, err := w.desk.Assign(w.as("tess"), id, tickets.Assign{Assignee: &who})
	must(w.t, err)
}

// away says that somebody is away for a week, from now on.
func (w *world) away(uid, deputy string) {
	w.t.Helper()
	a := people.Absence{Person: w.person(uid), From: w.clock.Now(), Until: w.clock.Now().AddDate(0, 0, 7)}
	if deputy != "" {
		a.Deputy = w.person(deputy)
	}
	_, err := w.people.PutAbsence(w.as("sam"), a)
	must(w.t, err)
}

// escalations lists what was told of a ticket: "first 50", with what was passed.
func (w *world) escalations(id tickets.ID) []string {
	w.t.Helper()
	events, err := w.desk.Events(w.as("theo"), id)
	must(w.t, err)
	var told []string
	for _, e := range events {
		if e.What == tickets.WasEscalated {
			s := e.Data["promise"] + " " + e.Data["level"]
			if e.Data["passed"] != "" {
				s += " after " + e.Data["passed"]
			}
			told = append(told, s)
		}
	}
	return told
}

func (w *world) wantEscalations(id tickets.ID, want ...string) {
	w.t.Helper()
	if got := w.escalations(id); !slices.Equal(got, want) {
		w.t.Errorf("escalated %q, want %q", got, want)
	}
}

const supervisorsAt100 = `[{"level":100,"tell":"supervisors"}]`

func TestThirtyAlertsToOneSupervisorAreTwoLetters(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ladder(supervisorsAt100)
		for _, at := range []string{"08:00", "08:03", "08:07"} {
			w.clock.Set(paris(t, "2026-11-19 "+at))
			for range 10 {
				w.open(tickets.Urgent) // first answer due after 1 h
			}
		}
		w.minutes("2026-11-19 09:10")
		got := w.alerts("sam@academie.test")
		if len(got) != 1 || got[0].Subject != "10 tickets à regarder" || got[0].Ticket != 0 {
			t.Fatalf("by 9:10 %d letters: %+v", len(got), got)
		}
		w.minutes("2026-11-19 09:30")
		got = w.alerts("sam@academie.test")
		if len(got) != 2 || got[1].Subject != "20 tickets à regarder" {
			t.Fatalf("by 9:30 %d letters", len(got))
		}
		if pause := got[1].CreatedAt.Sub(got[0].CreatedAt); pause < 10*time.Minute || pause > 11*time.Minute {
			t.Errorf("%v between the letters", pause)
		}
		for i := range 30 {
			link := fmt.Sprintf("https://amigo.test/tickets/%d\n", 10001+i)
			if n := strings.Count(got[0].Text+got[1].Text, link); n != 1 {
				t.Errorf("%d letters name ticket %d", n, 10001+i)
			}
		}
	})
}

func TestASingleAlertStandsInTheThreadOfItsTicket(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.Set(paris(t, "2026-11-19 08:00"))
		k := w.open(tickets.Urgent)
		w.assign(k.ID, "theo")
		w.minutes("2026-11-19 08:32")
		got := w.alerts("theo@academie.test")
		if len(got) != 1 {
			t.Fatalf("%d letters", len(got))
		}
		l := got[0]
		if l.Ticket != int64(k.ID) || l.Subject != "["+k.ID.Label()+"] Imprimante muette" || l.Headers["References"] == "" {
			t.Errorf("the letter %q about %d refers to %q", l.Subject, l.Ticket, l.Headers["References"])
		}
		for _, part := range []string{"première réponse avant le jeudi 19\u00a0novembre à 9", "consommé : 51", "Ann Demandeuse", "https://amigo.test/tickets/" + k.ID.Ref()} {
			if !strings.Contains(l.Text, part) {
				t.Errorf("%q is not said in\n%s", part, l.Text)
			}
		}
	})
}

func TestWhatIsSettledBeforeTheLetterGoesOutIsLeftOutOfIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ladder(supervisorsAt100)
		w.clock.Set(paris(t, "2026-11-19 08:00"))
		solved, answered, open := w.open(tickets.Urgent), w.open(tickets.Urgent), w.open(tickets.Urgent)
		w.clock.Set(paris(t, "2026-11-19 09:00"))
		must(t, w.queue.Drain(t.Context(), w.mux)) // the alerts wait to be gathered
		_, err := w.desk.Solve(w.as("theo"), solved.ID, tickets.Solve{Solution: "C'est fait.", Outcome: "fixed"})
		must(t, err)
		_, err = w.desk.Reply(w.as("theo"), answered.ID, tickets.Reply{Body: "Je regarde."})
		must(t, err)
		w.minutes("2026-11-19 09:20")
		got := w.alerts("sam@academie.test")
		if len(got) != 1 || got[0].Ticket != int64(open.ID) {
			t.Fatalf("letters %+v", got)
		}
		for _, id := range []tickets.ID{solved.ID, answered.ID, open.ID} {
			w.wantEscalations(id, "first 100")
		}
	})
}

func TestNobodyIsWrittenToOutsideTheHoursOfThePromise(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ladder(supervisorsAt100)
		w.clock.Set(paris(t, "2026-11-20 15:58")) // Friday; the office closes at 17:00
		first := w.open(tickets.Urgent)
		w.clock.Set(paris(t, "2026-11-20 15:59"))
		second := w.open(tickets.Urgent)
		w.pass("2026-11-20 16:57")
		w.minutes("2026-11-20 17:10")
		if got := w.alerts("sam@academie.test"); len(got) != 1 || got[0].Ticket != int64(first.ID) {
			t.Fatalf("on Friday %+v", got)
		}
		w.wantEscalations(second.ID, "first 100")
		w.walk("2026-11-23 07:45", time.Hour) // a weekend
		if got := w.alerts("sam@academie.test"); len(got) != 1 {
			t.Fatalf("%d letters before Monday's opening", len(got))
		}
		w.minutes("2026-11-23 08:02")
		if got := w.alerts("sam@academie.test"); len(got) != 2 || got[1].Ticket != int64(second.ID) {
			t.Fatalf("on Monday %d letters", len(got))
		}
	})
}

func TestWhoeverIsAwayIsStoodInFor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ladder(`[{"level":50,"tell":"assignee"}]`)
		w.clock.Set(paris(t, "2026-11-19 08:00"))
		told := func(what string, want ...string) {
			t.Helper()
			k := w.open(tickets.Urgent)
			w.assign(k.ID, "theo")
			before := map[string]int{}
			for _, uid := range []string{"theo", "tess", "sam", "ada"} {
				before[uid] = len(w.alerts(uid + "@academie.test"))
			}
			end := w.clock.Now().Add(45 * time.Minute)
			for w.clock.Now().Before(end) {
				w.clock.Advance(time.Minute)
				must(t, w.queue.Drain(t.Context(), w.mux))
			}
			var got []string
			for _, uid := range []string{"theo", "tess", "sam", "ada"} {
				if len(w.alerts(uid+"@academie.test")) > before[uid] {
					got = append(got, uid)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s: told %v, want %v", what, got, want)
			}
			_, err := w.desk.Solve(w.as("tess"), k.ID, tickets.Solve{Solution: "C'est fait.", Outcome: "fixed"})
			must(t, err)
		}
		told("theo is there", "theo")
		w.away("theo", "sam")
		told("sam stands in for theo", "sam")
		w.away("sam", "")
		told("sam is away, too, and has no deputy: the team", "tess")
		w.away("tess", "theo")
		told("everybody is away: all of the team, and the supervisors", "theo", "tess", "sam")
		w.exec("DELETE FROM absences")
		w.exec("UPDATE persons SET disabled_at = ? WHERE uid = 'theo'", w.clock.Now())
		k := w.open(tickets.Urgent)
		w.exec("UPDATE tickets SET assignee_id = ? WHERE id = ?", w.person("theo"), k.ID)
		w.pass("2026-11-19 13:00")
		if n := len(w.told(k.ID, "escalated")); n != 1 {
			t.Errorf("whose assignee has left: told %v", w.told(k.ID, "escalated"))
		}
	})
}

func TestWhoeverGoesAwayBeforeTheLetterIsStoodInFor(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ladder(`[{"level":50,"tell":"assignee"}]`)
		w.clock.Set(paris(t, "2026-11-20 16:30")) // Friday; half an hour later the office closes
		mine, other := w.open(tickets.Urgent), w.open(tickets.Urgent)
		w.assign(mine.ID, "theo")
		w.assign(other.ID, "theo")
		w.minutes("2026-11-20 17:05")
		w.clock.Set(paris(t, "2026-11-21 09:00"))
		w.away("theo", "sam")
		w.minutes("2026-11-21 09:05")
		w.walk("2026-11-23 07:45", time.Hour)
		_, err := w.desk.Reply(w.as("tess"), other.ID, tickets.Reply{Body: "Je regarde."})
		must(t, err)
		w.minutes("2026-11-23 08:03")
		if got := w.alerts("theo@academie.test"); len(got) != 0 {
			t.Errorf("theo, who is away, gets %d letters", len(got))
		}
		if got := w.alerts("sam@academie.test"); len(got) != 1 || got[0].Ticket != int64(mine.ID) {
			t.Errorf("his deputy gets %+v", got)
		}
	})
}

func TestTheTeamIsToldOfWhatSomebodyLeavesWithoutADeputy(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ladder(`[{"level":50,"tell":"assignee"},{"level":100,"tell":"team"}]`)
		w.clock.Set(paris(t, "2026-11-19 08:00"))
		k := w.open(tickets.Urgent)
		w.assign(k.ID, "theo")
		w.clock.Set(paris(t, "2026-11-19 08:30"))
		w.drain() // the alert waits to be gathered
		w.away("theo", "")
		w.minutes("2026-11-19 08:35")
		for uid, want := range map[string]int{"theo": 0, "tess": 1, "sam": 0} {
			if got := w.alerts(uid + "@academie.test"); len(got) != want {
				t.Errorf("%s gets %d letters", uid, len(got))
			}
		}
		w.minutes("2026-11-19 09:05")
		if got := w.alerts("tess@academie.test"); len(got) != 2 {
			t.Errorf("of the next level tess gets %d letters", len(got)-1)
		}
	})
}

func TestARungRaisesAndHandsOverAndNothingIsToldTwice(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ladder(`[{"level":50,"tell":"assignee","raise":true},{"level":50,"tell":"supervisors"},{"level":75,"tell":"team"},` +
			`{"level":100,"tell":"team","raise":true,"hand":"reseau"}]`)
		w.clock.Set(paris(t, "2026-11-19 08:00"))
		k := w.open(tickets.Normal) // first answer after 4 h, resolution after 18
		w.assign(k.ID, "theo")
		w.minutes("2026-11-19 10:00") // half of four hours: the ticket is high now, whose answer is due after two
		got := w.get(k.ID)
		if got.Priority != tickets.High || got.Escalation != 50 {
			t.Fatalf("after the first rung %s at %d %%", got.Priority, got.Escalation)
		}
		wantAt(t, "first answer", got.FirstResponseDueAt, "2026-11-19 10:00")
		w.wantEscalations(k.ID, "first 50")
		w.minutes("2026-11-19 10:12") // by the new target, all of it is used: the network gets it, as urgent
		got = w.get(k.ID)
		if got.Priority != tickets.Urgent || got.Assignee != 0 {
			t.Fatalf("then %s, assignee %d", got.Priority, got.Assignee)
		}
		w.pass("2026-11-19 16:00")
		var raised, handed int
		events, err := w.desk.Events(w.as("theo"), k.ID)
		must(t, err)
		for _, e := range events {
			if e.Data["reason"] == "escalated" && e.What == tickets.WasClassified {
				raised++
			}
			if e.Data["reason"] == "escalated" && e.What == tickets.WasAssigned {
				handed++
			}
		}
		if raised != 2 || handed != 1 {
			t.Errorf("raised %d times, handed over %d times", raised, handed)
		}
		told := w.escalations(k.ID)
		slices.Sort(told)
		if want := []string{"first 100 after 75", "first 50", "resolution 100", "resolution 50", "resolution 75"}; !slices.Equal(told, want) {
			t.Errorf("told %q, want %q", told, want)
		}
	})
}

func TestATeamThatKeepsATicketTooLongLosesItAndPeopleAreTold(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.promising(map[sla.PromiseName]time.Duration{sla.Internal: time.Hour})
		w.ladder(`[{"level":100,"tell":"supervisors","hand":"reseau"}]`)
		w.clock.Set(paris(t, "2026-11-19 08:00"))
		k := w.open(tickets.Normal)
		w.minutes("2026-11-19 09:05")
		if got := w.alerts("sam@academie.test"); len(got) != 1 || got[0].Ticket != int64(k.ID) {
			t.Errorf("the supervisor gets %+v", got)
		}
		w.wantEscalations(k.ID, "internal 100")
		if s := w.standing(k.ID, sla.Internal); s.State != sla.Running || s.Consumed > 5*time.Minute {
			t.Errorf("the next team's promise stands %+v", s)
		}
	})
}

func TestChildrenOfAnOpenParentDoNotEscalateSingly(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ladder(supervisorsAt100)
		w.clock.Set(paris(t, "2026-11-19 08:00"))
		parent, child, orphan := w.open(tickets.Urgent), w.open(tickets.Urgent), w.open(tickets.Urgent)
		w.exec("UPDATE tickets SET parent_id = ? WHERE id = ?", parent.ID, child.ID)
		w.exec("UPDATE tickets SET parent_id = ? WHERE id = ?", child.ID, orphan.ID)
		_, err := w.desk.Solve(w.as("theo"), orphan.ID, tickets.Solve{Solution: "C'est fait.", Outcome: "fixed"})
		must(t, err)
		w.minutes("2026-11-19 09:15")
		w.wantEscalations(parent.ID, "first 100")
		w.wantEscalations(child.ID)
		if got := w.alerts("sam@academie.test"); len(got) != 1 || got[0].Ticket != int64(parent.ID) {
			t.Errorf("letters %+v", got)
		}
		events, err := w.desk.Events(w.as("theo"), parent.ID)
		must(t, err)
		if last := events[len(events)-1]; last.Data["children"] != "1" {
			t.Errorf("the parent's event says %v", last.Data)
		}
		var passed int64
		must(t, w.db.Gorm(t.Context()).Table("escalations").Where("passed").Count(&passed).Error)
		if passed != 1 {
			t.Errorf("%d levels passed", passed)
		}
	})
}

func TestABellThatStopsWhileTheSweepLooksStaysStill(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.Set(paris(t, "2026-11-19 08:00"))
		k := w.open(tickets.Urgent)
		w.clock.Set(paris(t, "2026-11-19 08:30"))
		swept := make(chan error, 1)
		must(t, w.db.Tx(w.as("theo"), func(ctx context.Context) error {
			if _, err := w.desk.Solve(ctx, k.ID, tickets.Solve{Solution: "C'est fait.", Outcome: "fixed"}); err != nil {
				return err
			}
			go func() { swept <- w.queue.Drain(t.Context(), w.mux) }()
			time.Sleep(300 * time.Millisecond) // the sweep finds the bell, which still rings for everybody else
			return nil
		}))
		must(t, <-swept)
		if why := w.broken(k.ID, true); why != "" {
			t.Error(why)
		}
	})
}

func TestAfterDowntimeTheHighestIsToldAndTheOthersArePassed(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.clock.Set(paris(t, "2026-11-19 08:00"))
		k := w.open(tickets.Urgent) // levels at 8:30, 8:45, 9:00 and 9:30
		w.clock.Set(paris(t, "2026-11-19 09:10"))
		w.minutes("2026-11-19 09:20")
		w.wantEscalations(k.ID, "first 100 after 50,75")
		w.minutes("2026-11-19 09:40")
		w.wantEscalations(k.ID, "first 100 after 50,75", "first 150")
		if s := w.standing(k.ID, sla.First); s.Level != 150 {
			t.Errorf("the promise stands at %d", s.Level)
		}
	})
}
