package tickets

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"strings"

	"amigo/app/fault"
	"amigo/app/people"
)

// Page is a part of a list.
type Page struct {
	Tickets []Ticket
	Next    string // cursor of the next page, empty at the end
	Sort    Sort   // the order in which they stand
}

// Size is how many tickets a filter has; with More there are more than N.
type Size struct {
	N    int
	More bool
}

// Limits of lists.
const (
	MaxPage  = 200  // tickets of a page
	MaxCount = 1000 // what Tally counts at most
	MaxLook  = 5000 // tickets that Tally looks at, at most, for each filter

	pageSize = 50
)

// List reads a page of the tickets that the actor may see.
func (d *Desk) List(ctx context.Context, f Filter) (page Page, err error) {
	defer fault.Wrap(&err, "tickets: list")
	if _, known := orders[f.Sort]; !known && f.Sort != "" {
		return Page{}, fmt.Errorf("%q: %w", f.Sort, ErrSort)
	}
	f.Sort = sorted(f)
	f.Limit = min(cmp.Or(max(f.Limit, 0), pageSize), MaxPage)
	page.Sort = f.Sort
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
		return page, nil
	}
	if f, err = d.timed(ctx, f); err != nil {
		return Page{}, err
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

// Tally counts the tickets that List would give for each filter, in their order
// and in one statement. It looks at no more than MaxLook tickets for each and
// stops at MaxCount, so that it costs little however many there are.
func (d *Desk) Tally(ctx context.Context, filters ...Filter) (all []Size, err error) {
	defer fault.Wrap(&err, "tickets: tally")
	a := people.ActorOf(ctx)
	if !reads(a) || len(filters) == 0 {
		return make([]Size, len(filters)), nil
	}
	ready := make([]Filter, 0, len(filters))
	for _, f := range filters {
		if f, err = d.timed(ctx, f); err != nil {
			return nil, err
		}
		ready = append(ready, f)
	}
	return d.store.tally(ctx, a, ready)
}

// Count is Tally of one filter, as far as that counts.
func (d *Desk) Count(ctx context.Context, f Filter) (n int, err error) {
	all, err := d.Tally(ctx, f)
	if err != nil {
		return 0, err
	}
	return all[0].N, nil
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
func (d *Desk) Events(ctx context.Context, id ID) ([]Event, error) {
	return d.EventsPage(ctx, id, 0, 0)
}

// EventsPage is Events for the API: after an event's id, at most limit; 0 means all.
func (d *Desk) EventsPage(ctx context.Context, id ID, after int64, limit int) (all []Event, err error) {
	defer fault.Wrap(&err, "ticket %d: events", id)
	_, r, err := d.seen(ctx, id)
	if err != nil {
		return nil, err
	}
	return d.store.eventsAfter(ctx, id, may(r, toSeeNotes), after, limit)
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
