package mailin_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/mailin"
	"amigo/tickets"
)

// generous lets everybody write as much as they like.
func generous(c *mailin.Config) {
	c.Rules = mailin.Rules{Sender: mailin.MaxBudget, Ticket: mailin.MaxBudget, Guest: mailin.MaxBudget}
}

// link is one mail of a chain: it answers the one before and names them all.
func link(chain, n int, from string) string {
	more := []string{fmt.Sprintf("Message-ID: <c%d.%d@poste.test>", chain, n)}
	var before []string
	for k := range n {
		before = append(before, fmt.Sprintf("<c%d.%d@poste.test>", chain, k))
	}
	if n > 0 {
		more = append(more, "In-Reply-To: "+before[n-1], "References: "+strings.Join(before, " "))
	}
	return write(from, house, fmt.Sprintf("Panne %d", chain), fmt.Sprintf("Message %d", n), more...)
}

// Chains of five mails that come all at once, in any order, while four workers
// file them: one ticket each, with its messages in order.
func TestChainsOfMailDeliveredAtOnceAreOneTicketEachInOrder(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, clock *dbtest.Clock) {
		w := newWorld(t, d, clock, generous)
		chains := 200
		if strings.HasSuffix(t.Name(), "sqlite") {
			chains = 60
		}
		var all []string
		for c := range chains {
			from := []string{"ann@academie.test", "paul@academie.test", "ce.0140013n@ac-caen.fr", fmt.Sprintf("lou%d@exemple.fr", c)}[c%4]
			for n := range 5 {
				all = append(all, link(c, n, from))
			}
		}
		rand.New(rand.NewPCG(1, uint64(chains))).Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
		for _, raw := range all {
			w.receive(raw)
		}
		w.work(4, 90*time.Second)
		if n := w.tickets(); n != chains && n < tickets.MaxCount {
			t.Errorf("%d tickets for %d chains", n, chains)
		}
		w.inOrder(chains, 5)
	})
}

// work lets so many workers file what is there, in a process of its own.
func (w *world) work(workers int, most time.Duration) {
	w.t.Helper()
	w.queue.Workers = workers
	w.queue.Name = strings.ReplaceAll(w.t.Name(), "/", ".")
	ctx, stop := context.WithTimeout(w.t.Context(), most)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- w.queue.Work(ctx, w.mux) }()
	for ctx.Err() == nil {
		counts, err := w.intake.Counts(w.system())
		must(w.t, err)
		if counts[mailin.Received] == 0 {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if ctx.Err() != nil {
		w.t.Errorf("not filed within %v", most)
	}
	stop()
	must(w.t, <-ended)
}

// inOrder checks that each chain is one ticket with all of its messages in order.
func (w *world) inOrder(chains, length int) {
	w.t.Helper()
	seen := map[tickets.ID]bool{}
	var cursor string
	for {
		page, err := w.desk.List(w.system(), tickets.Filter{Sort: tickets.ByCreated, Limit: tickets.MaxPage, Cursor: cursor})
		must(w.t, err)
		for _, ticket := range page.Tickets {
			seen[ticket.ID] = true
			var said []string
			for _, m := range w.messages(ticket.ID) {
				said = append(said, m.Body)
			}
			var right []string
			for n := range length {
				right = append(right, fmt.Sprintf("Message %d", n))
			}
			if !slices.Equal(said, right) {
				w.t.Errorf("%s says %v", ticket.Subject, said)
			}
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if len(seen) != chains {
		w.t.Errorf("%d tickets for %d chains", len(seen), chains)
	}
}

// Whoever is first received, the conversation is one ticket.
func TestAnswersThatComeBeforeTheirQuestionJoinItsTicket(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t, dbtest.NewClock().Now), dbtest.NewClock())
	third := w.deliver(link(1, 3, "ann@academie.test"))
	for n := range 3 {
		if m := w.deliver(link(1, n, "ann@academie.test")); m.Ticket != third.Ticket {
			t.Errorf("message %d is on ticket %d (%s, %s)", n, m.Ticket, m.Act, m.Reason)
		}
	}
	other := w.deliver(write("paul@academie.test", house, "Re: Panne", "Une autre affaire.", "Message-ID: <o@academie.test>", "References: <c1.0.root@liste.test>"))
	if other.Ticket == third.Ticket {
		t.Error("paul is on ann's ticket")
	}
	same := w.deliver(write("lou@exemple.fr", house, "Re: Panne", "Même origine.", "Message-ID: <p@exemple.fr>", "References: <c1.0.root@liste.test>"))
	want(t, same, mailin.Filed, mailin.Open, mailin.NewRequest)
}

// Mails that answer one another in a circle are filed all the same.
func TestMailsThatAnswerOneAnotherAreFiled(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t, dbtest.NewClock().Now), dbtest.NewClock())
	a := w.receive(write("ann@academie.test", house, "A", "a", "Message-ID: <a@x.test>", "References: <b@x.test>"))
	b := w.receive(write("ann@academie.test", house, "B", "b", "Message-ID: <b@x.test>", "References: <a@x.test> <b@x.test>"))
	w.drain()
	if w.inbound(a).State != mailin.Filed || w.inbound(b).State != mailin.Filed || w.inbound(a).Ticket != w.inbound(b).Ticket {
		t.Errorf("%+v\n%+v", w.inbound(a), w.inbound(b))
	}
}
