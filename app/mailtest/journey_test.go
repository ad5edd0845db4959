package mailtest_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"amigo/app/mail"
	"amigo/app/mailtest"
	"amigo/mailin"
	"amigo/tickets"
)

// A hundred mails of all kinds travel: from a client through the mail server to AMIGO, where they become tickets;
// its letters go through the mail server into mailboxes, and are answered from there. Nothing is lost, nothing
// doubled.
func TestAHundredMailsTravelThroughRealServers(t *testing.T) {
	mailtest.Each(t, func(t *testing.T, database string) {
		j := &journey{World: mailtest.Start(t, database), press: newPress(), t: t, people: map[string]bool{}}
		j.post(j.requests()...)
		j.checkAll()
		// However the mails of a conversation overtake each other, those that are here are filed in its order.
		j.WhileNobodyWorks(func() {
			j.hand(j.chains(4, 5)...)
			j.Came(len(j.all) + j.reports)
		})
		j.Settled(len(j.all) + j.reports)
		j.checkChains(4, 5)
		j.post(j.repeated(4)...)
		j.checkRepeated(4)
		j.comeBack()
		j.answerAll(12)
		j.post(j.impostors()...)
		j.checkAll()
		if len(j.all) != 100 {
			t.Errorf("%d mails have travelled", len(j.all))
		}
		j.checkMailboxes()
	})
}

// journey is a hundred mails, and what they met.
type journey struct {
	*mailtest.World
	press
	t       *testing.T
	all     []sent
	reports int             // delivery reports that the mail server has sent back
	people  map[string]bool // who has written
	first   []sent          // the requests that were answered
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// post hands mails to the mail server, and waits until all is settled.
func (j *journey) post(mails ...sent) {
	j.t.Helper()
	j.hand(mails...)
	j.Settled(len(j.all) + j.reports)
}

// hand gives mails to the mail server, over four connections at once.
func (j *journey) hand(mails ...sent) {
	j.t.Helper()
	queue := make(chan sent, len(mails))
	for _, m := range mails {
		queue <- m
	}
	close(queue)
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			for m := range queue {
				if err := j.Post(m.from, m.to, m.raw); err != nil {
					j.t.Errorf("%s: %v", m.id, err)
				}
			}
		})
	}
	clients.Wait()
	j.all = append(j.all, mails...)
}

func address(n int) string { return fmt.Sprintf("p%02d@%s", n, mailtest.Domain) }

// requests are the mails that open tickets, and some that machines write. p01 to p24 are known, the others not.
func (j *journey) requests() (all []sent) {
	for n, write := range slices.Concat(
		slices.Repeat([]func(int, string) sent{
			j.plain, j.eightBit, j.html, j.alternative, j.long, j.inline, j.invitation, j.signed, j.international, j.outlook, j.absence,
			func(n int, from string) sent { return j.attachment(n, from, 40<<10) },
		}, 4),
		[]func(int, string) sent{func(n int, from string) sent { return j.attachment(n, from, 2<<20) }, j.plain, j.eightBit, j.html, j.outlook, j.long, j.alternative, j.inline, j.international, j.signed},
	) {
		all = append(all, write(n, address(n%30+1)))
	}
	return all
}

// received finds what became of a mail; it fails unless it came once, or again as one that was there.
func (j *journey) received(all []mailin.Inbound, id string) (found mailin.Inbound) {
	j.t.Helper()
	n := 0
	for _, m := range all {
		if m.MessageID == id && m.Reason != mailin.SeenBefore {
			found, n = m, n+1
		}
	}
	if n != 1 {
		j.t.Errorf("%s was received %d times", id, n)
	}
	return found
}

// checkAll looks at what became of each mail that has its own.
func (j *journey) checkAll() {
	j.t.Helper()
	all := j.Received()
	for _, s := range j.all {
		if s.says == "" && s.state == mailin.Filed {
			continue // of a chain, or sent twice: checked as such
		}
		m := j.received(all, s.id)
		if m.State != s.state || m.Reason != s.reason || m.Source != "lmtp" {
			j.t.Errorf("%s by %s is %s (%s; %s), want %s (%s)", s.id, m.Source, m.State, m.Reason, m.LastError, s.state, s.reason)
			continue
		}
		if s.state == mailin.Filed {
			j.checkFiled(s, m)
		}
	}
}

