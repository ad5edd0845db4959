package mailin

import (
	"amigo/app/people"
	"amigo/tickets"
)

// Verdict is what becomes of a letter, and why. It is kept with the letter for
// ever, so its words never change.
type Verdict struct {
	Act    Act
	Reason Reason
	Flags  []Flag // in a fixed order, nil when there are none

	Voice         Voice
	Person        people.ID // whom From belongs to, whatever the voice; 0: nobody known
	Establishment string    // UAI, when the voice is a school's
	Proven        bool      // our mail server authenticated the sender

	Ticket   tickets.ID // Reply: where it goes. Hold, Returned, Ignore: what it points to, or 0
	Linked   tickets.ID // Open: the ticket closed long ago that it answers, or 0
	Internal bool       // Reply: as an internal note
	Note     bool       // the first line is "#note" and is to be taken off, see [NoteOf]
	Reopens  bool       // Reply: a solved ticket may open again

	Address string // Returned: the address that does not work
	Hard    bool   // Returned: and never will

	Answer  bool   // something may be sent to the sender because of this letter
	Silence Reason // why nothing may, when Answer is false for another cause than the act
}

// Act is what is done with a letter.
type Act string

// The acts.
const (
	Reply    Act = "reply"     // a message on an existing ticket
	Open     Act = "open"      // a new ticket
	Hold     Act = "hold"      // a technician decides; nothing is sent and nothing shown
	Returned Act = "bounce"    // a letter of ours came back
	Ignore   Act = "ignore"    // kept in the list, nothing else
	Refuse   Act = "refuse"    // told so, where that is safe, and kept in the list
	Repeated Act = "duplicate" // it is already here
)

// Voice is as whom a letter speaks.
type Voice string

// The voices. A guest's words are shown as coming from an unproven address; a
// guest reads nothing.
const (
	Nobody   Voice = "nobody"
	AsPerson Voice = "person"
	AsGuest  Voice = "guest"
	AsSchool Voice = "establishment"
)

// Reason is the stable code of why.
type Reason string

// The reasons, by act.
const (
	// Reply.
	BySignature  Reason = "signed"      // the signed address or id
	ByReference  Reason = "reference"   // the reference in the subject
	ByThirdParty Reason = "third-party" // filed as internal
	ByStaff      Reason = "staff"       // a proven technician
	AmongStaff   Reason = "among-staff" // a proven technician who answers a letter for staff: filed as internal

	// Open.
	NewRequest Reason = "new"
	LongClosed Reason = "closed-long-ago" // answers a ticket too old to be opened again
	Monitoring Reason = "monitoring"      // an alert of a listed system
	Unreadable Reason = "unreadable"      // the raw message is all there is

	// Hold.
	TokenExpired      Reason = "token-expired"
	OtherSender       Reason = "other-sender" // the signed address was made for somebody else
	ReferenceUnproven Reason = "reference-unproven"
	StaffUnproven     Reason = "staff-unproven"
	SenderDisabled    Reason = "sender-disabled"
	DMARCFailed       Reason = "dmarc-fail"
	TwoSenders        Reason = "two-senders"
	NoSender          Reason = "no-sender"
	LooksLikeSpam     Reason = "spam"
	GuestTooMany      Reason = "guest-too-many"
	AutomaticPerson   Reason = "automatic-person" // a weak sign, and one of our people

	// Returned.
	BouncedHard    Reason = "bounce-hard"
	BouncedSoft    Reason = "bounce-soft"
	BouncedDelayed Reason = "bounce-delayed"

	// Ignore.
	OwnMail       Reason = "own-mail"
	AutomaticMail Reason = "automatic"
	Delivered     Reason = "delivery-report"  // a letter of ours arrived
	BounceUnknown Reason = "bounce-unmatched" // about a letter that we did not send

	// Refuse.
	SenderBlocked Reason = "sender-blocked"
	NoGuests      Reason = "no-guests"
	LetterTooBig  Reason = "too-large"

	// Repeated.
	SeenBefore Reason = "seen-before"

	// Silence.
	LoopBudget Reason = "loop-budget"
)

// Flag is something that a technician should see beside the verdict.
type Flag string

// The flags.
const (
	FlagSameID    Flag = "same-message-id" // another body under a Message-ID seen before
	FlagMerged    Flag = "merged"          // the ticket named was merged into the one it goes to
	FlagLimits    Flag = "limits"          // read up to a limit; the raw message is attached, the sender told
	FlagAutomatic Flag = "automatic"
	FlagBudget    Flag = "loop-budget" // answers have stopped; a supervisor is to be told
)
