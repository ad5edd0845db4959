package web_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/jobs"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/web"
)

func TestTheAdministratorSeesWhatRunsHere(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		w := newTownOn(t, d, clock)
		w.ticket("ann", "Imprimante muette")
		name := map[string]string{"sqlite": "SQLite", "postgres": "PostgreSQL"}[string(d.Dialect())]
		w.visit("ada").get("/admin").want(http.StatusOK, inside(".side-link[aria-current]", says("Administration")),
			inside("main .facts", says("Version"), says("test"), says(name), says("assistance@academie.test"), says("les lettres restent dans AMIGO"),
				says("2 demandeurs · 2 techniciens · 1 superviseur · 1 administrateur")),
			inside(`table a[href="/admin/letters?state=queued"]`, says("Lettres à envoyer")), inside("table", says("rien à faire"), silent("à regarder")))
		w.visit("theo").get("/tickets").want(http.StatusOK, none(`a[href="/admin"]`), none(`a[href="/reports"]`), has(`a[href="/admin/mail"]`))
		w.visit("ann").get("/tickets").want(http.StatusOK, none(`a[href^="/admin"]`))
	})
}

func TestALetterIsReadAsItIsSent(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		w := newTownOn(t, d, clock)
		w.ticket("bob", "Copieur <b>muet</b>")
		ada := w.visit("ada")
		list := ada.get("/admin/letters").want(http.StatusOK, count("main tbody tr", 1),
			inside("main .notice", says("Aucun serveur d'envoi")), inside("main tbody tr", says("Copieur <b>muet</b>"), says("bob@academie.test"), says("accusé de réception"), says("à envoyer"))).
			wantGuarded()
		letter := ada.get(list.Find("main tbody a").First().AttrOr("href", "")).want(http.StatusOK,
			inside("h1", says("Copieur <b>muet</b>")), inside("main .facts", says("bob@academie.test"), says("Répondre à"), says("assistance+r."), says("AMIGO #10001")),
			inside("main", says("Message-Id:"), says("Auto-Submitted: auto-generated")), none(`form[action$="/again"]`), inside("iframe", attr("sandbox", "")), none("main b"))
		letter.wantGuarded()

		frame := ada.get(letter.Find("iframe").AttrOr("src", "")).want(http.StatusOK, says("Votre demande est enregistrée"), has("[style]"))
		if policy := frame.header.Get("Content-Security-Policy"); policy != "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'" {
			t.Errorf("the policy of the frame is %q", policy)
		}
		if frame.header.Get("X-Frame-Options") != "SAMEORIGIN" || !strings.HasPrefix(frame.header.Get("Content-Type"), "text/html") {
			t.Errorf("the frame is sent with %v", frame.header)
		}
		raw := ada.get(letter.path + "/raw").want(http.StatusOK)
		if raw.header.Get("Content-Type") != "message/rfc822" || !strings.HasPrefix(raw.header.Get("Content-Disposition"), "attachment;") || !strings.Contains(raw.raw, "\r\n\r\n") {
			t.Errorf("the original: %v", raw.header)
		}
		for _, path := range []string{"/admin/letters/4711", "/admin/letters/4711/body", "/admin/letters/4711/raw", "/admin/letters/x"} {
			ada.get(path).want(http.StatusNotFound)
		}
	})
}

func TestALetterThatCameBackIsSentAgain(t *testing.T) {
	way := &mail.Memory{Fail: func(string) error { return &mail.RefusedError{Reason: "550 no such user <script>"} }}
	w := newTown(t, func(c *web.Config, h *web.House) {
		*h.Outbox = *mail.New(h.DB, h.Queue, mail.Config{Address: "assistance@academie.test", Name: "AMIGO", Transport: way})
	})
	w.house.Outbox.Jobs(w.mux)
	w.ticket("bob", "Copieur muet")
	w.drain()
	ada := w.visit("ada")
	list := ada.get("/admin/letters?state=refused").want(http.StatusOK, none("main .notice"), count("main tbody tr", 1), inside("main tbody tr", says("refusée"), has(".is-late")))
	ada.get("/admin/letters?state=sent").want(http.StatusOK, has(".empty"))
	ada.get("/admin/letters?state=lost").want(http.StatusOK, has(".empty"))
	ada.get("/admin").want(http.StatusOK, inside("table", says("à regarder")))
	letter := ada.get(list.Find("main tbody a").First().AttrOr("href", "")).want(http.StatusOK, inside("main .facts", says("550 no such user <script>")), none("main script"))
	way.Fail = nil
	letter.submit(`form[action$="/again"]`, nil).want(http.StatusOK, inside("#flash", says("La lettre repart")), says("à envoyer"), none(`form[action$="/again"]`))
	w.drain()
	ada.get(letter.path).want(http.StatusOK, says("envoyée"))
	if len(way.Sent()) != 1 {
		t.Errorf("%d letters went out", len(way.Sent()))
	}
	token := letter.Find("input[name=csrf]").First().AttrOr("value", "")
	ada.post(letter.path+"/again", map[string][]string{"csrf": {token}}).want(http.StatusUnprocessableEntity)
	w.wantNoted("letter.again", "letter:1")
}

