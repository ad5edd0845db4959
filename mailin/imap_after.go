package mailin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/emersion/go-imap/v2"
)

// mark flags messages that were kept: as seen, for people who look into the
// mailbox, or as the administrator wants it. A mailbox may be read-only, and a
// server that says no is not asked again; where the connection ends they are
// marked the next time.
func (v *visit) mark(ctx context.Context, uids []imap.UID) error {
	if len(uids) == 0 {
		return nil
	}
	flag := imap.FlagSeen
	if v.box.After.Flag != "" {
		flag = imap.Flag(v.box.After.Flag)
	}
	v.expect(0)
	err := v.client.Store(imap.UIDSetNum(uids...), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{flag}}, nil).Close()
	switch {
	case err == nil:
	case !refused(err):
		return fmt.Errorf("store: %w", err)
	case v.box.After == After{}:
		slog.DebugContext(ctx, "mailbox: not marked as seen", "source", v.source, "error", err)
	default:
		v.undone = fmt.Errorf("kept, but not marked with %s: %w", flag, err)
	}
	return nil
}

// tidy moves the messages from one UID up to before another that were kept, all
// of which were marked as seen, and are still there: those of a moment ago, and
// those that could not be moved before or that nobody came to move. One that is
// too large to be kept stays.
//
// That they cannot be moved is noted, and ends the visit only where the
// connection has ended.
func (v *visit) tidy(ctx context.Context, from, to uint32) error {
	if v.box.After.Folder == "" || v.undone != nil {
		return nil
	}
	kept := imap.SearchCriteria{Flag: []imap.Flag{imap.FlagSeen}, NotFlag: []imap.Flag{imap.FlagDeleted}, Smaller: MaxRaw + 1}
	for from < to && ctx.Err() == nil {
		uids, err := v.search(kept, uint64(from), uint64(to))
		if err != nil {
			return fmt.Errorf("search: %w", err)
		}
		if len(uids) == 0 {
			return nil
		}
		uids = uids[:min(len(uids), imapBatch)]
		err = v.moveOrMake(imap.UIDSetNum(uids...))
		if refused(err) {
			v.undone = fmt.Errorf("kept, but not moved to %s: %w", v.box.After.Folder, err)
			return nil
		}
		if err != nil {
			return fmt.Errorf("move: %w", err)
		}
		from = uint32(uids[len(uids)-1]) + 1
	}
	return nil
}

// refused says whether a server has said no, rather than nothing.
func refused(err error) bool {
	_, no := errors.AsType[*imap.Error](err)
	return no
}

// moveOrMake moves messages, to a folder that is made where it is missing.
func (v *visit) moveOrMake(uids imap.UIDSet) error {
	err := v.move(uids)
	if !refused(err) || v.made {
		return err
	}
	v.made = true
	v.expect(0)
	if v.client.Create(v.box.After.Folder, nil).Wait() != nil {
		return err // it is there: something else is wrong
	}
	return v.move(uids)
}

// move moves messages in one step where the server can. Elsewhere they are copied
// first: the library would send all three steps at once, and delete what could
// not be copied. A server that cannot expunge just these messages leaves them,
// marked as deleted: other people's are not ours to expunge.
func (v *visit) move(uids imap.UIDSet) error {
	folder := v.box.After.Folder
	v.expect(0)
	if v.client.Caps().Has(imap.CapMove) {
		_, err := v.client.Move(uids, folder).Wait()
		return err
	}
	if _, err := v.client.Copy(uids, folder).Wait(); err != nil {
		return err
	}
	v.expect(0)
	deleted := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
	if err := v.client.Store(uids, deleted, nil).Close(); err != nil {
		return err
	}
	if !v.client.Caps().Has(imap.CapUIDPlus) {
		return nil
	}
	v.expect(0)
	return v.client.UIDExpunge(uids).Close()
}
