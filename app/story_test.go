package app_test

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/jhillyerd/enmime/v2"

	"amigo/app/apptest"
	"amigo/app/mail"
)

// mustSay fails unless the page says all of that.
func mustSay(t *testing.T, p *apptest.Page, all ...string) {
	t.Helper()
	for _, want := range all {
		if !strings.Contains(p.Says(), want) {
			t.Fatalf("%s (%d) does not say %q:\n%s", p.URL, p.Status, want, p.Says())
		}
	}
}

// refOf is the reference of the ticket whose page it is.
func refOf(t *testing.T, p *apptest.Page) string {
	t.Helper()
	m := regexp.MustCompile(`/tickets/(\d+)`).FindStringSubmatch(p.URL.Path)
	if m == nil {
		t.Fatalf("%s (%d) is not a ticket:\n%s", p.URL, p.Status, p.Says())
	}
	return m[1]
}

// letter reads a letter that went out.
func letter(t *testing.T, d mail.Delivery) *enmime.Envelope {
	t.Helper()
	e, err := enmime.ReadEnvelope(bytes.NewReader(d.Raw))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// to picks the letters to an address.
func to(all []mail.Delivery, address string) (found []mail.Delivery) {
	for _, d := range all {
		if d.To == address {
			found = append(found, d)
		}
	}
	return found
}

// TestTheMainJob is the story that AMIGO exists for: a request by the web and one
// by mail, a promise kept on the school calendar, an answer by mail that reopens,
// an escalation, two solutions, and the number that supervisors are held to.
func TestTheMainJob(t *testing.T) {
	apptest.Each(t, func(t *testing.T, w *apptest.World) {
		ref := askOnTheWeb(t, w)
		mailed := askByMail(t, w)
		reply := takeAndReply(t, w, ref)
		solve(t, w, ref, "hardware")
		reopenByMail(t, w, ref, reply)
		escalate(t, w, mailed)
		solve(t, w, ref, "hardware")
		solve(t, w, mailed, "browser_cache")
		report(t, w)
	})
}

func askOnTheWeb(t *testing.T, w *apptest.World) string {
	t.Helper()
	page := w.As("agent.demo").Get("/tickets/new").Form("subject").
		Fill("subject", "Imprimante du secrétariat muette").Fill("body", "Plus rien ne sort du copieur depuis ce matin.").
		Fill("service", "impressions").Attach("files", "voyant.txt", "le voyant est orange").Submit()
	ref := refOf(t, page)
	mustSay(t, page, "Imprimante du secrétariat muette", "voyant.txt", "13 h", "vendredi 20 novembre")
	letters := to(w.Sent(), "agent.demo@academie.test")
	if len(letters) != 1 {
		t.Fatalf("%d acknowledgements", len(letters))
	}
	if e := letter(t, letters[0]); !strings.Contains(e.GetHeader("Subject"), "[AMIGO #"+ref+"]") {
		t.Errorf("subject %q", e.GetHeader("Subject"))
	}
	return ref
}

func askByMail(t *testing.T, w *apptest.World) string {
	t.Helper()
	w.Deliver(`
From: Claire Martin <claire.martin@ac-caen.test>
To: assistance@academie.test
Subject: I-Prof : page blanche
Message-ID: <1@ac-caen.test>
Date: Wed, 18 Nov 2026 09:00:00 +0100

Page blanche après la connexion.
`)
	mine := w.As("agent.demo").Get("/tickets")
	mustSay(t, mine, "I-Prof : page blanche", "Imprimante du secrétariat muette")
	queue := w.As("technicien.demo").Get("/tickets?view=all")
	mustSay(t, queue, "I-Prof : page blanche", "Claire Martin")
	href := queue.Find(`a[href^="/tickets/1"]`).FilterFunction(func(_ int, a *goquery.Selection) bool {
		return strings.Contains(a.Text(), "I-Prof")
	}).AttrOr("href", "")
	ref := regexp.MustCompile(`\d+`).FindString(href)
	if ref == "" {
		t.Fatalf("no link to the mailed ticket:\n%s", queue.Says())
	}
	w.Sent()
	return ref
}

// takeAndReply gives the address to which the requester answers.
func takeAndReply(t *testing.T, w *apptest.World, ref string) string {
	t.Helper()
	technician := w.As("technicien.demo")
	technician.Get("/tickets/" + ref).Form("assignee").Submit()
	page := technician.Get("/tickets/"+ref).Form("body").Fill("body", "Ouvrez le bac 2 et retirez la feuille coincée.").Submit()
	mustSay(t, page, "Ouvrez le bac 2")
	letters := to(w.Sent(), "agent.demo@academie.test")
	if len(letters) != 1 {
		t.Fatalf("%d letters about the reply", len(letters))
	}
	e := letter(t, letters[0])
	if !strings.Contains(e.Text, "Ouvrez le bac 2") {
		t.Errorf("the letter says:\n%s", e.Text)
	}
	return e.GetHeader("Reply-To")
}

func solve(t *testing.T, w *apptest.World, ref, cause string) {
	t.Helper()
	technician := w.As("technicien.demo")
	page := technician.Get("/tickets/"+ref+"?do=solve").Form("solution").
		Fill("solution", "C'est réparé.").Fill("outcome", "fixed").Fill("cause", cause).Submit()
	mustSay(t, page, "C'est réparé.")
	w.Sent()
}

func reopenByMail(t *testing.T, w *apptest.World, ref, reply string) {
	t.Helper()
	w.Clock.Advance(time.Hour)
	w.Deliver(fmt.Sprintf(`
From: Claire Martin <agent.demo@academie.test>
To: %s
Subject: Re: Imprimante
Message-ID: <2@academie.test>

La panne est revenue.

Le mer. 18 nov. 2026 à 09:00, Assistance AMIGO a écrit :
> Ouvrez le bac 2 et retirez la feuille coincée.
`, reply))
	page := w.As("agent.demo").Get("/tickets/" + ref)
	mustSay(t, page, "La panne est revenue.")
	queue := w.As("technicien.demo").Get("/tickets?view=mine")
	mustSay(t, queue, "Imprimante du secrétariat muette")
	w.Sent()
}

// escalate lets the first answer of a ticket come near across a Wednesday afternoon.
func escalate(t *testing.T, w *apptest.World, ref string) {
	t.Helper()
	w.Clock.Set(time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC)) // Wednesday 13:00: closed until Thursday 8:00
	w.Drain()
	w.Sent()
	w.Advance(18*time.Hour + 45*time.Minute)
	if early := w.Sent(); len(early) != 0 {
		t.Fatalf("%d letters while nobody is there, the first to %s", len(early), early[0].To)
	}
	w.Advance(30 * time.Minute) // 8:15
	told := w.Sent()
	if len(to(told, "superviseur.demo@academie.test")) == 0 {
		t.Fatalf("supervisors were not told: %d letters", len(told))
	}
	mustSay(t, w.As("technicien.demo").Get("/tickets/"+ref), "100")
	w.Advance(time.Hour)
	for _, d := range to(w.Sent(), "superviseur.demo@academie.test") {
		if e := letter(t, d); strings.Contains(e.GetHeader("Subject"), "#"+ref+"]") && strings.Contains(e.Text, "réponse") {
			t.Errorf("told twice: %s", e.GetHeader("Subject"))
		}
	}
}

func report(t *testing.T, w *apptest.World) {
	t.Helper()
	page := w.As("superviseur.demo").Get("/reports")
	if page.Status != http.StatusOK {
		t.Fatalf("status %d", page.Status)
	}
	// Both were asked on Wednesday at 9:00 and solved on Thursday at 9:15: 4 h, then 1 h 15 of
	// working time, 24 h 15 elapsed; halves are rounded up.
	mustSay(t, page, "12,8 h sous le délai annoncé de 18 h", "5,3 h", "24,3 h")
}
