package tickets

import (
	"strings"

	"amigo/app/people"
	"amigo/app/seal"
)

const (
	replyPurpose = "reply"
	replyMark    = "+r."
	maxLocal     = 64 // RFC 5321 section 4.5.3.1.1
)

// ReplyToken is what a signed reply address or one of our Message-IDs names.
type ReplyToken struct {
	Ticket ID
	Person people.ID
}

// ReplyAddress is the signed address to which that person answers on that
// ticket: assistance+r.<code>@…; the code is signed with 128 bits. It is empty
// when the installation has no mail address, or one too long to sign.
func (d *Desk) ReplyAddress(id ID, who people.ID) string {
	local, domain, ok := strings.Cut(d.conf.MailAddress, "@")
	if !ok {
		return ""
	}
	local += replyMark + d.seal.Code(replyPurpose, seal.Pack(int64(id), int64(who)))
	if len(local) > maxLocal {
		return ""
	}
	return local + "@" + domain
}

// OpenReplyAddress reads a signed reply address; ok is false when it is not
// ours. What stands before the mark and after the @ is not looked at: mail
// servers rewrite both.
func (d *Desk) OpenReplyAddress(address string) (t ReplyToken, ok bool) {
	local, _, found := strings.Cut(address, "@")
	_, code, marked := strings.Cut(local, replyMark)
	if !found || !marked {
		return ReplyToken{}, false
	}
	payload, err := d.seal.OpenCode(replyPurpose, code)
	if err != nil {
		return ReplyToken{}, false
	}
	numbers, err := seal.Unpack(payload, 2)
	if err != nil {
		return ReplyToken{}, false
	}
	return ReplyToken{Ticket: ID(numbers[0]), Person: people.ID(numbers[1])}, true
}
