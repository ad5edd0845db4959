package mailin

import (
	"slices"
	"time"

	"amigo/app/blob"
	"amigo/app/fault"
	"amigo/tickets"
)

// ID identifies a received message.
type ID int64

// State is where a received message stands.
type State string

// The states. From failed a message comes back by [Intake.Replay], from held,
// and from ignored where the verdict was wrong, by [Intake.Accept].
const (
	Received State = "received" // kept, not filed yet
	Filed    State = "filed"    // on a ticket, or on the letter that came back
	Held     State = "held"     // a technician decides
	Ignored  State = "ignored"  // kept in the list, nothing else
	Failed   State = "failed"   // tried and given up, see LastError
)

// States lists them, in the order in which somebody should look at them.
var States = [...]State{Held, Failed, Received, Filed, Ignored}

// Valid says whether s is one of the states.
func (s State) Valid() bool { return slices.Contains(States[:], s) }

// Word is the state as staff read it.
func (s State) Word() fault.Message { return fault.Say("mailin.state." + string(s)) }

// Word is the act as staff read it.
func (a Act) Word() fault.Message { return fault.Say("mailin.act." + string(a)) }

// Sentence is the reason as staff read it.
func (r Reason) Sentence() fault.Message { return fault.Say("mailin.reason." + string(r)) }

// Word is the flag as staff read it.
func (f Flag) Word() fault.Message { return fault.Say("mailin.flag." + string(f)) }

// Inbound is a message that was received, and what became of it.
type Inbound struct {
	ID           ID
	Source       string // where it came from: "smtp", "imap:…", "pipe:…"
	Key          string
	Sum          blob.Sum // of the raw message
	Size         int64    // bytes of the whole message
	ReceivedAt   time.Time
	EnvelopeFrom string // "<>" for the null sender
	EnvelopeTo   []string
	Trusted      bool

	State     State
	Act       Act    // the verdict; empty before there is one
	Reason    Reason // of the verdict
	Flags     []Flag
	Attempts  int
	LastError string

	Sender    string // as its head says; the envelope's where it says none
	Subject   string
	MessageID string // as [idKey] keeps it, as Thread
	Thread    string
	Recipient string // which of our addresses it was for, in order, between spaces
	BodyHash  string
	Look      Look

	Ticket    tickets.ID // where it was filed, or what it points to
	Message   tickets.MessageID
	DecidedBy string // the uid of who decided about a held message
	FiledAt   *time.Time
}

// TooLarge says that the message was kept but is too large to be read, or was
// left where it was but for its head.
func (m Inbound) TooLarge() bool { return m.Size > MaxSize }
