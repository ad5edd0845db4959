package mailin_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"amigo/app/people"
	"amigo/mailin"
	"amigo/tickets"
)

func TestEveryMailIsFiledWhereItBelongs(t *testing.T) {
	tell(t, []story{
		{"a requester's mail opens a ticket in their name", nil, ownMail},
		{"a subject of which nothing can be seen is none", nil, invisibleSubject},
		{"a stranger's mail opens a guest's ticket", nil, strangersMail},
		{"a school's mail opens the school's ticket", nil, schoolsMail},
		{"a technician's name is never believed without proof", nil, forgedTechnician},
		{"an answer to the signed address lands on the ticket and reopens it", nil, answerReopens},
		{"an answer to our Message-ID alone lands on the ticket", nil, answerByMessageID},
		{"somebody else's answer is held", nil, othersAnswer},
		{"automatic mail is never answered and never reopens", nil, automaticMail},
		{"a listed monitor opens a ticket and is not answered", monitoring, listedMonitor},
		{"the same mail twice is one ticket", nil, sameMailTwice},
		{"the same mail by SMTP and by a pipe that does not say for whom", nil, sameMailBySMTPAndByAPipe},
		{"mail that cannot be read becomes a ticket with the raw message", nil, unreadableMail},
		{"a bounce marks the letter and tells the technicians", nil, bouncedLetter},
		{"a proven technician answers by mail", proving, provenTechnician},
		{"what a technician answers to a letter for staff stays among staff", proving, answerAmongStaff},
		{"an unproven address of the directory is a guest who can go on", proving, unprovenRequester},
		{"a loop stops being answered, and the supervisor is told once", sparing, loop},
		{"a stranger who opens too many tickets is held, and the supervisor is told once", fewGuests, tooManyTickets},
		{"an answer to a closed ticket opens a linked one", nil, answerToClosed},
	})
}

func monitoring(c *mailin.Config) { c.Rules.Monitors = []string{"Sonde@exemple.fr"} }

func proving(c *mailin.Config) { c.AuthservID = "mx.academie.test" }

func sparing(c *mailin.Config) {
	c.Rules.Sender, c.Rules.Guest = 3, 5
}

func invisibleSubject(t *testing.T, w *world) {
	id := w.receive(write("Ann <ann@ac-caen.fr>", house, "=?utf-8?q?=E2=80=8B_=E2=81=A0=E3=85=A4?=", "Plus rien ne sort.", "Message-ID: <i1@academie.test>"))
	w.drain()
	m := w.inbound(id)
	want(t, m, mailin.Filed, mailin.Open, mailin.NewRequest)
	if got := w.ticket(m.Ticket); got.Subject != "(sans objet)" {
		t.Errorf("the subject is %q", got.Subject)
	}
}

func ownMail(t *testing.T, w *world) {
	sentAt := w.clock.Now()
	id := w.receive(write("Ann <ann@ac-caen.fr>", house, "Imprimante en panne", "Bonjour,\nplus rien ne sort.", "Message-ID: <a1@academie.test>"))
	w.clock.Advance(20 * time.Minute)
	w.drain()
	m := w.inbound(id)
	want(t, m, mailin.Filed, mailin.Open, mailin.NewRequest)
	got := w.ticket(m.Ticket)
	ann := w.person("ann")
	if got.Requester != ann.ID || got.ReportedBy != ann.ID || got.Channel != people.Mail || got.Establishment != "0140013N" ||
		got.Subject != "Imprimante en panne" || !got.CreatedAt.Equal(sentAt) {
		t.Errorf("opened %+v", got)
	}
	said := w.messages(m.Ticket)
	if len(said) != 1 || said[0].ID != m.Message || said[0].Body != "Bonjour,\nplus rien ne sort." {
		t.Errorf("says %+v", said)
	}
	letters := w.letters("ann@academie.test")
	if len(letters) != 1 || strings.Contains(letters[0].Text+letters[0].Subject, "Imprimante") {
		t.Errorf("nobody has proven who wrote, and what they wrote is sent to ann: %+v", letters)
	}
}

