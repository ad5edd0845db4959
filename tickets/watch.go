package tickets

import (
	"context"

	"amigo/app/fault"
	"amigo/app/people"
)

// Watch has the actor hear of a ticket that is not theirs: when the requester's
// side says more, when a third party writes, when it is not solved after all. It
// gives no right, and is nobody else's business: nothing stands of it in the
// history. Staff only.
func (d *Desk) Watch(ctx context.Context, id ID, watch bool) (err error) {
	defer fault.Wrap(&err, "ticket %d: watch", id)
	return d.beside(ctx, id, toWatch, func(ctx context.Context) error {
		who := people.ActorOf(ctx).Person
		if watch {
			return d.store.watch(ctx, id, d.db.Now(ctx), who)
		}
		return d.store.unwatch(ctx, id, who)
	})
}

// watchedAs lets whoever watches another ticket watch this one.
func (w *turn) watchedAs(ctx context.Context, other ID) error {
	who, err := w.desk.store.watchers(ctx, other)
	if err != nil {
		return err
	}
	return w.desk.store.watch(ctx, w.t.ID, w.at, who...)
}
