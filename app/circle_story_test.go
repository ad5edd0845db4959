package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"amigo/app/apptest"
)

// TestALoopFallsSilentInSightOfEverybodyWhoWorksOnIt is the promise that a loop of
// machines ends, and that whoever wonders why nothing is answered can read it.
func TestALoopFallsSilentInSightOfEverybodyWhoWorksOnIt(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		sam := w.As("superviseur.demo")
		page := sam.Get("/admin/mail/rules")
		page.Form("sender").Fill("sender", "2").Submit()
		write := func(n int) {
			w.Deliver(fmt.Sprintf("From: agent.demo@academie.test\nTo: assistance@academie.test\nSubject: Boucle %d\nMessage-ID: <b%d@poste.test>\n\nEncore.\n", n, n))
		}
		for n := range 5 {
			write(n)
		}
		sent := w.Sent()
		if n := len(to(sent, "agent.demo@academie.test")); n != 2 {
			t.Errorf("%d letters in answer, the budget is 2", n)
		}
		told := to(sent, "superviseur.demo@academie.test")
		if len(told) != 1 || !strings.Contains(letter(t, told[0]).Text, "agent.demo@academie.test") {
			t.Errorf("the supervisor is told %d times", len(told))
		}
		tess := w.As("technicien.demo")
		mustSay(t, tess.Get("/tickets?view=all&q=Boucle"), "réponses suspendues jusqu'à 10 h")
		mustSay(t, sam.Get("/admin/mail"), "Plus de 2 messages en une heure de agent.demo@academie.test")
		w.Advance(time.Hour)
		write(9)
		if n := len(to(w.Sent(), "agent.demo@academie.test")); n != 1 {
			t.Errorf("an hour later %d letters answer one", n)
		}
		if strings.Contains(tess.Get("/tickets?view=all&q=Boucle").Says(), "suspendues") {
			t.Error("the queue still says that answers are suspended")
		}
	})
}
