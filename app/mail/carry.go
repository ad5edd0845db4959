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

// Resume is the job that wakes what waits for a domain, when its pause is over;
// the empty domain is the server that carries our letters.
type Resume struct {
	Domain string `json:"domain"`
}

// Kind names the job in the database.
func (Resume) Kind() string { return "mail.resume" }

// Collect is the job that wakes the letters that nobody carries.
type Collect struct{}

// Kind names the job in the database.
func (Collect) Kind() string { return "mail.collect" }

const (
	tryFor       = 48 * time.Hour   // after which a letter is given up
	carryTries   = 80               // more than fit into that time: the letter decides, not its job
	collectEvery = 10 * time.Minute // letters that nobody carries are looked for that often
	abandoned    = 10 * time.Minute // a claim that old is of a worker that died: no delivery takes so long
	insist       = 30 * time.Second // on writing down what became of a letter, whatever happened to its job
)

// Jobs registers the outbox's jobs.
func (o *Outbox) Jobs(m *jobs.Mux) {
	jobs.HandleOutside(m, o.carry)
	jobs.Handle(m, o.resume)
	jobs.Handle(m, o.collect)
	jobs.Every(m, collectEvery, Collect{})
}

// carry claims a letter, sends it outside of any transaction, and settles it.
func (o *Outbox) carry(ctx context.Context, c Carry) (err error) {
	defer fault.Wrap(&err, "mail: letter %d", c.Letter)
	if o.conf.Transport == nil {
		return o.rest(ctx, c.Letter) // it stays queued, to be read
	}
	l, claimed, err := o.claim(ctx, c.Letter)
	if err != nil || !claimed {
		return err
	}
	return o.settle(ctx, l, o.deliver(ctx, l))
}

// deliver gives a letter to the transport. Of what keeps it from being written
// only a file that is gone will be so tomorrow.
func (o *Outbox) deliver(ctx context.Context, l Letter) error {
	raw, err := o.raw(ctx, l)
	switch {
	case errors.Is(err, fault.NotFound):
		return &RefusedError{Reason: string(ReasonUnwritable) + ": " + err.Error()}
	case err != nil:
		return &LaterError{Whose: Reader, Err: err}
	}
	return o.conf.Transport.Send(ctx, o.conf.Address, l.Address, raw)
}

// claim takes a letter that is queued, if it may go out now. One that may not
// (enough are under way to its domain, or nobody takes any) waits without a job
// until another wakes it; that is no attempt.
func (o *Outbox) claim(ctx context.Context, id ID) (l Letter, ok bool, err error) {
	err = o.db.Tx(ctx, func(ctx context.Context) error {
		if l, err = o.store.get(ctx, id); err != nil || l.State != Queued {
			return err
		}
		if err := o.lock(ctx, l.Domain); err != nil {
			return err
		}
		now := o.db.Now(ctx)
		if l.NotBefore != nil && l.NotBefore.After(now) {
			return o.put(ctx, id, l.NotBefore)
		}
		if why, err := o.store.stopped(ctx, l.Address); err != nil {
			return err
		} else if why != "" {
			return errors.Join(o.end(ctx, l, Refused, why), o.wake(ctx, l.Domain, 1))
		}
		if free, err := o.free(ctx, l.Domain, now); err != nil {
			return err
		} else if !free {
			return o.store.wait(ctx, id)
		}
		if ok, err = o.store.claim(ctx, id, now); err != nil || !ok {
			return err
		}
		l.Attempts++
		return o.join(ctx, &l)
	})
	return l, ok, err
}

// settle writes down what became of a letter, although its job may have ended. It
// insists while the database is away: a letter that was taken, and is not marked,
// goes out once more.
func (o *Outbox) settle(ctx context.Context, l Letter, outcome error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), insist)
	defer cancel()
	for pause := 100 * time.Millisecond; ; pause *= 2 {
		err := o.mark(ctx, l, outcome)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}

