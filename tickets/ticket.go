package tickets

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
)

// ID identifies a ticket; it is also its reference, as a number.
type ID int64

// Ref is the reference that people see and type: "12345".
func (id ID) Ref() string { return strconv.FormatInt(int64(id), 10) }

// Label is the reference as it stands in sentences and mail subjects.
func (id ID) Label() string { return "AMIGO #" + id.Ref() }

// ParseRef reads a reference ("12345", "#12345"); ok is false when it is none,
// as with a sign or a leading zero: a ticket has one address.
func ParseRef(s string) (id ID, ok bool) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "#")
	n, err := strconv.ParseInt(s, 10, 64)
	id = ID(n)
	return id, err == nil && n > 0 && id.Ref() == s
}

// Type says whether something is broken or something is wanted.
type Type string

// The types.
const (
	Incident Type = "incident"
	Request  Type = "request"
)

// Types lists them.
var Types = [...]Type{Incident, Request}

// Valid says whether t is one of the types.
func (t Type) Valid() bool { return slices.Contains(Types[:], t) }

// Status is where a ticket stands in its life; see the state table in doc.go.
type Status string

// The statuses.
const (
	Fresh             Status = "new" // New is what makes a Desk
	Opened            Status = "open"
	WaitingRequester  Status = "waiting_requester"
	WaitingThirdParty Status = "waiting_third_party"
	Solved            Status = "solved"
	Closed            Status = "closed"
)

// Statuses lists them all, in the order of a ticket's life.
var Statuses = [...]Status{Fresh, Opened, WaitingRequester, WaitingThirdParty, Solved, Closed}

// Word is the status as staff read it.
func (s Status) Word() fault.Message { return fault.Say("tickets.status." + string(s)) }

// Valid says whether s is one of the statuses.
func (s Status) Valid() bool { return slices.Contains(Statuses[:], s) }

// Waiting says whether the next move is somebody else's.
func (s Status) Waiting() bool { return s == WaitingRequester || s == WaitingThirdParty }

// Over says whether nothing more is expected.
func (s Status) Over() bool { return s == Solved || s == Closed }

// Priority says how soon.
type Priority string

// The priorities, from the least to the most.
const (
	Low    Priority = "low"
	Normal Priority = "normal"
	High   Priority = "high"
	Urgent Priority = "urgent"
)

// Priorities lists them from the least to the most.
var Priorities = [...]Priority{Low, Normal, High, Urgent}

// Valid says whether p is one of the priorities.
func (p Priority) Valid() bool { return slices.Contains(Priorities[:], p) }

// rank is the priority as a number that sorts, 0 for the least.
func (p Priority) rank() int { return slices.Index(Priorities[:], p) }

// Word is the priority as people read it.
func (p Priority) Word() fault.Message { return fault.Say("tickets.priority." + string(p)) }

// Outcomes are the ways in which a ticket can end; their words are i18n keys
// "tickets.outcome.<value>". merged, spam and test are left out of reports.
var Outcomes = [...]string{
	"fixed", "workaround", "explained", "done", "refused", "not_reproduced", "abandoned", "merged", "spam", "test",
}

// The outcomes that AMIGO gives by itself.
const (
	abandoned = "abandoned" // nobody answered
	merged    = "merged"    // it goes on under another number
)

// Causes are what was behind a ticket; "tickets.cause.<value>". The first three
// are why most people cannot connect.
var Causes = [...]string{
	"password_expired", "browser_cache", "identifier_mistyped", "account_locked", "network", "hardware", "software",
	"service_outage", "configuration", "usage", "other",
}

// Ticket is one request for help and where it stands.
type Ticket struct {
	ID            ID
	Type          Type
	Subject       string
	Status        Status
	Priority      Priority
	Channel       people.Channel
	Lane          int // 0: entered in AMIGO, 1: by mail or phone; the first comes first at the same due date
	Team          people.TeamID
	Assignee      people.ID // 0: nobody
	Requester     people.ID
	ReportedBy    people.ID
	Establishment string // UAI, or empty
	Site          string // code, or empty
	Service       string // slug, or empty
	Category      string

	FirstResponseDueAt *time.Time
	NextResponseDueAt  *time.Time
	ResolutionDueAt    *time.Time
	DueAt              *time.Time // the earliest that is unmet
	Provisional        bool       // the dates lie on days for which no hours are published yet
	FirstRespondedAt   *time.Time
	SolvedAt           *time.Time
	ClosedAt           *time.Time
	WaitingSince       *time.Time // since when it waits for the requester; nil: it does not
	RemindedAt         *time.Time // when the requester was last asked again

	Outcome    string
	Cause      string
	MergedInto ID // 0: not merged
	Parent     ID // whose solution is this one's too; 0: none
	Reopened   int
	Escalation int // the highest level told, in percent; 0: none
	CreatedAt  time.Time
	UpdatedAt  time.Time
	Version    int

	Impact       Impact
	Urgency      Urgency
	UnheardSince *time.Time // since when nobody at the desk has read what the requester's side said; nil: all is read
}

// enter moves a ticket into a status and keeps the dates that follow from it.
func (t *Ticket) enter(to Status, at time.Time) {
	if to == t.Status {
		return
	}
	t.WaitingSince, t.RemindedAt = nil, nil
	switch {
	case to == WaitingRequester:
		t.await(at)
	case to == Solved:
		t.SolvedAt = &at
	case to == Closed:
		t.ClosedAt = &at
		if t.SolvedAt == nil { // merged
			t.SolvedAt = &at
		}
	case t.Status == Solved:
		t.SolvedAt, t.Outcome, t.Cause = nil, "", ""
		t.Reopened++
	}
	t.Status = to
}

// await begins to wait for the requester.
func (t *Ticket) await(since time.Time) { t.WaitingSince, t.RemindedAt = &since, nil }

// Service is one of the online services that people ask about.
type Service struct {
	Slug     string
	NameFR   string
	NameEN   string
	Category string
}

// Name is the service's name in a language.
func (s Service) Name(lang string) string {
	if lang == "en" {
		return s.NameEN
	}
	return s.NameFR
}

// Limits on what people type and send. Longer is fault.Invalid, by field.
const (
	MaxSubject     = 200       // characters
	MaxBody        = 100_000   // characters
	MaxQuoted      = 400_000   // characters; what is beyond is cut, the raw mail keeps it
	MaxCategory    = 60        // characters
	MaxKey         = 200       // characters of an Idempotency-Key
	MaxFile        = 25 << 20  // bytes of one attachment
	MaxFiles       = 20        // attachments of one message
	MaxMessageSize = 100 << 20 // bytes of all attachments of one message
	MaxCc          = 50        // addresses kept of a mail's copies; what is beyond is left out
	MaxFollowers   = 50        // of one ticket
	MaxParties     = 20        // third parties of one ticket
)
