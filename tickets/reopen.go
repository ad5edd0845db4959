package tickets

import (
	"context"

	"amigo/app/fault"
)

// Reopen takes a solved ticket up again: staff, or the requester's side. Why may
// be empty; the requester's side says it to everybody, staff to colleagues.
func (d *Desk) Reopen(ctx context.Context, id ID, why string) (t Ticket, err error) {
	defer fault.Wrap(&err, "ticket %d: reopen", id)
	return d.change(ctx, id, func(ctx context.Context, w *turn) error {
		if err := w.may(toReopen); err != nil {
			return err
		}
		if _, ok := next(w.t.Status, toReopen); !ok {
			return w.refused()
		}
		why = cleanText(why)
		switch {
		case why == "":
			return w.goTo(Opened)
		case w.voice(Reply{}) == toComplete:
			_, err := w.reply(ctx, Reply{Body: why})
			return err
		}
		if _, err := w.note(ctx, Note{Body: why}); err != nil {
			return err
		}
		return w.goTo(Opened)
	})
}
