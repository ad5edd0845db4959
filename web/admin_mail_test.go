package web_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/mailin"
	"amigo/tickets"
	"amigo/web"
)

// mailTown is a town to which mail comes.
func mailTown(t *testing.T, d *db.DB, clock *dbtest.Clock, change ...func(c *web.Config, h *web.House)) *town {
	t.Helper()
	w := newTownOn(t, d, clock, change...)
	w.house.Intake.Jobs(w.mux)
	return w
}

// receive lets a message come in and be filed.
func (w *town) receive(key, from, subject, text string, more ...string) mailin.ID {
	w.t.Helper()
	raw := fmt.Sprintf("From: %s\r\nTo: assistance@academie.test\r\nSubject: %s\r\nMessage-ID: <%s@test>\r\n%sContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n",
		from, subject, key, strings.Join(more, ""), text)
	id := must(w.house.Intake.Receive(w.t.Context(), mailin.Raw{
		Source: "smtp", Key: key, Bytes: []byte(raw), EnvelopeFrom: "someone@elsewhere.test", EnvelopeTo: []string{"assistance@academie.test"},
	}))(w.t)
	w.drain()
	return id
}

func TestWhereDidMyMailGo(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		w := mailTown(t, d, clock)
		w.receive("a", "Ann Demandeuse <ann@academie.test>", "Plus de webmail", "Je n'y arrive plus.")
		w.receive("b", "ann@academie.test", "", "Absente.", "Auto-Submitted: auto-replied\r\n")
		held := w.receive("c", "tess@academie.test", "[AMIGO #10001] Plus de webmail", "Je suis Tess, promis. <script>alert(1)</script>")

		theo := w.visit("theo")
		theo.get("/tickets").want(http.StatusOK, inside(`a[href="/admin/mail"] .count`, says("1")))
		list := theo.get("/admin/mail").want(http.StatusOK, inside(".side-link[aria-current]", says("Courrier")), count("main tbody tr", 3),
			inside("main tbody tr:nth-child(3)", says("Plus de webmail"), says("ann@academie.test"), says("nouvelle demande"), says("Ce message ne répond à rien de connu."), says("classé"), has(`a[href="/tickets/10001"]`)),
			inside("main tbody tr:nth-child(2)", says("(sans objet)"), says("Ce message est automatique."), says("ignoré")),
			inside("main tbody tr:nth-child(1)", says("en attente de décision"), says("rien ne le prouve"), has(".is-soon")))
		theo.get("/admin/mail?state=held").want(http.StatusOK, count("main tbody tr", 1), inside(".segment[aria-current]", says("À décider (1)")))
		theo.get("/admin/mail?state=filed").want(http.StatusOK, count("main tbody tr", 1))
		theo.get("/admin/mail?state=failed").want(http.StatusOK, has(".empty"), none(`form[action="/admin/mail/replay"]`))
		theo.get("/admin/mail?state=lost").want(http.StatusUnprocessableEntity)

		one := theo.get(list.Find("main tbody tr").First().Find("a").AttrOr("href", "")).want(http.StatusOK,
			inside("h1", says("[AMIGO #10001] Plus de webmail")), inside("main .notice", says("À décider"), says("rien ne le prouve")),
			inside(".message", says("Je suis Tess, promis. <script>alert(1)</script>"), none("script")), inside("aside", says("someone@elsewhere.test"), says("SMTP")),
			has(`#accept input[name=ticket]`), none(`form[action$="/replay"]`))
		raw := theo.get(one.path + "/raw").want(http.StatusOK)
		if raw.header.Get("Content-Security-Policy") != "sandbox; default-src 'none'" || raw.header.Get("Content-Type") != "message/rfc822" || !strings.Contains(raw.raw, "Je suis Tess") {
			t.Errorf("the original: %v", raw.header)
		}
		theo.get(fmt.Sprintf("/admin/mail/%d", held+1)).want(http.StatusNotFound)
		w.visit("ann").get(one.path).want(http.StatusForbidden)
	})
}

