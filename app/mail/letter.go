package mail

import (
	"slices"
	"strings"
	"time"
)

// ID identifies a letter.
type ID int64

// Draft is a letter to be sent: who reads it, and its words in their language.
type Draft struct {
	// Key names the cause and the reader ("message:12:person:7"): the same key
	// twice is one letter.
	Key     string
	Kind    string // "opened", "replied", "escalated" …
	Ticket  int64  // 0: none
	Message int64  // 0: none
	Person  int64
	To      string // address
	ToName  string
	Lang    string
	Subject string
	// Body is what the letter says; text and HTML are made of it.
	Body Body
	// ReplyTo is the address to answer to; empty: the sender's.
	ReplyTo string
	// AtOnce is for what cannot wait until the reader may be written to (see
	// [Config.NotBefore]).
	AtOnce bool
	// First says that the reader was sent nothing about the ticket before: it was
	// just opened.
	First bool
	// Renamed lets the subject differ from that of the reader's earlier letters on
	// the ticket, which is kept otherwise (see [Outbox.Send]).
	Renamed bool
	// Nameless says that the subject keeps silent about the matter. The first of the
	// reader's later letters on the ticket that does not gives them its subject.
	Nameless bool
	// Files travel with the letter, MaxFiles bytes of them at most.
	Files []File
}

// Body is what a letter says, already in the reader's language; the outbox
// lays it out. Empty parts are left out.
type Body struct {
	// ReplyMarker stands first and says to answer above it.
	ReplyMarker string
	Greeting    string
	Paragraphs  []string
	Quote       string // the message that the letter brings, verbatim
	QuoteBy     string
	Facts       [][2]string // label, value
	Items       []Item
	Tables      []Table
	After       []string // paragraphs below what the letter brings
	Choices     []Choice
	Action      string // what the link does
	Link        string // absolute address
	Footer      []string
}

// Choice is one of the answers that a letter offers, each a link away.
type Choice struct{ Label, Link string }

// Item is one of several things that a letter lists.
type Item struct {
	Title string
	Link  string // absolute address; empty: none
	Lines []string
	Said  []Saying // below the lines, in order
	// Choices are answers that this thing alone asks for.
	Choices []Choice
}

// Saying is what somebody said, verbatim, below who said it.
type Saying struct{ By, Text string }

// Reason is why AMIGO itself refuses a letter, as it stands before the colon of
// LastError. It is kept for ever.
type Reason string

// The reasons.
const (
	ReasonStopped    Reason = "address-stopped"   // letters to the address came back: see people.Directory.ConfirmAddress
	ReasonExpired    Reason = "expired"           // no server has taken it for two days
	ReasonUTF8       Reason = "no-smtputf8"       // the mail server carries no address with such letters
	ReasonAddress    Reason = "no-address"        // there can be no such domain
	ReasonUnwritable Reason = "cannot-be-written" // a file that belongs to it is gone
)

// Reasons lists them.
var Reasons = [...]Reason{ReasonStopped, ReasonExpired, ReasonUTF8, ReasonAddress, ReasonUnwritable}

// State is what became of a letter.
type State string

// The states of a letter.
const (
	Queued  State = "queued"
	Sending State = "sending"
	Sent    State = "sent"
	Refused State = "refused"
	Bounced State = "bounced"
)

// States lists them, in the order of a letter's life.
var States = [...]State{Queued, Sending, Sent, Refused, Bounced}

// Letter is a letter as it was written and what became of it.
type Letter struct {
	ID        ID
	Key       string // of its [Draft]: its cause and its reader
	Kind      string
	Ticket    int64
	Message   int64
	Person    int64
	Address   string
	Lang      string
	Subject   string
	Text      string
	HTML      string
	Headers   map[string]string // beside Subject, Date and Message-ID
	MessageID string            // without brackets
	Domain    string            // of the address
	Files     []File            // that travel with it
	State     State
	Attempts  int
	LastError string
	CreatedAt time.Time
	NotBefore *time.Time // when it may go out at the earliest; nil: at once
	SentAt    *time.Time
}

// from is the instant from which on a letter is tried for [tryFor].
func (l Letter) from() time.Time {
	if l.NotBefore != nil {
		return *l.NotBefore
	}
	return l.CreatedAt
}

// Reason is why AMIGO itself refused the letter; empty when a server has, or
// nobody.
func (l Letter) Reason() Reason {
	code, _, _ := strings.Cut(strings.TrimPrefix(l.LastError, refusedBy), ":")
	if l.State == Refused && slices.Contains(Reasons[:], Reason(code)) {
		return Reason(code)
	}
	return ""
}
