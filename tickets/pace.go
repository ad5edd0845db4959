package tickets

import "amigo/app/people"

// haste is how soon a letter is written.
type haste string

const (
	atOnce   haste = "at once"
	gathered haste = "in the digest"
	unsaid   haste = "never"
)

// paces says how soon whom a letter is for hears of it, by what they have chosen.
// What asks for an answer, or for work, cannot wait for a digest that is a day
// away, nor go unsaid. Letters that are not named here are for everybody, at once.
//
// For technicians [people.Solved] means what changes their own work: tickets that
// they are given, and solutions that do not hold. What is said on those that they
// have they read in their queue.
var paces = map[letter]map[people.Pace]haste{
	openedLetter:    {people.Digest: gathered, people.Solved: unsaid}, // see [paced]
	repliedLetter:   {people.Digest: gathered, people.Solved: unsaid},
	waitingLetter:   {people.Digest: atOnce, people.Solved: atOnce},
	remindedLetter:  {people.Digest: atOnce, people.Solved: atOnce},
	solvedLetter:    {people.Digest: gathered, people.Solved: atOnce},
	abandonedLetter: {people.Digest: gathered, people.Solved: atOnce},
	mergedLetter:    {people.Digest: gathered, people.Solved: atOnce},
	assignedLetter:  {people.Digest: gathered, people.Solved: atOnce},
	answeredLetter:  {people.Digest: gathered, people.Solved: unsaid},
	reopenedLetter:  {people.Digest: gathered, people.Solved: atOnce},
	ratedLetter:     {people.Digest: gathered, people.Solved: atOnce},
	informedLetter:  {people.Digest: gathered, people.Solved: unsaid},
	mentionedLetter: {people.Digest: gathered, people.Solved: atOnce},
}

// paced says how soon a letter is written. An acknowledgement is at once where
// it is all that its reader hears, because they have not filed the ticket on a
// page themselves.
func paced(l letter, p people.Pace, filed bool) haste {
	if l == openedLetter && !filed {
		return atOnce
	}
	if h, named := paces[l][p]; named {
		return h
	}
	return atOnce
}

// filed says whether the reader of a notice has filed the ticket on a page, and
// has seen its number there.
func (w *turn) filed(reader people.ID) bool {
	return reader == w.actor.Person && w.t.Channel != people.Mail && w.t.Channel != people.Phone
}
