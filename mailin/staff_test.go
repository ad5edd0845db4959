package mailin_test

import (
	"fmt"
	"strings"
	"testing"

	"amigo/app/mail"
	"amigo/mailin"
	"amigo/tickets"
)

func answerAmongStaff(t *testing.T, w *world) {
	ticket, theo := w.open("ann", "Écran noir"), w.person("theo").ID
	_, err := w.desk.Assign(w.as("sam"), ticket.ID, tickets.Assign{Assignee: &theo})
	must(t, err)
	w.drain()
	said := 0
	// answer has the technician answer letters of ours, the newest last.
	answer := func(to, text string, letters ...mailin.Letter) (mailin.Inbound, tickets.Message) {
		t.Helper()
		said++
		var ids []string
		for _, l := range letters {
			ids = append(ids, "<"+l.MessageID+">")
		}
		m := w.deliver(write("theo@academie.test", to, "Re: "+letters[0].Subject, text, fmt.Sprintf("Message-ID: <am%d@academie.test>", said), proof,
			"References: "+strings.Join(ids, " "), "In-Reply-To: "+ids[len(ids)-1]))
		return m, w.last(ticket.ID)
	}
	heard := func() int { t.Helper(); return len(w.letters("ann@academie.test")) }
	newest := func() mailin.Letter {
		t.Helper()
		all := w.letters("theo@academie.test")
		return all[len(all)-1]
	}
	before, assigned := heard(), newest()
	m, note := answer(house, "Je m'en occupe.", assigned)
	want(t, m, mailin.Filed, mailin.Reply, mailin.AmongStaff)
	if !note.Internal || note.Body != "Je m'en occupe." || note.Author != theo || w.ticket(ticket.ID).FirstRespondedAt != nil || heard() != before {
		t.Errorf("the requester may read %+v", note)
	}

	w.deliver(write("ann@academie.test", w.letters("ann@academie.test")[0].ReplyTo[0], "Re: Écran noir", "Et maintenant ?", "Message-ID: <am-ann@academie.test>", proof))
	answered := newest()
	if answered.ReplyTo[0] == house {
		t.Fatalf("nothing invites an answer to %q", answered.Subject)
	}
	for _, way := range [][]mailin.Letter{{answered}, {answered, assigned}, {assigned, answered}} {
		if m, note := answer(house, "Vu, je transmets.", way...); m.Reason != mailin.AmongStaff || !note.Internal {
			t.Errorf("past the signed address the requester reads %+v", note)
		}
	}
	if heard() != before {
		t.Error("a note was sent to the requester")
	}
	m, public := answer(answered.ReplyTo[0], "Débranchez-le.", assigned, answered)
	want(t, m, mailin.Filed, mailin.Reply, mailin.ByStaff)
	if public.Internal || heard() != before+1 {
		t.Errorf("through the signed address nobody reads %+v", public)
	}

	alert := mail.Draft{Key: "alert:1", Kind: "escalated", Ticket: int64(ticket.ID), Person: int64(theo), To: "theo@academie.test", Lang: "fr", Subject: "Échéance"}
	_, err = w.outbox.Send(w.system(), alert)
	must(t, err)
	w.drain()
	if m, note := answer(house, "Je sais.", answered, newest()); m.Reason != mailin.AmongStaff || !note.Internal {
		t.Errorf("an alert was answered to the requester: %+v", note)
	}
}
