package mailin

import (
	"strings"

	"amigo/app/i18n"
)

// isSMIME tells a part that is signed or encrypted as one file (RFC 8551).
func (m media) isSMIME() bool {
	return m.name == "application/pkcs7-mime" || m.name == "application/x-pkcs7-mime"
}

// secured keeps a part whole that is signed or encrypted: changed by a byte, its
// signature would be worth nothing.
func (c *collector) secured(p *part) {
	switch {
	case p.media.name == "multipart/signed":
		c.letter.Signed = true
		c.attachWhole(p, "signed.eml")
	case p.media.name == "multipart/encrypted":
		c.letter.Encrypted = true
		c.attachWhole(p, "encrypted.eml")
	case p.media.isSMIME() && !strings.HasPrefix(p.media.purpose, "certs"):
		c.smime(p)
	}
}

// smime opens a signature that holds the letter inside it. One within another is
// left to those who can check it.
func (c *collector) smime(p *part) {
	inside := opaque(p.content().own())
	switch {
	case inside != nil && !c.opened:
		c.letter.Signed = true
		c.attachWhole(p, "signed.eml")
		h, n := readHead(inside, insidePart)
		root, unread := scan(inside, h, n)
		if c.letter.Unread == AllRead {
			c.letter.Unread = unread
		}
		c.opened = true
		c.walk(root)
		c.opened = false
	case inside != nil, strings.HasPrefix(p.media.purpose, "signed"):
		c.letter.Signed, c.closed = true, true
		c.attachWhole(p, "signed.eml")
	default:
		c.letter.Encrypted = true
		c.attachWhole(p, "encrypted.eml")
	}
}

// announce puts before the text what a reader must know who sees nothing else.
func (c *collector) announce(root *part) {
	l := c.letter
	say := func(key string) { c.lead = join(c.lead, i18n.In("fr").T(key)+"\n") }
	if !l.Encrypted && strings.HasPrefix(strings.TrimSpace(l.Text), "-----BEGIN PGP MESSAGE-----") {
		l.Encrypted = true
		c.attachWhole(root, "encrypted.eml")
	}
	switch {
	case l.Encrypted:
		say("mailread.secured.encrypted")
	case c.closed && strings.TrimSpace(l.Text) == "":
		say("mailread.secured.closed")
	case strings.TrimSpace(l.Text) == "" && c.has("application/ms-tnef"):
		say("mailread.secured.winmail")
	case strings.TrimSpace(l.Text) == "" && (c.has("text/rtf") || c.has("application/rtf")):
		say("mailread.secured.rtf")
	}
	l.Text = strings.Trim(join(c.lead, l.Text), "\n")
}

// has tells whether a file of a type came with the letter.
func (c *collector) has(kind string) bool {
	for _, a := range c.letter.Attachments {
		if a.Type == kind {
			return true
		}
	}
	return false
}
