package tickets

import (
	"context"
	"slices"
	"time"

	"amigo/app/people"
)

// What happened to a ticket. The words are kept in the database for ever.
type What string

// The events.
const (
	WasOpened     What = "opened"
	WasAnswered   What = "answered"   // a public reply by a technician
	WasCompleted  What = "completed"  // a public message by the requester's side
	WasNoted      What = "noted"      // an internal note
	WasAssigned   What = "assigned"   // team or assignee changed
	WasClassified What = "classified" // type, priority, category, service … changed
	WasPaused     What = "waiting"
	WasResumed    What = "resumed"
	WasSolved     What = "solved"
	WasReopened   What = "reopened"
	WasClosed     What = "closed"
	WasReminded   What = "reminded"  // the requester was asked again
	WasMerged     What = "merged"    // it goes on under the number in "ref"
	WasAbsorbed   What = "absorbed"  // the ticket in "ref" goes on here
	WasSplit      What = "split"     // the words of "message" became the ticket in "ref", too
	WasSplitOff   What = "split_off" // it began as words on the ticket in "ref"
	WasAdopted    What = "adopted"   // it has a parent now
	WasReleased   What = "released"  // it has none any more
	WasEscalated  What = "escalated"
	WasRated      What = "rated" // somebody has said what they think of the solution

	// What stands beside the conversation; [Event.Data] says what it is about.
	WasChecked  What = "checked"  // "check" of the list is "done": added, removed, ticked or unticked
	WasSpent    What = "spent"    // "minutes" of work on "day"; "before" where they were noted otherwise
	WasWoken    What = "woken"    // "person" wanted to be reminded, of "words"
	WasLinked   What = "linked"   // to the ticket in "ref", as "kind"
	WasUnlinked What = "unlinked" // and is no longer

	// The person in "person" is whom these are about.
	WasInvolved   What = "involved"   // a third party works on it, known by "name" and "reference"
	WasDropped    What = "dropped"    // it does not any more
	WasConsulted  What = "consulted"  // staff wrote to a third party
	WasInformed   What = "informed"   // a third party wrote
	WasFollowed   What = "followed"   // somebody takes part from now on
	WasUnfollowed What = "unfollowed" // and from now on does not
)

// internal are the events of which only staff may read.
var internal = []What{
	WasNoted, WasAssigned, WasClassified, WasAbsorbed, WasAdopted, WasReleased, WasEscalated,
	WasInvolved, WasDropped, WasConsulted, WasInformed, WasRated,
	WasChecked, WasSpent, WasWoken, WasLinked, WasUnlinked,
}

// Internal says whether only staff may read of it.
func (w What) Internal() bool { return slices.Contains(internal, w) }

// Event is one line of a ticket's history.
type Event struct {
	ID      int64
	Ticket  ID
	At      time.Time // when it happened: for a mail, when it was accepted
	What    What
	Actor   people.ID
	Changes map[string][2]string // field: before, after, as people name them (uid, team slug)
	Data    map[string]string    // what else belongs to it: escalated has "level" and "promise", "until" is the requester's last day, rated has "rating" and "comment"

	version int // the ticket's after it; 0 where no field of it changed
}

// put keeps something with the event.
func (e *Event) put(key, value string) {
	if e.Data == nil {
		e.Data = map[string]string{}
	}
	e.Data[key] = value
}

// Happening is what a Listener hears: the event, and the ticket before and after.
type Happening struct {
	Event   Event
	Before  Ticket // zero when the ticket was opened
	After   Ticket
	Message *Message // what was said, if something was
}

// Listener hears of an event inside the transaction that causes it; an error
// undoes the change. It may only use the Desk's quiet methods (PromiseMany).
type Listener func(ctx context.Context, h Happening) error

// changes names the fields in which two states of a ticket differ, as people
// read them. Dates that follow from the rest are left out.
func changes(before, after Ticket, n names) map[string][2]string {
	all := map[string][2]string{
		"type":          {string(before.Type), string(after.Type)},
		"subject":       {before.Subject, after.Subject},
		"status":        {string(before.Status), string(after.Status)},
		"priority":      {string(before.Priority), string(after.Priority)},
		"impact":        {string(before.Impact), string(after.Impact)},
		"urgency":       {string(before.Urgency), string(after.Urgency)},
		"queue":         {n.slug(before.Team), n.slug(after.Team)},
		"assignee":      {n.uid(before.Assignee), n.uid(after.Assignee)},
		"requester":     {n.uid(before.Requester), n.uid(after.Requester)},
		"establishment": {before.Establishment, after.Establishment},
		"site":          {before.Site, after.Site},
		"service":       {before.Service, after.Service},
		"category":      {before.Category, after.Category},
		"outcome":       {before.Outcome, after.Outcome},
		"cause":         {before.Cause, after.Cause},
		"merged_into":   {refOrNone(before.MergedInto), refOrNone(after.MergedInto)},
		"parent":        {refOrNone(before.Parent), refOrNone(after.Parent)},
	}
	for field, pair := range all {
		if pair[0] == pair[1] {
			delete(all, field)
		}
	}
	return all
}

// refOrNone is the reference of a ticket, empty for none.
func refOrNone(id ID) string {
	if id == 0 {
		return ""
	}
	return id.Ref()
}

// names says how people name those whom a ticket knows by number.
type names struct {
	persons map[people.ID]people.Person
	teams   []people.Team
}

func (n names) uid(id people.ID) string { return n.persons[id].UID }

func (n names) slug(id people.TeamID) string { return n.team(id).Slug }

func (n names) team(id people.TeamID) people.Team {
	for _, t := range n.teams {
		if t.ID == id {
			return t
		}
	}
	return people.Team{}
}
