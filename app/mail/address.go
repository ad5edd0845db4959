package mail

import (
	"context"
	"time"
)

// An address is hard when a server has said that nobody is there: nothing more
// is sent to it until somebody confirms it. It is soft when a letter came back
// that might arrive another day, as from a full mailbox; letters go to it as
// before.
//
// Soft becomes hard when five letters in a row have come back over a month.
// Fewer, or sooner, would cut off whoever fills their mailbox over the summer
// and empties it in September; a mailbox that takes nothing for longer is left,
// and writing to it only teaches servers to mistrust us. It becomes good again
// when a letter has not come back for a week: servers give up after five days.
const (
	softMost  = 5
	softFor   = 30 * 24 * time.Hour
	wellAfter = 7 * 24 * time.Hour
)

// The states of an address.
const (
	good = "ok"
	soft = "soft"
	hard = "hard"
)

// fortune is how letters to an address fare.
type fortune struct {
	State    string
	StateAt  *time.Time
	StateWhy string
	Bounces  int
}

// after is the fortune when one more letter has come back. It is pure.
func (f fortune) after(never bool, why string, now time.Time) fortune {
	if f.State == hard {
		return f // since when, and why, are what somebody wants to know
	}
	f.Bounces++
	was := f.State
	if f.State, f.StateWhy = soft, why; was != soft || f.StateAt == nil {
		f.StateAt = &now
	}
	if never || f.Bounces >= softMost && now.Sub(*f.StateAt) >= softFor {
		f.State, f.StateAt = hard, &now
	}
	return f
}

// fares notes that a letter to an address came back.
func (o *Outbox) fares(ctx context.Context, address string, never bool, why string) error {
	f, known, err := o.store.fortune(ctx, address)
	if err != nil || !known {
		return err
	}
	return o.store.putFortune(ctx, address, f.after(never, oneLine(why), o.db.Now(ctx)))
}
