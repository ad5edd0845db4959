package bulk

import (
	"context"
	"time"

	"amigo/app/audit"
	"amigo/app/db"
	"amigo/app/fault"
	"amigo/app/jobs"
	"amigo/app/people"
	"amigo/tickets"
)

// ID identifies a change of many tickets.
type ID int64

// State is where such a change stands.
type State string

// The states.
const (
	Draft   State = "draft" // being prepared: nothing has happened
	Running State = "running"
	Done    State = "done"
	Stopped State = "stopped"
)

// Fate is what becomes of one ticket.
type Fate string

// The fates.
const (
	Waiting   Fate = "waiting" // will be changed
	Changed   Fate = "done"
	Refused   Fate = "refused"
	Unchanged Fate = "nothing" // it is so already
)

// Fates lists them in the order in which people want to read them.
var Fates = [...]Fate{Refused, Waiting, Changed, Unchanged}

// Limits.
const (
	MaxTickets = 10_000 // of one change
	MaxMerge   = 100    // that become one ticket
)

// Bulk is a change of many tickets.
type Bulk struct {
	ID        ID
	Author    people.ID
	Action    Action
	More      bool // the view held more than MaxTickets: these are its first
	State     State
	Total     int // of tickets
	CreatedAt time.Time
	DoneAt    *time.Time
}

// Planned says whether it is known what is to become of the tickets.
func (b Bulk) Planned() bool { return !b.Action.Empty() }

// Tally is how many tickets have which fate.
type Tally map[Fate]int

// House is what changes of many tickets work with.
type House struct {
	DB     *db.DB
	Queue  *jobs.Queue
	Audit  *audit.Log
	People *people.Directory
	Desk   *tickets.Desk
	// Fill fills the variables of a text, written in a language, for one ticket,
	// as the actor would say it; nil leaves texts as they are.
	Fill func(ctx context.Context, text, lang string, t tickets.Ticket) (string, error)
}

// Bulks are the changes of many tickets.
type Bulks struct {
	db     *db.DB
	store  store
	queue  *jobs.Queue
	audit  *audit.Log
	people *people.Directory
	desk   *tickets.Desk
	fill   func(ctx context.Context, text, lang string, t tickets.Ticket) (string, error)
	most   int // tickets of one change
}

// New builds them.
func New(h House) *Bulks {
	return &Bulks{db: h.DB, store: store{h.DB}, queue: h.Queue, audit: h.Audit, people: h.People, desk: h.Desk, fill: h.Fill, most: MaxTickets}
}

// Get reads a change of many tickets: for its author and for administrators. For
// everybody else it is fault.NotFound.
func (s *Bulks) Get(ctx context.Context, id ID) (b Bulk, err error) {
	defer fault.Wrap(&err, "bulk %d", id)
	if b, err = s.store.get(ctx, id); err != nil {
		return Bulk{}, err
	}
	a := people.ActorOf(ctx)
	if !a.Is(people.Technician) || a.Person != b.Author && !a.Is(people.Administrator) {
		return Bulk{}, fault.NotFound
	}
	return b, nil
}

// own reads one of the actor's own.
func (s *Bulks) own(ctx context.Context, id ID) (Bulk, error) {
	b, err := s.Get(ctx, id)
	if err == nil && b.Author != people.ActorOf(ctx).Person {
		return Bulk{}, fault.Because(fault.Denied, "bulk.refused.not_yours")
	}
	return b, err
}

// listed is how many changes one sees of oneself.
const listed = 20

// List reads the actor's own newest.
func (s *Bulks) List(ctx context.Context) (all []Bulk, err error) {
	defer fault.Wrap(&err, "bulk: list")
	a := people.ActorOf(ctx)
	if !a.Is(people.Technician) {
		return nil, fault.Denied
	}
	return s.store.list(ctx, a.Person, listed)
}

// Tally counts the tickets of a change by what becomes of them; who asks may
// read it.
func (s *Bulks) Tally(ctx context.Context, id ID) (t Tally, err error) {
	defer fault.Wrap(&err, "bulk %d: tally", id)
	return s.store.tally(ctx, id)
}

// Gather begins a change of some tickets, those that the actor may see; staff
// only. None, or more than MaxTickets, is fault.Invalid.
func (s *Bulks) Gather(ctx context.Context, ids []tickets.ID) (id ID, err error) {
	defer fault.Wrap(&err, "bulk: gather")
	if len(ids) > s.most {
		return 0, fault.Because(fault.Invalid, "bulk.refused.too_many", "Max", s.most)
	}
	var found []tickets.Ticket
	for len(ids) > 0 {
		n := min(len(ids), tickets.MaxPage)
		some, err := s.desk.GetMany(ctx, ids[:n])
		if err != nil {
			return 0, err
		}
		found, ids = append(found, some...), ids[n:]
	}
	return s.begin(ctx, found, false)
}

// GatherAll begins a change of all tickets that a filter finds now; of more than
// MaxTickets, of the first in the order of the filter.
func (s *Bulks) GatherAll(ctx context.Context, f tickets.Filter) (id ID, err error) {
	defer fault.Wrap(&err, "bulk: gather all")
	var found []tickets.Ticket
	f.Cursor, f.Limit = "", tickets.MaxPage
	for {
		page, err := s.desk.List(ctx, f)
		if err != nil {
			return 0, err
		}
		found = append(found, page.Tickets...)
		if page.Next == "" || len(found) > s.most {
			break
		}
		f.Cursor = page.Next
	}
	more := len(found) > s.most
	return s.begin(ctx, found[:min(len(found), s.most)], more)
}

// begin writes a draft about tickets; one that was found twice, while it moved
// in the order, counts once.
func (s *Bulks) begin(ctx context.Context, found []tickets.Ticket, more bool) (ID, error) {
	a := people.ActorOf(ctx)
	if !a.Is(people.Technician) {
		return 0, fault.Because(fault.Denied, "tickets.refused.denied")
	}
	items := make([]item, 0, len(found))
	seen := make(map[tickets.ID]bool, len(found))
	for _, t := range found {
		if !seen[t.ID] {
			items = append(items, item{Ticket: t.ID, Version: t.Version, Fate: Waiting})
		}
		seen[t.ID] = true
	}
	if len(items) == 0 {
		return 0, fault.Because(fault.Invalid, "bulk.refused.none")
	}
	b := Bulk{Author: a.Person, State: Draft, Total: len(items), More: more}
	err := s.db.Tx(ctx, func(ctx context.Context) error {
		b.CreatedAt = s.db.Now(ctx)
		if err := s.store.add(ctx, &b); err != nil {
			return err
		}
		return s.store.putItems(ctx, b.ID, items)
	})
	return b.ID, err
}
