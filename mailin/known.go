package mailin

import (
	"amigo/app/people"
	"amigo/tickets"
)

// Known is everything besides the letter that [Judge] needs: what the
// installation, the directory and the tickets know about it. The intake gathers
// it; the zero Known is a letter from a stranger about nothing, on an
// installation that proves nobody.
type Known struct {
	AuthservID string // AMIGO_AUTHSERV_ID; empty: From is believed for requesters
	Trusted    bool   // the source's Authentication-Results were written by our servers (IMAP, LMTP, pipe, trusted peer)

	Before Before // whether the letter was here before
	Own    bool   // we wrote it: its Message-ID is one of ours, or From is our own address

	Sender    Party // whom the first From address belongs to
	Directory bool  // the domain of From is one that the directory's addresses have
	Monitor   bool  // From is on the list of monitoring systems
	Blocked   bool  // From is on the list of refused senders

	Signed   *Thread      // the ticket of a signed reply address, or of our signed Message-ID in In-Reply-To or References
	Named    *Thread      // the ticket of the reference in the subject, see [SubjectRef]
	Returned *SentLetter  // the letter of ours that a delivery report speaks of
	Spent    Budget       // the loop budget that is used up, if one is
	Guests   GuestWelcome // what strangers may do
}

// Before says whether a letter with the same Message-ID and recipient was here.
type Before string

// What was here before.
const (
	NeverSeen Before = ""
	SeenSame  Before = "same"  // with the same body: a duplicate
	SeenOther Before = "other" // with another body: filed and flagged
)

// Party is what the directory says of an address. A zero Person is a stranger.
type Party struct {
	Person        people.ID
	Kind          people.Kind // Member, Guest or School
	Role          people.Role
	Establishment string // UAI of a School
	Disabled      bool
}

// inDirectory tells an address of the directory from a guest's or a stranger's.
func (p Party) inDirectory() bool {
	return p.Person != 0 && p.Kind != people.Guest && !p.Disabled
}

// staff tells those who answer for the service.
func (p Party) staff() bool {
	return p.inDirectory() && p.Kind == people.Member && p.Role.AtLeast(people.Technician)
}

// Thread is a ticket that a letter points to.
type Thread struct {
	Ticket       tickets.ID
	Survivor     tickets.ID // the ticket that it was merged into, in the end; 0: not merged
	LongClosed   bool       // closed more than the agreed working days ago (the survivor, where there is one)
	Participates bool       // the sender takes part in it: requester, reporter, follower, its establishment
	ThirdParty   bool       // the sender is a third party of it: a publisher, the Région

	// For signed addresses and ids only.
	Recipient people.ID // whom it was made for
	Expired   bool
	Staff     bool // not the signed address led here, and the newest of our letters that it answers was for staff
}

// ticket is where a message to this thread belongs.
func (t Thread) ticket() tickets.ID {
	if t.Survivor != 0 {
		return t.Survivor
	}
	return t.Ticket
}

// SentLetter is a letter of ours that came back.
type SentLetter struct {
	Ticket  tickets.ID // or the one that it was merged into; 0: it was about none
	Address string     // whom it was sent to
}

// Budget names the limit of answers in an hour that has been reached.
type Budget string

// The budgets.
const (
	NotSpent     Budget = ""
	SenderBudget Budget = "sender"
	TicketBudget Budget = "ticket"
)

// GuestWelcome is what a letter from an unproven address to nobody's ticket may do.
type GuestWelcome string

// The welcomes.
const (
	GuestsOpen    GuestWelcome = ""        // it opens a ticket
	GuestsHeld    GuestWelcome = "held"    // this address has opened too many in an hour: held
	GuestsRefused GuestWelcome = "refused" // the installation takes none
)
