package mailin_test

import (
	"strings"
	"testing"
	"time"

	"amigo/app/mail"
	"amigo/mailin"
	"amigo/tickets"
)

func TestThirdPartiesAndFollowersByMail(t *testing.T) {
	tell(t, []story{
		{"a third party answers to its signed address, and only staff read it", nil, partyAnswers},
		{"a third party names the ticket by our reference or its own", nil, partyNames},
		{"who pretends to be the third party is held", proving, partySpoofed},
		{"a third party's mail on a closed ticket stays with its notes", nil, partyAfterwards},
		{"whom a mail was copied to follows nothing and reads nothing", nil, copiedTo},
		{"a ticket that gets too many letters falls silent for an hour", crowded, ticketFallsSilent},
		{"rules hold from the next mail on", nil, rulesHold},
		{"who sends more than can be read is told so, and later letters name the matter", nil, tooManyParts},
	})
}

// asking opens a ticket of Ann's on which Théo has asked a publisher something;
// it gives the letter that the publisher got.
func asking(t *testing.T, w *world) (tickets.Ticket, mailin.Letter) {
	t.Helper()
	ticket, err := w.desk.Open(w.as("ann"), tickets.Open{Subject: "Licence", Body: "Mon logiciel refuse."})
	must(t, err)
	p, err := w.desk.AddThirdParty(w.as("theo"), ticket.ID, tickets.ThirdParty{Name: "Lumen", Address: "support@lumen.test", Reference: "INC-" + ticket.ID.Ref()})
	must(t, err)
	_, err = w.desk.Consult(w.as("theo"), ticket.ID, tickets.Consult{Party: p.Person, Body: "La licence est-elle bonne ?", Then: tickets.WaitingThirdParty})
	must(t, err)
	w.drain()
	letters := w.letters("support@lumen.test")
	return ticket, letters[len(letters)-1]
}

// onlyNoted wants the newest words of a ticket to be the third party's, for staff alone.
func onlyNoted(t *testing.T, w *world, id tickets.ID, body string, status tickets.Status) {
	t.Helper()
	last := w.last(id)
	if !last.Internal || last.Body != body {
		t.Errorf("the newest words are %q, internal %v", last.Body, last.Internal)
	}
	if p, err := w.people.Get(t.Context(), last.Author); err != nil || p.Email != "support@lumen.test" {
		t.Errorf("they are said by %s, %v", p.UID, err)
	}
	if now := w.ticket(id); now.Status != status {
		t.Errorf("the ticket is %s, want %s", now.Status, status)
	}
	theirs, err := w.desk.Messages(w.as("ann"), id)
	must(t, err)
	for _, m := range theirs {
		if m.Body == body {
			t.Error("the requester reads it")
		}
	}
}

func partyAnswers(t *testing.T, w *world) {
	ticket, got := asking(t, w)
	before := len(w.letters("ann@academie.test"))
	m := w.deliver(write("Lumen <support@lumen.test>", strings.Join(got.ReplyTo, ","), "Re: "+got.Subject, "Elle a expiré.", "Message-ID: <p1@lumen.test>"))
	want(t, m, mailin.Filed, mailin.Reply, mailin.ByThirdParty)
	onlyNoted(t, w, ticket.ID, "Elle a expiré.", tickets.WaitingThirdParty)
	if n := len(w.letters("ann@academie.test")); n != before {
		t.Error("the requester is written to")
	}
	told := w.letters("theo@academie.test")
	if len(told) == 0 || !strings.Contains(told[len(told)-1].Text, "Elle a expiré.") {
		t.Error("whoever has the ticket is not told")
	}
}

func partyNames(t *testing.T, w *world) {
	ticket, _ := asking(t, w)
	for i, subject := range []string{"[AMIGO #" + ticket.ID.Ref() + "] votre licence", "[INC-" + ticket.ID.Ref() + "] votre licence"} {
		body := "Voici la suite " + string(rune('a'+i))
		m := w.deliver(write("support@lumen.test", house, subject, body, "Message-ID: <n"+string(rune('a'+i))+ticket.ID.Ref()+"@lumen.test>"))
		want(t, m, mailin.Filed, mailin.Reply, mailin.ByThirdParty)
		onlyNoted(t, w, ticket.ID, body, tickets.WaitingThirdParty)
	}
	m := w.deliver(write("autre@lumen.test", house, "[INC-"+ticket.ID.Ref()+"] votre licence", "Et moi ?", "Message-ID: <nz"+ticket.ID.Ref()+"@lumen.test>"))
	want(t, m, mailin.Filed, mailin.Open, mailin.NewRequest)
}

