package mailin

import (
	"slices"
	"strings"
	"unicode"
)

// address is one mailbox of an address field.
type address struct {
	Name  string
	Email string // lower case
}

// parseAddresses reads an address field (RFC 5322 3.4, RFC 6532) and the many
// shapes that are not in it: missing commas, semicolons, quotes that never end,
// two angle brackets in one entry, encoded addresses, "mailto:". It reads value
// once and gives at most limit addresses, groups taken apart.
func parseAddresses(value string, limit int) []address {
	p := addressParser{rest: value, limit: limit}
	for p.rest != "" && len(p.list) < limit {
		p.step()
	}
	p.end()
	return p.list
}

// addressParser gathers one entry after another.
type addressParser struct {
	rest    string
	limit   int
	list    []address
	phrase  strings.Builder
	comment string

	loneQuote, loneParen bool // one never ends: the next ones are ordinary characters
}

// step consumes one token of the rest.
func (p *addressParser) step() {
	n := 1
	switch p.rest[0] {
	case '"':
		n = p.quote()
	case '(':
		n = p.paren()
	case '<':
		n = p.angle()
	case ',', ';':
		p.end()
	case ':':
		p.colon()
	default:
		if n = strings.IndexAny(p.rest[1:], `"(<,;:`) + 1; n == 0 {
			n = len(p.rest)
		}
		p.phrase.WriteString(p.rest[:n])
	}
	p.rest = p.rest[n:]
}

// quote reads a quoted string into the phrase and gives its length.
func (p *addressParser) quote() int {
	if p.loneQuote {
		return 1
	}
	text, n := quotedString(p.rest)
	if n == 0 {
		p.loneQuote = true
		return 1
	}
	p.phrase.WriteString(text)
	return n
}

// paren reads a comment, which is the name of an address that has no other.
func (p *addressParser) paren() int {
	if p.loneParen {
		return 1
	}
	text, n := commentText(p.rest)
	if n == 0 {
		p.loneParen = true
		return 1
	}
	p.comment = text
	return n
}

// colon ends the name of a group, unless the entry already holds an address.
func (p *addressParser) colon() {
	if strings.Contains(p.phrase.String(), "@") {
		p.phrase.WriteByte(':')
		return
	}
	p.phrase.Reset()
}

// angle reads <address>, with what came before it as the name, and gives its length.
func (p *addressParser) angle() int {
	inner := p.rest[1:]
	size := strings.IndexAny(inner, "<>,")
	closed := size >= 0 && inner[size] == '>'
	if size < 0 {
		size = len(inner)
	}
	p.add(p.phrase.String(), decodeWords(inner[:size]))
	p.phrase.Reset()
	if closed {
		return size + 2
	}
	return size + 1
}

// end finishes an entry without angle brackets: each word with an at sign is an
// address, the others and the comment are the name of a single one.
func (p *addressParser) end() {
	words := strings.Fields(decodeWords(p.phrase.String()))
	p.phrase.Reset()
	emails := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return !strings.Contains(w, "@") })
	name := strings.Join(slices.DeleteFunc(words, func(w string) bool { return strings.Contains(w, "@") }), " ")
	if name == "" {
		name = p.comment
	}
	for _, email := range emails {
		if len(emails) > 1 {
			name = ""
		}
		p.add(name, email)
	}
	p.comment = ""
}

// add keeps an address if it is one.
func (p *addressParser) add(phrase, email string) {
	if email = cleanEmail(email); email != "" && len(p.list) < p.limit {
		p.list = append(p.list, address{cleanName(phrase), email})
	}
}

// cleanName makes a readable name of at most 200 characters out of a phrase.
func cleanName(phrase string) string {
	name := strings.Join(strings.Fields(oneLine(decodeWords(phrase))), " ")
	name = strings.Trim(name, `" `)
	if len(name) > 1 && name[0] == '\'' && name[len(name)-1] == '\'' {
		name = name[1 : len(name)-1]
	}
	if runes := []rune(name); len(runes) > 200 {
		name = string(runes[:200])
	}
	return name
}

// cleanEmail gives an address in lower case, empty when it is none.
func cleanEmail(s string) string {
	s = strings.ToLower(oneLine(withoutSpaces(s)))
	s = strings.TrimPrefix(strings.Trim(s, `<>"'`), "mailto:")
	s = strings.TrimRight(s, ".")
	at := strings.LastIndexByte(s, '@')
	if at <= 0 || at == len(s)-1 || len(s) > 320 || strings.ContainsAny(s[at:], `<>()[]",;:\`) && !addressLiteral(s[at+1:]) {
		return ""
	}
	if strings.ContainsFunc(s, unicode.IsSpace) || strings.ContainsAny(s, "<>,;\"") {
		return ""
	}
	return s
}

// addressLiteral tells "[192.0.2.1]", which may stand for a domain.
func addressLiteral(domain string) bool {
	return strings.HasPrefix(domain, "[") && strings.HasSuffix(domain, "]") && !strings.ContainsAny(domain[1:len(domain)-1], `<>()[]",;\ `)
}

// quotedString reads the quoted string at the start of s and its length, 0 when
// it never ends.
func quotedString(s string) (string, int) {
	var text strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return text.String(), i + 1
		case '\\':
			if i+1 < len(s) {
				i++
			}
		}
		text.WriteByte(s[i])
	}
	return "", 0
}

// commentText reads the comment at the start of s, with those inside it, and its
// length, 0 when it never ends.
func commentText(s string) (string, int) {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return s[1:i], i + 1
			}
		}
	}
	return "", 0
}

// bare drops the names and the repetitions of a list of addresses.
func bare(list []address) []string {
	emails := make([]string, 0, len(list))
	seen := make(map[string]bool, len(list))
	for _, a := range list {
		if !seen[a.Email] {
			seen[a.Email] = true
			emails = append(emails, a.Email)
		}
	}
	return emails
}
