package tickets

import (
	"slices"

	"amigo/app/fault"
)

// Impact is how many people a ticket hits; empty where nobody has said it.
type Impact string

// The impacts.
const (
	HitsOne  Impact = "one"
	HitsSome Impact = "some" // an office, a class
	HitsAll  Impact = "all"  // an establishment, or more
)

// Impacts lists them from the least to the most.
var Impacts = [...]Impact{HitsOne, HitsSome, HitsAll}

// Urgency is how much a ticket presses; empty where nobody has said it.
type Urgency string

// The urgencies.
const (
	CanWait Urgency = "later"
	Soon    Urgency = "soon"
	AtOnce  Urgency = "now" // nobody can work
)

// Urgencies lists them from the least to the most.
var Urgencies = [...]Urgency{CanWait, Soon, AtOnce}

// weights is the priority of each impact and urgency, in the order of their lists.
var weights = [len(Impacts)][len(Urgencies)]Priority{
	//         later   soon    now
	/* one  */ {Low, Normal, High},
	/* some */ {Normal, Normal, High},
	/* all  */ {Normal, High, Urgent},
}

// PriorityOf is the priority of what hits so many and presses so much; empty
// where one of the two is not known.
func PriorityOf(i Impact, u Urgency) Priority {
	row, column := slices.Index(Impacts[:], i), slices.Index(Urgencies[:], u)
	if row < 0 || column < 0 {
		return ""
	}
	return weights[row][column]
}

// weigh gives the ticket its priority: the one that somebody chose, which then
// stands for itself, or the one that follows from impact and urgency.
func (w *turn) weigh(f fault.Fields, c Change) {
	if c.Priority != nil {
		w.t.Priority, w.t.Impact, w.t.Urgency = *c.Priority, "", ""
		w.checkPriority(f, *c.Priority)
		return
	}
	if c.Impact == nil && c.Urgency == nil {
		return
	}
	if c.Impact != nil {
		w.t.Impact = *c.Impact
	}
	if c.Urgency != nil {
		w.t.Urgency = *c.Urgency
	}
	p := PriorityOf(w.t.Impact, w.t.Urgency)
	switch {
	case p != "":
		w.t.Priority = p
	case w.t.Impact == "" && w.t.Urgency == "": // the priority stays, as if it had been chosen
	case !slices.Contains(Impacts[:], w.t.Impact):
		f.Add("impact", "tickets.field.choose")
	default:
		f.Add("urgency", "tickets.field.choose")
	}
}
