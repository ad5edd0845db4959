package mailin

import (
	"regexp"
	"strings"
)

// originalLine begins the copy of the letter that a report gives back in its own text.
var originalLine = regexp.MustCompile(`(?i)(below this line is (a|the) (copy|header)|original message (follows|headers|is)|this is a copy of (the|your) message|copy of the (original )?message|original mail follows|----- ?(original|unsent|message header|copie du message|message d'origine|returned message|transcript of original)|header of (the )?original|message headers follow|\*\*\* original message|start of (the )?returned message|following is the header|received: (from|by) )`)

// cutOriginal parts the words of a report from the copy of the letter below them.
func cutOriginal(text string) (human, rest string) {
	text = clip(text, MaxHead)
	at := 0
	for line := range strings.SplitAfterSeq(text, "\n") {
		if at > 0 && (originalLine.MatchString(clip(line, maxMarkLine)) || startsWithFold(line, "return-path:") || startsWithFold(line, "message-id:")) {
			return clip(text[:at], maxEvidence), text[at:]
		}
		at += len(line)
	}
	return clip(text, maxEvidence), text
}

// writtenID finds the Message-ID of a letter given back inside a text.
var writtenID = regexp.MustCompile(`(?im)^[> \t]*message-id:\s*<([^<>\s]{3,250})>`)

// writtenTo finds its recipient.
var writtenTo = regexp.MustCompile(`(?im)^[> \t]*to:\s*(.{3,250})$`)

// original finds the id and the recipient of the letter that a report is about:
// in the part that gives it back, whole or its headers, or else in the text.
func original(root *part, text string) (id, to string) {
	for _, name := range []string{"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers", "message/rfc822-headers"} {
		p := root.find(name)
		if p == nil {
			continue
		}
		h, _ := readHead(uncover(p.content().start(MaxHead)), wholeLetter)
		if id = first(h.ids("message-id")); id != "" {
			return id, first(bare(h.addresses("to")))
		}
	}
	for _, child := range root.children {
		// A part whose head was taken for the letter's own: the copy follows it at once.
		if id = first(child.head.ids("message-id")); id != "" {
			return id, first(bare(child.head.addresses("to")))
		}
	}
	id, to = writtenHead(clip(text, MaxHead))
	root.leaves(func(p *part) {
		// Some servers attach the head as an ordinary text file.
		if id == "" && p.media.name == "text/plain" && p.media.disposition == "attachment" {
			id, to = writtenHead(clip(p.text(), MaxHead))
		}
	})
	return id, to
}

// writtenHead finds the id and the recipient in a text that quotes a head.
func writtenHead(text string) (id, to string) {
	if m := writtenID.FindStringSubmatch(text); m != nil {
		id = m[1]
	}
	if m := writtenTo.FindStringSubmatch(text); m != nil {
		to = first(bare(parseAddresses(m[1], 1)))
	}
	return id, to
}

// mentioned finds addresses in running text.
var mentioned = regexp.MustCompile(`[A-Za-z0-9_.+=/'-]{1,64}@[A-Za-z0-9.-]{1,250}[A-Za-z0-9]`)

// failedAddress is the first address in the words of a report that is not the one
// it was sent from or to.
func failedAddress(human string, l *Letter) string {
	for _, email := range mentioned.FindAllString(human, 50) {
		email = strings.ToLower(email)
		own := email == l.From || failureSender.MatchString(email)
		for _, to := range l.To {
			own = own || email == to
		}
		if !own {
			return email
		}
	}
	return ""
}

// firstWord is what comes before the first blank.
func firstWord(s string) string {
	word, _, _ := strings.Cut(strings.TrimSpace(s), " ")
	return strings.TrimRight(word, ";,(")
}
