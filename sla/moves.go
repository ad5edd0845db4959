package sla

import (
	"amigo/tickets"
)

// move is what an event does to the timer of one promise.
type move struct {
	promise PromiseName
	do      verb
}

// verb is something that can be done to a timer.
type verb string

const (
	start  verb = "start"  // a new timer, unless one is alive
	stop   verb = "stop"   // met or missed
	drop   verb = "drop"   // no longer promised
	pause  verb = "pause"  // stands still, if the policy says so
	resume verb = "resume" // runs on, if it stands still
	revive verb = "revive" // the last timer runs on, although it had been stopped; a new one if there was none
)

// moves says what an event does to the timers of its ticket, in order.
func moves(h tickets.Happening) []move {
	before, after := h.Before.Status, h.After.Status
	var m []move
	add := func(do verb, all ...PromiseName) {
		for _, p := range all {
			m = append(m, move{p, do})
		}
	}
	switch h.Event.What {
	case tickets.WasOpened:
		if !after.Over() {
			add(start, First, Resolution, Internal)
		}
		return m
	case tickets.WasMerged:
		add(drop, First, Next, Resolution, Internal)
		return m
	case tickets.WasAnswered:
		add(stop, First, Next)
	case tickets.WasSolved:
		if h.Message != nil {
			add(stop, First, Next)
		} else {
			add(drop, First, Next)
		}
	}
	switch {
	case !before.Over() && after.Over():
		add(stop, Resolution, Internal)
		if h.Event.What != tickets.WasSolved {
			add(drop, First, Next)
		}
	case before.Over() && !after.Over():
		add(revive, Resolution)
		add(start, Internal) // it reaches the team anew
	case !before.Waiting() && after.Waiting():
		add(pause, First, Next, Resolution, Internal)
	case before.Waiting() && !after.Waiting():
		add(resume, First, Next, Resolution, Internal)
	}
	if h.Before.Team != h.After.Team && !before.Over() && !after.Over() {
		add(stop, Internal)
		add(start, Internal)
		if after.Waiting() {
			add(pause, Internal)
		}
	}
	if said := h.Message != nil && !h.Message.Internal; said && !after.Over() &&
		(h.Event.What == tickets.WasCompleted || h.Event.What == tickets.WasReopened) {
		add(start, Next)
		if after.Waiting() {
			add(pause, Next)
		}
	}
	return m
}

// reclassified says whether an event changed something that policies ask about.
func reclassified(h tickets.Happening) bool {
	b, a := h.Before, h.After
	return h.Event.What != tickets.WasOpened &&
		(b.Type != a.Type || b.Priority != a.Priority || b.Category != a.Category || b.Service != a.Service ||
			b.Site != a.Site || b.Channel != a.Channel || b.Establishment != a.Establishment || b.Requester != a.Requester)
}
