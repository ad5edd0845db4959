package audit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// walkStep is how many lines Verify holds at once.
const walkStep = 1000

// BrokenError says where the record is not as it was written.
type BrokenError struct {
	ID  int64 // the first line that does not fit; 0: lines are missing at the end
	Why string
}

// Error is for people who look after the machine.
func (b *BrokenError) Error() string {
	if b.ID == 0 {
		return "audit: the record is broken at its end: " + b.Why
	}
	return fmt.Sprintf("audit: the record is broken at line %d: %s", b.ID, b.Why)
}

// End is the newest line's id and hash, to be written down elsewhere; 0 and ""
// of an empty record.
func (l *Log) End(ctx context.Context) (id int64, hash string, err error) {
	r, err := l.store.newest(ctx)
	if err != nil {
		return 0, "", fmt.Errorf("audit: %w", err)
	}
	return r.ID, r.Hash, nil
}

// Verify walks the chain from its beginning; a line that was changed, put in or
// taken out is a [BrokenError]. Lines written meanwhile do not matter.
func (l *Log) Verify(ctx context.Context) error {
	// The note first: the record may grow behind it, but never in front of it.
	noted, err := l.store.end(ctx)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	var last row
	met := noted == ""
	for {
		rows, err := l.store.walk(ctx, last.ID, walkStep)
		if err != nil {
			return fmt.Errorf("audit: %w", err)
		}
		for _, r := range rows {
			if r.Hash != digest(last.Hash, r) {
				return &BrokenError{ID: r.ID, Why: "its hash is not that of its words and of the line before"}
			}
			met = met || r.Hash == noted
			last = r
		}
		if len(rows) < walkStep {
			break
		}
	}
	if !met {
		return &BrokenError{Why: "newer lines were there"}
	}
	if noted == "" && last.ID != 0 {
		return &BrokenError{Why: "the note of the end is gone"}
	}
	return nil
}

// digest is SHA-256 over the hash before and the words of a line, as a JSON
// array of strings, which no two different lines share.
func digest(before string, r row) string {
	words, err := json.Marshal([]string{before, r.At.UTC().Format(time.RFC3339Nano), r.Actor, r.Action, r.Subject, r.Details})
	if err != nil {
		panic(err) // strings are always JSON
	}
	sum := sha256.Sum256(words)
	return hex.EncodeToString(sum[:])
}
