package tickets

import "amigo/app/fault"

// act is something that an actor does with a ticket. The same words are asked
// of [may], who may do it, and of [next], where it leads.
type act string

const (
	toSee      act = "see"      // read what is public
	toSeeNotes act = "seenotes" // read what is internal
	toComplete act = "complete" // say more, on the requester's side
	toAnswer   act = "answer"   // say something to the requester
	toNote     act = "note"     // say something to colleagues
	toAssign   act = "assign"   // give it to a person
	toTransfer act = "transfer" // give it to a team, or to nobody
	toClassify act = "classify" // subject, requester, type, priority, category, service, tags
	toAsk      act = "ask"      // wait for the requester
	toRefer    act = "refer"    // wait for a third party
	toResume   act = "resume"   // wait no longer
	toSolve    act = "solve"
	toReopen   act = "reopen"
	toClose    act = "close"
	toRemind   act = "remind" // ask the requester again
	toMerge    act = "merge"  // let it go on under another number
	toSplit    act = "split"  // let some of its words be a ticket of their own
	toAdopt    act = "adopt"  // give it a parent, or take it away
	toRate     act = "rate"   // say what one thinks of its solution

	toInvolve  act = "involve"  // say who outside works on it
	toConsult  act = "consult"  // say something to one of those
	toHear     act = "hear"     // keep what one of those says
	toFollow   act = "follow"   // let somebody of the directory take part
	toInvite   act = "invite"   // let anybody take part
	toUnfollow act = "unfollow" // let a follower go

	toRead  act = "read"  // note that somebody at the desk has read what was said
	toWatch act = "watch" // hear of it at the desk
	toCheck act = "check" // keep a list of what there is to do
	toSpend act = "spend" // note the time that it took
	toWake  act = "wake"  // be reminded of it
	toLink  act = "link"  // tie it to another
)

// acts lists them all, for the grids.
var acts = [...]act{
	toSee, toSeeNotes, toComplete, toAnswer, toNote, toAssign, toTransfer, toClassify,
	toAsk, toRefer, toResume, toSolve, toReopen, toClose, toRemind, toMerge, toSplit, toAdopt, toRate,
	toInvolve, toConsult, toHear, toFollow, toInvite, toUnfollow,
	toRead, toWatch, toCheck, toSpend, toWake, toLink,
}

// What a cell of moves can hold beside a status.
const (
	stays  Status = "."
	cannot Status = "-"
)

// moves says where an act leads from each status.
var moves = map[act][len(Statuses)]Status{
	//           new                open               waiting_requester  waiting_third_party solved closed
	toSee:      {stays, stays, stays, stays, stays, stays},
	toSeeNotes: {stays, stays, stays, stays, stays, stays},
	toComplete: {stays, stays, Opened, stays, Opened, cannot},
	toAnswer:   {Opened, stays, stays, stays, stays, cannot},
	toNote:     {stays, stays, stays, stays, stays, stays},
	toAssign:   {Opened, stays, stays, stays, stays, cannot},
	toTransfer: {stays, stays, stays, stays, stays, cannot},
	toClassify: {stays, stays, stays, stays, stays, cannot},
	toAsk:      {WaitingRequester, WaitingRequester, stays, WaitingRequester, cannot, cannot},
	toRefer:    {WaitingThirdParty, WaitingThirdParty, WaitingThirdParty, stays, cannot, cannot},
	toResume:   {Opened, stays, Opened, Opened, cannot, cannot},
	toSolve:    {Solved, Solved, Solved, Solved, cannot, cannot},
	toReopen:   {cannot, cannot, cannot, cannot, Opened, cannot},
	toClose:    {cannot, cannot, cannot, cannot, Closed, cannot},
	toRemind:   {cannot, cannot, stays, cannot, cannot, cannot},
	toMerge:    {Closed, Closed, Closed, Closed, Closed, cannot},
	toSplit:    {stays, stays, stays, stays, stays, cannot},
	toAdopt:    {stays, stays, stays, stays, stays, cannot},
	toRate:     {cannot, cannot, cannot, cannot, stays, stays},
	toInvolve:  {stays, stays, stays, stays, stays, cannot},
	toConsult:  {stays, stays, stays, stays, stays, cannot},
	toHear:     {stays, stays, stays, stays, stays, stays},
	toFollow:   {stays, stays, stays, stays, stays, cannot},
	toInvite:   {stays, stays, stays, stays, stays, cannot},
	toUnfollow: {stays, stays, stays, stays, stays, stays},
	toRead:     {stays, stays, stays, stays, stays, stays},
	toWatch:    {stays, stays, stays, stays, stays, stays},
	toCheck:    {stays, stays, stays, stays, stays, cannot},
	toSpend:    {stays, stays, stays, stays, stays, stays},
	toWake:     {stays, stays, stays, stays, stays, stays},
	toLink:     {stays, stays, stays, stays, stays, stays},
}

// next says where an act leads from a status, which may be where it was; ok is
// false when the act does not exist there.
func next(from Status, do act) (to Status, ok bool) {
	for i, s := range Statuses {
		if s != from {
			continue
		}
		switch to := moves[do][i]; to {
		case cannot, "":
			return from, false
		case stays:
			return from, true
		default:
			return to, true
		}
	}
	return from, false
}

// actFor is the act by which staff bring a ticket from one status to another;
// ok is false when there is none.
func actFor(from, to Status) (do act, ok bool) {
	switch to {
	case Opened:
		do = toResume
		if from == Solved {
			do = toReopen
		}
	case WaitingRequester:
		do = toAsk
	case WaitingThirdParty:
		do = toRefer
	case Solved:
		do = toSolve
	case Closed:
		do = toClose
	default:
		return "", false
	}
	_, ok = next(from, do)
	return do, ok
}

// refused is why an act does not exist in a status.
func refused(from Status) error {
	switch from {
	case Closed:
		return fault.Because(fault.Invalid, "tickets.refused.closed")
	case Solved:
		return fault.Because(fault.Invalid, "tickets.refused.solved")
	}
	return fault.Because(fault.Invalid, "tickets.refused.move", "Status", from.Word())
}