func TestATechnicianDecidesAboutHeldMail(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		w := mailTown(t, d, clock)
		ticket := w.ticket("ann", "Plus de webmail")
		closed := w.ticket("ann", "Vieille affaire")
		must(w.house.Desk.Solve(w.as("theo"), closed.ID, tickets.Solve{Solution: "Fait."}))(t)
		done := tickets.Closed
		must(w.house.Desk.Change(w.as("theo"), closed.ID, tickets.Change{Status: &done}))(t)
		at := func(id mailin.ID) string { return fmt.Sprintf("/admin/mail/%d", id) }
		staff := func(key string) mailin.ID {
			return w.receive(key, "tess@academie.test", "["+ticket.ID.Label()+"] "+key, "De "+key+".")
		}
		first, second, third := staff("un"), staff("deux"), staff("trois")
		theo := w.visit("theo")

		form := theo.get(at(first)).want(http.StatusOK)
		for ref, words := range map[string]string{"": "Indiquez un numéro", "douze": "Indiquez un numéro", "4711": "Ce ticket n'existe pas"} {
			again := form.submit("form#accept", map[string]string{"ticket": ref}, [2]string{"what", "attach"}).want(http.StatusUnprocessableEntity, inside("#f-ticket-error", says(words)))
			if kept := again.Find("input[name=ticket]").AttrOr("value", ""); kept != ref {
				t.Errorf("%q came back as %q", ref, kept)
			}
		}
		form.submit("form#accept", map[string]string{"ticket": "#" + ticket.ID.Ref()}, [2]string{"what", "attach"}).at("/tickets/"+ticket.ID.Ref()).
			want(http.StatusOK, inside("#flash", says("Le message est sur AMIGO #"+ticket.ID.Ref())), inside(".message.is-note", says("De un.")))
		theo.get(at(first)).want(http.StatusOK, inside("main .notice", says("Décidé par Théo Technicien")), none("#accept"))
		token := form.Find("input[name=csrf]").First().AttrOr("value", "")
		theo.post(at(first)+"/accept", url.Values{"csrf": {token}, "what": {"open"}}).want(http.StatusConflict)

		opened := theo.get(at(second)).submit("form#accept", nil, [2]string{"what", "open"}).want(http.StatusOK, inside("h1", says("deux")), inside(".message", says("De deux.")))
		if opened.path == "/tickets/"+ticket.ID.Ref() {
			t.Error("no ticket was opened")
		}
		theo.get(at(third)).submit(`form[action$="/discard"]`, nil).at("/admin/mail?state=held").want(http.StatusOK, inside("#flash", says("écarté")), has(".empty"))
		// On a closed ticket in which its sender takes part nothing more is said.
		both := w.receive("quatre", "ann@academie.test, other@elsewhere.test", "Encore", "Encore moi.")
		theo.get(at(both)).submit("form#accept", map[string]string{"ticket": closed.ID.Ref()}, [2]string{"what", "attach"}).
			want(http.StatusUnprocessableEntity, inside("#f-ticket-error", says("Cette demande est close")))
		// What was ignored may still be wanted.
		theo.get(at(third)).want(http.StatusOK, has("#accept"), none(`form[action$="/discard"]`), inside("main .notice", says("Ignoré")))
	})
}

func TestMailThatFailedIsTriedAgain(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		w := mailTown(t, d, clock)
		var broken error
		w.house.Desk.Listen(func(context.Context, tickets.Happening) error { return broken })
		broken = errors.New("no room")
		id := must(w.house.Intake.Receive(t.Context(), mailin.Raw{Source: "smtp", Key: "k", Bytes: []byte("From: ann@academie.test\r\nSubject: Panne\r\nMessage-ID: <k@test>\r\n\r\nx\r\n")}))(t)
		for range 40 {
			_ = w.house.Queue.Drain(t.Context(), w.mux)
			clock.Advance(6 * time.Hour)
		}
		theo := w.visit("theo")
		list := theo.get("/admin/mail?state=failed").want(http.StatusOK, count("main tbody tr", 1), inside("main tbody tr", says("en échec"), has(".is-late")))
		one := theo.get(list.Find("main tbody a").AttrOr("href", "")).want(http.StatusOK, inside("main .notice", says("n'a pas pu être classé")), inside("aside", says("no room"), says("SMTP"), silent("smtp")))
		broken = nil
		one.submit(`form[action$="/replay"]`, nil).want(http.StatusOK, inside("#flash", says("de nouveau en file")))
		w.drain()
		theo.get(fmt.Sprintf("/admin/mail/%d", id)).want(http.StatusOK, inside("main .notice", says("Classé")))
		token := one.Find("input[name=csrf]").First().AttrOr("value", "")
		theo.post(one.path+"/replay", url.Values{"csrf": {token}}).want(http.StatusNotFound)
	})
}
