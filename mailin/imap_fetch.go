package mailin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
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

// readBatch keeps some messages, marks them, and notes how far it came.
// Where keeping one fails the visit ends: the next one begins with it.
func (v *visit) readBatch(ctx context.Context, uids []imap.UID) error {
	all, err := v.list(uids)
	if err != nil {
		return err
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
	if err := v.mark(ctx, kept); err != nil {
		return err
	}
	v.now.next = uint32(uids[len(uids)-1]) + 1
	return v.note(ctx, func(now *Reading) { now.validity, now.next = v.now.validity, v.now.next })
}

// asks is how often a message is asked for. A server may speak of its flags first,
// and the client takes that for the answer.
const asks = 3

// list asks how old and how large some messages are. Those that were deleted
// meanwhile are not in the answer.
func (v *visit) list(uids []imap.UID) ([]found, error) {
	var all []found
	for range asks {
		if len(uids) == 0 {
			break
		}
		v.expect(0)
		cmd := v.client.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, InternalDate: true, RFC822Size: true})
		uids = nil
		for m := cmd.Next(); m != nil; m = cmd.Next() {
			b, err := m.Collect()
			switch {
			case err != nil:
				return nil, errors.Join(err, cmd.Close())
			case b.InternalDate.IsZero():
				uids = append(uids, b.UID)
			default:
				all = append(all, found{b.UID, b.InternalDate, b.RFC822Size})
			}
		}
		if err := cmd.Close(); err != nil {
			return nil, fmt.Errorf("fetch: %w", err)
		}
	}
	for _, uid := range uids {
		all = append(all, found{uid: uid})
	}
	slices.SortFunc(all, func(a, b found) int { return cmp.Compare(a.uid, b.uid) })
	return all, nil
}

// keep fetches a part of some messages and hands each to the intake. One that is
// there, and that the server does not give, is handed over empty: somebody must
// be told of it.
func (v *visit) keep(ctx context.Context, all []found, part *imap.FetchItemBodySection) (kept []imap.UID, err error) {
	for range asks {
		if len(all) == 0 {
			return kept, nil
		}
		given, err := v.fetch(ctx, all, part)
		kept = append(kept, given...)
		if err != nil {
			return nil, err
		}
		var missing []imap.UID
		for _, f := range all {
			if !slices.Contains(given, f.uid) {
				missing = append(missing, f.uid)
			}
		}
		if all, err = v.list(missing); err != nil {
			return nil, err
		}
	}
	for _, f := range all {
		if err := v.receive(ctx, f, nil, f.size); err != nil {
			return nil, err
		}
	}
	return kept, nil
}

// fetch asks once for a part of some messages, hands those that are given to the
// intake, and names them.
func (v *visit) fetch(ctx context.Context, all []found, part *imap.FetchItemBodySection) (given []imap.UID, err error) {
	wanted := make(map[imap.UID]found, len(all))
	uids := make([]imap.UID, len(all))
	for i, f := range all {
		wanted[f.uid], uids[i] = f, f.uid
	}
	v.stream()
	cmd := v.client.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{part}})
	for m := cmd.Next(); m != nil; m = cmd.Next() {
		uid, b, err := readBody(m)
		f, asked := wanted[uid]
		if err == nil && asked && b.given {
			if part.Specifier == imap.PartSpecifierHeader {
				b.size = f.size
			}
			given = append(given, uid)
			v.hold()
			err = v.receive(ctx, f, b.raw, b.size)
			v.stream()
		}
		if err != nil {
			// Rather than read to the end what will be read again. The client's own
			// reader waits until what it has is taken.
			_ = v.Close()
			_ = cmd.Close()
			return nil, err
		}
	}
	if err := cmd.Close(); err != nil {
		return nil, fmt.Errorf("fetch: %w", err)
	}
	return given, nil
}

// receive hands a message to the intake; size is not 0 where not all of it is here.
func (v *visit) receive(ctx context.Context, f found, raw []byte, size int64) error {
	_, err := v.in.Receive(ctx, Raw{
		Source: v.source, Key: fmt.Sprintf("%d/%d", v.now.validity, f.uid), Bytes: raw, Size: size,
		ReceivedAt: f.at, Trusted: true,
	})
	return err
}

// body is what a server gave of a message.
type body struct {
	given bool
	raw   []byte // MaxRaw of it at most
	size  int64  // of all of it, where that is more
}

// readBody reads a message out of an answer.
func readBody(m *imapclient.FetchMessageData) (uid imap.UID, b body, err error) {
	for item := m.Next(); item != nil; item = m.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			uid = item.UID
		case imapclient.FetchItemDataBodySection:
			if item.Literal == nil {
				continue
			}
			b.given = true
			n := item.Literal.Size()
			if b.raw, err = io.ReadAll(io.LimitReader(item.Literal, MaxRaw)); err != nil {
				return uid, body{}, err
			}
			// Where the connection ends the library only says that there is no more.
			if int64(len(b.raw)) < min(n, MaxRaw) {
				return uid, body{}, io.ErrUnexpectedEOF
			}
			if n > MaxRaw {
				b.size = n
			}
		}
	}
	return uid, b, nil
}
