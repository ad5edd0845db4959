package mailin

import (
	"bytes"
	"strings"
)

// uncover removes what stands in front of a letter without belonging to it:
// a byte order mark, blank lines, the "From " line of an mbox file. A message
// of which every line ends in a bare CR is rewritten with LF.
func uncover(raw []byte) []byte {
	b := bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if bytes.IndexByte(b, '\n') < 0 && bytes.IndexByte(b, '\r') >= 0 {
		b = bytes.ReplaceAll(b, []byte{'\r'}, []byte{'\n'})
	}
	for len(b) > 0 {
		line, next := cutLine(b, 0)
		if len(bytes.Trim(line, " \t\r\x00")) > 0 && !isPostmark(line) {
			break
		}
		b = b[next:]
	}
	return b
}

// isPostmark tells the separator of mbox files from a field.
func isPostmark(line []byte) bool {
	return bytes.HasPrefix(line, []byte("From ")) || bytes.HasPrefix(line, []byte(">From "))
}

// cutLine gives the line of b that starts at i, without its end, and where the
// next one starts.
func cutLine(b []byte, i int) (line []byte, next int) {
	n := bytes.IndexByte(b[i:], '\n')
	if n < 0 {
		return b[i:], len(b)
	}
	return bytes.TrimSuffix(b[i:i+n], []byte{'\r'}), i + n + 1
}

// place says where a head stands, because its end is guessed differently.
type place bool

const (
	wholeLetter place = false
	insidePart  place = true
)

// readHead reads the fields at the start of b and says where the body starts.
// It mends what senders break: lines that are no fields, a missing
// blank line before the body, spaces before the colon, NUL bytes, bare CR,
// eight-bit values in whatever encoding.
//
// What was mended is never evidence: fields after a broken line lose exact, so
// that nobody hides an Authentication-Results from our mail server in a shape
// that only we would read as one.
func readHead(b []byte, where place) (head, int) {
	var r headReader
	for i := 0; i < len(b); {
		line, next := cutLine(b, i)
		switch name, value, exact := splitField(line); {
		case len(line) == 0, blank(line) && !headGoesOn(b, next):
			return r.done(), next
		case where == insidePart && bytes.HasPrefix(line, []byte("--")):
			return r.done(), i
		case line[0] == ' ' || line[0] == '\t':
			r.more(line)
		case name != "":
			r.begin(name, value, exact)
		case r.unfinished():
			r.bend(line)
		case headGoesOn(b, next):
			r.bend(nil)
		default:
			r.bent = true
			return r.done(), i
		}
		i = next
	}
	return r.done(), len(b)
}

// blank tells a line of white space only.
func blank(line []byte) bool { return len(bytes.TrimSpace(line)) == 0 }

// splitField cuts "Name: value". The name is in lower case, empty when the line
// is not a field; exact is false when the name had to be mended.
func splitField(line []byte) (name string, value []byte, exact bool) {
	colon := bytes.IndexByte(line, ':')
	if colon <= 0 || colon > 100 {
		return "", nil, false
	}
	written := line[:colon]
	trimmed := bytes.TrimRight(written, " \t")
	for _, c := range trimmed {
		if c < '!' || c > '~' {
			return "", nil, false
		}
	}
	return strings.ToLower(string(trimmed)), line[colon+1:], len(trimmed) == len(written)
}

// headGoesOn tells whether a well-known field still comes within the five lines
// from i on: then a line without colon is damage, and not the first of the body.
func headGoesOn(b []byte, i int) bool {
	for range 5 {
		if i >= len(b) {
			return false
		}
		line, next := cutLine(b, i)
		if blank(line) {
			return false
		}
		if name, _, _ := splitField(line); wellKnown(name) {
			return true
		}
		i = next
	}
	return false
}

// wellKnown tells the names by which one recognises the head of a letter.
func wellKnown(name string) bool {
	switch name {
	case "from", "to", "cc", "bcc", "subject", "date", "message-id", "in-reply-to", "references",
		"reply-to", "sender", "received", "return-path", "delivered-to", "mime-version",
		"auto-submitted", "precedence", "importance", "user-agent", "dkim-signature",
		"authentication-results", "received-spf", "thread-topic", "thread-index", "resent-from":
		return true
	}
	return strings.HasPrefix(name, "content-") || strings.HasPrefix(name, "x-") ||
		strings.HasPrefix(name, "list-") || strings.HasPrefix(name, "arc-")
}

// headReader gathers the fields of one head within the limits.
type headReader struct {
	head
	open  bool // a field is being gathered
	last  field
	value bytes.Buffer
	size  int
	bent  bool
}

// begin starts a new field.
func (r *headReader) begin(name string, value []byte, exact bool) {
	r.close()
	r.open = true
	r.last = field{name: name, exact: exact && !r.bent}
	r.size += len(name) + 1
	r.add(bytes.TrimSpace(value))
}

// more adds a folded line to the field before it.
func (r *headReader) more(line []byte) {
	r.value.WriteByte(' ')
	r.add(bytes.TrimSpace(line))
}

// unfinished tells whether the field being gathered breaks off inside an address.
func (r *headReader) unfinished() bool {
	v := r.value.Bytes()
	return bytes.LastIndexByte(v, '<') > bytes.LastIndexByte(v, '>') || bytes.HasSuffix(v, []byte{','})
}

// bend adds a line that should have been indented, or nothing for one that is
// only damage.
func (r *headReader) bend(line []byte) {
	r.bent, r.last.exact = true, false
	r.more(line)
}

// add keeps b within the limits of a field and of a head.
func (r *headReader) add(b []byte) {
	r.size += len(b) + 1
	if r.size > MaxHead || r.value.Len()+len(b) > maxField {
		r.cut = true
		b = nil
	}
	r.value.Write(b)
}

// close keeps the field that was being gathered.
func (r *headReader) close() {
	if r.open && r.size <= MaxHead {
		r.last.value = repairValue(r.value.Bytes())
		r.fields = append(r.fields, r.last)
	}
	r.open = false
	r.value.Reset()
}

// done ends the head.
func (r *headReader) done() head {
	r.close()
	return r.head
}

// repairValue makes valid UTF-8 without control characters of a field's bytes.
func repairValue(b []byte) string {
	return strings.TrimSpace(oneLine(toUTF8(b, "")))
}
