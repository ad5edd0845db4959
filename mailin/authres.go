package mailin

import (
	"strings"
	"unicode"

	"github.com/emersion/go-msgauth/authres"
)

// AuthField is one Authentication-Results field (RFC 8601) as received.
type AuthField struct {
	Value string
	Hop   int // how many Received fields stand above it
}

// authResults lists the fields, topmost first, without those that had to be
// mended: what our mail server did not read as such, it did not remove either.
func (h head) authResults() []AuthField {
	var fields []AuthField
	hop := 0
	for _, f := range h.fields {
		switch {
		case f.name == "received":
			hop++
		case f.name == "authentication-results" && f.exact:
			fields = append(fields, AuthField{clip(f.value, maxMediaField), hop})
		}
	}
	return fields
}

// AuthResult is what our own mail server found about From.
type AuthResult string

// The results. A server of ours that says "temperror", "none" or nothing has not
// proven anything, and neither has one that speaks of another domain.
const (
	AuthMissing AuthResult = ""
	AuthPass    AuthResult = "pass"
	AuthFail    AuthResult = "fail"
)

// Authentication reads the DMARC result that the server authservID gave. Only the
// topmost field of that server counts, and those beside it, with no Received in
// between: what stands lower came with the letter. It is AuthMissing when
// authservID is empty or the source is not trusted, since anybody can write such
// a field.
//
// That server must write one on every letter, and take off what others wrote in
// its name (RFC 8601 section 5). Where it has written none, nothing here tells a
// forged field from its own: some servers write theirs above their Received, some
// below, as the first line of the sender's.
func Authentication(l Letter, authservID string, trusted bool) AuthResult {
	if authservID == "" || !trusted {
		return AuthMissing
	}
	hop := -1
	for _, f := range l.AuthResults {
		server, results, _ := authres.Parse(flat(f.Value))
		if !strings.EqualFold(server, authservID) {
			continue
		}
		if hop >= 0 && f.Hop != hop {
			break
		}
		hop = f.Hop
		for _, r := range results {
			if dmarc, ok := r.(*authres.DMARCResult); ok {
				return dmarcResult(dmarc, l.From)
			}
		}
	}
	return AuthMissing
}

// dmarcResult judges a result for the address in From.
func dmarcResult(r *authres.DMARCResult, from string) AuthResult {
	if about := domainOf(strings.Trim(r.From, `"<>`)); about != "" && about != domainOf(from) {
		return AuthMissing
	}
	switch r.Value {
	case authres.ResultPass:
		return AuthPass
	case authres.ResultFail:
		return AuthFail
	}
	return AuthMissing
}

// domainOf is what follows the last at sign, in lower case; a domain alone is itself.
func domainOf(address string) string {
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}

// flat is a structured field as authres, which knows neither, can split it: without
// comments, and with quoted strings that hold nothing to split at. A quoted string
// may be the sender's: the address of the envelope, the name that a client gave.
// What never ends hides the rest.
func flat(value string) string {
	var out strings.Builder
	for {
		at := strings.IndexAny(value, `("`)
		if at < 0 {
			out.WriteString(value)
			return out.String()
		}
		out.WriteString(value[:at])
		read := quotedString
		if value[at] == '(' {
			read = commentText
		}
		text, n := read(value[at:])
		if n == 0 {
			return out.String()
		}
		if value[at] == '"' {
			out.WriteString(strings.Map(whole, text))
		}
		value = value[at+n:]
	}
}

// whole stands for what would end a value.
func whole(r rune) rune {
	if r == ';' || r == '=' || unicode.IsSpace(r) {
		return '_'
	}
	return r
}
