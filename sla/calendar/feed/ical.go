package feed

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

const beginCalendar = "BEGIN:VCALENDAR"

// maxDepth is how deep components may stand in one another: an alarm in an
// event in a calendar, and room for what others invent.
const maxDepth = 8

// property is a line of an iCalendar file, unfolded (RFC 5545, section 3.1).
type property struct {
	name   string
	params map[string]string // by upper-case name, quotes removed; the first value of each
	value  string
	line   int
}

// component is what stands between BEGIN and END.
type component struct {
	name  string
	line  int
	props []property
}

// get is the first property of a name; its line is 0 where there is none.
func (c component) get(name string) property {
	for _, p := range c.props {
		if p.name == name {
			return p
		}
	}
	return property{}
}

// unfold calls f with each line and its number, those that were folded joined
// again, until f says no. The lines of a file are read only once and copied
// only where they were folded, however long they are.
func unfold(text []byte, f func(line int, content string) bool) {
	var folded []byte
	begins, n := 0, 0
	for len(text) > 0 {
		var line []byte
		line, text, _ = bytes.Cut(text, []byte("\n"))
		line = bytes.TrimSuffix(line, []byte("\r"))
		n++
		if n > 1 && len(line) > 0 && (line[0] == ' ' || line[0] == '\t') {
			folded = append(folded, line[1:]...)
			continue
		}
		if len(folded) > 0 && !f(begins, string(folded)) {
			return
		}
		folded, begins = append(folded[:0], line...), n
	}
	if len(folded) > 0 {
		f(begins, string(folded))
	}
}

// parseProperty takes a line apart; ok is false where it has no colon or an
// unfinished quote.
func parseProperty(line int, content string) (p property, ok bool) {
	end := strings.IndexAny(content, ";:")
	if end <= 0 {
		return p, false
	}
	p = property{name: strings.ToUpper(content[:end]), line: line}
	for rest := content[end:]; ; {
		if value, found := strings.CutPrefix(rest, ":"); found {
			p.value = value
			return p, true
		}
		var name, value string
		if name, rest, ok = strings.Cut(rest[1:], "="); !ok {
			return p, false
		}
		if value, rest, ok = parameter(rest); !ok {
			return p, false
		}
		if p.params == nil {
			p.params = map[string]string{}
		}
		p.params[strings.ToUpper(name)] = value
	}
}

// parameter reads the values of a parameter, of which the first is given, up
// to the semicolon or colon behind them.
func parameter(s string) (value, rest string, ok bool) {
	quoted, ends := false, -1
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ',' && ends < 0:
			ends = i
		case c == ';' || c == ':':
			if ends < 0 {
				ends = i
			}
			return strings.Trim(s[:ends], `"`), s[i:], true
		}
	}
	return "", "", false
}

// unescape reads TEXT (RFC 5545, section 3.3.11).
var unescape = strings.NewReplacer(`\\`, `\`, `\,`, `,`, `\;`, `;`, `\n`, " ", `\N`, " ")

// calendar reads an iCalendar file: the events, and the name of the calendar.
func (r *reader) calendar(text []byte) {
	var (
		open   []component // from the calendar inwards
		events []component
		head   component
	)
	unfold(text, func(line int, content string) bool {
		p, ok := parseProperty(line, content)
		switch {
		case !utf8.ValidString(content):
			// Not before it is unfolded: a character may be cut in two.
			r.problems.refuse(place{Line: line}, notUTF8([]byte(content)))
		case !ok && strings.TrimSpace(content) == "":
		case !ok:
			r.problems.refuse(place{Line: line}, noProperty, "Value", clip(content))
		case p.name == "BEGIN":
			name := strings.ToUpper(strings.TrimSpace(p.value))
			if len(open) == 0 && name != "VCALENDAR" || len(open) == maxDepth {
				r.problems.refuse(place{Line: line}, stray, "Name", clip(name))
				return false
			}
			open = append(open, component{name: name, line: line})
		case len(open) == 0:
			r.problems.refuse(place{Line: line}, outer, "Name", clip(p.name))
			return false
		case p.name == "END":
			last := open[len(open)-1]
			if !strings.EqualFold(strings.TrimSpace(p.value), last.name) {
				r.problems.refuse(place{Line: last.line}, unclosed, "Name", clip(last.name), "AtLine", line, "Other", clip(p.value))
				return false
			}
			open = open[:len(open)-1]
			switch {
			case len(open) == 0:
				head = last
			case len(open) == 1 && last.name == "VEVENT":
				events = append(events, last)
				return !r.full(place{Line: last.line}, len(events))
			}
		default:
			// What stands in an alarm or a time zone says nothing about days.
			if c := &open[len(open)-1]; len(open) == 1 || len(open) == 2 && c.name == "VEVENT" {
				c.props = append(c.props, p)
			}
		}
		return true
	})
	if len(open) > 0 && len(r.problems.list) == 0 {
		c := open[len(open)-1]
		r.problems.refuse(place{Line: c.line}, cutOff, "Name", clip(c.name))
	}
	r.events(head, events)
}
