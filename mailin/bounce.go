package mailin

import "strings"

// Bounce is what a delivery report says of the first address that it names as
// failed, or else of the first.
type Bounce struct {
	Action            string // RFC 3464 2.3.3: failed, delayed, delivered, relayed, expanded
	Status            string // RFC 3463, "5.1.1"; "5.0.0" where only the class is known
	Hard              bool   // nobody will ever read mail sent there: no such user, no such domain, moved
	Recipient         string // lower case, empty when the report does not say
	OriginalMessageID string // of the letter that was not delivered, without brackets
	Diagnostic        string // the words of the server that refused, one line of at most 500 bytes
}

// Failed tells a letter that did not arrive, or not yet, from the report that one did.
func (b Bounce) Failed() bool { return b.Action == "failed" || b.Action == "delayed" }

// maxEvidence is how much of a report's text is searched for a diagnosis.
const maxEvidence = 16 << 10

// diagnose reads a delivery report: one of RFC 3464, or one of the many shapes
// that mail servers gave it before. It is nil for any other letter, and for
// reports of other kinds: read receipts (RFC 8098), abuse (RFC 5965).
func diagnose(l *Letter, root *part) *Bounce {
	if root.find("message/feedback-report") != nil || root.find("message/disposition-notification") != nil {
		return nil
	}
	for _, name := range []string{"message/delivery-status", "message/global-delivery-status"} {
		if report := root.find(name); report != nil {
			if b := standardBounce(l, root, report); b != nil {
				return b
			}
		}
	}
	if b := noticeBounce(l, root); b != nil {
		return b
	}
	return looseBounce(l, root)
}

// standardBounce reads the groups of fields of RFC 3464.
func standardBounce(l *Letter, root, report *part) *Bounce {
	group, found := worstGroup(report.text())
	if !found {
		return nil
	}
	human, _ := cutOriginal(l.Text)
	return bounceOf(group, root, l, human)
}

// bounceOf makes a bounce of the fields of one recipient.
func bounceOf(group head, root *part, l *Letter, human string) *Bounce {
	b := &Bounce{
		Action:    strings.ToLower(firstWord(group.get("action"))),
		Status:    enhancedStatus(group.get("status")),
		Recipient: recipientOf(group),
	}
	if b.Action == "" {
		b.Action = "failed"
	}
	id, to := original(root, l.Text)
	b.OriginalMessageID = id
	if b.Recipient == "" {
		b.Recipient = firstNonEmpty(failedAddress(human, l), to)
	}
	b.conclude(afterType(group.get("diagnostic-code")), human)
	return b
}

// worstGroup gives the fields of the first recipient that failed, or else was
// delayed, or else of the first one.
func worstGroup(text string) (head, bool) {
	var chosen head
	best := 0
	for block := range strings.SplitSeq(text, "\n\n") {
		h, _ := readHead([]byte(strings.TrimLeft(block, "\n")), insidePart)
		if rank := groupRank(h); rank > best {
			chosen, best = h, rank
		}
	}
	return chosen, best > 0
}

// groupRank weighs a group of fields: 0 when it is not about a recipient.
func groupRank(h head) int {
	switch strings.ToLower(firstWord(h.get("action"))) {
	case "failed":
		return 3
	case "delayed":
		return 2
	}
	if h.has("final-recipient") || h.has("original-recipient") || h.has("action") || h.has("status") {
		return 1
	}
	return 0
}

// recipientOf is the address of a group: the final one, unless it is not an address.
func recipientOf(group head) string {
	for _, name := range []string{"final-recipient", "original-recipient", "x-actual-recipient"} {
		if email := cleanEmail(afterType(group.get(name))); email != "" {
			return email
		}
	}
	return ""
}

// afterType drops the "rfc822;" or "smtp;" in front of a value.
func afterType(value string) string {
	kind, rest, found := strings.Cut(value, ";")
	if found && !strings.ContainsAny(strings.TrimSpace(kind), " @<") {
		return strings.TrimSpace(rest)
	}
	return value
}

// looseBounce reads a report that has no delivery-status part of its own.
func looseBounce(l *Letter, root *part) *Bounce {
	human, rest := cutOriginal(l.Text)
	if !looksLikeFailure(l, root, human) {
		return nil
	}
	if group, found := buriedGroup(l, root); found {
		return bounceOf(group, root, l, human)
	}
	id, to := original(root, rest)
	b := &Bounce{Action: "failed", OriginalMessageID: id}
	b.Recipient = firstNonEmpty(
		first(bare(root.head.addresses("x-failed-recipients"))),
		failedAddress(human, l), to)
	if delayedText.MatchString(human) {
		b.Action = "delayed"
	}
	b.conclude("", about(b.Recipient, human))
	return b
}

// buriedGroup finds the fields of RFC 3464 in a report whose structure was lost:
// in its text, or in a report that it gives back as a whole.
func buriedGroup(l *Letter, root *part) (head, bool) {
	texts := []string{l.Text}
	if p := root.find("message/rfc822"); p != nil {
		texts = append(texts, tidy(toUTF8(p.body[:min(len(p.body), MaxHead)], "")))
	}
	for _, text := range texts {
		if at := strings.Index(strings.ToLower(text), "\nfinal-recipient:"); at >= 0 {
			return worstGroup(text[strings.LastIndex(text[:at], "\n\n")+1:])
		}
	}
	return head{}, false
}
