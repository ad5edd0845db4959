package fetch

import (
	"maps"
	"slices"
	"strings"
)

// Rule names why there is nothing from an address, for pages that say it in
// their reader's language.
type Rule string

// The rules. The values that go with some are named in braces below.
const (
	TooLong       Rule = "too_long"
	NoAddress     Rule = "address"
	NoScheme      Rule = "scheme"
	NoHost        Rule = "no_host"
	HasPassword   Rule = "password"
	Answered      Rule = "answered" // with something else than content
	TooBusy       Rule = "busy"     // or broken; later it may answer
	TooLarge      Rule = "large"
	TooManyHops   Rule = "hops"
	Downgraded    Rule = "downgraded"
	BadProxy      Rule = "proxy"
	NotListed     Rule = "not_listed"
	NotPublic     Rule = "not_public"
	GivenUp       Rule = "given_up"
	TooSlow       Rule = "slow"
	UnknownHost   Rule = "unknown_host"
	NoCertificate Rule = "certificate"
	NoWebServer   Rule = "no_server"
)

// english is how commands and logs say the rules, behind the host.
var english = map[Rule]string{ //nolint:gosec // a sentence about passwords holds none
	TooLong:       "the address is longer than {Most} characters",
	NoAddress:     "this is not an address such as https://example.org/calendar.ics",
	NoScheme:      "an address begins with https:// or http://",
	NoHost:        "the address names no host",
	HasPassword:   "an address may not hold a name or a password",
	Answered:      "the server answers {Status}, there is nothing to read at this address",
	TooBusy:       "the server answers {Status}",
	TooLarge:      "the answer is larger than {Bytes} bytes",
	TooManyHops:   "more than {Most} redirections",
	Downgraded:    "the server leads from https to {Scheme}",
	BadProxy:      "the address of the proxy cannot be read",
	NotListed:     "may not be asked through the proxy: AMIGO_FETCH_PROXY_HOSTS does not name it",
	NotPublic:     "is not an address of the public Internet; an administrator may allow it by AMIGO_FETCH_ALLOW",
	GivenUp:       "the request was given up",
	TooSlow:       "no whole answer within {Seconds} seconds",
	UnknownHost:   "there is no host of that name",
	NoCertificate: "its certificate is not one that this system trusts for it",
	NoWebServer:   "does not answer as a web server",
}

// Rules are all of them, sorted.
func Rules() []Rule { return slices.Sorted(maps.Keys(english)) }

// reason is why there is nothing, in English.
func (e *Error) reason() string {
	text := english[e.Rule]
	for name, value := range e.Args {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}
