package mailin

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"

	"amigo/app/people"
	"amigo/tickets"
)

// message is a received message, read.
type message struct {
	row    Inbound
	raw    []byte
	letter Letter

	thread, recipient, bodyHash string
}

// read takes a message apart. What is too large to be read has only its head;
// a sender whom nobody could write to is none.
func read(row Inbound, raw []byte, ours func(string) bool) message {
	var l Letter
	switch {
	case row.TooLarge():
		l = headOf(raw)
		l.Unread = TooLarge
	case (row.Source == smtpSource || row.Source == lmtpSource) && !isLetter(untraced(raw, len(row.EnvelopeTo))):
		l.Unread = NoHeader // but for the lines that we put on it
	default:
		l, _ = Parse(raw) // the letter says itself what of it was not read
	}
	if !people.ValidAddress(l.From) {
		l.From, l.FromAll = "", nil
	}
	row.Look = l.Look()
	m := message{row: row, raw: raw, letter: l, thread: threadOf(l)}
	m.recipient = strings.Join(recipients(row, l, ours), " ")
	m.bodyHash = hashOf(row, l)
	return m
}

// isLetter says whether something begins as a letter does.
func isLetter(raw []byte) bool {
	head, _ := readHead(uncover(raw), wholeLetter)
	return head.plausible()
}

// recipients are the addresses of ours that a message was for, in order: those
// of the envelope, or else those that its head names.
func recipients(row Inbound, l Letter, ours func(string) bool) []string {
	for _, list := range [][]string{row.EnvelopeTo, l.DeliveredTo, slices.Concat(l.To, l.Cc)} {
		list = slices.DeleteFunc(slices.Clone(list), func(a string) bool { return !ours(a) })
		if len(list) > 0 {
			slices.Sort(list)
			return slices.Compact(list)
		}
	}
	return nil
}

// hashOf tells two letters under one Message-ID apart by what they say.
func hashOf(row Inbound, l Letter) string {
	h := sha256.New()
	said := []string{l.From, l.Subject, l.Text}
	for _, a := range l.Attachments {
		said = append(said, a.SHA256)
	}
	if l.Unread == TooLarge || l.Unread == Empty || l.Unread == NoHeader {
		said = []string{string(row.Sum)}
	}
	for _, s := range said {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))
}

// automatic says whether no person wrote it.
func (m message) automatic() bool { return m.letter.Automatic != ByPerson }

// unreadable says whether the raw message is all there is.
func (m message) unreadable() bool {
	return m.letter.Unread == Empty || m.letter.Unread == NoHeader || m.letter.Unread == TooLarge
}

// settled is the row as a decision leaves it.
func (m message) settled(s State, v Verdict) Inbound {
	row := m.row
	row.State, row.Act, row.Reason, row.Flags, row.LastError = s, v.Act, v.Reason, v.Flags, ""
	row.MessageID, row.Thread, row.Recipient, row.BodyHash = idKey(m.letter.MessageID), m.thread, shown(m.recipient), m.bodyHash
	row.Ticket = v.Ticket
	if from := shown(m.letter.From); from != "" {
		row.Sender = from
	}
	if subject := shown(m.letter.Subject); subject != "" {
		row.Subject = subject
	}
	return row
}

// cc lists to whom else a message went: neither to us nor to its sender.
func (m message) cc(ours func(string) bool) []string {
	return slices.DeleteFunc(slices.Concat(m.letter.To, m.letter.Cc), func(a string) bool { return ours(a) || a == m.letter.From })
}

// body is what a message says on a ticket, and what it quotes. Someone who only
// forwards something says it with that.
func (m message) body(opens bool) (body, quoted string) {
	body, quoted = m.letter.NewText, m.letter.QuotedText
	if opens && strings.TrimSpace(body) == "" {
		body, quoted = m.letter.Text, ""
	}
	return cutRunes(body, tickets.MaxBody), quoted
}

// abridged says whether a ticket cannot show the whole letter: then the raw
// message goes with it.
func (m message) abridged() bool {
	return m.letter.Unread != AllRead || len(m.letter.Attachments) > tickets.MaxFiles ||
		utf8.RuneCountInString(m.letter.Text) > tickets.MaxBody
}

// enclosure is a file that a ticket gets with the message.
type enclosure struct {
	name    string
	content encoded
}

// enclosures are the files of a message, those that it shows in its text too.
func (m message) enclosures() []enclosure {
	var all []enclosure
	for _, a := range m.letter.Attachments {
		all = append(all, enclosure{a.Name, a.content})
	}
	if m.abridged() && len(m.raw) <= tickets.MaxFile {
		all = append(all[:min(len(all), tickets.MaxFiles-1)], enclosure{"message.eml", encoded{bytes: m.raw}})
	}
	return all[:min(len(all), tickets.MaxFiles)]
}

// cutRunes shortens a text to at most n characters.
func cutRunes(s string, n int) string {
	count := 0
	for i := range s {
		if count == n {
			return s[:i]
		}
		count++
	}
	return s
}
