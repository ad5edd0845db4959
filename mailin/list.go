package mailin

import (
	"context"
	"io"

	"amigo/app/fault"
	"amigo/app/people"
)

// MaxList is how many messages [Intake.Latest] gives at most.
const MaxList = 200

// reads refuses everyone but technicians: mail that is not filed yet is nobody
// else's business.
func reads(ctx context.Context) error {
	if people.ActorOf(ctx).Is(people.Technician) {
		return nil
	}
	return fault.NotFound
}

// Latest lists received messages, newest first: of a state, or with "" all;
// before an id, or with 0 from the newest; 1 to MaxList of them. An unknown state
// is fault.Invalid. For others than technicians there is nothing: fault.NotFound,
// here and below.
func (in *Intake) Latest(ctx context.Context, state State, before ID, limit int) (all []Inbound, err error) {
	defer fault.Wrap(&err, "mailin: latest")
	if err := reads(ctx); err != nil {
		return nil, err
	}
	if state != "" && !state.Valid() {
		return nil, fault.Invalid
	}
	return in.store.latest(ctx, state, before, min(max(limit, 1), MaxList))
}

// Counts counts the received messages by state.
func (in *Intake) Counts(ctx context.Context) (counts map[State]int, err error) {
	defer fault.Wrap(&err, "mailin: counts")
	if err := reads(ctx); err != nil {
		return nil, err
	}
	return in.store.count(ctx)
}

// Undecided counts the messages that wait for somebody's decision: held, or
// failed. It costs what they are, whatever else was received.
func (in *Intake) Undecided(ctx context.Context) (n int, err error) {
	defer fault.Wrap(&err, "mailin: undecided")
	if err := reads(ctx); err != nil {
		return 0, err
	}
	return in.store.undecided(ctx)
}

// Get reads what is kept of one message.
func (in *Intake) Get(ctx context.Context, id ID) (m Inbound, err error) {
	defer fault.Wrap(&err, "mailin: message %d", id)
	if err := reads(ctx); err != nil {
		return Inbound{}, err
	}
	return in.store.get(ctx, id)
}

// Raw opens a message as it was received; the caller closes it. It is to be
// downloaded, never shown.
func (in *Intake) Raw(ctx context.Context, id ID) (io.ReadCloser, error) {
	m, err := in.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	return in.blobs.Open(ctx, m.Sum)
}

// Letter reads a message as it is filed: who wrote what, and with which files. Of
// one that cannot be read, or only in part, [Letter.Unread] says why.
func (in *Intake) Letter(ctx context.Context, id ID) (Letter, error) {
	m, err := in.Get(ctx, id)
	if err != nil {
		return Letter{}, err
	}
	raw, err := in.raw(ctx, m.Sum)
	if err != nil {
		return Letter{}, err
	}
	return read(m, raw, in.ours).letter, nil
}

// Mailboxes says how reading each mailbox stands, by name.
func (in *Intake) Mailboxes(ctx context.Context) (all []Reading, err error) {
	defer fault.Wrap(&err, "mailin: mailboxes")
	if err := reads(ctx); err != nil {
		return nil, err
	}
	return in.store.readings(ctx)
}
