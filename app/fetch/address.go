package fetch

import (
	"fmt"
	"net/url"
	"strings"

	"amigo/app/fault"
)

// maxAddress bounds the length of an address.
const maxAddress = 2000

// Error says why there is nothing from an address. Its kind is fault.Invalid
// where another address would help, fault.Unavailable where trying again might.
type Error struct {
	Host   string // empty where the address names none
	Reason string
	kind   error
}

// Error is the host and the reason; never the whole address, which may hold a
// key, nor anything that a server answered.
func (e *Error) Error() string {
	if e.Host == "" {
		return e.Reason
	}
	return e.Host + ": " + e.Reason
}

// Unwrap gives the kind.
func (e *Error) Unwrap() error { return e.kind }

func invalid(host, format string, args ...any) *Error {
	return &Error{host, fmt.Sprintf(format, args...), fault.Invalid}
}

func unavailable(host, format string, args ...any) *Error {
	return &Error{host, fmt.Sprintf(format, args...), fault.Unavailable}
}

// hostName is how names of hosts are compared.
func hostName(s string) string { return strings.ToLower(strings.TrimSuffix(strings.TrimSpace(s), ".")) }

// parse reads an address that somebody typed. webcal, by which calendars are
// offered to programs, is https.
func parse(address string) (*url.URL, error) {
	address = strings.TrimSpace(address)
	if len(address) > maxAddress {
		return nil, invalid("", "the address is longer than %d characters", maxAddress)
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, invalid("", "this is not an address such as https://example.org/calendar.ics")
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
		return invalid(u.Hostname(), "an address begins with https:// or http://")
	case u.Hostname() == "" || u.Opaque != "":
		return invalid("", "the address names no host")
	case u.User != nil:
		return invalid(u.Hostname(), "an address may not hold a name or a password")
	}
	return nil
}
