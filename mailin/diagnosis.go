package mailin

import (
	"regexp"
	"strings"
)

// diagnosis is why a letter was not delivered.
type diagnosis struct {
	name   string
	hard   bool
	status string // where the report gives none
}

// rule recognises a diagnosis by what servers say.
type rule struct {
	diagnosis
	said *regexp.Regexp
}

// unknownUser is the diagnosis that the place of the refusal can overturn.
const unknownUser = "unknown user"

// rules is tried from the first to the last: the precise before the vague. The
// letters that carry them come from servers of every age and language.
var rules = []rule{
	{diagnosis{"full", false, "5.2.2"}, said(`(mailbox|quota|inbox|account|storage|disk|boîte).{0,40}(full|exceed|over|limit|pleine|dépass)`, `over.?quota`,
		`quota.{0,30}(exceed|dépass)`, `exceeded.{0,30}(quota|storage)`, `out of storage`, `not enough (storage )?space`,
		`insufficient (system )?(storage|disk)`, `mailbox size`, `too much mail data`, `\b[45]\.2\.2\b`)},
	{diagnosis{"size", false, "5.3.4"}, said(`message (is )?too (big|large)`, `message size`, `size limit`, `exceeds? (the )?(maximum|max|size|fixed)`,
		`too large`, `trop volumineux`, `\b5\.3\.4\b`, `\b5\.2\.3\b`)},
	{diagnosis{"bad sender", false, "5.1.8"}, said(`sender (address|domain|verify|was rejected|rejected|denied)`, `domain of sender`, `from address`,
		`my name was rejected`, `\b5\.1\.[78]\b`)},
	{diagnosis{"moved", true, "5.1.6"}, said(`(has|have|user) (been )?(moved|changed (his|her|their|its) address)`, `address (has )?changed`,
		`no longer (valid|in use|at)`, `n'est plus (valide|utilis)`, `has been replaced`, `\b5\.1\.6\b`)},
	{diagnosis{"disabled", false, "5.2.1"}, said(`(account|mailbox|user|recipient|boîte|compte).{0,40}(suspend|disabled|inactive|deactivated|locked|désactiv|frozen|expired)`,
		`(disabled|inactive|suspended|deactivated) (account|mailbox|user|recipient)`)},
	{diagnosis{"mailer", false, "5.3.0"}, said(`procmail`, `couldn't create`, `can't create`, `command died`, `exit status`)},
	{diagnosis{"name server", false, "4.4.3"}, said(`malformed or unexpected name server`, `(dns|name server|name service) (error|failure|timeout|unavailable).{0,40}(try again|temporar)`,
		`host(name)? lookup (failure|did not complete)`)},
	{diagnosis{"unknown host", true, "5.1.2"}, said(`host (or domain name |[a-z0-9.-]{1,100} )?(not found|unknown)`,
		`(domain|host|name|server)( name)? (not found|is not reachable|does not exist|doesn't exist|n'existe pas|unknown|invalid|non-existent)`,
		`unknown (host|domain)`, `no such (domain|host)`, `nxdomain`, `unrouteable (mail )?(address|domain)`, `unable to (resolve|route)`,
		`no (mx|a|dns) record`, `no smtp service`, `could ?n[o']t find (a|any) (mail exchanger|host)`, `illegal host`, `null ?mx`,
		`does(n't| not) (accept|receive) e?-?mail`, `not accepting network messages`, `domaine (inconnu|introuvable)`, `\b5\.1\.2\b`, `\b5\.4\.4\b`)},
	{diagnosis{"no such address", true, "5.1.1"}, said(`(invalid|bad|nonexistent|non-existent|undeliverable) (email |mail )?(recipient|mailbox|address|addressee)`,
		`(recipient|mailbox|address|addressee|destinataire|adresse|boîte).{0,40}(not (found|exist|valid|recogni[sz]ed)|invalid|couldn't be found|unavailable|does ?n[o']t exist|inconnu|n'existe pas|introuvable)`,
		`does ?n[o']t have an? .{0,60}account`, `recipient address rejected: access denied`, `not our customer`, `compte inexistant`, `not listed in .{0,40}(directory|address book)`, `no valid recipient`, `invalid final delivery userid`)},
	{diagnosis{unknownUser, true, "5.1.1"}, said(`(user|userid|recipient|account|address|name|utilisateur|compte).{0,60}(unknown|not (found|exist|known|valid|listed|available here|a local)|no such|invalid|does ?n[o']t exist|do not exist|inconnu|n'existe pas)`,
		`(unknown|invalid|no such|bad|unrecogni[sz]ed) (local |email |mail )?(user|userid|recipient|mailbox|account|address|person|name|local.?part)`,
		`no (such |valid )?(user|mailbox|recipient|account|person)`, `(does not|doesn't) exist`, `unknown (to|at|or illegal)`, `isn't (known|here)`, `not a (valid|known)`,
		`\b5\.1\.[13]\b`, `\b5\.1\.10\b`)},
	{diagnosis{"expired", false, "4.4.7"}, said(`(queue|retry|timed? ?out|délai).{0,40}(expired|exceeded|too long|timeout|dépass)`, `delivery (time|expired)`, `(message|envelope) expired`,
		`could not be delivered (for|within|after)`, `been in the queue too long`, `aborted after`, `failing for a long time`, `cannot send message for`, `has been delayed`, `\b[45]\.4\.7\b`)},
	{diagnosis{"network", false, "4.4.1"}, said(`connection (refused|timed out|reset|dropped|lost)`, `timed out`, `timeout`, `no route`, `(can't|unable to|cannot|could not) connect`, `unreachable`,
		`lost connection`, `network (is|error)`, `hop count`, `mail loop`, `loops? back`, `too many hops`, `routing loop`, `temporar(y|ily)`)},
	{diagnosis{"refused", false, "5.7.1"}, said(`spam`, `block(ed|list)`, `black ?list`, `denied`, `rejected`, `refus`, `relay`, `policy`, `dmarc`, `spf`, `dkim`, `authenticat`,
		`reputation`, `virus`, `not allowed`, `not permitted`, `unsolicited`, `reverse dns`, `ptr`, `administrative prohibition`)},
}