func TestTheOutboxIsReadPageByPage(t *testing.T) {
	w := newTown(t)
	for range 53 {
		w.ticket("bob", "Panne")
	}
	ada := w.visit("ada")
	first := ada.get("/admin/letters").want(http.StatusOK, count("main tbody tr", 50), none("a[rel=prev]"))
	second := ada.get(first.Find("a[rel=next]").AttrOr("href", "")).want(http.StatusOK, count("main tbody tr", 3), none("a[rel=next]"))
	ada.get(second.Find("a[rel=prev]").AttrOr("href", "")).want(http.StatusOK, count("main tbody tr", 50))
}

// hopeless is a job that fails.
type hopeless struct {
	Of string `json:"of"`
}

// Kind names the job.
func (hopeless) Kind() string { return "test.hopeless" }

func TestAJobThatWasGivenUpIsTriedAgain(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		w := newTownOn(t, d, clock)
		broken := true
		jobs.Handle(w.mux, func(context.Context, hopeless) error {
			if broken {
				return errors.New("no way <b>through</b>")
			}
			return nil
		})
		if err := w.house.Queue.Put(t.Context(), hopeless{Of: "everything"}, jobs.Attempts(1)); err != nil {
			t.Fatal(err)
		}
		if err := w.house.Queue.Drain(t.Context(), w.mux); err == nil {
			t.Fatal("it did not fail")
		}
		ada := w.visit("ada")
		list := ada.get("/admin/jobs").want(http.StatusOK, count("main tbody tr", 1), inside("main .facts", says("Abandonnées1")),
			inside("main tbody tr", says("test.hopeless"), says("no way <b>through</b>"), says(`{"of":"everything"}`), none("b")))
		broken = false
		list.submit(`form[action$="/retry"]`, nil).want(http.StatusOK, inside("#flash", says("de nouveau en file")), has(".empty"))
		w.drain()
		ada.get("/admin/jobs").want(http.StatusOK, has(".empty"), inside("main .facts", says("Abandonnées0")))
		token := list.Find("input[name=csrf]").First().AttrOr("value", "")
		ada.post("/admin/jobs/4711/retry", map[string][]string{"csrf": {token}}).want(http.StatusNotFound)
		w.wantNoted("job.retry", "job:")
	})
}

func TestTheAdministratorIsWarnedWhenNothingWorks(t *testing.T) {
	w := newTown(t)
	if err := w.house.Queue.Put(t.Context(), hopeless{}); err != nil {
		t.Fatal(err)
	}
	w.clock.Advance(6 * time.Minute)
	ada := w.visit("ada")
	ada.get("/admin/jobs").want(http.StatusOK, inside("main .notice", says("Des tâches attendent depuis"), says("6 min")))
	ada.get("/admin").want(http.StatusOK, inside("table", says("à regarder")))
}

// drain does everything that is due.
func (w *town) drain() {
	w.t.Helper()
	if err := w.house.Queue.Drain(people.As(w.t.Context(), people.System()), w.mux); err != nil {
		w.t.Fatal(err)
	}
}

// wantNoted demands that the record says what Ada did.
func (w *town) wantNoted(action, subject string) {
	w.t.Helper()
	w.wantNotedBy("ada", action, subject)
}

// wantNotedBy demands that the record says what somebody did.
func (w *town) wantNotedBy(uid, action, subject string) {
	w.t.Helper()
	for _, line := range must(w.house.Audit.List(w.t.Context(), 0, 100))(w.t) {
		if line.Action == action && strings.HasPrefix(line.Subject, subject) && line.Actor == uid {
			return
		}
	}
	w.t.Errorf("nobody wrote down %s of %s", action, subject)
}
