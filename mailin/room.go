package mailin

import (
	"github.com/emersion/go-smtp"

	"amigo/app/trouble"
)

// errNoRoom is the answer where the disk is full (RFC 3463 section 3.4: mail
// system full): the sender keeps the message, and who reads its log knows why.
var errNoRoom = &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 3, 1}, Message: "Insufficient system storage, try again later"}

// notStored is the answer to a message that could not be kept.
func notStored(err error) *smtp.SMTPError {
	switch trouble.CauseOf(err.Error()) {
	case trouble.Full, trouble.Quota:
		return errNoRoom
	}
	return errNotStored
}