// said builds the expression that finds any of the words.
func said(words ...string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)` + strings.Join(words, "|"))
}

// conclude finds status and hardness in the words of the server that refused, or
// else in those of the report.
func (b *Bounce) conclude(diagnostic, human string) {
	evidence := diagnostic
	d := diagnosisOf(diagnostic)
	if d.name == "" {
		evidence = about(b.Recipient, human)
		d = diagnosisOf(evidence)
	}
	if b.Status == "" || strings.HasSuffix(b.Status, ".0.0") {
		b.Status = firstNonEmpty(enhancedStatus(diagnostic), b.Status, enhancedStatus(evidence), replyClass(diagnostic), replyClass(evidence))
	}
	lasts := d.lasts(b.Status, diagnostic, diagnostic+"\n"+human)
	if b.Status == "" {
		b.Status = b.ownStatus(d)
	}
	// An address that nobody knew until the server gave up is as unknown as any.
	final := b.Status[0] == '5' || b.Action == "failed" && strings.HasPrefix(b.Status, "4.1.")
	b.Hard = b.Failed() && final && lasts
	b.Diagnostic = strings.TrimSpace(strings.ToValidUTF8(clip(oneLine(evidence), 500), ""))
}

// ownStatus is the code for a report that names none: that of the diagnosis, in
// the class that the action gives.
func (b *Bounce) ownStatus(d diagnosis) string {
	code := firstNonEmpty(d.status, "5.0.0")
	switch b.Action {
	case "failed":
		return code
	case "delayed":
		return "4" + code[1:]
	}
	return "2.0.0"
}

// lasts tells whether nobody will ever read mail sent to that address. Servers
// also say "user unknown" of letters that they do not like, at the end of the
// data; so the words alone weigh only with the code 5.1.x, or when the report
// shows that it was the address that was refused, by RCPT. 5.2.0 speaks of a
// mailbox that exists, 5.7 of what it may receive.
func (d diagnosis) lasts(status, diagnostic, all string) bool {
	switch {
	case d.name == "", status == "5.4.4": // no way there, whatever the name server says of it
		return hardStatus[status]
	case d.name != unknownUser:
		return d.hard
	case status == "5.2.0", judged.MatchString(diagnostic):
		return false
	case hardStatus[status]:
		return true
	case atData.MatchString(all):
		return false
	}
	return atRecipient.MatchString(all)
}

var (
	atData      = regexp.MustCompile(`(?i)in reply to (the )?end of DATA|(final|end of|after) DATA|SMTP command\s+DATA`)
	judged      = regexp.MustCompile(`\b5\.7\.[0-9]+\b`)
	atRecipient = regexp.MustCompile(`(?i)RCPT|like recipient|recipient address rejected`)
)

// diagnosisOf finds the first rule that speaks of the words of a server.
func diagnosisOf(words string) diagnosis {
	// An address is called what its owner likes: user.unknown@… says nothing.
	words = mentioned.ReplaceAllString(clip(words, maxEvidence), "@")
	words = strings.Join(strings.Fields(words), " ")
	if words == "" {
		return diagnosis{}
	}
	for _, r := range rules {
		if r.said.MatchString(words) {
			return r.diagnosis
		}
	}
	return diagnosis{}
}

// hardStatus are the codes of RFC 3463 that speak of the address itself.
var hardStatus = map[string]bool{
	"5.1.0": true, "5.1.1": true, "5.1.2": true, "5.1.3": true, "5.1.6": true, "5.1.10": true, "5.4.4": true,
}

var (
	enhanced = regexp.MustCompile(`(?:^|[^0-9.])([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:[^0-9.]|\.?$|\.[^0-9])`)
	reply    = regexp.MustCompile(`(?:^|[^0-9.])([45])[0-9][0-9](?:[ -]|$)`)
)

// enhancedStatus finds a status code of RFC 3463 in words, empty when there is none.
func enhancedStatus(words string) string {
	if m := enhanced.FindStringSubmatch(words); m != nil {
		return m[1]
	}
	return ""
}

// replyClass makes a status of an SMTP reply code: "550 No" is 5.0.0.
func replyClass(words string) string {
	if m := reply.FindStringSubmatch(words); m != nil {
		return m[1] + ".0.0"
	}
	return ""
}
