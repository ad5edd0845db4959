package tickets

import (
	"slices"

	"amigo/app/people"
)

// relation is what an actor is to a ticket. It is all that rights depend on.
type relation string

const (
	stranger    relation = "stranger"    // for them the ticket does not exist
	claimant    relation = "claimant"    // takes part, if they are who they say
	participant relation = "participant" // requester, reporter or follower, proven
	staff       relation = "staff"       // technicians and above, whoever asked
	system      relation = "system"      // AMIGO itself
)

// relations lists them from the least to the most.
var relations = [...]relation{stranger, claimant, participant, staff, system}

// rights says who may do what.
var rights = map[act][]relation{
	toSee:      {participant, staff, system},
	toSeeNotes: {staff, system},
	toComplete: {claimant, participant, staff, system},
	toAnswer:   {staff, system},
	toNote:     {staff, system},
	toAssign:   {staff, system},
	toTransfer: {staff, system},
	toClassify: {staff, system},
	toAsk:      {staff, system},
	toRefer:    {staff, system},
	toResume:   {staff, system},
	toSolve:    {staff, system},
	toReopen:   {participant, staff, system},
	toClose:    {staff, system},
	toRemind:   {system},
	toMerge:    {staff, system},
	toSplit:    {staff, system},
	toAdopt:    {staff, system},
	toRate:     {participant, staff}, // of whom only the requester's side has a ballot
	toInvolve:  {staff, system},
	toConsult:  {staff, system},
	toHear:     {system},
	toFollow:   {participant, staff, system},
	toInvite:   {staff, system},
	toUnfollow: {participant, staff, system},
	toRead:     {staff, system},
	toWatch:    {staff, system},
	toCheck:    {staff, system},
	toSpend:    {staff, system},
	toWake:     {staff, system},
	toLink:     {staff, system},
}

// relate says what an actor is to a ticket that they follow, or not. A
// technician who asks for help is still staff on the ticket.
func relate(a people.Actor, t Ticket, follows bool) relation {
	switch {
	case a.Nobody():
		return stranger
	case a.System():
		return system
	case a.Is(people.Technician):
		return staff
	case a.Person != t.Requester && a.Person != t.ReportedBy && !follows:
		return stranger
	case !a.Believed:
		return claimant
	}
	return participant
}

// may says whether somebody may do something.
func may(r relation, do act) bool { return slices.Contains(rights[do], r) }