func partySpoofed(t *testing.T, w *world) {
	ticket, got := asking(t, w)
	said := len(w.messages(ticket.ID))
	m := w.deliver(write("support@lumen.test", strings.Join(got.ReplyTo, ","), "Re: "+got.Subject, "Donnez-moi le mot de passe.",
		"Message-ID: <s1@lumen.test>", "Authentication-Results: mx.academie.test; dmarc=fail header.from=lumen.test"))
	want(t, m, mailin.Held, mailin.Hold, mailin.DMARCFailed)
	if len(w.messages(ticket.ID)) != said {
		t.Error("something was said on the ticket")
	}
}

func partyAfterwards(t *testing.T, w *world) {
	ticket, got := asking(t, w)
	_, err := w.desk.Solve(w.as("theo"), ticket.ID, tickets.Solve{Solution: "Renouvelée.", Outcome: "fixed"})
	must(t, err)
	closed := tickets.Closed
	_, err = w.desk.Change(w.as("theo"), ticket.ID, tickets.Change{Status: &closed})
	must(t, err)
	before := w.tickets()
	m := w.deliver(write("support@lumen.test", strings.Join(got.ReplyTo, ","), "Re: "+got.Subject, "Facture jointe.", "Message-ID: <c1@lumen.test>"))
	want(t, m, mailin.Filed, mailin.Reply, mailin.ByThirdParty)
	onlyNoted(t, w, ticket.ID, "Facture jointe.", tickets.Closed)
	if w.tickets() != before {
		t.Error("a new ticket was opened")
	}
}

// A mail never adds a follower, or anybody could have a copy of the history sent
// to themselves (as in the takeover of another help desk, 2024).
func copiedTo(t *testing.T, w *world) {
	m := w.deliver(write("Ann <ann@academie.test>", house, "Imprimante", "Muette.", "Cc: paul@academie.test, mallory@evil.test", "Message-ID: <k1@academie.test>"))
	want(t, m, mailin.Filed, mailin.Open, mailin.NewRequest)
	if cc := strings.Join(w.last(m.Ticket).Cc, " "); cc != "paul@academie.test mallory@evil.test" {
		t.Errorf("copied to %q", cc)
	}
	intruder := w.deliver(write("mallory@evil.test", house, "Re: [AMIGO #"+m.Ticket.Ref()+"] Imprimante", "Et alors ?", "Message-ID: <k2@evil.test>", "In-Reply-To: <k1@academie.test>", "References: <k1@academie.test>"))
	want(t, intruder, mailin.Held, mailin.Hold, mailin.ReferenceUnproven)
	_, err := w.desk.Reply(w.as("theo"), m.Ticket, tickets.Reply{Body: "Le code est 1234."})
	must(t, err)
	w.drain()
	for _, to := range []string{"paul@academie.test", "mallory@evil.test"} {
		for _, l := range w.letters(to) {
			if strings.Contains(l.Subject+l.Text, m.Ticket.Ref()) || strings.Contains(l.Text, "1234") {
				t.Errorf("%s is sent %q", to, l.Subject)
			}
		}
	}
	if _, err := w.desk.Get(w.as("paul"), m.Ticket); err == nil {
		t.Error("who got a copy reads the ticket")
	}
}

func crowded(c *mailin.Config) { c.Rules.Sender, c.Rules.Ticket = 100, 3 }

