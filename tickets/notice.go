package tickets

import (
	"slices"
	"strconv"
	"strings"

	"amigo/app/people"
)

// letter is a kind of letter, by the name that it has in the outbox.
type letter string

const (
	openedLetter    letter = "opened"    // the acknowledgement
	repliedLetter   letter = "replied"   // staff have answered
	waitingLetter   letter = "waiting"   // staff have asked
	remindedLetter  letter = "reminded"  // staff still wait for the answer
	solvedLetter    letter = "solved"    // the solution
	abandonedLetter letter = "abandoned" // solved for want of an answer
	mergedLetter    letter = "merged"    // it goes on under another number
	assignedLetter  letter = "assigned"  // somebody gave you a ticket
	answeredLetter  letter = "answered"  // the requester's side has said more
	reopenedLetter  letter = "reopened"  // it is not solved after all
	ratedLetter     letter = "rated"     // the solution was found wanting, and why
	consultedLetter letter = "consulted" // staff write to a third party
	informedLetter  letter = "informed"  // a third party has written
	wokenLetter     letter = "woken"     // you wanted to be reminded
	mentionedLetter letter = "mentioned" // a colleague's note names you
)

// forStaff says whether it is for those who work the ticket.
func (l letter) forStaff() bool {
	return l == assignedLetter || l == answeredLetter || l == reopenedLetter || l == informedLetter || l == ratedLetter || l == mentionedLetter || l == wokenLetter
}

// ForStaff says whether letters of a kind, as the outbox names it, are for those
// who work the ticket.
func ForStaff(kind string) bool { return letter(kind).forStaff() }

// party is whom a letter is for.
type party string

const (
	side      party = "side"      // requester, reporter unless staff, followers
	requester party = "requester" // alone
	assignee  party = "assignee"  // whoever has the ticket now
	addressee party = "addressee" // the third party to whom the message was written, alone
	watchers  party = "watchers"  // who of the desk watches the ticket
	sleeping  party = "sleeping"  // who wanted to be reminded, alone
	named     party = "named"     // those of the staff whom a note names
)

// rule says which letter an event causes, and for whom.
type rule struct {
	what What
	on   func(Happening, circle) bool // nil: always
	to   party
	send letter
}

// rules is who is written to about what. Events that are not named here
// (classification, waiting and resuming by themselves, closing) cause no letter:
// whoever must know reads of them on the page, and nobody's mailbox fills up.
// Of escalations whoever keeps promises writes, many in one letter.
var rules = []rule{
	{WasOpened, nil, side, openedLetter},
	{WasAnswered, asks, side, waitingLetter},
	{WasAnswered, tells, side, repliedLetter},
	{WasReminded, nil, side, remindedLetter},
	{WasCompleted, nil, assignee, answeredLetter},
	{WasCompleted, nil, watchers, answeredLetter},
	{WasNoted, nil, named, mentionedLetter},
	{WasAssigned, changesHands, assignee, assignedLetter},
	{WasSolved, speaks, side, solvedLetter},
	{WasSolved, givesUp, side, abandonedLetter},
	{WasMerged, nil, requester, mergedLetter},
	{WasReopened, nil, assignee, reopenedLetter},
	{WasReopened, nil, watchers, reopenedLetter},
	{WasRated, complains, assignee, ratedLetter},
	{WasConsulted, nil, addressee, consultedLetter},
	{WasInformed, inPerson, assignee, informedLetter},
	{WasInformed, inPerson, watchers, informedLetter},
	{WasWoken, nil, sleeping, wokenLetter},
}

func asks(_ Happening, c circle) bool         { return c.status == WaitingRequester }
func tells(h Happening, c circle) bool        { return !asks(h, c) }
func speaks(h Happening, c circle) bool       { return !givesUp(h, c) }
func changesHands(h Happening, _ circle) bool { return h.Before.Assignee != h.After.Assignee }

// inPerson says that a third party wrote itself, and not its machine.
func inPerson(h Happening, _ circle) bool { return h.Event.Data[automaticKey] == "" }

// complains says whether a rating is bad, and says why.
func complains(h Happening, _ circle) bool {
	return h.Event.Data[ratingKey] == string(Bad) && h.Event.Data[commentKey] != ""
}

// givesUp says whether AMIGO itself has solved a ticket for want of an answer.
func givesUp(h Happening, c circle) bool {
	return h.After.Outcome == abandoned && c.actor == people.SystemID
}

// circle is who stands around a ticket when something happens.
type circle struct {
	actor  people.ID
	quiet  bool        // the actor gets no letter at all
	status Status      // where the ticket stands in the end
	side   []people.ID // the requester first

	watchers []people.ID // read only where a rule is about them
}

// readers lists a party.
func (c circle) readers(p party, h Happening) []people.ID {
	switch p {
	case side:
		return c.side
	case requester:
		return []people.ID{h.After.Requester}
	case addressee:
		return []people.ID{h.Message.Addressee}
	case watchers:
		return c.watchers
	case sleeping:
		return []people.ID{personIn(h.Event.Data)}
	case named:
		return namedIn(h.Event.Data)
	}
	return []people.ID{h.After.Assignee}
}

// namedIn reads whom an event names.
func namedIn(data map[string]string) (who []people.ID) {
	for number := range strings.FieldsSeq(data[mentionedKey]) {
		if id, err := strconv.ParseInt(number, 10, 64); err == nil {
			who = append(who, people.ID(id))
		}
	}
	return who
}

// personIn is the person whom an event is about; 0 for none.
func personIn(data map[string]string) people.ID {
	n, err := strconv.ParseInt(data[personKey], 10, 64)
	if err != nil {
		return 0
	}
	return people.ID(n)
}

// watched says whether those who watch a ticket are written to about something.
func watched(happened []Happening) bool {
	return slices.ContainsFunc(happened, func(h Happening) bool {
		return slices.ContainsFunc(rules, func(r rule) bool { return r.to == watchers && r.what == h.Event.What })
	})
}

// notice is one letter to be written: which, to whom, about what.
type notice struct {
	letter letter
	reader people.ID
	about  Happening
}

// notices says which letters a turn causes. Nobody is written to about what they
// did themselves, but for the acknowledgement to who asks; and nobody twice
// about one turn: the last thing that happened says it all.
func notices(happened []Happening, c circle) []notice {
	var all []notice
	for _, h := range happened {
		for _, r := range rules {
			if r.what != h.Event.What || r.on != nil && !r.on(h, c) {
				continue
			}
			for _, reader := range c.readers(r.to, h) {
				if reader == 0 || reader == c.actor && !acknowledges(r, h, c) {
					continue
				}
				all = slices.DeleteFunc(all, func(n notice) bool { return n.reader == reader })
				all = append(all, notice{r.send, reader, h})
			}
		}
	}
	return all
}

// acknowledges says whether a letter tells the actor that their own ticket has
// arrived. RFC 3834 section 2: never in answer to an automatic message.
func acknowledges(r rule, h Happening, c circle) bool {
	return r.send == openedLetter && h.After.Requester == c.actor && !c.quiet
}
