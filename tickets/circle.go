package tickets

import (
	"context"
	"slices"

	"amigo/app/fault"
	"amigo/app/live"
	"amigo/app/people"
)

// What pages hear of a ticket: that it is not as it was, or that only what the
// desk keeps to itself is not.
const (
	LiveTicket = "ticket"
	LiveInside = "inside"
)

// Circle is who stands around a ticket: all that decides who may see it, beside
// the desk itself.
type Circle struct {
	Requester, ReportedBy people.ID
	Followers             []people.ID
}

// Shows says whether somebody may see the ticket.
func (c Circle) Shows(a people.Actor) bool {
	t := Ticket{Requester: c.Requester, ReportedBy: c.ReportedBy}
	return may(relate(a, t, slices.Contains(c.Followers, a.Person)), toSee)
}

// ShowsInside says whether somebody may see what the desk keeps to itself.
func (c Circle) ShowsInside(a people.Actor) bool {
	return may(relate(a, Ticket{}, false), toSeeNotes)
}

// Circles reads who stands around some tickets, in one statement; System only.
// Tickets that are not there are left out.
func (d *Desk) Circles(ctx context.Context, ids []ID) (all map[ID]Circle, err error) {
	defer fault.Wrap(&err, "tickets: circles")
	if !people.ActorOf(ctx).System() {
		return nil, fault.Denied
	}
	if len(ids) == 0 {
		return map[ID]Circle{}, nil
	}
	return d.store.circles(ctx, ids)
}

// shownToAll are the fields of a ticket that stand on the page of who asked.
var shownToAll = []string{"subject", "type", "status", "assignee", "requester", "establishment", "service", "outcome", "merged_into"}

// inside says whether all that has happened is the desk's own business, and
// changes nothing that anybody else is shown.
func inside(happened []Happening) bool {
	for _, h := range happened {
		if !h.Event.What.Internal() {
			return false
		}
		for _, field := range shownToAll {
			if _, changed := h.Event.Changes[field]; changed {
				return false
			}
		}
	}
	return true
}

// publish wakes the pages that show a ticket.
func (d *Desk) publish(ctx context.Context, id ID) {
	d.hub.Publish(ctx, live.Change{What: LiveTicket, ID: int64(id)})
}

// publishInside wakes those of the desk.
func (d *Desk) publishInside(ctx context.Context, id ID) {
	d.hub.Publish(ctx, live.Change{What: LiveInside, ID: int64(id)})
}