func strangersMail(t *testing.T, w *world) {
	m := w.deliver(write("Lou Parent <lou@exemple.fr>", house, "Inscription", "Comment faire ?", "Message-ID: <g1@exemple.fr>"))
	want(t, m, mailin.Filed, mailin.Open, mailin.NewRequest)
	p, err := w.people.Get(t.Context(), w.ticket(m.Ticket).Requester)
	must(t, err)
	if p.Kind != people.Guest || p.Name != "Lou Parent" || p.Email != "lou@exemple.fr" {
		t.Errorf("asked by %+v", p)
	}
	if n := len(w.letters("lou@exemple.fr")); n != 1 {
		t.Errorf("%d acknowledgements", n)
	}
}

func schoolsMail(t *testing.T, w *world) {
	m := w.deliver(write("Secrétariat <ce.0140013n@ac-normandie.fr>", house, "Wifi", "Plus de wifi.", "Message-ID: <s1@ac-normandie.fr>"))
	want(t, m, mailin.Filed, mailin.Open, mailin.NewRequest)
	got := w.ticket(m.Ticket)
	p, err := w.people.Get(t.Context(), got.Requester)
	must(t, err)
	if p.Kind != people.School || p.UID != "uai:0140013N" || got.Establishment != "0140013N" || w.last(m.Ticket).Body != "Plus de wifi." {
		t.Errorf("%+v asked by %+v", got, p)
	}
}

func forgedTechnician(t *testing.T, w *world) {
	theo := w.person("theo")
	opened := w.deliver(write("Théo Technicien <theo@academie.test>", house, "Urgent", "Donnez-moi un mot de passe.", "Message-ID: <f1@x.test>"))
	want(t, opened, mailin.Filed, mailin.Open, mailin.NewRequest)
	got := w.ticket(opened.Ticket)
	if got.Requester == theo.ID || w.last(opened.Ticket).Author == theo.ID {
		t.Errorf("a forged mail speaks as the technician: %+v", got)
	}
	p, err := w.people.Get(t.Context(), got.Requester)
	must(t, err)
	if p.Kind != people.Guest || p.Name != "theo@academie.test" {
		t.Errorf("shown as %+v", p)
	}
	ann := w.open("ann", "Écran noir")
	held := w.deliver(write("theo@academie.test", w.desk.ReplyAddress(ann.ID, theo.ID), "Re: ["+ann.ID.Label()+"] Écran noir", "C'est réglé.", "Message-ID: <f2@x.test>"))
	want(t, held, mailin.Held, mailin.Hold, mailin.StaffUnproven)
	if n := len(w.messages(ann.ID)); n != 1 {
		t.Errorf("%d messages on the ticket", n)
	}
}

// open opens a ticket on the web.
func (w *world) open(uid, subject string) tickets.Ticket {
	w.t.Helper()
	t, err := w.desk.Open(w.as(uid), tickets.Open{Subject: subject, Body: "Voir le sujet."})
	must(w.t, err)
	w.drain()
	return t
}

// solve has the technician solve a ticket.
func (w *world) solve(id tickets.ID) {
	w.t.Helper()
	_, err := w.desk.Solve(w.as("theo"), id, tickets.Solve{Solution: "C'est réparé.", Outcome: "fixed", Cause: "hardware"})
	must(w.t, err)
	w.drain()
}

