package mailtest_test

import (
	"bytes"
	"errors"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"amigo/app/mailtest"
	"amigo/mailin"
	"amigo/tickets"
)

// AMIGO reads mailboxes of a real server while mail comes into them, is moved and deleted, and while the server
// goes away. Whatever happens, each mail is one ticket.
func TestMailboxesOfARealServerAreReadWhateverHappensToThem(t *testing.T) {
	mailtest.Each(t, func(t *testing.T, database string) {
		s := mailtest.Find(t)
		r := &reading{t: t, press: newPress()}
		r.World = mailtest.Start(t, database, "AMIGO_MAIL_ADDRESS="+mailtest.Box, "AMIGO_IMAP_URLS="+strings.Join([]string{
			s.IMAP("depannage", "INBOX", ""), s.IMAP("p30", "INBOX", "after=move:Faits"), s.IMAP("p29", "Assistance", ""),
		}, ","))
		found := r.madeAnew()
		r.arrives(mailtest.Box)
		r.atOnce()
		r.moves()
		r.expunged()
		found()
		r.restarted()
		r.once()
	})
}

// reading is AMIGO with three mailboxes to read: of depannage, of p30, and a folder of p29.
type reading struct {
	*mailtest.World
	press
	t      *testing.T
	posted []string // the mails that went to the mailboxes, by Message-ID
	gone   []string // those of them that somebody deleted, perhaps before they were read
}

// post hands the next mail to the mail server.
func (r *reading) post(to string) (id string) {
	r.t.Helper()
	n := len(r.posted) + 1
	m := r.plain(n, address(n%20+1))
	r.posted = append(r.posted, m.id)
	m.raw = strings.ReplaceAll(m.raw, mailtest.House, to)
	must(r.t, r.Post(m.from, to, m.raw))
	return m.id
}

// arrives sends a mail, and says how long it took until AMIGO had it.
func (r *reading) arrives(to string) time.Duration {
	r.t.Helper()
	began := time.Now()
	id := r.post(to)
	r.has(id)
	return time.Since(began)
}

// has waits until a mail was received.
func (r *reading) has(id string) {
	r.t.Helper()
	r.hasWithin(30*time.Second, id)
}

// hasWithin is has for a mail that takes its time.
func (r *reading) hasWithin(most time.Duration, id string) {
	r.t.Helper()
	mailtest.Within(r.t, most, id+" is received", func() bool {
		return slices.ContainsFunc(r.Received(), func(m mailin.Inbound) bool { return m.MessageID == id && m.State == mailin.Filed })
	})
}

// atOnce: the server tells of news. A look each minute would not do it.
func (r *reading) atOnce() {
	r.t.Helper()
	const most = 10 * time.Second // two are enough on a machine that does nothing else
	took := r.arrives(mailtest.Box)
	r.t.Logf("a mail took %s from the client to its ticket", took)
	if took > most {
		r.t.Errorf("a mail took %s", took)
	}
	box := r.Open("depannage")
	mailtest.Soon(r.t, "it is marked as seen", func() bool {
		return !slices.ContainsFunc(box.Read("INBOX"), func(m mailtest.Mail) bool { return !m.Seen() })
	})
}

// moves: what was kept is moved to a folder, which is made where it is missing.
func (r *reading) moves() {
	r.t.Helper()
	for range 3 {
		r.arrives(address(30))
	}
	box := r.Open("p30")
	mailtest.Soon(r.t, "all of them are in the folder", func() bool {
		folders, err := box.List("", "Faits", nil).Collect()
		must(r.t, err)
		return len(folders) == 1 && len(box.Read("Faits")) == 3 && len(box.Read("INBOX")) == 0
	})
}

// expunged: somebody deletes mails while they come.
func (r *reading) expunged() {
	r.t.Helper()
	box, first := r.Open("depannage"), len(r.posted)
	for n := range 10 {
		r.post(mailtest.Box)
		if all := box.Read("INBOX"); n%2 == 0 && len(all) > 0 {
			box.Remove(all[0].UID)
			r.gone = append(r.gone, idOf(r.t, all[0]))
		}
	}
	r.arrives(mailtest.Box)
	for _, id := range r.posted[first:] {
		if !slices.Contains(r.gone, id) {
			r.has(id)
		}
	}
}

