package mail

import (
	"context"
	"errors"
	"time"

	"amigo/app/jobs"
)

// Letters to one domain share its fate. So many of them are under way at once,
// over all processes, so that a slow domain holds up nobody else's letters; and
// when it says "not now" they all wait while a few ask again, later and later, so
// that a thousand letters to a dead domain do not each try. The server that
// carries our letters is paused in the same way, but for minutes: nothing else
// goes out meanwhile.
//
// A letter that waits has no job. Who has a letter through to its domain wakes
// the next one in the same transaction; a pause that ends wakes the first few;
// [Collect] wakes what is left over.

// perDomain is how many letters are under way to one domain, unless told.
const perDomain = 4

const (
	shortestPause = time.Minute
	longestPause  = time.Hour        // of a domain
	serverPause   = 10 * time.Second // the shortest of the server's
	serverPauses  = 5 * time.Minute  // the longest: somebody mends it, and waits
)

// pauseFor is how long a domain is left alone after so many failures in a row;
// the empty one is the server.
func pauseFor(domain string, failures int) time.Duration {
	first, longest := shortestPause, longestPause
	if domain == "" {
		first, longest = serverPause, serverPauses
	}
	return min(first<<min(max(failures, 1)-1, 10), longest)
}

// lock makes those who claim and settle letters of a domain wait for each other.
func (o *Outbox) lock(ctx context.Context, domain string) error {
	return o.db.Lock(ctx, "mail/domain/"+domain)
}

// free says whether a letter may go to a domain now.
func (o *Outbox) free(ctx context.Context, domain string, now time.Time) (bool, error) {
	if paused, err := o.store.paused(ctx, domain, now); err != nil || paused {
		return false, err
	}
	busy, err := o.store.busy(ctx, domain, now.Add(-abandoned))
	return busy < o.conf.PerDomain, err
}

// through notes that the server, and the domain by it, has answered for a letter:
// the next one goes, and all that a pause has held up.
func (o *Outbox) through(ctx context.Context, domain string) error {
	lifted, err := o.store.unpause(ctx, domain)
	if err != nil {
		return err
	}
	next := 1
	for _, was := range lifted {
		if was == "" {
			// One that is under way may have looked before the pause was lifted.
			if err := o.queue.Put(ctx, Collect{}); err != nil {
				return err
			}
			continue
		}
		next = o.conf.PerDomain
	}
	return o.wake(ctx, domain, next)
}

// wake gives the first letters that wait for a domain a job each; the empty
// domain is any.
func (o *Outbox) wake(ctx context.Context, domain string, most int) error {
	ids, err := o.store.next(ctx, domain, o.db.Now(ctx), most)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := o.put(ctx, id, nil); err != nil {
			return err
		}
	}
	return nil
}

// pause leaves a domain, or the server, alone for a while, longer each time. When
// somebody else has just found the same, theirs is the pause.
func (o *Outbox) pause(ctx context.Context, domain string, whose Whose, why error) error {
	if whose == Server {
		domain = ""
		if err := o.lock(ctx, domain); err != nil {
			return err
		}
	}
	now := o.db.Now(ctx)
	p, err := o.store.pause(ctx, domain)
	if err != nil || p.Until.After(now) {
		return err
	}
	if p.Failures == 0 {
		p.Domain, p.Since = domain, now
	}
	p.Failures++
	p.Until, p.Why = now.Add(pauseFor(domain, p.Failures)), oneLine(why.Error())
	return errors.Join(o.store.putPause(ctx, p), o.queue.Put(ctx, Resume{Domain: domain}, jobs.At(p.Until)))
}

// resume wakes a few letters when a pause is over: what becomes of them decides
// for the others.
func (o *Outbox) resume(ctx context.Context, r Resume) error {
	if err := o.lock(ctx, r.Domain); err != nil {
		return err
	}
	p, err := o.store.pause(ctx, r.Domain)
	if err != nil || p.Until.After(o.db.Now(ctx)) {
		return err // it was paused anew, with a job of its own
	}
	return o.wake(ctx, r.Domain, o.conf.PerDomain)
}
