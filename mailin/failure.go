package mailin

import (
	"regexp"
	"slices"
	"strings"
)

var (
	failureSubject = regexp.MustCompile(`(?i)^\W*(undeliver(ed|able)|delivery (status|notification|report|failure|error|has failed)|failed delivery|failure (notice|delivery)|` +
		`mail ?(delivery|system|could not|failure)|message (delivery|undeliverable|you sent)|return(ed|ing) (mail|message|to sender)|warning: (could not send|message)|` +
		`non-?deliver|could not send|unable to deliver|permanent delivery|rejected mail|bounced? (mail|message)|error sending|user unknown|unzustellbar|no se puede entregar|` +
		`notification d'échec|échec de (la )?(remise|livraison|distribution)|(courrier |message )?non (remis|distribué|délivré)|remise (impossible|retardée)|rapport de non-remise|` +
		`notification d'état de (la )?(remise|distribution)|retour à l'expéditeur|postmaster notify|delayed mail|deliver)`)

	failureSender = regexp.MustCompile(`(?i)(mailer[ -]?daemon|mail-daemon|postmaster|mail[ .]?delivery|mdaemon|mail ?system|système de (remise|messagerie))`)

	machineSender = regexp.MustCompile(`(?i)^(no-?reply|ne-?pas-?repondre|do-?not-?reply|system|daemon|mailer)`)

	failureText = regexp.MustCompile(`(?i)(could not be (delivered|sent)|couldn't be delivered|cannot be delivered|can(no|')t deliver|unable to deliver|not able to deliver|wasn't able to deliver|error delivering|attempting to deliver|` +
		`undeliver(ed|able)|not delivered|delivery (failed|failure|error|to the following)|failed to deliver|failed permanently|did not reach|have not been delivered|returned (mail|to sender)|` +
		`permanent (fatal )?errors?|had permanent|delivery errors|could not deliver|failed recipient|transcript of session|` +
		`n'a pas (pu )?(être|été) (remis|délivr|distribu|livr)|impossible de (remettre|distribuer|délivrer|livrer)|échec de la (remise|livraison|distribution)|n'est pas (parvenu|arrivé)|` +
		`unzustellbar|no se pudo entregar|user unknown|unknown user|mailbox (is )?(full|unavailable))`)

	delayedText = regexp.MustCompile(`(?i)(has not been delivered yet|not yet been delivered|delivery (is|has been) delayed|has been delayed|will (be )?(re)?tr(y|ied) |warning message only|no action is required|remise (est )?retardée|pas encore (pu être|été) (remis|distribué|délivré))`)
)

// looksLikeFailure tells a delivery report without the standard's parts. Two of
// sender, subject and words must agree; where the sender is only a machine, the
// report must also give back a letter of the one whom it is sent to.
func looksLikeFailure(l *Letter, root *part, human string) bool {
	if root.head.has("x-failed-recipients") || root.head.has("x-bounced-address") {
		return true
	}
	if automaticSubject.MatchString(plainLine(l.Subject)) {
		return false
	}
	subject := failureSubject.MatchString(plainLine(l.Subject))
	words := failureText.MatchString(human)
	switch {
	case failureSender.MatchString(l.From + " " + l.FromName):
		return words || subject && (diagnosisOf(human).name != "" || failedAddress(human, l) != "" || root.find("message/rfc822") != nil)
	case l.NullSender, machineSender.MatchString(l.From):
		return words && (subject && l.NullSender || givesBack(l, root))
	}
	return false
}

// givesBack tells whether a report holds a letter that its own recipient sent.
func givesBack(l *Letter, root *part) bool {
	p := root.find("message/rfc822")
	if p == nil {
		return false
	}
	h, _ := readHead(uncover(p.body[:min(len(p.body), MaxHead)]), wholeLetter)
	for _, sender := range bare(h.addresses("from", "return-path", "sender")) {
		if slices.Contains(l.To, sender) {
			return true
		}
	}
	return false
}

// about is the paragraph of a report that speaks of one recipient, or all of it
// where that says nothing.
func about(recipient, human string) string {
	if recipient == "" {
		return human
	}
	at := regexp.MustCompile(`(?i)` + regexp.QuoteMeta(recipient)).FindStringIndex(human)
	if at == nil {
		return human
	}
	line := strings.LastIndexByte(human[:at[0]], '\n') + 1
	paragraph, _, _ := strings.Cut(human[line:], "\n\n")
	if next := nextRecipient.FindStringIndex(paragraph[min(at[1]-line+2, len(paragraph)):]); next != nil {
		paragraph = paragraph[:at[1]-line+2+next[0]]
	}
	if diagnosisOf(paragraph).name == "" {
		return human
	}
	return paragraph
}

// nextRecipient is where a report begins to speak of another address.
var nextRecipient = regexp.MustCompile(`(?m)^\s*["<][^\s<>"@]+@[^\s<>"]+[">]:`)