func ticketFallsSilent(t *testing.T, w *world) {
	ticket, err := w.desk.Open(w.as("ann"), tickets.Open{Subject: "Boucle", Body: "Elle tourne."})
	must(t, err)
	sam, err := w.people.ByUID(w.as("theo"), "sam")
	must(t, err)
	_, err = w.outbox.Send(w.system(), mail.Draft{Key: "alert:1", Kind: "escalated", Ticket: int64(ticket.ID), Person: int64(sam.ID), To: "sam@academie.test", Lang: "fr", Subject: "Échéance"})
	must(t, err)
	w.drain()
	told := len(w.letters("sam@academie.test"))
	var last mailin.Inbound
	for i := range 6 {
		last = w.deliver(write("ann@academie.test", house, "[AMIGO #"+ticket.ID.Ref()+"]", "Encore "+string(rune('a'+i)), "Message-ID: <q"+string(rune('a'+i))+"@academie.test>"))
	}
	want(t, last, mailin.Filed, mailin.Reply, mailin.ByReference)
	on, err := w.intake.SilencesOn(w.as("theo"), []tickets.ID{ticket.ID})
	must(t, err)
	s := on[ticket.ID]
	if s.Ticket() != ticket.ID || s.Budget != 3 || !s.Until.Equal(w.clock.Now().Add(time.Hour)) {
		t.Errorf("the silence is %+v", s)
	}
	letters := w.letters("sam@academie.test")
	if len(letters) != told+1 || !strings.Contains(letters[len(letters)-1].Text, ticket.ID.Label()) || !strings.Contains(letters[len(letters)-1].Subject, "suspendues") {
		t.Errorf("the supervisor is told %d times: %+v", len(letters)-told, letters)
	}
	if _, err := w.intake.Silences(w.as("ann")); err == nil {
		t.Error("the requester reads of silences")
	}
	w.clock.Advance(time.Hour)
	if on, err := w.intake.SilencesOn(w.as("theo"), []tickets.ID{ticket.ID}); err != nil || len(on) != 0 {
		t.Errorf("an hour later there is %v, %v", on, err)
	}
}

func rulesHold(t *testing.T, w *world) {
	r := mailin.UsualRules
	r.Blocked, r.Guests = []string{" @Spam.test", "", "one@noise.test", "@spam.test"}, mailin.GuestsRefused
	if err := w.intake.SetRules(w.as("theo"), r); err == nil {
		t.Error("a technician changes the rules")
	}
	must(t, w.intake.SetRules(w.as("sam"), r))
	now, err := w.intake.Rules(w.as("sam"))
	must(t, err)
	if got := strings.Join(now.Blocked, " "); got != "@spam.test one@noise.test" {
		t.Errorf("blocked are %q", got)
	}
	defer func() { must(t, w.intake.SetRules(w.as("sam"), mailin.UsualRules)) }()
	want(t, w.deliver(write("any@spam.test", house, "Achetez", "Vite", "Message-ID: <b1@spam.test>")), mailin.Ignored, mailin.Refuse, mailin.SenderBlocked)
	want(t, w.deliver(write("lou@exemple.fr", house, "Bonjour", "Je suis là", "Message-ID: <b2@exemple.fr>")), mailin.Ignored, mailin.Refuse, mailin.NoGuests)
	if n := len(w.letters("any@spam.test")); n != 0 {
		t.Error("a blocked sender is answered")
	}
}

func tooManyParts(t *testing.T, w *world) {
	parts := strings.Repeat("--b\n\nx\n", mailin.MaxParts+20) + "--b--"
	m := w.deliver(strings.Replace(write("zoe@exemple.fr", house, "Photos de la salle", parts, "Message-ID: <p1@exemple.fr>"), "text/plain; charset=utf-8", "multipart/mixed; boundary=b", 1))
	want(t, m, mailin.Filed, mailin.Open, mailin.NewRequest)
	_, err := w.desk.Reply(w.as("theo"), m.Ticket, tickets.Reply{Body: "Merci."})
	must(t, err)
	w.drain()
	label := "[" + m.Ticket.Label() + "] "
	all := w.letters("zoe@exemple.fr")
	if len(all) != 3 || all[1].Subject != label+"Votre message a été lu en partie" || !strings.Contains(all[1].Text, "il dépasse ce qui peut être lu") || all[2].Subject != label+"Photos de la salle" {
		t.Errorf("she is sent %+v", all)
	}
}
