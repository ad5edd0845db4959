package tickets

import (
	"context"

	"amigo/app/fault"
)

// Wait pauses a ticket until somebody else moves.
type Wait struct {
	Version int
	For     Status // WaitingRequester or WaitingThirdParty
}

// Wait pauses a ticket; staff only. To ask the requester something at the same
// time is a [Reply] with Then. Fields: for.
func (d *Desk) Wait(ctx context.Context, id ID, c Wait) (t Ticket, err error) {
	defer fault.Wrap(&err, "ticket %d: wait", id)
	return d.change(ctx, id, func(ctx context.Context, w *turn) error {
		if err := w.may(toAsk); err != nil {
			return err
		}
		if !c.For.Waiting() {
			return fault.Fields{"for": fault.Say("tickets.field.choose")}
		}
		if err := w.expect(ctx, c.Version); err != nil || c.For == w.t.Status {
			return err
		}
		return w.goTo(c.For)
	})
}
