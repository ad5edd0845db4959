package mailtest_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/jhillyerd/enmime/v2"

	"amigo/app/mail"
	"amigo/app/mailtest"
	"amigo/mailin"
	"amigo/tickets"
)

// answerAll lets the technician answer some requests, and their requesters answer the letters that they find in
// their mailboxes: by the signed address, or by the reference of the letter alone.
func (j *journey) answerAll(n int) {
	j.t.Helper()
	technician := j.As("technicien")
	me, err := j.People.ByUID(technician, "technicien")
	must(j.t, err)
	all := j.Received()
	for _, s := range j.all {
		if len(j.first) == n {
			break
		}
		if s.state != mailin.Filed || s.says == "" || !known(s.from) {
			continue
		}
		id := j.received(all, s.id).Ticket
		_, err := j.Desk.Assign(technician, id, tickets.Assign{Assignee: &me.ID})
		must(j.t, err)
		_, err = j.Desk.Reply(technician, id, tickets.Reply{Body: "Éteignez, puis rallumez.\nÇa marche ?"})
		must(j.t, err)
		j.first = append(j.first, s)
	}
	j.Settled(len(j.all) + j.reports)
	var replies []sent
	for n, s := range j.first {
		id := j.received(all, s.id).Ticket
		letter := j.letterTo(s.from, id, "replied")
		replies = append(replies, j.answer(n, s.from, letter))
	}
	j.post(replies...)
	j.checkAll()
}

func known(address string) bool { return address < "p25@" }

// letterTo waits until a letter about a ticket is in somebody's mailbox, and reads it.
func (j *journey) letterTo(address string, id tickets.ID, kind string) (found *enmime.Envelope) {
	j.t.Helper()
	local, _, _ := strings.Cut(address, "@")
	mailtest.Soon(j.t, fmt.Sprintf("the letter about ticket %d is in the mailbox of %s", id, local), func() bool {
		box := j.Open(local)
		defer box.Close() //nolint:errcheck // it was only read
		for _, m := range box.Read("INBOX") {
			e, err := enmime.ReadEnvelope(bytes.NewReader(m.Raw))
			must(j.t, err)
			if _, ours := j.promised(e); !ours {
				continue
			}
			l, err := j.Outbox.ByMessageID(j.System(), strings.Trim(e.GetHeader("Message-ID"), "<>"))
			must(j.t, err)
			if l.Ticket == int64(id) && l.Kind == kind {
				found = e
			}
		}
		return found != nil
	})
	return found
}

// answer writes above a letter as some client does. Every second time the signed address is lost on the way, as
// address books do it; the reference that the client writes is enough.
func (j *journey) answer(n int, from string, letter *enmime.Envelope) sent {
	how := answers[n%len(answers)]
	words := fmt.Sprintf("Non, toujours pas %d.", n)
	kind, body := how.write(words, letter.Text)
	to := mailtest.House
	if n%2 == 0 {
		to = regexp.MustCompile(`[^<\s]+@[^>\s]+`).FindString(letter.GetHeader("Reply-To"))
	}
	s := j.mail(n, "answer-"+how.kind, from, to, "RE: Votre demande", []string{
		kind, "Content-Transfer-Encoding: 8bit", "In-Reply-To: " + letter.GetHeader("Message-ID"), "References: " + letter.GetHeader("Message-ID"),
	}, body)
	s.subject = ""
	return s.becomes(mailin.Filed, mailin.BySignature).saying(words)
}

// impostors write to tickets that are not theirs: to the signed address of somebody else, or under a reference
// that anybody can guess. A technician looks at what they write; nobody is told anything.
func (j *journey) impostors() (all []sent) {
	j.t.Helper()
	received := j.Received()
	for n, s := range j.first[:2] {
		ticket := j.received(received, s.id).Ticket
		who, err := j.People.ByAddress(j.System(), s.from)
		must(j.t, err)
		all = append(all,
			j.mail(n, "impostor", address(28+n), j.Desk.ReplyAddress(ticket, who.ID), "RE: Votre demande", []string{plain}, "C'est pour moi.\n").
				becomes(mailin.Held, mailin.OtherSender),
			j.mail(n, "guess", address(26+n), mailtest.House, fmt.Sprintf("RE: [AMIGO #%d] Votre demande", ticket), []string{plain}, "Où en est-on ?\n").
				becomes(mailin.Held, mailin.ReferenceUnproven))
	}
	return all
}