func answerReopens(t *testing.T, w *world) {
	ticket := w.open("ann", "Écran noir")
	w.solve(ticket.ID)
	letters := w.letters("ann@academie.test")
	letter := letters[len(letters)-1]
	answer := write("ann@academie.test", letter.ReplyTo[0], "Re: "+letter.Subject, "Toujours noir.\n\nLe 18/11/2026, Assistance a écrit :\n> C'est réparé.", "Message-ID: <r1@academie.test>", "In-Reply-To: <"+letter.MessageID+">")
	m := w.deliver(answer)
	want(t, m, mailin.Filed, mailin.Reply, mailin.BySignature)
	said := w.last(ticket.ID)
	if m.Ticket != ticket.ID || m.Message != said.ID || said.Body != "Toujours noir." || !strings.Contains(said.Quoted, "C'est réparé.") || said.Author != w.person("ann").ID {
		t.Errorf("said %+v", said)
	}
	if got := w.ticket(ticket.ID); got.Status != tickets.Opened || got.Reopened != 1 {
		t.Errorf("the ticket is %s, reopened %d times", got.Status, got.Reopened)
	}
	if told := w.letters("theo@academie.test"); len(told) == 0 {
		t.Error("the technician is not told")
	}
}

func answerByMessageID(t *testing.T, w *world) {
	ticket := w.open("ann", "Écran noir")
	letter := w.letters("ann@academie.test")[0]
	m := w.deliver(write("ann@academie.test", house, "Autre chose", "Merci.", "Message-ID: <r1@academie.test>", "References: <x@y.test> <"+letter.MessageID+">"))
	want(t, m, mailin.Filed, mailin.Reply, mailin.BySignature)
	if m.Ticket != ticket.ID {
		t.Errorf("on ticket %d", m.Ticket)
	}
}

func othersAnswer(t *testing.T, w *world) {
	ticket := w.open("ann", "Écran noir")
	address := w.letters("ann@academie.test")[0].ReplyTo[0]
	byAddress := w.deliver(write("paul@academie.test", address, "Re: Écran noir", "Moi aussi.", "Message-ID: <p1@academie.test>"))
	want(t, byAddress, mailin.Held, mailin.Hold, mailin.OtherSender)
	bySubject := w.deliver(write("lou@exemple.fr", house, "["+ticket.ID.Label()+"] Écran noir", "Donnez-moi tout.", "Message-ID: <p2@exemple.fr>"))
	want(t, bySubject, mailin.Held, mailin.Hold, mailin.ReferenceUnproven)
	if bySubject.Ticket != ticket.ID || len(w.messages(ticket.ID)) != 1 || len(w.letters("lou@exemple.fr"))+len(w.letters("paul@academie.test")) > 0 {
		t.Error("something was sent or shown")
	}
	own := w.deliver(write("ann@academie.test", house, "Re: ["+ticket.ID.Label()+"] Écran noir", "Une précision.", "Message-ID: <p3@academie.test>"))
	want(t, own, mailin.Filed, mailin.Reply, mailin.ByReference)
}

func automaticMail(t *testing.T, w *world) {
	ticket := w.open("ann", "Écran noir")
	w.solve(ticket.ID)
	before := len(w.sent.Sent())
	address := w.letters("ann@academie.test")[0].ReplyTo[0]
	absent := w.deliver(write("ann@academie.test", address, "Absence du bureau", "Je suis absente.", "Message-ID: <v1@academie.test>", "Auto-Submitted: auto-replied"))
	want(t, absent, mailin.Filed, mailin.Reply, mailin.BySignature)
	if got := w.ticket(ticket.ID); got.Status != tickets.Solved {
		t.Errorf("an absence note has brought the ticket to %s", got.Status)
	}
	alert := w.deliver(write("robot@exemple.fr", house, "Rapport", "Tout va bien.", "Message-ID: <v2@exemple.fr>", "Auto-Submitted: auto-generated"))
	want(t, alert, mailin.Ignored, mailin.Ignore, mailin.AutomaticMail)
	for _, l := range w.sent.Sent()[before:] {
		if l.To != "theo@academie.test" {
			t.Errorf("a letter to %s", l.To)
		}
	}
}

func listedMonitor(t *testing.T, w *world) {
	m := w.deliver(write("sonde@exemple.fr", house, "Disque plein", "/var à 99 %", "Message-ID: <v3@exemple.fr>", "Auto-Submitted: auto-generated"))
	want(t, m, mailin.Filed, mailin.Open, mailin.Monitoring)
	if n := len(w.sent.Sent()); n != 0 {
		t.Errorf("%d letters", n)
	}
}

