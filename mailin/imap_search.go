package mailin

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/emersion/go-imap/v2"
)

// Messages are searched in ranges of UIDs, so that a mailbox of a hundred thousand
// is as little to remember as one of ten. Where UIDs are far apart the range grows.
const (
	searchWidth = 1000
	searchMost  = 5 * searchWidth
)

// catchUp reads everything that is new in the mailbox that was selected, in order.
func (v *visit) catchUp(ctx context.Context, box *imap.SelectData) error {
	for uids, err := range v.unread(box) {
		if err != nil {
			return fmt.Errorf("search: %w", err)
		}
		from := v.now.next
		for batch := range slices.Chunk(uids, imapBatch) {
			if err := v.readBatch(ctx, batch); err != nil {
				return err
			}
		}
		if err := v.tidy(ctx, from, v.now.next); err != nil {
			return err
		}
	}
	return nil
}

// unread lists the UIDs that were not read, in order, some at a time.
func (v *visit) unread(box *imap.SelectData) iter.Seq2[[]imap.UID, error] {
	return func(yield func([]imap.UID, error) bool) {
		if box.NumMessages == 0 {
			return
		}
		// One that was not told of is as good as the highest.
		end := cmp.Or(uint64(box.UIDNext), math.MaxUint32)
		width := uint64(searchWidth)
		for from := uint64(v.now.next); from < end; {
			to := min(from+width, end)
			uids, err := v.search(imap.SearchCriteria{}, from, to)
			if (err != nil || len(uids) > 0) && !yield(uids, err) {
				return
			}
			switch {
			case len(uids) == searchMost: // there may be more
				to, width = uint64(uids[searchMost-1])+1, searchWidth
			case len(uids) < searchWidth/4:
				width *= 4
			}
			from = to
		}
	}
}

// search lists the messages with UIDs from one up to before another that meet
// some criteria, in order: the first searchMost of them.
func (v *visit) search(c imap.SearchCriteria, from, to uint64) ([]imap.UID, error) {
	v.expect(0)
	first, last := imap.UID(min(from, math.MaxUint32)), imap.UID(min(to-1, math.MaxUint32))
	c.UID = []imap.UIDSet{{imap.UIDRange{Start: first, Stop: last}}}
	found, err := v.client.UIDSearch(&c, nil).Wait()
	if err != nil {
		return nil, err
	}
	set, _ := found.All.(imap.UIDSet)
	var uids []imap.UID
	for _, r := range set { // in order; what was not asked for counts for nothing
		for uid := uint64(max(r.Start, first)); uid <= uint64(min(r.Stop, last)) && len(uids) < searchMost; uid++ {
			uids = append(uids, imap.UID(uid))
		}
	}
	return uids, nil
}
