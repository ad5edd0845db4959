package mailin

import (
	"bytes"
	"path"
	"regexp"
	"strings"
	"unicode"

	"github.com/gabriel-vasile/mimetype"
	"golang.org/x/text/unicode/norm"
)

const (
	maxName  = 120     // characters of the name of an attachment
	maxTyped = 4 << 10 // bytes of one by which its type is told
)

// attach files a part as an attachment.
func (c *collector) attach(p *part) {
	start := p.content().start(MaxHead)
	if len(start) == 0 && p.media.filename == "" {
		return
	}
	a := newAttachment(p.media, p.content())
	if a.Name == "" {
		a.Name = defaultName(a.Type, start)
	}
	a.Inline = p.media.disposition == "inline" && strings.HasPrefix(a.Type, "image/") ||
		p.under == "multipart/related" && a.ContentID != "" && p.media.disposition != "attachment"
	c.file(a)
}

// file adds an attachment, up to as many as a letter may have parts.
func (c *collector) file(a Attachment) {
	if len(c.letter.Attachments) == MaxParts {
		c.letter.Unread = TooManyParts
		return
	}
	c.letter.Attachments = append(c.letter.Attachments, a)
}

// attachWhole files a container as received, head and all, so that its signature
// can still be checked and its secret still be opened.
func (c *collector) attachWhole(p *part, name string) {
	a := newAttachment(media{declared: p.media.name, name: p.media.name, filename: name}, encoded{bytes: p.whole})
	a.Type = "message/rfc822"
	c.file(a)
}

// newAttachment names, measures and types the content of a part.
func newAttachment(m media, content encoded) Attachment {
	size, sum := content.measure()
	return Attachment{
		Name:      safeName(m.filename),
		Type:      contentType(content.start(maxTyped), m.declared),
		Declared:  m.declared,
		Size:      size,
		SHA256:    sum,
		ContentID: m.contentID,
		content:   content,
	}
}

// declaredType is a media type worth keeping as declared.
var declaredType = regexp.MustCompile(`^[a-z]+/[a-z0-9][a-z0-9.+-]{0,99}$`)

// contentType is the media type that the first bytes show. Where they show nothing in
// particular, or only that they are text, the sender's word is taken.
func contentType(data []byte, declared string) string {
	if bytes.HasPrefix(data, []byte{0x78, 0x9f, 0x3e, 0x22}) {
		return "application/ms-tnef"
	}
	found, _, _ := strings.Cut(mimetype.Detect(data).String(), ";")
	if !declaredType.MatchString(declared) || strings.HasPrefix(declared, "multipart/") {
		return found
	}
	switch {
	case len(data) == 0:
		return declared
	case found == "application/octet-stream":
		if strings.HasPrefix(declared, "text/") {
			return found
		}
		return declared
	case found == "text/plain" && isTextual(declared),
		found == "application/pkcs7-signature" && strings.Contains(declared, "pkcs7"):
		return declared
	}
	return found
}

// isTextual tells the declared types whose content is text.
func isTextual(declared string) bool {
	if strings.HasPrefix(declared, "text/") || strings.HasPrefix(declared, "message/") {
		return true
	}
	for _, hint := range []string{"json", "xml", "pgp", "csv", "script", "yaml", "x-ruby", "calendar", "pem", "pkcs"} {
		if strings.Contains(declared, hint) {
			return true
		}
	}
	return false
}

// defaultName names a part that has no name of its own.
func defaultName(kind string, data []byte) string {
	switch kind {
	case "message/rfc822":
		h, _ := readHead(uncover(data), wholeLetter)
		if name := safeName(strings.ReplaceAll(decodeWords(h.get("subject")), "/", "-")); name != "" {
			return safeName(name + ".eml")
		}
		return "message.eml"
	case "text/calendar":
		return "invitation.ics"
	case "application/ms-tnef":
		return "winmail.dat"
	case "message/delivery-status", "message/global-delivery-status":
		return "delivery-status.txt"
	case "text/rfc822-headers":
		return "headers.txt"
	}
	return "attachment" + mimetype.Detect(data).Extension()
}

// safeName makes a name that is only a name: its last path element, without
// control, direction or reserved characters, in composed Unicode, with its
// extension however long it is. It may be empty.
func safeName(name string) string {
	name = norm.NFC.String(oneLine(clip(name, maxMediaField)))
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`<>:"|?*`, r):
			return '_'
		case unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, name)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	runes := []rune(name)
	if len(runes) <= maxName {
		return name
	}
	ext := []rune(path.Ext(name))
	if len(ext) > 12 {
		ext = nil
	}
	return strings.TrimRight(string(runes[:maxName-len(ext)]), ". ") + string(ext)
}
