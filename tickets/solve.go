package tickets

import (
	"cmp"
	"context"
	"slices"
	"time"

	"amigo/app/fault"
	"amigo/app/people"
)

// Solve ends the work on a ticket.
type Solve struct {
	Version     int
	Solution    string // public; may be empty through the API only
	Outcome     string // one of Outcomes; empty: "fixed"
	Cause       string // one of Causes, or empty
	Attachments []AttachmentID
	Seen        MessageID // as of a [Reply]
	At          time.Time // when it was sent off; zero: now
}

// Solve solves a ticket; staff only. Fields: solution, outcome, cause, files.
func (d *Desk) Solve(ctx context.Context, id ID, c Solve) (t Ticket, err error) {
	defer fault.Wrap(&err, "ticket %d: solve", id)
	return d.change(ctx, id, func(ctx context.Context, w *turn) error {
		if err := w.may(toSolve); err != nil {
			return err
		}
		if err := w.expect(ctx, c.Version); err != nil {
			return err
		}
		return w.solve(ctx, c)
	})
}

func (w *turn) solve(ctx context.Context, c Solve) error {
	if _, ok := next(w.t.Status, toSolve); !ok {
		return w.refused()
	}
	c.Solution, c.Outcome, c.Attachments = cleanText(c.Solution), cmp.Or(c.Outcome, "fixed"), once(c.Attachments)
	if err := w.checkSolve(c); err != nil {
		return err
	}
	if err := w.checkSeen(ctx, c.Seen); err != nil {
		return err
	}
	w.at = received(c.At, w.at)
	var m *Message
	if c.Solution != "" || len(c.Attachments) > 0 {
		said, err := w.say(ctx, Message{Body: c.Solution}, c.Attachments)
		if err != nil {
			return err
		}
		m = said
	}
	return w.end(m, c.Outcome, c.Cause)
}

// end is what a solution does, said or not: whoever solves what nobody has,
// takes it.
func (w *turn) end(m *Message, outcome, cause string) error {
	if err := w.take(); err != nil {
		return err
	}
	if m != nil {
		w.responded()
	}
	if err := w.begin(toSolve); err != nil {
		return err
	}
	w.t.Outcome, w.t.Cause = outcome, cause
	w.heard()
	w.happens(WasSolved, m)
	return nil
}

func (w *turn) checkSolve(c Solve) error {
	f := fault.Fields{}
	if c.Solution != "" || w.actor.Channel != people.API {
		checkBody(f, "solution", c.Solution, 0)
	}
	checkEnding(f, c.Outcome, c.Cause)
	return f.Err()
}

func checkEnding(f fault.Fields, outcome, cause string) {
	if !slices.Contains(Outcomes[:], outcome) {
		f.Add("outcome", "tickets.field.choose")
	}
	if cause != "" && !slices.Contains(Causes[:], cause) {
		f.Add("cause", "tickets.field.choose")
	}
}
