package mail

import (
	"errors"
	"fmt"
	"net"
	"slices"

	"github.com/emersion/go-smtp"
)

// stage is how far a delivery has come when a server answers.
type stage string

const (
	atConnect stage = "connect" // until the server has greeted us, over TLS where it must be
	atSignIn  stage = "sign-in" // AUTH
	atFrom    stage = "sender"  // MAIL FROM
	atTo      stage = "address" // RCPT TO
	atData    stage = "letter"  // DATA, and the letter itself
)

// judge says what became of a letter when the server answers so at that stage,
// nil being well. Only what is said of the reader or of the letter ever refuses
// it (RFC 5321 section 4.2.1). That we are not greeted, not signed in, not
// allowed to send is a mistake of ours or of the server's, and would refuse
// every letter: they wait, and whoever runs AMIGO reads why.
func judge(at stage, err error) error {
	if _, judged := errors.AsType[*RefusedError](err); err == nil || judged {
		return err
	}
	answer, answered := errors.AsType[*smtp.SMTPError](err)
	err = fmt.Errorf("%s: %w", at, err)
	switch {
	case !answered && at == atData && !silent(err):
		// Perhaps this letter is what it cannot bear, and perhaps it has it already:
		// it is tried less and less, and holds up no other.
		return &LaterError{Whose: Reader, Err: err}
	case !answered, at == atConnect, at == atSignIn, ours(answer):
		return &LaterError{Whose: Server, Err: err}
	case answer.Code >= 500 && (at == atTo || at == atData || tooLarge(answer)):
		return &RefusedError{Reason: said(answer), Gone: at == atTo && unknown(answer)}
	case at == atFrom:
		return &LaterError{Whose: Server, Err: err}
	case at == atTo && !aboutAddress(answer):
		return &LaterError{Whose: Domain, Err: err}
	}
	return &LaterError{Whose: Reader, Err: err}
}

// silent says whether a server said nothing at all for too long.
func silent(err error) bool {
	late, ok := errors.AsType[net.Error](err)
	return ok && late.Timeout()
}

// ours are the answers that are about the server or our account at any stage:
// RFC 5321 (421: it hangs up; 500-504 but 501: it does not follow), RFC 4954
// section 6 (432 and 53x: who we are, 454 also RFC 3207), RFC 3463 (X.3.X: the
// system is full or stopped, except for a letter that is too large).
func ours(a *smtp.SMTPError) bool {
	return slices.Contains([]int{421, 432, 454, 500, 502, 503, 504, 530, 534, 535, 538}, a.Code) ||
		a.Code < 500 && a.EnhancedCode[1] == 3 && a.EnhancedCode[0] == 4 ||
		a.Code == 452 && a.EnhancedCode[0] == 0
}

// tooLarge are the answers that no other day will change: RFC 1870 section 6.1.
func tooLarge(a *smtp.SMTPError) bool {
	return a.Code == 552 || a.EnhancedCode == smtp.EnhancedCode{5, 3, 4} || a.EnhancedCode == smtp.EnhancedCode{5, 2, 3}
}

// unknown are the answers that mean that nobody is there (RFC 3463 sections 3.2
// and 3.3, RFC 7505): what a letter that comes back would say.
func unknown(a *smtp.SMTPError) bool {
	return slices.Contains([]smtp.EnhancedCode{{5, 1, 1}, {5, 1, 2}, {5, 1, 3}, {5, 1, 6}, {5, 1, 10}, {5, 2, 1}}, a.EnhancedCode)
}

// aboutAddress says whether "not now" is about one mailbox (full, locked, unknown
// yet) and not about all of its domain: X.1.X and X.2.X of RFC 3463, and 450.
func aboutAddress(a *smtp.SMTPError) bool {
	if a.EnhancedCode[0] == 0 {
		return a.Code == 450
	}
	return a.EnhancedCode[1] == 1 || a.EnhancedCode[1] == 2
}

// said is a server's answer on one line.
func said(a *smtp.SMTPError) string {
	words := fmt.Sprint(a.Code)
	if e := a.EnhancedCode; e[0] > 0 {
		words += fmt.Sprintf(" %d.%d.%d", e[0], e[1], e[2])
	}
	return oneLine(words + " " + a.Message)
}
