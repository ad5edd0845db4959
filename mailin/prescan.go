package mailin

import (
	"bytes"
	"strings"
)

// part is a node of the MIME tree: its head, and where its bytes stand in the raw
// message. Only the first MaxParts nodes and MaxDepth levels exist.
type part struct {
	head     head
	media    media
	whole    []byte // head and body, as received
	body     []byte
	children []*part
	under    string // the media type of the container, empty for the root
}

// scan finds the parts of a message in one pass over its lines, whatever they
// claim: a boundary counts only for the containers that are open, innermost
// first, and closes those inside it. It is the only place that follows nesting,
// so that no library ever sees a container: the ones that we know take time
// exponential in the depth of unclosed containers.
func scan(source []byte, h head, bodyAt int) (*part, Unread) {
	root := newPart(h, "", source, source[bodyAt:])
	s := scanner{source: source, parts: 1}
	s.enter(root, bodyAt)
	s.run(bodyAt)
	return root, s.unread
}

// scanner is the state of one pass: the open containers and the part being read.
type scanner struct {
	source  []byte
	open    []container
	current *part // the leaf that the lines belong to, nil between parts
	headAt  int   // where the current leaf starts, and its body
	bodyAt  int
	parts   int
	unread  Unread
}

// container is an open multipart.
type container struct {
	part     *part
	boundary []byte
	headAt   int
	bodyAt   int
}

// newPart reads what a head says about the part.
func newPart(h head, under string, whole, body []byte) *part {
	return &part{head: h, media: mediaOf(h, under), whole: whole, body: body, under: under}
}

// enter opens p as a container, or as the current leaf when it is none.
func (s *scanner) enter(p *part, bodyAt int) {
	boundary := p.media.boundary
	if p.media.isMultipart() && boundary == "" {
		boundary = guessBoundary(s.source[bodyAt:])
	}
	s.current, s.bodyAt = p, bodyAt
	if !p.media.isMultipart() || boundary == "" {
		return
	}
	if len(s.open) == MaxDepth {
		s.unread = TooDeep
		return
	}
	s.open = append(s.open, container{p, []byte("--" + boundary), s.headAt, bodyAt})
	s.current = nil
}

// guessBoundary takes the first line that looks like a boundary, for a container
// that does not name its own.
func guessBoundary(body []byte) string {
	for i := 0; i < min(len(body), 8<<10); {
		line, next := cutLine(body, i)
		line = bytes.TrimRight(line, " \t")
		if len(line) > 4 && bytes.HasPrefix(line, []byte("--")) && !bytes.ContainsAny(line, " \t") {
			return string(line[2:])
		}
		i = next
	}
	return ""
}

// run reads the lines from i on.
func (s *scanner) run(i int) {
	for i < len(s.source) && len(s.open) > 0 {
		line, next := cutLine(s.source, i)
		level, closing := s.match(line)
		if level < 0 {
			i = next
			continue
		}
		s.closeAbove(level, i)
		switch {
		case closing:
			s.closeAbove(level-1, i)
		case s.parts == MaxParts:
			s.unread = TooManyParts
			s.closeAbove(-1, i)
			return
		default:
			next = s.begin(s.open[level].part, next)
		}
		i = next
	}
	s.closeAbove(-1, len(s.source))
}

// match finds the open container whose boundary the line is, -1 for none.
func (s *scanner) match(line []byte) (level int, closing bool) {
	if !bytes.HasPrefix(line, []byte("--")) {
		return -1, false
	}
	line = bytes.TrimRight(line, " \t\r")
	for level = len(s.open) - 1; level >= 0; level-- {
		rest, found := bytes.CutPrefix(line, s.open[level].boundary)
		if found && (len(rest) == 0 || string(rest) == "--") {
			return level, len(rest) > 0
		}
	}
	return -1, false
}

// begin reads the head of the part that starts at i and gives where its body starts.
func (s *scanner) begin(parent *part, i int) int {
	h, n := readHead(s.source[i:], insidePart)
	s.parts++
	s.headAt = i
	p := newPart(h, parent.media.name, nil, nil)
	parent.children = append(parent.children, p)
	s.enter(p, i+n)
	return i + n
}

// closeAbove ends the current leaf at end, and the containers above the level.
func (s *scanner) closeAbove(level, end int) {
	if s.current != nil {
		s.current.whole, s.current.body = s.slice(s.headAt, end), s.slice(s.bodyAt, end)
		s.current = nil
	}
	for len(s.open) > level+1 {
		c := s.open[len(s.open)-1]
		if c.part.under != "" {
			c.part.whole, c.part.body = s.slice(c.headAt, end), s.slice(c.bodyAt, end)
		}
		s.open = s.open[:len(s.open)-1]
	}
}

// slice gives the bytes between two offsets without the line end before a boundary,
// which belongs to the boundary (RFC 2046 5.1.1).
func (s *scanner) slice(from, to int) []byte {
	b := s.source[min(from, to):to]
	if to < len(s.source) {
		b = bytes.TrimSuffix(bytes.TrimSuffix(b, []byte{'\n'}), []byte{'\r'})
	}
	return b
}

// leaves calls f for every part that is not a container, in order. A container
// without a single part is a leaf: its text stands where the parts should.
func (p *part) leaves(f func(*part)) {
	if len(p.children) == 0 {
		f(p)
		return
	}
	for _, child := range p.children {
		child.leaves(f)
	}
}

// find is the first part of a media type, containers included, nil when there is none.
func (p *part) find(name string) *part {
	if p.media.name == name {
		return p
	}
	for _, child := range p.children {
		if found := child.find(name); found != nil {
			return found
		}
	}
	return nil
}

// content is the body of a part.
func (p *part) content() encoded {
	return encoded{p.body, p.head.get("content-transfer-encoding")}
}

// text gives the start of a part's body, decoded, as text with LF.
func (p *part) text() string {
	b := p.content().start(maxText)
	return tidy(toUTF8(b[:min(len(b), maxText)], p.media.charset))
}

// tidy gives text LF for every line end and drops control characters.
func tidy(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r', r == '\v', r == '\f', r == '\u2028', r == '\u2029', r == '\u0085':
			return '\n'
		case r < ' ' && r != '\n' && r != '\t', r == 0x7f, r == '\ufeff', r >= 0x80 && r < 0xa0:
			return -1
		}
		return r
	}, s)
}
