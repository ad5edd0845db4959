package sla_test

import (
	"strings"
	"testing"
	"time"

	"amigo/app/people"
	"amigo/sla/calendar"
	"amigo/tickets"
)

func TestAlertsToAQuietSupervisorAreGatheredUntilTheirOwnHoursAndToldAsTheyStandThen(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.ladder(supervisorsAt100)
		w.clock.Set(paris(t, "2026-11-20 18:00")) // Friday; the office is closed, and somebody on call
		_, err := w.book.Put(people.As(t.Context(), people.System()), "astreinte", calendar.Spec{TZ: "Europe/Paris", Weekly: always()})
		must(t, err)
		w.exec("UPDATE policies SET calendar = 'astreinte'")
		_, err = w.people.SetChoices(w.as("sam"), w.person("sam"), people.Choices{Pace: people.Every, Quiet: true}, "fr")
		must(t, err)
		first, solved := w.open(tickets.Urgent), w.open(tickets.Urgent)
		w.pass("2026-11-20 20:00")
		second := w.open(tickets.Urgent)
		w.walk("2026-11-21 09:00", time.Hour)
		_, err = w.desk.Solve(w.as("theo"), solved.ID, tickets.Solve{Solution: "Fait.", Outcome: "fixed", Cause: "hardware"})
		must(t, err)
		w.walk("2026-11-23 07:00", 3*time.Hour)
		w.pass("2026-11-23 07:59")
		if got := w.alerts("sam@academie.test"); len(got) != 0 {
			t.Fatalf("%d letters at night, the first of %s", len(got), got[0].CreatedAt)
		}
		w.minutes("2026-11-23 08:05")
		got := w.alerts("sam@academie.test")
		if len(got) != 1 {
			t.Fatalf("%d letters in the morning", len(got))
		}
		for id, want := range map[tickets.ID]bool{first.ID: true, second.ID: true, solved.ID: false} {
			if strings.Contains(got[0].Text, "/tickets/"+id.Ref()+"\n") != want {
				t.Errorf("ticket %d is told of: %v\n%s", id, !want, got[0].Text)
			}
		}
		if !strings.Contains(got[0].Text, "https://amigo.test/preferences") {
			t.Error("the letter does not say where its reader chooses")
		}
	})
}