// idOf is the Message-ID of a mail, without brackets.
func idOf(t *testing.T, m mailtest.Mail) string {
	t.Helper()
	head, err := netmail.ReadMessage(bytes.NewReader(m.Raw))
	must(t, err)
	return strings.Trim(head.Header.Get("Message-ID"), "<>")
}

// once: every mail was received once and filed as a request of its own; only one that was deleted may be missing.
func (r *reading) once() {
	r.t.Helper()
	received, opened := map[string]int{}, map[tickets.ID]string{}
	for _, m := range r.Received() {
		received[m.MessageID]++
		if m.State != mailin.Filed || m.Act != mailin.Open || opened[m.Ticket] != "" {
			r.t.Errorf("%s is %s (%s) on ticket %d of %q", m.MessageID, m.State, m.Reason, m.Ticket, opened[m.Ticket])
		}
		opened[m.Ticket] = m.MessageID
	}
	for _, id := range r.posted {
		if n := received[id]; n != 1 && (n != 0 || !slices.Contains(r.gone, id)) {
			r.t.Errorf("%s was received %d times", id, n)
		}
		delete(received, id)
	}
	if len(received) > 0 {
		r.t.Errorf("mails that nobody sent: %v", received)
	}
}

// madeAnew: every mail gets another UID, and the folder another UIDVALIDITY. Whoever listens to a folder that is
// gone is not told of it by Dovecot, and hears nothing of what comes into the new one: AMIGO looks by itself, for
// which found waits. Meanwhile other mailboxes are read.
func (r *reading) madeAnew() (found func()) {
	r.t.Helper()
	box := r.Open("p29")
	fill := func(from, to int) {
		for n := from; n < to; n++ {
			m := r.plain(1000+n, address(n+1))
			// While AMIGO still has the old folder open, Dovecot may say that this one is deleted, too.
			mailtest.Soon(r.t, m.id+" is in the folder", func() bool {
				c := box.Append("Assistance", int64(len(m.raw)), nil)
				_, err := c.Write([]byte(m.raw))
				err = errors.Join(err, c.Close())
				_, refused := c.Wait()
				return errors.Join(err, refused) == nil
			})
			if !slices.Contains(r.posted, m.id) {
				r.posted = append(r.posted, m.id)
			}
		}
	}
	id := func(n int) string { return r.plain(1000+n, "").id }
	before := box.Folder("Assistance").UIDValidity
	fill(0, 5)
	for n := range 5 {
		r.has(id(n))
	}
	must(r.t, box.Unselect().Wait())
	must(r.t, box.Delete("Assistance").Wait())
	must(r.t, box.Create("Assistance", nil).Wait())
	fill(0, 6)
	after := box.Folder("Assistance").UIDValidity
	_ = box.Close()
	if after == before {
		r.t.Errorf("the folder still has the UIDVALIDITY %d", before)
	}
	return func() {
		r.t.Helper()
		r.hasWithin(time.Minute, id(5))
		box := r.Open("p29")
		mailtest.Soon(r.t, "all are seen again", func() bool {
			return !slices.ContainsFunc(box.Read("Assistance"), func(m mailtest.Mail) bool { return !slices.Contains(m.Flags, imap.FlagSeen) })
		})
	}
}

// restarted: the server ends, and is waited for.
func (r *reading) restarted() {
	r.t.Helper()
	r.Restart()
	for n, to := range []string{mailtest.Box, address(30)} {
		r.t.Logf("after the restart a mail took %s", r.arrives(to))
		if n == 0 {
			r.healthy()
		}
	}
}

// healthy waits until nothing is wrong with any mailbox.
func (r *reading) healthy() {
	r.t.Helper()
	mailtest.Soon(r.t, "every mailbox is read", func() bool {
		all, err := r.Intake.Mailboxes(r.System())
		must(r.t, err)
		return len(all) == 3 && !slices.ContainsFunc(all, func(m mailin.Reading) bool { return m.LastError != "" })
	})
}
