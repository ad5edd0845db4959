package people

import (
	"net/mail"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxUID     = 100 // letters
	maxName    = 200
	maxAddress = 254 // octets, RFC 5321 section 4.5.3.1.3
)

var (
	uaiShape  = regexp.MustCompile(`^[0-9]{7}[A-Z]$`)
	codeShape = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)
)

// validUID says whether uid can be a member's: letters that can be seen, no
// space, and no colon, which marks the uids that AMIGO makes up.
func validUID(uid string) bool {
	bad := func(r rune) bool {
		return r == ':' || r == utf8.RuneError || unicode.IsSpace(r) || !unicode.IsGraphic(r)
	}
	return uid != "" && utf8.RuneCountInString(uid) <= maxUID && !strings.ContainsFunc(uid, bad)
}

// validAddress says whether a normal address can be written to: one mailbox,
// nothing quoted, no name around it.
func validAddress(a string) bool {
	if len(a) > maxAddress || strings.ContainsAny(a, "\"<>(),;: \t\r\n") {
		return false
	}
	parsed, err := mail.ParseAddress(a)
	return err == nil && parsed.Address == a
}

// ValidAddress says whether an address, as [NormalAddress] gives it, can be
// somebody's.
func ValidAddress(a string) bool { return validAddress(a) }

// shownName is a name as people see it: one line, single spaces, at most 200
// letters. Without any, it is other.
func shownName(name, other string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsGraphic(r) || r == utf8.RuneError:
			return -1
		}
		return r
	}, name)
	name = strings.Join(strings.Fields(name), " ")
	if name == "" {
		return other
	}
	if letters := []rune(name); len(letters) > maxName {
		name = strings.TrimSpace(string(letters[:maxName]))
	}
	return name
}
