package fetch

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"amigo/app/fault"
)

// maxAddress bounds the length of an address.
const maxAddress = 2000

// Error says by a [Rule] why there is nothing from an address. Its kind is fault.Invalid
// where another address would help, fault.Unavailable where trying again might.
type Error struct {
	Host string // empty where the address names none
	Rule Rule
	Args map[string]string // the values that the rule names
	kind error
}

// Error is the host and the reason; never the whole address, which may hold a
// key, nor anything that a server answered.
func (e *Error) Error() string {
	if e.Host == "" {
		return e.reason()
	}
	return e.Host + ": " + e.reason()
}

// Unwrap gives the kind.
func (e *Error) Unwrap() error { return e.kind }

func invalid(host string, rule Rule, pairs ...string) *Error {
	return &Error{host, rule, named(pairs), fault.Invalid}
}

func unavailable(host string, rule Rule, pairs ...string) *Error {
	return &Error{host, rule, named(pairs), fault.Unavailable}
}

// named reads pairs, which alternate names and values.
func named(pairs []string) map[string]string {
	args := make(map[string]string, len(pairs)/2)
	for pair := range slices.Chunk(pairs, 2) {
		args[pair[0]] = pair[1]
	}
	return args
}

// hostName is how names of hosts are compared.
func hostName(s string) string { return strings.ToLower(strings.TrimSuffix(strings.TrimSpace(s), ".")) }

// parse reads an address that somebody typed. webcal, by which calendars are
// offered to programs, is https.
func parse(address string) (*url.URL, error) {
	address = strings.TrimSpace(address)
	if len(address) > maxAddress {
		return nil, invalid("", TooLong, "Most", strconv.Itoa(maxAddress))
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, invalid("", NoAddress)
	}
	if u.Scheme == "webcal" || u.Scheme == "webcals" {
		u.Scheme = "https"
	}
	return u, check(u)
}

// Check says in an [Error] why an address cannot be asked for, before anybody
// does: it is no address, or not one of the kind. Whether its host may be asked
// is known only when it is.
func Check(address string) error {
	_, err := parse(address)
	return err
}

// check says why an address cannot be asked for, whatever its host resolves to.
func check(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return invalid(u.Hostname(), NoScheme)
	case u.Hostname() == "" || u.Opaque != "":
		return invalid("", NoHost)
	case u.User != nil:
		return invalid(u.Hostname(), HasPassword)
	}
	return nil
}
