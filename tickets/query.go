package tickets

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
)

// Sort is an order of a list.
type Sort string

// The orders. A leading minus turns one round. By due date, lane 0 comes first
// at the same date, and tickets that have none come last, either way round.
const (
	ByDue         Sort = "due_at"
	ByDueDesc     Sort = "-due_at"
	ByCreated     Sort = "created_at"
	ByCreatedDesc Sort = "-created_at"
	ByUpdated     Sort = "updated_at"
	ByUpdatedDesc Sort = "-updated_at"
)

// order is what a Sort means.
type order struct {
	column string
	desc   bool
}

// by spells the order of some columns.
func (o order) by(columns ...string) string {
	if !o.desc {
		return strings.Join(columns, ", ")
	}
	turned := make([]string, 0, len(columns))
	for _, c := range columns {
		name, rest, _ := strings.Cut(c, " ")
		turned = append(turned, strings.TrimSpace(name+" DESC "+rest))
	}
	return strings.Join(turned, ", ")
}

// beyond compares what comes after a cursor with it.
func (o order) beyond() string {
	if o.desc {
		return "<"
	}
	return ">"
}

// due says whether the order is by due date, of which there may be none.
func (o order) due() bool { return o.column == "due_at" }

var orders = map[Sort]order{
	ByDue: {"due_at", false}, ByDueDesc: {"due_at", true},
	ByCreated: {"created_at", false}, ByCreatedDesc: {"created_at", true},
	ByUpdated: {"updated_at", false}, ByUpdatedDesc: {"updated_at", true},
}

// Filter says which tickets; empty fields ask nothing. What the actor may not
// see is never in the answer.
type Filter struct {
	Statuses   []Status
	Team       people.TeamID
	MyTeams    bool // any team of the actor
	Assignee   people.ID
	Unassigned bool
	Mine       bool      // assigned to the actor (staff), or asked by the actor
	Asked      people.ID // as requester or reporter
	Category   string
	Service    string
	Site       string
	Priority   Priority
	Type       Type
	Channel    people.Channel
	DueBefore  *time.Time

	Types          []Type
	Priorities     []Priority
	Channels       []people.Channel
	Teams          []string // by slug; Me: those of the actor
	Assignees      []string // by uid; Me, Nobody
	Requesters     []string // by uid, as requester or reporter; Me
	Categories     []string
	Services       []string // by slug
	Sites          []string // by code
	Establishments []string // by UAI
	Tags           []string // by slug, any of them
	SLA            []SLAState
	Created        Span
	Updated        Span
	Due            Span
	Solved         Span
	Watched        bool // by the actor
	Unheard        bool // something was said that nobody at the desk has read

	Text   string // full text, reference, or both
	Sort   Sort   // empty: ByDue; an unknown one is fault.Invalid (ErrSort)
	Limit  int    // 1 to MaxPage; 0 means 50, more means MaxPage
	Cursor string // from the page before; one that was made up is fault.Invalid (ErrCursor)
}

// Page is a part of a list.
type Page struct {
	Tickets []Ticket
	Next    string // cursor of the next page, empty at the end
}

// Limits of lists.
const (
	MaxPage  = 200  // tickets of a page
	MaxCount = 1000 // what Count counts at most

	pageSize = 50
)

// List reads a page of the tickets that the actor may see.
func (d *Desk) List(ctx context.Context, f Filter) (page Page, err error) {
	defer fault.Wrap(&err, "tickets: list")
	f.Sort = cmp.Or(f.Sort, ByDue)
	if _, known := orders[f.Sort]; !known {
		return Page{}, fmt.Errorf("%q: %w", f.Sort, ErrSort)
	}
	f.Limit = min(cmp.Or(max(f.Limit, 0), pageSize), MaxPage)
	var after *cursor
	if f.Cursor != "" {
		c, err := openCursor(d.seal, f.Sort, f.Cursor)
		if err != nil {
			return Page{}, err
		}
		after = &c
	}
	a := people.ActorOf(ctx)
	if !reads(a) {
		return Page{}, nil
	}
	// One more than asked for says whether there is a next page.
	found, err := d.store.list(ctx, a, f, after, f.Limit+1)
	if err != nil {
		return Page{}, err
	}
	if len(found) > f.Limit {
		found = found[:f.Limit]
		page.Next = cursorOf(f.Sort, found[f.Limit-1]).seal(d.seal, f.Sort)
	}
	page.Tickets = found
	return page, nil
}

