package mail

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"amigo/app/fault"
	"amigo/app/jobs"
)

// Carry is the job that hands one letter to the transport.
type Carry struct {
	Letter ID `json:"letter"`
}

// Kind names the job in the database.
func (Carry) Kind() string { return "mail.send" }

// Collect is the job that finds letters which nobody carries.
type Collect struct{}

// Kind names the job in the database.
func (Collect) Kind() string { return "mail.collect" }

const (
	tryFor       = 48 * time.Hour   // after which a letter is given up
	carryTries   = 80               // more than fit into that time: the letter decides, not its job
	collectEvery = 10 * time.Minute // letters left queued or half sent that long are carried again
	collectMost  = 500
	abandoned    = 10 * time.Minute // a claim that old is of a worker that died: no delivery takes so long
)

// Jobs registers the outbox's jobs.
func (o *Outbox) Jobs(m *jobs.Mux) {
	jobs.HandleOutside(m, o.carry)
	jobs.Handle(m, o.collect)
	jobs.Every(m, collectEvery, Collect{})
}

// carry claims a letter, sends it outside of any transaction, and marks it. A
// letter that was claimed and never marked is sent again: the same message,
// under the same Message-ID.
func (o *Outbox) carry(ctx context.Context, c Carry) (err error) {
	defer fault.Wrap(&err, "mail: letter %d", c.Letter)
	if o.conf.Transport == nil {
		return nil // it stays queued, to be read
	}
	l, claimed, err := o.claim(ctx, c.Letter)
	if err != nil || !claimed {
		return err
	}
	raw, err := compose(l)
	if err != nil {
		return o.mark(ctx, l.ID, Refused, err)
	}
	err = o.conf.Transport.Send(ctx, o.conf.Address, l.Address, raw)
	refusal, never := errors.AsType[*RefusedError](err)
	switch {
	case err == nil:
		return o.mark(ctx, l.ID, Sent, nil)
	case never:
		slog.WarnContext(ctx, "letter refused", "letter", l.ID, "why", refusal.Reason)
		return o.mark(ctx, l.ID, Refused, err)
	case o.db.Now(ctx).Sub(l.from()) > tryFor:
		return o.mark(ctx, l.ID, Refused, err)
	}
	if mark := o.mark(ctx, l.ID, Queued, err); mark != nil {
		return mark
	}
	return err // the job comes back later
}

// claim takes a letter that is queued, or that somebody claimed and left.
func (o *Outbox) claim(ctx context.Context, id ID) (l Letter, ok bool, err error) {
	err = o.db.Tx(ctx, func(ctx context.Context) error {
		now := o.db.Now(ctx)
		if ok, err = o.store.claim(ctx, id, now, now.Add(-abandoned)); err != nil || !ok {
			return err
		}
		l, err = o.store.get(ctx, id)
		return err
	})
	return l, ok, err
}

func (o *Outbox) mark(ctx context.Context, id ID, s State, cause error) error {
	why := ""
	if cause != nil {
		why = cause.Error()
	}
	return o.db.Tx(ctx, func(ctx context.Context) error {
		_, err := o.store.move(ctx, id, s, why, Sending)
		return err
	})
}

// collect puts the letters that nobody carries back on their way: those written
// before a transport was configured, and those of a worker that died.
func (o *Outbox) collect(ctx context.Context, _ Collect) error {
	if o.conf.Transport == nil {
		return nil
	}
	return o.db.Tx(ctx, func(ctx context.Context) error {
		now := o.db.Now(ctx)
		if err := o.store.giveUp(ctx, now.Add(-tryFor)); err != nil {
			return err
		}
		ids, err := o.store.stranded(ctx, now.Add(-collectEvery), collectMost)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := o.put(ctx, id, nil); err != nil {
				return err
			}
		}
		return nil
	})
}
