package mailin_test

import (
	"testing"

	"amigo/mailin"
	"amigo/tickets"
)

func TestMailAboutAMergedTicketIsHeardOnTheSurvivor(t *testing.T) {
	tell(t, []story{
		{"an answer to a ticket that was merged twice", nil, answerToMerged},
		{"a letter about it comes back", nil, bouncedAfterMerge},
	})
}

func bouncedAfterMerge(t *testing.T, w *world) {
	gone, survivor := w.open("ann", "Écran noir"), w.open("paul", "Coupure de courant")
	letter := w.letters("ann@academie.test")[0]
	must(t, w.desk.Merge(w.as("theo"), gone.ID, survivor.ID))
	w.drain()
	m := w.deliver(undelivered("ann@academie.test", letter.MessageID, "f1"))
	want(t, m, mailin.Filed, mailin.Returned, mailin.BouncedHard)
	if m.Ticket != survivor.ID || m.Message != w.last(survivor.ID).ID || len(w.messages(gone.ID)) != 1 {
		t.Errorf("it is noted on ticket %d, not %d", m.Ticket, survivor.ID)
	}
}

func answerToMerged(t *testing.T, w *world) {
	gone, between, survivor := w.open("ann", "Écran noir"), w.open("paul", "Écran noir aussi"), w.open("paul", "Coupure de courant")
	letter := w.letters("ann@academie.test")[0]
	must(t, w.desk.Merge(w.as("theo"), gone.ID, between.ID))
	must(t, w.desk.Merge(w.as("theo"), between.ID, survivor.ID))
	w.drain()
	told := w.letters("ann@academie.test")
	if len(told) != 2 {
		t.Fatalf("ann got %d letters", len(told))
	}
	for _, raw := range []string{
		write("ann@academie.test", letter.ReplyTo[0], "Re: "+letter.Subject, "Toujours noir.", "Message-ID: <m1@academie.test>"),
		write("ann@academie.test", house, "Re: "+letter.Subject, "Et encore.", "Message-ID: <m2@academie.test>"),
		write("ann@academie.test", told[1].ReplyTo[0], "Re: "+told[1].Subject, "D'accord.", "Message-ID: <m3@academie.test>"),
	} {
		m := w.deliver(raw)
		if m.Act != mailin.Reply || m.Ticket != survivor.ID || m.Message != w.last(survivor.ID).ID {
			t.Errorf("%s (%s) on ticket %d, not %d", m.Act, m.Reason, m.Ticket, survivor.ID)
		}
	}
	if got := w.ticket(gone.ID); got.Status != tickets.Closed || len(w.messages(gone.ID)) != 1 {
		t.Errorf("the merged ticket is %s", got.Status)
	}
}
