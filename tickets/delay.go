package tickets

import (
	"context"

	"amigo/app/fault"
	"amigo/app/people"
)

// Delays are how long the desk waits for its requesters before it acts by
// itself, in their own working days; 0 means that it never does.
type Delays struct {
	Remind int `json:"remind"` // for an answer, until it asks again
	Solve  int `json:"solve"`  // for an answer, until it takes the ticket for solved
	Close  int `json:"close"`  // for somebody to contradict a solution, until the ticket closes
}

// UsualDelays hold where nobody has chosen others.
var UsualDelays = Delays{Remind: 3, Solve: 8, Close: 10}

// MaxDelay is the longest delay, in working days: a school year and a half.
const MaxDelay = 250

const delaysKey = "tickets.delays" // in the table of settings, for ever

// Delays are those in force.
func (d *Desk) Delays(ctx context.Context) (Delays, error) { return d.delays.Get(ctx) }

// SetDelays chooses others; supervisors and administrators only. Fields: remind,
// solve, close. A day that a letter has named is kept all the same: no ticket is
// solved or closed before it.
func (d *Desk) SetDelays(ctx context.Context, chosen Delays) error {
	if who := people.ActorOf(ctx); !who.System() && !who.Is(people.Supervisor) {
		return fault.Denied
	}
	return d.delays.Put(ctx, chosen)
}

// check says what is wrong with delays.
func (d Delays) check() error {
	f := fault.Fields{}
	for field, days := range map[string]int{"remind": d.Remind, "solve": d.Solve, "close": d.Close} {
		if days < 0 || days > MaxDelay {
			f.Add(field, "tickets.field.days", "Max", MaxDelay)
		}
	}
	if d.Solve != 0 && d.Solve <= d.Remind {
		f.Add("solve", "tickets.field.after_reminder")
	}
	return f.Err()
}
