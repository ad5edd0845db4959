package mailin

import (
	"net/mail"
	"strings"
	"time"
	"unicode"
)

// field is one header field, unfolded, in UTF-8, its encoded words not decoded.
type field struct {
	name  string // lower case
	value string
	exact bool // read without any repair
}

// head is the fields of a letter or of a part, in their order.
type head struct {
	fields []field
	cut    bool // longer than the limits: the rest is missing
}

// get is the first field of a name, empty when there is none.
func (h head) get(name string) string {
	for _, f := range h.fields {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

// has tells whether the field is there, be it empty.
func (h head) has(name string) bool {
	for _, f := range h.fields {
		if f.name == name {
			return true
		}
	}
	return false
}

// plausible tells a letter from any other file.
func (h head) plausible() bool {
	for _, f := range h.fields {
		if wellKnown(f.name) {
			return true
		}
	}
	return false
}

// addresses reads every field of the names, in the order of the names.
func (h head) addresses(names ...string) []address {
	var list []address
	for _, name := range names {
		for _, f := range h.fields {
			if f.name == name && len(list) < maxAddresses {
				list = append(list, parseAddresses(f.value, maxAddresses-len(list))...)
			}
		}
	}
	return list
}

// ids lists the message ids in the fields of a name, without brackets, each once.
func (h head) ids(name string) []string {
	var ids []string
	seen := map[string]bool{}
	for _, f := range h.fields {
		if f.name != name {
			continue
		}
		for _, id := range messageIDs(f.value) {
			if !seen[id] && len(ids) < maxReferences {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// messageIDs finds the ids in a value: what stands in angle brackets, or else
// the words with an at sign.
func messageIDs(value string) []string {
	var ids []string
	for rest := value; ; {
		_, after, found := strings.Cut(rest, "<")
		if !found {
			break
		}
		id, next, closed := strings.Cut(after, ">")
		if !closed {
			next = ""
		}
		if id = withoutSpaces(id); id != "" {
			ids = append(ids, id)
		}
		rest = next
	}
	if len(ids) > 0 {
		return ids
	}
	for word := range strings.FieldsSeq(value) {
		if word = strings.Trim(word, `",;`); strings.Contains(word, "@") {
			ids = append(ids, word)
		}
	}
	if len(ids) == 0 && value != "" && !strings.ContainsAny(value, " <>") {
		ids = append(ids, value)
	}
	return ids
}

// nullPath tells the empty envelope sender of automatic mail, "<>"; some servers
// write a name without a domain for it.
func nullPath(value string) bool {
	value = withoutSpaces(value)
	return value == "<>" || strings.EqualFold(value, "<mailer-daemon>")
}

// dateLayouts are the shapes that net/mail refuses and senders write.
var dateLayouts = []string{
	time.RFC3339,
	"Mon, 2 Jan 2006 15:04:05",
	"2 Jan 2006 15:04:05",
	"Mon Jan 2 15:04:05 2006",
	"Mon Jan 2 15:04:05 2006 -0700",
	"Monday, January 2, 2006 3:04 PM",
	"2006-01-02 15:04:05 -0700",
	"2006-01-02 15:04:05",
}

// parseDate reads a Date field, in UTC. It is zero when it cannot be read or lies
// outside the years that a letter can have been written in.
func parseDate(value string) time.Time {
	at, err := mail.ParseDate(value)
	for _, layout := range dateLayouts {
		if err == nil {
			break
		}
		at, err = time.Parse(layout, value)
	}
	if err != nil || at.Year() < 1970 || at.Year() > 9999 {
		return time.Time{}
	}
	return at.UTC()
}

// oneLine replaces line breaks and tabs by spaces and drops the other control
// characters, and the marks that turn the direction of writing around.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\t', r == '\u2028', r == '\u2029':
			return ' '
		case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		}
		return r
	}, s)
}

// withoutSpaces drops every white space.
func withoutSpaces(s string) string {
	if !strings.ContainsFunc(s, unicode.IsSpace) {
		return s
	}
	return strings.Join(strings.Fields(s), "")
}

// startsWithFold tells whether s begins with prefix in any case; prefix is ASCII.
func startsWithFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