func sameMailBySMTPAndByAPipe(t *testing.T, w *world) {
	raw := write("lou@exemple.fr", "liste@exemple.fr", "Inscription", "Comment ?", "Message-ID: <d2@exemple.fr>")
	_, err := w.intake.Receive(t.Context(), mailin.Raw{
		Source: "smtp", Key: "d2", Bytes: []byte(raw), ReceivedAt: w.clock.Now(), EnvelopeFrom: "lou@exemple.fr", EnvelopeTo: []string{house},
	})
	must(t, err)
	w.drain()
	id, err := w.intake.Pipe(t.Context(), "tuyau", strings.NewReader(raw))
	must(t, err)
	w.drain()
	want(t, w.inbound(id), mailin.Ignored, mailin.Repeated, mailin.SeenBefore)
}

func sameMailTwice(t *testing.T, w *world) {
	raw := write("ann@academie.test", house, "Écran noir", "Il est noir.", "Message-ID: <d1@academie.test>")
	first := w.deliver(raw)
	again := w.deliver("Received: from another.test\r\n" + raw)
	want(t, again, mailin.Ignored, mailin.Repeated, mailin.SeenBefore)
	other := w.deliver(write("ann@academie.test", house, "Clavier", "Il est cassé.", "Message-ID: <d1@academie.test>"))
	want(t, other, mailin.Filed, mailin.Open, mailin.NewRequest)
	if !slices.Contains(other.Flags, mailin.FlagSameID) || w.tickets() != 2 || first.Ticket == other.Ticket {
		t.Errorf("flags %v, %d tickets", other.Flags, w.tickets())
	}
}

func unreadableMail(t *testing.T, w *world) {
	raw := "\x00\x01 ceci n'est pas un message\xff\n"
	id, err := w.intake.Receive(t.Context(), mailin.Raw{Source: "smtp", Key: "k", Bytes: []byte(raw), EnvelopeFrom: "lou@exemple.fr", EnvelopeTo: []string{house}})
	must(t, err)
	w.drain()
	m := w.inbound(id)
	want(t, m, mailin.Filed, mailin.Open, mailin.Unreadable)
	said := w.last(m.Ticket)
	if len(said.Attachments) != 1 || said.Attachments[0].Name != "message.eml" || string(w.file(said.Attachments[0])) != raw {
		t.Errorf("attached %+v", said.Attachments)
	}
	if p, err := w.people.Get(t.Context(), w.ticket(m.Ticket).Requester); err != nil || p.Email != "lou@exemple.fr" {
		t.Errorf("asked by %+v, %v", p, err)
	}
	nobody := w.deliver("toujours pas un message")
	want(t, nobody, mailin.Filed, mailin.Open, mailin.Unreadable)
	if n := len(w.sent.Sent()); n != 0 {
		t.Errorf("%d letters to whoever that was", n)
	}
}

func bouncedLetter(t *testing.T, w *world) {
	opened := w.deliver(write("lou@exemple.fr", house, "Inscription", "Comment ?", "Message-ID: <b1@exemple.fr>"))
	letter := w.letters("lou@exemple.fr")[0]
	report := undelivered("lou@exemple.fr", letter.MessageID, "b2")
	m := w.deliver(report)
	want(t, m, mailin.Filed, mailin.Returned, mailin.BouncedHard)
	back, err := w.outbox.ByMessageID(t.Context(), letter.MessageID)
	must(t, err)
	p, err := w.people.ByAddress(t.Context(), "lou@exemple.fr")
	must(t, err)
	note := w.last(opened.Ticket)
	if back.State != "bounced" || p.Addresses[0].State != "hard" || !note.Internal || !strings.Contains(note.Body, "no such user") {
		t.Errorf("letter %s, address %s, note %+v", back.State, p.Addresses[0].State, note)
	}
	strange := w.deliver(strings.ReplaceAll(strings.ReplaceAll(report, letter.MessageID, "unknown@academie.test"), "b2@", "b3@"))
	want(t, strange, mailin.Ignored, mailin.Ignore, mailin.BounceUnknown)
}