// mark writes down what became of a letter, and who may go next.
func (o *Outbox) mark(ctx context.Context, l Letter, outcome error) error {
	refusal, refused := errors.AsType[*RefusedError](outcome)
	whose := whoseTrouble(outcome)
	return o.db.Tx(ctx, func(ctx context.Context) error {
		if err := o.lock(ctx, l.Domain); err != nil {
			return err
		}
		now := o.db.Now(ctx)
		expired := now.Sub(l.from()) > tryFor
		switch {
		case outcome == nil:
			return errors.Join(o.end(ctx, l, Sent, ""), o.through(ctx, l.Domain))
		case refused:
			slog.WarnContext(ctx, "letter refused", "letter", l.ID, "why", refusal.Reason)
			if refusal.Gone {
				if err := o.fares(ctx, l.Address, true, refusal.Reason); err != nil {
					return err
				}
			}
			return errors.Join(o.end(ctx, l, Refused, refusal.Error()), o.through(ctx, l.Domain))
		case expired:
			return errors.Join(o.end(ctx, l, Refused, string(ReasonExpired)+": "+outcome.Error()), o.wake(ctx, l.Domain, 1))
		}
		slog.WarnContext(ctx, "letter not taken", "letter", l.ID, "attempt", l.Attempts, "why", outcome)
		if err := o.end(ctx, l, Queued, outcome.Error()); err != nil {
			return err
		}
		again := now.Add(backoff(l.Attempts))
		switch whose {
		case nobody:
			return errors.Join(o.put(ctx, l.ID, &again), o.wake(ctx, l.Domain, 1))
		case Reader:
			return errors.Join(o.put(ctx, l.ID, &again), o.through(ctx, l.Domain))
		}
		return errors.Join(o.store.wait(ctx, l.ID), o.pause(ctx, l.Domain, whose, outcome))
	})
}

// nobody has the trouble when a program is told to stop in the middle of a
// delivery: the server has not said how it fares.
const nobody Whose = ""

// whoseTrouble says who is concerned beside one letter.
func whoseTrouble(err error) Whose {
	if errors.Is(err, context.Canceled) {
		return nobody
	}
	if later, ok := errors.AsType[*LaterError](err); ok {
		return later.Whose
	}
	return Server
}

// end moves a letter that is under way to what became of it.
func (o *Outbox) end(ctx context.Context, l Letter, to State, why string) error {
	return o.store.move(ctx, l.ID, to, why, Queued, Sending)
}

// rest has a letter wait for a transport.
func (o *Outbox) rest(ctx context.Context, id ID) error {
	return o.db.Tx(ctx, func(ctx context.Context) error { return o.store.wait(ctx, id) })
}

// backoff is how long a letter waits after so many attempts: ten seconds,
// doubled each time, an hour at most.
func backoff(attempts int) time.Duration {
	const longest = time.Hour
	if attempts > 9 {
		return longest
	}
	return min(10*time.Second<<(max(attempts, 1)-1), longest)
}

// collect wakes what nobody carries: letters written before there was a
// transport, those of a worker that died (under the same Message-ID: SMTP knows
// no better), and what an accident has left behind. What was tried for long
// enough is given up, and addresses that do well again are as good as before.
func (o *Outbox) collect(ctx context.Context, _ Collect) error {
	if o.conf.Transport == nil {
		return nil
	}
	return o.db.Tx(ctx, func(ctx context.Context) error {
		now := o.db.Now(ctx)
		if err := errors.Join(o.store.giveUp(ctx, now.Add(-tryFor)), o.store.release(ctx, now.Add(-abandoned)), o.store.recover(ctx, now)); err != nil {
			return err
		}
		domains, err := o.store.waiting(ctx, now)
		if err != nil {
			return err
		}
		for _, domain := range domains {
			if err := o.wake(ctx, domain, o.conf.PerDomain); err != nil {
				return err
			}
		}
		return nil
	})
}