// checkFiled looks at what a mail says on its ticket, and at what came with it.
func (j *journey) checkFiled(s sent, m mailin.Inbound) {
	j.t.Helper()
	ticket, err := j.Desk.Get(j.System(), m.Ticket)
	must(j.t, err)
	if s.subject != "" && ticket.Subject != s.subject {
		j.t.Errorf("%s: ticket %q, want %q", s.id, ticket.Subject, s.subject)
	}
	said := j.Said(m.Ticket)
	at := slices.IndexFunc(said, func(x tickets.Message) bool { return x.ID == m.Message })
	if at < 0 || !strings.Contains(said[at].Body, s.says) || strings.Contains(said[at].Body, "alert(1)") {
		j.t.Errorf("%s: the ticket says %+v, want %q", s.id, said, s.says)
		return
	}
	for name, content := range s.files {
		file := slices.IndexFunc(said[at].Attachments, func(a tickets.Attachment) bool { return a.Name == name })
		if file < 0 || !strings.HasSuffix(j.File(said[at].Attachments[file]), content) {
			j.t.Errorf("%s: came with %+v, want %s of %d bytes as it was sent", s.id, said[at].Attachments, name, len(content))
		}
	}
}

// chains are conversations of which every mail is sent at once.
func (j *journey) chains(chains, length int) (all []sent) {
	for c := range chains {
		var before []string
		for n := range length {
			kind := fmt.Sprintf("chain%d", c)
			head := []string{plain}
			if n > 0 {
				head = append(head, "In-Reply-To: "+before[n-1], "References: "+strings.Join(before, "\r\n "))
			}
			m := j.mail(n, kind, address(c+1), mailtest.House, fmt.Sprintf("Conversation %d", c), head, fmt.Sprintf("Message %d\n", n))
			all, before = append(all, m), append(before, "<"+m.id+">")
		}
	}
	slices.Reverse(all)
	return all
}

func (j *journey) checkChains(chains, length int) {
	j.t.Helper()
	all, seen := j.Received(), map[tickets.ID]bool{}
	for c := range chains {
		var said []string
		id := j.received(all, fmt.Sprintf("chain%d.0.%s@poste.%s", c, j.run, mailtest.Domain)).Ticket
		for n, m := range j.Said(id) {
			said = append(said, m.Body)
			if m.Body != fmt.Sprintf("Message %d", n) {
				j.t.Errorf("conversation %d says %v", c, said)
			}
		}
		if len(said) != length {
			j.t.Errorf("conversation %d says %v", c, said)
		}
		seen[id] = true
	}
	if len(seen) != chains {
		j.t.Errorf("%d tickets for %d conversations", len(seen), chains)
	}
}

// repeated are mails that some server on the way has sent twice: the bytes differ by what it wrote on top.
func (j *journey) repeated(n int) (again []sent) {
	for _, m := range j.all[:n] {
		m.says = ""
		again = append(again, m)
	}
	return again
}

func (j *journey) checkRepeated(n int) {
	j.t.Helper()
	for _, s := range j.all[:n] {
		var reasons []mailin.Reason
		for _, m := range j.Received() {
			if m.MessageID == s.id {
				reasons = append(reasons, m.Reason)
			}
		}
		if !slices.Equal(reasons, []mailin.Reason{s.reason, mailin.SeenBefore}) {
			j.t.Errorf("%s, sent twice: %v", s.id, reasons)
		}
	}
}

// comeBack lets two people write to whom no letter gets through: the mailbox of one is gone, of which the mail
// server reports later; the other is refused at once.
func (j *journey) comeBack() {
	j.t.Helper()
	j.reports++
	j.post(j.plain(1001, "absent@"+mailtest.Domain), j.plain(1002, "refuse@"+mailtest.Domain))
	for uid, want := range map[string]mail.State{"absent": mail.Bounced, "refuse": mail.Refused} {
		who, err := j.People.ByUID(j.System(), uid)
		must(j.t, err)
		letters := slices.DeleteFunc(j.Letters(), func(l mail.Letter) bool { return l.Person != int64(who.ID) })
		if len(letters) != 1 || letters[0].State != want || !who.Addresses[0].Stopped() {
			j.t.Errorf("%d letters to %s; their address: %+v", len(letters), uid, who.Addresses[0])
		}
	}
	reports := slices.DeleteFunc(j.Received(), func(m mailin.Inbound) bool { return m.EnvelopeFrom != "<>" })
	if len(reports) != 1 || reports[0].State != mailin.Filed || reports[0].Reason != mailin.BouncedHard {
		j.t.Errorf("reports: %+v", reports)
	}
}
