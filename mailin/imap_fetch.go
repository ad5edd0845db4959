package mailin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// imapBatch is how many messages are asked for at once; they are streamed, and
// kept one after the other.
const imapBatch = 50

// found is a message in the mailbox.
type found struct {
	uid  imap.UID
	at   time.Time // INTERNALDATE: when our mail server took it over
	size int64
}

// readBatch keeps some messages, marks them as seen, and notes how far it came.
// Where keeping one fails the visit ends: the next one begins with it.
func (v *visit) readBatch(ctx context.Context, uids []imap.UID) error {
	all, err := v.list(uids)
	if err != nil {
		return fmt.Errorf("fetch: %w", err)
	}
	var whole, heads []found
	for _, f := range all {
		if f.size > MaxRaw {
			heads = append(heads, f)
		} else {
			whole = append(whole, f)
		}
	}
	kept, err := v.keep(ctx, whole, &imap.FetchItemBodySection{Peek: true})
	if err != nil {
		return err
	}
	// What is too large stays, unseen, in the mailbox; its head is kept.
	if _, err := v.keep(ctx, heads, &imap.FetchItemBodySection{Peek: true, Specifier: imap.PartSpecifierHeader}); err != nil {
		return err
	}
	v.markSeen(ctx, kept)
	v.now.next = uint32(uids[len(uids)-1]) + 1
	return v.note(ctx, func(now *Reading) { now.validity, now.next = v.now.validity, v.now.next })
}

// list asks how old and how large some messages are. Those that were deleted
// meanwhile are not in the answer.
func (v *visit) list(uids []imap.UID) ([]found, error) {
	v.expect(0)
	cmd := v.client.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, InternalDate: true, RFC822Size: true})
	var all []found
	for m := cmd.Next(); m != nil; m = cmd.Next() {
		b, err := m.Collect()
		if err != nil {
			return nil, errors.Join(err, cmd.Close())
		}
		all = append(all, found{b.UID, b.InternalDate, b.RFC822Size})
	}
	return all, cmd.Close()
}

// keep fetches a part of some messages and hands each to the intake.
func (v *visit) keep(ctx context.Context, all []found, part *imap.FetchItemBodySection) (kept []imap.UID, err error) {
	if len(all) == 0 {
		return nil, nil
	}
	wanted := make(map[imap.UID]found, len(all))
	uids := make([]imap.UID, len(all))
	for i, f := range all {
		wanted[f.uid], uids[i] = f, f.uid
	}
	v.expect(0)
	cmd := v.client.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{part}})
	for m := cmd.Next(); m != nil; m = cmd.Next() {
		v.expect(v.pace.Patience) // a large one takes its time
		uid, raw, left, err := body(m)
		f, asked := wanted[uid]
		if err == nil && asked {
			delete(wanted, uid)
			if part.Specifier == imap.PartSpecifierHeader {
				left = f.size
			}
			kept = append(kept, uid)
			err = v.receive(ctx, f, raw, left)
		}
		if err != nil {
			// Rather than read to the end what will be read again. The client's own
			// reader waits until what it has is taken.
			_ = v.conn.Close()
			_ = cmd.Close()
			return nil, err
		}
	}
	if err := cmd.Close(); err != nil {
		return nil, fmt.Errorf("fetch: %w", err)
	}
	return kept, v.keepUngiven(ctx, wanted)
}

// keepUngiven looks after the messages that were asked for and not given. Most
// were deleted meanwhile; one that is still there cannot be read, which somebody
// must be told.
func (v *visit) keepUngiven(ctx context.Context, wanted map[imap.UID]found) error {
	if len(wanted) == 0 {
		return nil
	}
	var uids []imap.UID
	for uid := range wanted {
		uids = append(uids, uid)
	}
	there, err := v.list(uids)
	if err != nil {
		return fmt.Errorf("fetch: %w", err)
	}
	for _, f := range there {
		if err := v.receive(ctx, f, nil, f.size); err != nil {
			return err
		}
	}
	return nil
}

// receive hands a message to the intake; size is not 0 where not all of it is here.
func (v *visit) receive(ctx context.Context, f found, raw []byte, size int64) error {
	_, err := v.in.Receive(ctx, Raw{
		Source: v.source, Key: fmt.Sprintf("%d/%d", v.now.validity, f.uid), Bytes: raw, Size: size,
		ReceivedAt: f.at, Trusted: true,
	})
	return err
}

// body reads a message out of an answer, up to MaxRaw bytes of it; size is not 0
// where there are more.
func body(m *imapclient.FetchMessageData) (uid imap.UID, raw []byte, size int64, err error) {
	for item := m.Next(); item != nil; item = m.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			uid = item.UID
		case imapclient.FetchItemDataBodySection:
			if item.Literal == nil {
				continue
			}
			if raw, err = io.ReadAll(io.LimitReader(item.Literal, MaxRaw)); err != nil {
				return uid, nil, 0, err
			}
			if n := item.Literal.Size(); n > MaxRaw {
				size = n
			}
		}
	}
	return uid, raw, size, nil
}

// markSeen flags messages as seen, for people who look into the mailbox. Nothing
// depends on it: a mailbox may be read-only.
func (v *visit) markSeen(ctx context.Context, uids []imap.UID) {
	if len(uids) == 0 {
		return
	}
	v.expect(0)
	seen := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagSeen}}
	if err := v.client.Store(imap.UIDSetNum(uids...), seen, nil).Close(); err != nil {
		slog.DebugContext(ctx, "mailbox: not marked as seen", "source", v.source, "error", err)
	}
}
