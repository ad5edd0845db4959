package mailin

import (
	"regexp"
	"strings"
)

// Sign is the reason why a letter is automatic: the one that weighs most where
// there are several. The empty Sign is a person's letter.
type Sign string

// The signs, in the order in which they are looked for.
const (
	ByPerson        Sign = ""
	ByBounce        Sign = "bounce"         // a delivery report, see [Bounce]
	ByReport        Sign = "report"         // a read receipt or an abuse report
	ByAutoSubmitted Sign = "auto-submitted" // RFC 3834, any value but "no"
	ByAutoreply     Sign = "autoreply"      // X-Autoreply, X-Autorespond
	BySubject       Sign = "subject"        // "Réponse automatique : …"
	ByPrecedence    Sign = "precedence"     // bulk, junk, list, auto_reply
	BySuppress      Sign = "suppress"       // X-Auto-Response-Suppress
	ByNullSender    Sign = "null-sender"    // Return-Path: <>
	ByList          Sign = "list"           // List-Id, List-Unsubscribe
	ByFeedback      Sign = "feedback"       // Feedback-ID
)

// Weak tells the signs that a person's letter can bear too: because a mailing list
// or a mass mailer carried it, or because of what it is about.
func (s Sign) Weak() bool {
	return s == ByList || s == ByFeedback || s == ByPrecedence || s == BySuppress || s == BySubject
}

// automaticSubject is how answering machines begin, in French, English and the
// neighbours' languages. "Réponse automatique" must be a prefix of another subject
// or stand alone: people also write about theirs.
var automaticSubject = regexp.MustCompile(`(?i)^\s*(re\s?:\s*)?(` + strings.Join([]string{
	`(réponse|reponse) auto(matique)?\s*(:|-|–|$)`, `(absence|absent|absente) du bureau`, `accusé de réception automatique`,
	`automatic reply`, `auto(mated)?[ -]?(reply|response)`, `out of (the )?office`,
	`automatische antwort`, `abwesenheitsnotiz`, `respuesta automática`, `risposta automatica`, `resposta automática`,
}, "|") + `)`)

// receiptSubject is how mail clients begin the receipts that they send by themselves.
var receiptSubject = regexp.MustCompile(`(?i)^\s*(lu\s?:|accusé de lecture|confirmation de lecture|read\s?:|read receipt|gelesen\s?:|return receipt)`)

// signOf finds why a letter is automatic.
func signOf(h head, l *Letter) Sign {
	kind := mediaOf(h, "")
	switch {
	case l.Bounce != nil:
		return ByBounce
	case kind.name == "multipart/report", receiptSubject.MatchString(l.Subject) && l.NullSender:
		return ByReport
	case autoSubmitted(h):
		return ByAutoSubmitted
	case affirmed(h, "x-autoreply"), affirmed(h, "x-autorespond"), affirmed(h, "x-autoresponder"), affirmed(h, "x-auto-reply"):
		return ByAutoreply
	case automaticSubject.MatchString(plainLine(l.Subject)):
		return BySubject
	case bulk(h.get("precedence")), bulk(h.get("x-precedence")):
		return ByPrecedence
	case affirmed(h, "x-auto-response-suppress"):
		return BySuppress
	case l.NullSender:
		return ByNullSender
	case h.has("list-id"), h.has("list-unsubscribe"):
		return ByList
	case h.has("feedback-id"):
		return ByFeedback
	}
	return ByPerson
}

// autoSubmitted reads RFC 3834: a keyword, perhaps with parameters or a comment.
// "no" is what a person's mail client says.
func autoSubmitted(h head) bool {
	keyword, _, _ := strings.Cut(h.get("auto-submitted"), ";")
	keyword, _, _ = strings.Cut(keyword, "(")
	keyword = strings.TrimSpace(keyword)
	return keyword != "" && !strings.EqualFold(keyword, "no")
}

// affirmed tells whether a field is there and does not say no.
func affirmed(h head, name string) bool {
	value := strings.ToLower(h.get(name))
	return h.has(name) && value != "no" && value != "none" && value != "false"
}

// bulk tells the values of Precedence that are not a person's.
func bulk(precedence string) bool {
	switch strings.ToLower(precedence) {
	case "bulk", "junk", "list", "auto_reply":
		return true
	}
	return false
}