// undelivered is the report that nobody is at an address, of a letter.
func undelivered(address, letter, id string) string {
	return strings.Join([]string{
		"From: Mail Delivery System <mailer-daemon@mx.exemple.fr>", "To: " + house, "Subject: Undelivered Mail Returned to Sender",
		"Message-ID: <" + id + "@mx.exemple.fr>", "Auto-Submitted: auto-replied", "MIME-Version: 1.0",
		`Content-Type: multipart/report; report-type=delivery-status; boundary="b"`, "",
		"--b", "Content-Type: text/plain", "", "Sorry.", "--b", "Content-Type: message/delivery-status", "",
		"Reporting-MTA: dns; mx.exemple.fr", "", "Final-Recipient: rfc822; " + address, "Action: failed", "Status: 5.1.1",
		"Diagnostic-Code: smtp; 550 5.1.1 no such user", "", "--b", "Content-Type: text/rfc822-headers", "",
		"Message-ID: <" + letter + ">", "", "--b--", "",
	}, "\r\n")
}

func answerToClosed(t *testing.T, w *world) {
	old := w.open("ann", "Écran noir")
	address := w.letters("ann@academie.test")[0].ReplyTo[0]
	w.solve(old.ID)
	closed := tickets.Closed
	_, err := w.desk.Change(w.as("theo"), old.ID, tickets.Change{Status: &closed})
	must(t, err)
	absent := w.deliver(write("ann@academie.test", address, "Absence du bureau", "Absente.", "Message-ID: <c0@academie.test>"))
	want(t, absent, mailin.Ignored, mailin.Reply, mailin.BySignature)
	m := w.deliver(write("ann@academie.test", address, "Re: Écran noir", "Encore noir.", "Message-ID: <c1@academie.test>"))
	want(t, m, mailin.Filed, mailin.Open, mailin.LongClosed)
	if m.Ticket == old.ID || !strings.Contains(w.last(m.Ticket).Body, old.ID.Label()) || !strings.Contains(w.last(old.ID).Body, m.Ticket.Label()) {
		t.Errorf("ticket %d, %q, %q", m.Ticket, w.last(m.Ticket).Body, w.last(old.ID).Body)
	}
	w.clock.Advance(366 * 24 * time.Hour)
	late := w.deliver(write("ann@academie.test", address, "Re: Écran noir", "Un an après.", "Message-ID: <c2@academie.test>"))
	want(t, late, mailin.Held, mailin.Hold, mailin.TokenExpired)
}

const proof = "Authentication-Results: mx.academie.test; dmarc=pass header.from=academie.test"

