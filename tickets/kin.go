package tickets

import (
	"slices"
	"time"
)

// Tie says what another ticket is to one.
type Tie string

// The ties.
const (
	ItsParent    Tie = "parent"     // its solution is this one's, too
	ItsChild     Tie = "child"      // and the other way round
	ItsSurvivor  Tie = "survivor"   // this one goes on as it
	MergedIn     Tie = "merged"     // it goes on as this one
	IsRelated    Tie = "related"    // they are about the same thing
	DuplicateOf  Tie = "duplicate"  // it was asked before
	DuplicatedBy Tie = "duplicated" // it asks this one again
	CausedBy     Tie = "cause"      // this one is there because of it
	CauseOf      Tie = "effect"     // and the other way round
	SameAsker    Tie = "asked"      // its requester asked for it, too
	SamePlace    Tie = "place"      // somebody else of the same establishment did
)

// Relative is another ticket, and what it is to one.
type Relative struct {
	Tie       Tie
	ID        ID
	Subject   string
	Status    Status
	CreatedAt time.Time
}

// Tally is how many tickets there are, of the newest MaxCount, and how many of
// them are not over.
type Tally struct{ All, Live int }

// Kin are the tickets around one: at most maxKin of each tie, the newest five of
// those that are only from the same person or place.
type Kin struct {
	All          []Relative
	Asked, Place Tally // of the requester, and of everybody of the establishment, this one among them
}

// maxKin is how many tickets of one tie are listed.
const maxKin = 50

// nearest is how many tickets of the same requester or place are listed.
const nearest = 5

// Of lists the relatives of some ties, in the order of the ties.
func (k Kin) Of(ties ...Tie) []Relative {
	var some []Relative
	for _, tie := range ties {
		for _, r := range k.All {
			if r.Tie == tie {
				some = append(some, r)
			}
		}
	}
	return some
}

// Has says whether a ticket is among those of some ties.
func (k Kin) Has(id ID, ties ...Tie) bool {
	return slices.ContainsFunc(k.Of(ties...), func(r Relative) bool { return r.ID == id })
}
