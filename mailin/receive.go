package mailin

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"
	"time"

	"amigo/app/blob"
	"amigo/app/db"
	"amigo/app/fault"
	"amigo/app/live"
	"amigo/app/people"
)

// MaxRaw is the largest message that a source takes, in bytes. One between
// [MaxSize] and this is kept but not read, and its sender is told.
const MaxRaw = 32 << 20

// Raw is a message as a source received it.
type Raw struct {
	Source       string    // "smtp", "imap:…", "pipe:…"
	Key          string    // the same message has the same key within its source
	Bytes        []byte    // the message, or its head where Size is larger
	Size         int64     // of the whole message, which stays where it is; 0: all is in Bytes
	ReceivedAt   time.Time // when a server of ours took it over; zero: now
	EnvelopeFrom string    // "<>" for the null sender, empty when not known
	EnvelopeTo   []string
	Trusted      bool // its Authentication-Results were written by our servers
}

// Receive keeps a message for ever and sees to it that it is filed. When it
// returns nil the message is safe, and only then may the sender be told so. A
// message that is already there is no error, and gives the same id.
//
// The bytes are stored first; then, in one transaction, the row and the job. A
// message is the same when its source has seen its key, or these very bytes: a
// mailbox that moves its UIDVALIDITY gives every message a new key.
func (in *Intake) Receive(ctx context.Context, r Raw) (id ID, err error) {
	defer func() { in.told(ctx, r.Source, err) }()
	defer fault.Wrap(&err, "mailin: receive from %s", r.Source)
	sum := blob.SumOf(r.Bytes)
	there, err := in.store.seen(ctx, r.Source, r.Key, sum, len(r.Bytes) > 0)
	if err != nil {
		return 0, err
	}
	if there.ID != 0 { // perhaps of a moment ago, and nobody was told yes
		return there.ID, in.db.Flush()
	}
	if _, _, err := in.blobs.Put(ctx, bytes.NewReader(r.Bytes)); err != nil {
		return 0, err
	}
	err = in.db.Tx(ctx, func(ctx context.Context) error {
		row := in.received(ctx, r, sum)
		created, err := in.store.add(ctx, &row)
		if err != nil {
			return err
		}
		if !created { // by another process, meanwhile
			there, err = in.store.seen(ctx, r.Source, r.Key, sum, false)
			id = there.ID
			return err
		}
		id = row.ID
		in.publish(ctx, id)
		return in.queue.Put(ctx, File{Inbound: id})
	})
	if err != nil {
		return 0, err
	}
	return id, in.db.Flush()
}

// received is the row of a message, with what its head says, so that it can be
// found and listed before it is filed.
func (in *Intake) received(ctx context.Context, r Raw, sum blob.Sum) Inbound {
	l := headOf(r.Bytes)
	m := Inbound{
		Source: db.Text(r.Source), Key: db.Text(r.Key), Sum: sum, Size: max(r.Size, int64(len(r.Bytes))),
		ReceivedAt: in.db.Now(ctx), EnvelopeFrom: shown(r.EnvelopeFrom), Trusted: r.Trusted, State: Received,
		Sender: shown(l.From), Subject: shown(l.Subject), MessageID: idKey(l.MessageID), Thread: threadOf(l),
	}
	for _, to := range r.EnvelopeTo {
		m.EnvelopeTo = append(m.EnvelopeTo, people.NormalAddress(shown(to)))
	}
	if !r.ReceivedAt.IsZero() && r.ReceivedAt.Before(m.ReceivedAt) {
		m.ReceivedAt = r.ReceivedAt.UTC().Truncate(time.Microsecond)
	}
	if m.Sender == "" {
		m.Sender = strings.Trim(m.EnvelopeFrom, "<>")
	}
	return m
}

// publish tells the pages that a message is not as it was.
func (in *Intake) publish(ctx context.Context, id ID) {
	in.hub.Publish(ctx, live.Change{What: "mail", ID: int64(id)})
}

// raw reads the bytes of a message.
func (in *Intake) raw(ctx context.Context, sum blob.Sum) ([]byte, error) {
	r, err := in.blobs.Open(ctx, sum)
	if err != nil {
		return nil, err
	}
	defer r.Close() //nolint:errcheck // only read
	return io.ReadAll(io.LimitReader(r, MaxRaw+1))
}

// headOf reads what the head of a message says, whatever follows it.
func headOf(raw []byte) Letter {
	head, _ := readHead(uncover(raw), wholeLetter)
	if !head.plausible() {
		return Letter{}
	}
	return letterOf(head)
}

// threadOf is the conversation that a letter belongs to: its first letter, as
// far as this one knows. Empty when the letter has no ids at all.
func threadOf(l Letter) string {
	return idKey(firstNonEmpty(first(l.References), first(l.InReplyTo), l.MessageID))
}

// longestID bounds what an index of the databases holds.
const longestID = 250

// idKey is a Message-ID as it is kept and compared.
func idKey(id string) string {
	id = db.Text(id)
	if len(id) <= longestID {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// shown is a text on one line, short enough for a list.
func shown(s string) string { return strings.ToValidUTF8(clip(db.Text(oneLine(s)), 1000), "") }