// Count counts the tickets that List would give, up to MaxCount (a larger
// number is not looked for).
func (d *Desk) Count(ctx context.Context, f Filter) (n int, err error) {
	all, err := d.Counts(ctx, f)
	if err != nil {
		return 0, err
	}
	return all[0], nil
}

// Counts is Count for several filters at once, in their order.
func (d *Desk) Counts(ctx context.Context, filters ...Filter) (counts []int, err error) {
	defer fault.Wrap(&err, "tickets: count")
	a := people.ActorOf(ctx)
	if !reads(a) || len(filters) == 0 {
		return make([]int, len(filters)), nil
	}
	return d.store.counts(ctx, a, filters, MaxCount)
}

// reads says whether an actor reads anything at all.
func reads(a people.Actor) bool { return a.System() || !a.Nobody() && a.Believed }

// Get reads a ticket that the actor may see; any other is fault.NotFound.
func (d *Desk) Get(ctx context.Context, id ID) (t Ticket, err error) {
	defer fault.Wrap(&err, "ticket %d", id)
	t, _, err = d.seen(ctx, id)
	return t, err
}

// seen reads a ticket for somebody who may see it, and what they are to it.
func (d *Desk) seen(ctx context.Context, id ID) (Ticket, relation, error) {
	t, err := d.store.ticket(ctx, id)
	if err != nil {
		return Ticket{}, stranger, err
	}
	r, err := d.relation(ctx, t)
	if err == nil && !may(r, toSee) {
		err = fault.NotFound
	}
	if err != nil {
		return Ticket{}, r, err
	}
	return t, r, nil
}

// relation says what the actor is to a ticket.
func (d *Desk) relation(ctx context.Context, t Ticket) (relation, error) {
	a := people.ActorOf(ctx)
	if r := relate(a, t, false); r != stranger || a.Nobody() {
		return r, nil
	}
	follows, err := d.store.follows(ctx, t.ID, a.Person)
	return relate(a, t, follows), err
}

// Messages reads what was said and the actor may read, oldest first.
func (d *Desk) Messages(ctx context.Context, id ID) ([]Message, error) {
	return d.MessagesPage(ctx, id, 0, 0)
}

// MessagesPage is Messages for the API: after a message id, at most limit; 0
// means all.
func (d *Desk) MessagesPage(ctx context.Context, id ID, after MessageID, limit int) (all []Message, err error) {
	defer fault.Wrap(&err, "ticket %d: messages", id)
	_, r, err := d.seen(ctx, id)
	if err != nil {
		return nil, err
	}
	return d.store.messages(ctx, id, may(r, toSeeNotes), after, limit)
}

// Events reads the history that the actor may read, oldest first.
func (d *Desk) Events(ctx context.Context, id ID) (all []Event, err error) {
	defer fault.Wrap(&err, "ticket %d: events", id)
	_, r, err := d.seen(ctx, id)
	if err != nil {
		return nil, err
	}
	return d.store.events(ctx, id, may(r, toSeeNotes))
}

// Participates says whether a person takes part in a ticket: requester,
// reporter, follower. It asks for no right: mail is judged by it before anybody
// acts.
func (d *Desk) Participates(ctx context.Context, id ID, who people.ID) (takes bool, err error) {
	defer fault.Wrap(&err, "ticket %d: participates", id)
	t, err := d.store.ticket(ctx, id)
	if err != nil {
		return false, err
	}
	if who != 0 && (who == t.Requester || who == t.ReportedBy) {
		return true, nil
	}
	return d.store.follows(ctx, id, who)
}

// Services lists the services by name, in French. Who asks must not change the list.
func (d *Desk) Services(ctx context.Context) ([]Service, error) {
	all, err := d.services.Get(ctx)
	if err != nil {
		return nil, fmt.Errorf("tickets: services: %w", err)
	}
	return all, nil
}

// service finds a service; none is fault.NotFound.
func (d *Desk) service(ctx context.Context, slug string) (Service, error) {
	all, err := d.Services(ctx)
	if err != nil {
		return Service{}, err
	}
	for _, s := range all {
		if s.Slug == slug {
			return s, nil
		}
	}
	return Service{}, fmt.Errorf("service %q: %w", slug, fault.NotFound)
}

// A reference as people type it into a search: 12345, #12345, AMIGO #12345.
var reference = regexp.MustCompile(`(?i)^\[?(?:amigo)?\s*#?\s*([0-9]{1,18})\]?$`)

// refIn is the reference that a search consists of; 0 when it is none.
func refIn(text string) ID {
	m := reference.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return 0
	}
	id, _ := ParseRef(m[1])
	return id
}
