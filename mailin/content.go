package mailin

import (
	"html"
	"strings"
)

// block is one stretch of the body, in plain text, in HTML or in both.
type block struct {
	text string
	html string // as received, in UTF-8
}

// collector sorts the leaves of a message into body and attachments.
type collector struct {
	letter *Letter
	blocks []block
	either *block // the multipart/alternative being read
	cids   map[string]bool
	lead   string          // what stands before the text: invitations, that it cannot be read
	events map[string]bool // the invitations that the lead tells of
	opened bool            // inside a signature that holds the letter
	closed bool            // signed, and cannot be opened
	taken  int             // bytes of text and HTML so far
}

// fill gives the letter its texts and attachments.
func (l *Letter) fill(root *part) {
	c := collector{letter: l}
	c.walk(root)
	c.compose()
	c.announce(root)
	c.markInline()
}

// walk visits a part and those inside it. Every leaf becomes body or attachment;
// what is signed or encrypted is an attachment as a whole besides.
func (c *collector) walk(p *part) {
	c.secured(p)
	if len(p.children) == 0 {
		c.leaf(p)
		return
	}
	if p.media.name == "multipart/alternative" && c.either == nil {
		c.either = &block{}
		defer func() {
			c.blocks = append(c.blocks, *c.either)
			c.either = nil
		}()
	}
	for _, child := range p.children {
		c.walk(child)
	}
}

// leaf files one part. Text beyond what a letter may have is a file.
func (c *collector) leaf(p *part) {
	switch {
	case !c.isBody(p), c.taken > maxBody:
		c.invited(p)
		c.attach(p)
	case p.media.name == "text/html":
		c.add(block{html: c.read(p)})
	default:
		c.add(block{text: c.read(p)})
	}
}

// isBody tells text to be read from a file that happens to be text.
func (c *collector) isBody(p *part) bool {
	switch p.media.name {
	case "text/plain", "text/html", "text":
	default:
		// A container without parts: its text stands where they should, unless we
		// did not look because it is too deep.
		if !p.media.isMultipart() || c.letter.Unread == TooDeep {
			return false
		}
	}
	named := p.media.filename != "" && (p.media.disposition != "" || len(c.blocks) > 0)
	return p.media.disposition != "attachment" && !named
}

// read gives the text of a body part. One that is too long is an attachment too.
func (c *collector) read(p *part) string {
	b := p.content().start(maxText + 1)
	if len(b) > maxText {
		c.attach(p)
		b = b[:maxText]
	}
	if p.media.name == "text/html" {
		return c.take(tidy(toUTF8(b, htmlCharset(b, p.media.charset))))
	}
	text := tidy(toUTF8(b, p.media.charset))
	if p.media.format == "flowed" {
		text = unflow(text, p.media.delsp)
	}
	return c.take(text)
}

// take counts a text, and cuts one that has become too long.
func (c *collector) take(text string) string {
	text = clipText(text)
	c.taken += len(text)
	return text
}

// add puts a stretch into the alternative being read, or after the others.
func (c *collector) add(b block) {
	if c.either == nil {
		c.blocks = append(c.blocks, b)
		return
	}
	c.either.text = join(c.either.text, b.text)
	c.either.html = join(c.either.html, b.html)
}

// compose makes the text, and the HTML if any stretch has one. A stretch with
// nothing in its plain text is read from its HTML.
func (c *collector) compose() {
	var text, rich string
	for _, b := range c.blocks {
		plain := b.text
		if strings.TrimSpace(plain) == "" && b.html != "" {
			plain = plainText(b.html)
		}
		text = join(text, strings.Trim(plain, "\n"))
		if b.html == "" && strings.TrimSpace(plain) != "" {
			b.html = "<pre>" + html.EscapeString(plain) + "</pre>"
		}
		rich = join(rich, b.html)
	}
	c.letter.Text = clipText(text)
	if c.hasHTML() {
		c.letter.HTML = cleanHTML(clipText(rich))
		c.cids = contentIDs(c.letter.HTML)
	}
}

// hasHTML tells whether any stretch came in HTML.
func (c *collector) hasHTML() bool {
	for _, b := range c.blocks {
		if b.html != "" {
			return true
		}
	}
	return false
}

// markInline marks the attachments that the HTML shows.
func (c *collector) markInline() {
	for i := range c.letter.Attachments {
		a := &c.letter.Attachments[i]
		a.Inline = a.Inline || a.ContentID != "" && c.cids[a.ContentID]
	}
}

// join puts two texts one after the other, on lines of their own.
func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n" + b
}

// clipText cuts a text at maxText, not inside a character.
func clipText(s string) string {
	return strings.ToValidUTF8(clip(s, maxText), "")
}