// checkMailboxes finds in the mailboxes every letter that was sent, once, and nothing else; and that each mail
// has caused the letters that it must.
func (j *journey) checkMailboxes() {
	j.t.Helper()
	want := map[string]mail.Letter{}
	for _, l := range j.Letters() {
		if l.State == mail.Sent {
			want[l.MessageID] = l
		}
	}
	var found map[string]int
	mailtest.Soon(j.t, fmt.Sprintf("%d letters are in the mailboxes", len(want)), func() bool {
		found = map[string]int{}
		for _, name := range j.readers(want) {
			box := j.Open(name)
			for _, m := range box.Read("INBOX") {
				if id := j.checkLetter(want, name, m.Raw); id != "" {
					found[id]++
				}
			}
			_ = box.Close()
		}
		return len(found) >= len(want)
	})
	for id, n := range found {
		if n != 1 || want[id].ID == 0 {
			j.t.Errorf("%s (%s) is in the mailboxes %d times", id, want[id].Kind, n)
		}
	}
	j.checkKinds()
}

// readers are those to whom letters went.
func (j *journey) readers(letters map[string]mail.Letter) (names []string) {
	for _, l := range letters {
		name, _, _ := strings.Cut(l.Address, "@")
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// promised is whose answer a letter asks for. It is not ours when another AMIGO wrote it, with another secret:
// one of the test before was still on its way.
func (j *journey) promised(e *enmime.Envelope) (token tickets.ReplyToken, ours bool) {
	return j.Desk.OpenReplyAddress(strings.Trim(regexp.MustCompile(`<[^>]+>`).FindString(e.GetHeader("Reply-To")), "<>"))
}

// checkLetter reads a letter as it arrived, and gives its Message-ID, but nothing for one that is not ours.
func (j *journey) checkLetter(want map[string]mail.Letter, name string, raw []byte) string {
	j.t.Helper()
	e, err := enmime.ReadEnvelope(bytes.NewReader(raw))
	must(j.t, err)
	id := strings.Trim(e.GetHeader("Message-ID"), "<>")
	l := want[id]
	token, ours := j.promised(e)
	if !ours && l.ID == 0 {
		return ""
	}
	wrong := func(what, is string) {
		j.t.Helper()
		j.t.Errorf("%s to %s, about ticket %d: %s: %q", l.Kind, name, l.Ticket, what, is)
	}
	if len(e.Errors) > 0 || strings.TrimSpace(e.Text) == "" || !strings.Contains(e.HTML, "</html>") {
		wrong("it cannot be read as text and as HTML", fmt.Sprint(e.Errors))
	}
	if l.Address != name+"@"+mailtest.Domain {
		wrong("it was for", l.Address)
	}
	if !strings.HasPrefix(e.GetHeader("Auto-Submitted"), "auto-") || e.GetHeader("X-Auto-Response-Suppress") != "All" {
		wrong("machines may answer it", e.GetHeader("Auto-Submitted"))
	}
	if subject := e.GetHeader("Subject"); !strings.Contains(subject, fmt.Sprintf("[AMIGO #%d]", l.Ticket)) {
		wrong("subject", subject)
	}
	if !ours || int64(token.Ticket) != l.Ticket || int64(token.Person) != l.Person {
		wrong("Reply-To", e.GetHeader("Reply-To"))
	}
	if l.Kind == "replied" && (e.GetHeader("In-Reply-To") == "" || !strings.Contains(e.GetHeader("References"), e.GetHeader("In-Reply-To"))) {
		wrong("it hangs on nothing", e.GetHeader("References"))
	}
	if at, err := e.Date(); err != nil || time.Since(at).Abs() > time.Hour {
		wrong("Date", e.GetHeader("Date"))
	}
	return id
}

// checkKinds counts the letters of each ticket: one that it was opened, one for the technician's answer, and one
// to the technician about what was said after that. Nobody hears of anything else.
func (j *journey) checkKinds() {
	j.t.Helper()
	got, want := map[string]int{}, map[string]int{}
	for _, l := range j.Letters() {
		got[fmt.Sprintf("%s about %d", l.Kind, l.Ticket)]++
	}
	all := j.Received()
	for _, m := range all {
		if m.State == mailin.Filed && m.Act == mailin.Open {
			want[fmt.Sprintf("opened about %d", m.Ticket)] = 1
		}
	}
	for _, s := range j.first {
		id := j.received(all, s.id).Ticket
		want[fmt.Sprintf("replied about %d", id)] = 1
		want[fmt.Sprintf("answered about %d", id)] = 1
	}
	for what, n := range want {
		if got[what] != n {
			j.t.Errorf("%d letters %s, want %d", got[what], what, n)
		}
		delete(got, what)
	}
	if len(got) > 0 {
		j.t.Errorf("letters that nobody wants: %v", got)
	}
}
