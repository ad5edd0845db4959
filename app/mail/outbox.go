package mail

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"strings"
	"time"

	"amigo/app/blob"
	"amigo/app/db"
	"amigo/app/fault"
	"amigo/app/jobs"
)

// Config says from where letters come and how they go.
type Config struct {
	Address   string    // AMIGO_MAIL_ADDRESS
	Name      string    // the sender's name: "Assistance AMIGO"
	Transport Transport // nil: letters stay queued, to be read in the outbox
	// NotBefore says when a letter that is written at an instant to a person may
	// go out: that instant itself, or the end of the hours in which they do not
	// want to be written to. It runs in the transaction of the letter. nil: all
	// letters go out at once, as those do that are drafted so.
	NotBefore func(ctx context.Context, person int64, at time.Time) (time.Time, error)
	// Answers lists up to a dozen of the mails that a person wrote to us on a
	// ticket and that were filed by an instant, the newest of them; our letters
	// refer to them. nil: nobody writes by mail.
	Answers func(ctx context.Context, ticket, person int64, by time.Time) ([]Answered, error)
	// Blobs holds the files that travel with letters.
	Blobs blob.Store
	// DKIM signs letters; nil: they go unsigned.
	DKIM *DKIM
	// PerDomain is how many letters are under way to one domain at once; 0: four.
	PerDomain int
}

// Outbox keeps letters and sends them.
type Outbox struct {
	db    *db.DB
	store store
	queue *jobs.Queue
	conf  Config
	// watched is the transport of conf, as it is watched; nil without one.
	watched *watched

	// NewToken makes the random part of Message-IDs; crypto/rand.Text unless a test sets it.
	NewToken func() string
}

// New builds the outbox.
func New(d *db.DB, q *jobs.Queue, c Config) *Outbox {
	c.PerDomain = cmp.Or(c.PerDomain, perDomain)
	o := &Outbox{db: d, store: store{d}, queue: q, conf: c, NewToken: rand.Text}
	if c.Transport != nil {
		o.watched = watch(c.Transport, d)
		o.conf.Transport = o.watched
	}
	return o
}

// Sends says whether letters go out; without a transport they stay to be read.
func (o *Outbox) Sends() bool { return o.conf.Transport != nil }

