package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"amigo/app/apptest"
)

// TestSomebodyChoosesWhatTheyAreWrittenAbout is the story of a reader who wants
// one letter a day, then every one, but none in the evening.
func TestSomebodyChoosesWhatTheyAreWrittenAbout(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		const mine = "agent.demo@academie.test"
		ref := askOnTheWeb(t, w)
		agent, technician := w.As("agent.demo"), w.As("technicien.demo")
		says := func(words string) {
			t.Helper()
			mustSay(t, technician.Get("/tickets/"+ref).Form("body").Fill("body", words).Submit(), words)
		}
		chooses := func(pace, quiet string) {
			t.Helper()
			page := agent.Get("/preferences").Form("pace").Fill("pace", pace).Fill("quiet", quiet).Submit()
			if page.Status != http.StatusOK || !strings.Contains(page.Find("#flash").Text(), "enregistrées") {
				t.Fatalf("%d: %s", page.Status, page.Says())
			}
		}
		page := agent.Get("/preferences").Form("pace").Fill("pace", "digest").Submit()
		mustSay(t, page, "Un résumé par jour", "à 8 h")

		says("Ouvrez le bac 2.")
		says("Puis retirez la feuille.")
		w.Advance(22*time.Hour + 45*time.Minute) // Thursday, 7:45
		if early := to(w.Sent(), mine); len(early) != 0 {
			t.Fatalf("%d letters before eight", len(early))
		}
		w.Advance(15 * time.Minute)
		letters := to(w.Sent(), mine)
		if len(letters) != 1 {
			t.Fatalf("%d letters at eight", len(letters))
		}
		digest := letter(t, letters[0])
		for _, want := range []string{"Ouvrez le bac 2.", "Puis retirez la feuille.", "/tickets/" + ref, "/preferences"} {
			if !strings.Contains(digest.Text, want) {
				t.Errorf("the digest lacks %q:\n%s", want, digest.Text)
			}
		}
		w.Deliver("From: Claire Martin <" + mine + ">\nTo: " + digest.GetHeader("Reply-To") +
			"\nSubject: Re: " + digest.GetHeader("Subject") + "\nMessage-ID: <d@academie.test>\n\nC'est fait, rien ne change.\n")
		agent = w.As("agent.demo") // the session has ended over night
		mustSay(t, agent.Get("/tickets/"+ref), "C'est fait, rien ne change.")

		w.Advance(11 * time.Hour) // Thursday, 19:00
		w.Sent()
		agent, technician = w.As("agent.demo"), w.As("technicien.demo")
		chooses("every", "on")
		says("Je passe demain.")
		if late := to(w.Sent(), mine); len(late) != 0 {
			t.Fatalf("%d letters in the evening", len(late))
		}
		w.Advance(13 * time.Hour)
		if letters = to(w.Sent(), mine); len(letters) != 1 || !strings.Contains(letter(t, letters[0]).Text, "Je passe demain.") {
			t.Fatalf("%d letters in the morning", len(letters))
		}
	})
}
