package trouble

import (
	"strings"

	"amigo/app/fault"
)

// Cause is what is usually behind an error.
type Cause string

// The causes that people can do something about; Other is every other one.
const (
	Full        Cause = "full"        // no room on the disk
	ReadOnly    Cause = "readonly"    // the disk or the database cannot be written
	Quota       Cause = "quota"       // the account there has no room, or does too much
	Password    Cause = "password"    // the account or its password is refused
	Certificate Cause = "certificate" // the server does not prove its name, or offers no TLS
	Host        Cause = "host"        // no such host
	Refused     Cause = "refused"     // nobody listens there
	Silence     Cause = "silence"     // no answer in time
	Nonsense    Cause = "nonsense"    // an answer in no language that we know
	Folder      Cause = "folder"      // the mailbox has no such folder
	Closed      Cause = "closed"      // the server hung up
	Database    Cause = "database"    // ours does not answer
	Missing     Cause = "missing"     // what was kept cannot be read
	Defect      Cause = "defect"      // the program itself came to grief
	Other       Cause = "unknown"
)

// Causes lists them.
var Causes = [...]Cause{
	Full, ReadOnly, Quota, Password, Certificate, Host, Refused, Silence, Nonsense, Folder, Closed, Database, Missing, Defect, Other,
}

// Sentence says the cause in a few words.
func (c Cause) Sentence() fault.Message { return fault.Say("trouble.cause." + string(c)) }

// Advice says what to do about it.
func (c Cause) Advice() fault.Message { return fault.Say("trouble.advice." + string(c)) }

// signs are the words by which a cause is known, in small letters. The first
// cause with a word in the error is it, so the narrow ones stand before the wide.
var signs = []struct {
	cause Cause
	words []string
}{
	{Defect, []string{"panic: ", "process ended during every attempt"}}, // what follows names the whole program
	{Full, []string{"no space left", "disk is full", "disk full", "not enough space", "could not extend file", "sqlstate 53100"}},
	{Quota, []string{"quota", "[limit]", "rate limit", "too many", "554 5.2.2", "552 5.2.2"}},
	{ReadOnly, []string{"read-only", "readonly", "permission denied", "sqlstate 25006"}},
	{Certificate, []string{"certificate", "x509:", "tls:", "only tls is possible", "no starttls", "privacyrequired", "first record does not look like"}},
	{Password, []string{"sign in:", "sign-in", "[authenticationfailed]", "[authorizationfailed]", "[expired]", "authentication failed", "535 ", "534 ", "the token", "to sign in", "invalid_client", "invalid_grant"}},
	{Host, []string{"no such host", "no route to host", "network is unreachable", "server misbehaving", "host is down"}},
	{Refused, []string{"connection refused"}},
	{Folder, []string{"select: imap: no", "[nonexistent]", "[trycreate]"}},
	{Nonsense, []string{
		"in response", "in resp-", "in greeting", "in continue-req", "imapwire", "unsupported response", "unknown tag",
		"unmatched continuation", "short response", "invalid response", "malformed", "unexpected greeting", "protocol error",
	}},
	{Missing, []string{"blob "}},
	{Database, []string{"sqlstate", "database is locked", "sqlite", "failed to connect to", "sql: database is closed"}},
	{Silence, []string{"timeout", "timed out", "deadline exceeded", "closed network connection", "silent"}},
	{Closed, []string{"eof", "connection reset", "broken pipe", "closed", "[unavailable]", "421 "}},
}

// technical are the words of a server that is out of order, and under which a
// sign-in fails too without anything being wrong with the password.
var technical = []string{"[unavailable]", "[serverbug]", "[contactadmin]", "454 ", "421 "}

// CauseOf recognises the usual cause in the words of an error; Other when it
// knows none. Words, and not types: several libraries hand on their errors as
// text only, and a text is what another process has left in the database.
func CauseOf(words string) Cause {
	words = strings.ToLower(words)
	for _, sign := range signs {
		if sign.cause == Password && !refusedSignIn(words) {
			continue
		}
		if contains(words, sign.words) {
			return sign.cause
		}
	}
	return Other
}

// refusedSignIn says whether the server answered that sign-in, and with a no: the
// line may also break while one signs in.
func refusedSignIn(words string) bool {
	answered := contains(words, []string{"imap: no", "imap: bad", "535 ", "534 ", "538 ", "530 ", "authentication failed", "smtp error", "refuses the token", "no way to sign in", "invalid_client", "invalid_grant"})
	return answered && !contains(words, technical)
}

func contains(words string, any []string) bool {
	for _, w := range any {
		if strings.Contains(words, w) {
			return true
		}
	}
	return false
}