func provenTechnician(t *testing.T, w *world) {
	ticket := w.open("ann", "Écran noir")
	subject := "Re: [" + ticket.ID.Label() + "] Écran noir"
	noted := w.deliver(write("theo@academie.test", house, subject, "#note à voir avec le fournisseur", "Message-ID: <t1@academie.test>", proof))
	want(t, noted, mailin.Filed, mailin.Reply, mailin.ByStaff)
	if said := w.last(ticket.ID); !said.Internal || said.Body != "à voir avec le fournisseur" {
		t.Errorf("noted %+v", said)
	}
	absent := w.deliver(write("theo@academie.test", house, subject, "Je suis absent.", "Message-ID: <t2@academie.test>", proof, "Auto-Submitted: auto-replied"))
	want(t, absent, mailin.Filed, mailin.Reply, mailin.ByStaff)
	if said := w.last(ticket.ID); !said.Internal || len(w.letters("ann@academie.test")) != 1 {
		t.Error("a technician's absence note went to the requester")
	}
	answered := w.deliver(write("theo@academie.test", house, subject, "Débranchez-le.", "Message-ID: <t3@academie.test>", proof))
	want(t, answered, mailin.Filed, mailin.Reply, mailin.ByStaff)
	if got := w.ticket(ticket.ID); got.Status != tickets.Opened || got.FirstRespondedAt == nil || len(w.letters("ann@academie.test")) != 2 {
		t.Errorf("after the answer %+v", got)
	}
	forged := w.deliver(write("ann@academie.test", house, subject, "Merci.", "Message-ID: <t4@academie.test>", "Authentication-Results: mx.academie.test; dmarc=fail header.from=academie.test"))
	want(t, forged, mailin.Held, mailin.Hold, mailin.DMARCFailed)
	unknown := w.deliver(write("inconnu@academie.test", house, "Bonjour", "Moi.", "Message-ID: <t5@academie.test>", "Authentication-Results: mx.academie.test; dmarc=fail header.from=academie.test"))
	want(t, unknown, mailin.Held, mailin.Hold, mailin.DMARCFailed)
}

func unprovenRequester(t *testing.T, w *world) {
	m := w.deliver(write("ann@academie.test", house, "Écran noir", "Il est noir.", "Message-ID: <u1@academie.test>"))
	want(t, m, mailin.Filed, mailin.Open, mailin.NewRequest)
	if got := w.ticket(m.Ticket); got.Requester == w.person("ann").ID {
		t.Error("without proof it is ann's ticket")
	}
	address := w.letters("ann@academie.test")[0].ReplyTo[0]
	answer := w.deliver(write("ann@academie.test", address, "Re: Écran noir", "Toujours.", "Message-ID: <u2@academie.test>"))
	want(t, answer, mailin.Filed, mailin.Reply, mailin.BySignature)
	if answer.Ticket != m.Ticket {
		t.Errorf("on ticket %d", answer.Ticket)
	}
}

func fewGuests(c *mailin.Config) { c.Rules.Guest = 2 }

func tooManyTickets(t *testing.T, w *world) {
	for i := range 5 {
		m := w.deliver(write("automate@exemple.fr", house, fmt.Sprint("Demande ", i), "Bonjour", fmt.Sprintf("Message-ID: <t%d@exemple.fr>", i)))
		if i < 2 {
			want(t, m, mailin.Filed, mailin.Open, mailin.NewRequest)
		} else {
			want(t, m, mailin.Held, mailin.Hold, mailin.GuestTooMany)
		}
	}
	if n := len(w.letters("sam@academie.test")); n != 1 {
		t.Errorf("the supervisor is told %d times", n)
	}
	if n := len(w.letters("automate@exemple.fr")); n != 2 {
		t.Errorf("%d letters to the stranger", n)
	}
}

func loop(t *testing.T, w *world) {
	var last mailin.Inbound
	for i := range 8 {
		last = w.deliver(write("robot@exemple.fr", house, "Ping "+string(rune('a'+i)), "Pong", "Message-ID: <l"+string(rune('a'+i))+"@exemple.fr>"))
	}
	want(t, last, mailin.Held, mailin.Hold, mailin.GuestTooMany)
	if n := len(w.letters("robot@exemple.fr")); n != 3 {
		t.Errorf("%d letters to the loop, the budget is 3", n)
	}
	if n := len(w.letters("sam@academie.test")); n != 1 {
		t.Errorf("the supervisor is told %d times", n)
	}
	if w.tickets() != 5 {
		t.Errorf("%d tickets, a guest may open 5", w.tickets())
	}
	w.clock.Advance(time.Hour)
	after := w.deliver(write("robot@exemple.fr", house, "Ping z", "Pong", "Message-ID: <lz@exemple.fr>"))
	want(t, after, mailin.Filed, mailin.Open, mailin.NewRequest)
	if slices.Contains(after.Flags, mailin.FlagBudget) {
		t.Error("an hour later nothing is forgiven")
	}
}