// Close ends what the transport keeps open, when no letter is under way any more.
func (o *Outbox) Close() error {
	if o.watched == nil {
		return nil
	}
	if c, ok := o.watched.Transport.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// Send writes a letter, and the job that carries it, in ctx's transaction. A
// letter with the same Key that is already there is left as it is, and named.
// All letters to somebody on one ticket have the subject of the first that was not
// Nameless, unless the draft is Renamed. One to an address whose letters come back is written, and
// refused with [ReasonStopped]. An address that cannot be one is fault.Invalid.
func (o *Outbox) Send(ctx context.Context, d Draft) (id ID, err error) {
	defer fault.Wrap(&err, "mail: send %s", d.Key)
	if a, err := mail.ParseAddress(d.To); err != nil || strings.ContainsAny(d.To, "\r\n") || a.Address == "" {
		return 0, fmt.Errorf("address %q: %w", d.To, fault.Invalid)
	}
	err = o.db.Tx(ctx, func(ctx context.Context) error {
		l, err := o.letter(ctx, d)
		if err != nil {
			return err
		}
		created, waits := false, l.State == Queued && o.conf.Transport == nil
		id, created, err = o.store.add(ctx, d.Key, l, waits)
		if err != nil || !created || l.State != Queued || waits {
			return err
		}
		return o.put(ctx, id, l.NotBefore)
	})
	return id, err
}

// put has a letter carried, at an instant or now.
func (o *Outbox) put(ctx context.Context, id ID, at *time.Time) error {
	options := []jobs.Option{jobs.Attempts(carryTries)}
	if at != nil {
		options = append(options, jobs.At(*at))
	}
	return o.queue.Put(ctx, Carry{Letter: id}, options...)
}

// when says from when on a letter may go out; nil when that is now.
func (o *Outbox) when(ctx context.Context, d Draft) (*time.Time, error) {
	if d.AtOnce || o.conf.NotBefore == nil {
		return nil, nil
	}
	now := o.db.Now(ctx)
	at, err := o.conf.NotBefore(ctx, d.Person, now)
	if err != nil || !at.After(now) {
		return nil, err
	}
	at = at.UTC().Truncate(time.Microsecond)
	return &at, nil
}

// letter lays a draft out.
func (o *Outbox) letter(ctx context.Context, d Draft) (Letter, error) {
	text, html, err := layOut(d.Body, d.Lang)
	if err != nil {
		return Letter{}, err
	}
	l := Letter{
		Kind: d.Kind, Ticket: d.Ticket, Message: d.Message, Person: d.Person,
		Address: strings.ToLower(strings.TrimSpace(d.To)), Lang: d.Lang, Subject: oneLine(d.Subject),
		Text: text, HTML: html, State: Queued, CreatedAt: o.db.Now(ctx), Files: d.Files,
		MessageID: strings.ToLower(o.NewToken()) + "@" + domain(o.conf.Address),
	}
	if l.NotBefore, err = o.when(ctx, d); err != nil {
		return Letter{}, err
	}
	replyTo := d.ReplyTo
	if replyTo == "" {
		replyTo = o.conf.Address
	}
	l.Headers = map[string]string{
		"From":     (&mail.Address{Name: oneLine(o.conf.Name), Address: o.conf.Address}).String(),
		"To":       (&mail.Address{Name: oneLine(d.ToName), Address: l.Address}).String(),
		"Reply-To": (&mail.Address{Name: oneLine(o.conf.Name), Address: replyTo}).String(),
		// RFC 3834 section 5: nobody's machine shall answer ours.
		"Auto-Submitted":           "auto-generated",
		"X-Auto-Response-Suppress": "All",
		"Content-Language":         d.Lang,
	}
	if d.Ticket != 0 {
		if err := o.thread(ctx, &l, d); err != nil {
			return Letter{}, err
		}
	}
	if l.LastError, err = o.store.stopped(ctx, l.Address); err == nil && l.LastError != "" {
		l.State = Refused
	}
	return l, err
}

// Get reads one letter. None is fault.NotFound, here and below.
func (o *Outbox) Get(ctx context.Context, id ID) (Letter, error) { return o.store.get(ctx, id) }

// OfTicket lists a ticket's letters, oldest first.
func (o *Outbox) OfTicket(ctx context.Context, ticket int64) ([]Letter, error) {
	return o.store.ofTicket(ctx, ticket)
}

// Fates lists what became of a ticket's letters, oldest first: what they say,
// their headers and their files are left out.
func (o *Outbox) Fates(ctx context.Context, ticket int64) ([]Letter, error) {
	return o.store.fates(ctx, ticket)
}

// Latest lists up to limit letters, newest first, before an id (0: from the newest).
func (o *Outbox) Latest(ctx context.Context, before ID, limit int) ([]Letter, error) {
	return o.store.latest(ctx, before, limit)
}

// In lists letters of one state as [Outbox.Latest] lists all of them.
func (o *Outbox) In(ctx context.Context, s State, before ID, limit int) ([]Letter, error) {
	return o.store.in(ctx, s, before, limit)
}

// Counts counts the letters by state.
func (o *Outbox) Counts(ctx context.Context) (map[State]int, error) { return o.store.counts(ctx) }

// ByMessageID finds the letter that we sent under a Message-ID (without brackets).
func (o *Outbox) ByMessageID(ctx context.Context, mid string) (Letter, error) {
	return o.store.byMessageID(ctx, mid)
}

// Raw is the whole message as it is sent.
func (o *Outbox) Raw(ctx context.Context, id ID) ([]byte, error) {
	l, err := o.store.get(ctx, id)
	if err != nil {
		return nil, err
	}
	return o.raw(ctx, l)
}

// Again puts a refused or bounced letter back into the queue, for another 48
// hours. In another state, or to an address that nobody has confirmed since
// letters to it come back, it is fault.Invalid.
func (o *Outbox) Again(ctx context.Context, id ID) error {
	return o.db.Tx(ctx, func(ctx context.Context) error {
		l, err := o.store.get(ctx, id)
		if err != nil {
			return err
		}
		if why, err := o.store.stopped(ctx, l.Address); err != nil || why != "" {
			return errors.Join(err, fault.Because(fault.Invalid, "mail.stopped", "Address", l.Address))
		}
		moved, err := o.store.again(ctx, id)
		if err != nil {
			return err
		}
		if !moved {
			return fault.Because(fault.Invalid, "mail.not_again")
		}
		if o.conf.Transport == nil {
			return o.store.wait(ctx, id)
		}
		return o.put(ctx, id, nil)
	})
}

// Bounce notes that a letter came back, and how its address fares: a hard
// bounce stops letters to it until somebody confirms the address, and so do many
// soft ones in a row.
func (o *Outbox) Bounce(ctx context.Context, id ID, hard bool, why string) error {
	return o.db.Tx(ctx, func(ctx context.Context) error {
		l, err := o.store.get(ctx, id)
		if err != nil {
			return err
		}
		if err := o.store.move(ctx, id, Bounced, why, Queued, Sending, Sent); err != nil {
			return err
		}
		return o.fares(ctx, l.Address, hard, why)
	})
}

func domain(address string) string {
	if _, d, ok := strings.Cut(address, "@"); ok && d != "" {
		return d
	}
	return "amigo.invalid"
}

// oneLine keeps what people typed from ever starting a header of its own.
func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, s))
}
