package mail

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"mime"
	"slices"
	"strings"
	"time"
)

// Mail programs keep a conversation together each in its own way. Thunderbird
// follows References and In-Reply-To. Gmail does, too, but begins a new one when
// the subject changes. Outlook looks at Thread-Index and Thread-Topic. So all
// that somebody reads of one ticket has one subject, refers to what they read
// and wrote before, and bears the ticket's index. A letter that must not repeat a
// stranger's words has a subject without them, and no topic: those after it have
// their own.

// Answered is a mail that somebody wrote to us, which our letters answer.
type Answered struct {
	MessageID string // without brackets
	At        time.Time
}

// maxReferences bounds the References header, as RFC 5322 readers expect.
const maxReferences = 12

// mailed is a letter that somebody was sent about a ticket.
type mailed struct {
	Mid       string
	Subject   string
	Headers   map[string]string
	CreatedAt time.Time
}

// thread hangs a new letter on those that its reader was sent about the ticket.
func (o *Outbox) thread(ctx context.Context, l *Letter, d Draft) (err error) {
	var before []mailed
	if !d.First {
		if before, err = o.store.mailed(ctx, l.Ticket, l.Person, 0, maxReferences); err != nil {
			return err
		}
	}
	index := indexOf(l.Ticket, domain(o.conf.Address), l.CreatedAt)
	if len(before) > 0 {
		last := before[len(before)-1]
		if !d.Renamed {
			l.Subject = cmp.Or(named(before), l.Subject)
		}
		index = cmp.Or(answerIndex(last.Headers[threadIndex], l.CreatedAt), index)
	}
	l.Headers[threadIndex] = index
	if !d.Nameless {
		l.Headers[threadTopic] = mime.QEncoding.Encode("utf-8", l.Subject)
	}
	l.refer(before, nil)
	return nil
}

// named is the subject of the first letter that says what the ticket is about;
// empty when none does.
func named(before []mailed) string {
	for _, m := range before {
		if m.Headers[threadTopic] != "" {
			return m.Subject
		}
	}
	return ""
}

// join adds the reader's own mails to what a letter refers to, when it is sent
// for the first time: only then is the mail filed that it answers.
func (o *Outbox) join(ctx context.Context, l *Letter) error {
	if o.conf.Answers == nil || l.Ticket == 0 || l.Attempts > 1 {
		return nil
	}
	theirs, err := o.conf.Answers(ctx, l.Ticket, l.Person, l.CreatedAt)
	if err != nil {
		return err
	}
	if theirs = slices.DeleteFunc(theirs, func(a Answered) bool { return !plainID(a.MessageID) }); len(theirs) == 0 {
		return nil
	}
	ours, err := o.store.mailed(ctx, l.Ticket, l.Person, l.ID, maxReferences)
	if err != nil {
		return err
	}
	l.refer(ours, theirs)
	return o.store.putHeaders(ctx, l.ID, l.Headers)
}

// refer names what a letter follows: the first of all, on which the conversation
// hangs whatever was lost since, and the newest.
func (l *Letter) refer(ours []mailed, theirs []Answered) {
	all := slices.Clone(theirs)
	for _, m := range ours {
		all = append(all, Answered{MessageID: m.Mid, At: m.CreatedAt})
	}
	slices.SortStableFunc(all, func(a, b Answered) int { return a.At.Compare(b.At) })
	if len(all) == 0 {
		return
	}
	if len(all) > maxReferences {
		all = slices.Delete(all, 1, len(all)-maxReferences+1)
	}
	ids := make([]string, len(all))
	for i, a := range all {
		ids[i] = "<" + a.MessageID + ">"
	}
	l.Headers["References"] = strings.Join(ids, " ")
	l.Headers["In-Reply-To"] = ids[len(ids)-1]
}

// plainID says whether a Message-ID that a stranger chose may stand in a header.
func plainID(id string) bool {
	const longest = 250
	return strings.Contains(id, "@") && len(id) <= longest && ascii(id) && !strings.ContainsAny(id, "<>,;")
}

const (
	threadIndex = "Thread-Index"
	threadTopic = "Thread-Topic"
)

// The parts of a Thread-Index, the PidTagConversationIndex of MS-OXOMSG section
// 2.2.1.3: the first letter's time and the conversation's number, then five
// bytes for each answer.
const (
	indexHead    = 22
	indexAnswer  = 5
	indexAnswers = 40 // more would make the header longer than a line may be
)

// epoch is the year 1601, from which Windows counts, in hundreds of nanoseconds
// before 1970.
const epoch = 116444736000000000

func ticks(at time.Time) uint64 { return uint64(at.UnixNano()/100 + epoch) } //nolint:gosec // no letter is older than 1601

// indexOf begins the index of a ticket's conversation.
func indexOf(ticket int64, house string, at time.Time) string {
	var head [indexHead]byte
	// Its first six bytes are the upper ones of the time, whose first is 1.
	var now [8]byte
	binary.BigEndian.PutUint64(now[:], ticks(at))
	copy(head[:6], now[:6])
	number := sha256.Sum256(fmt.Appendf(nil, "%d@%s", ticket, house))
	copy(head[6:], number[:16])
	return base64.StdEncoding.EncodeToString(head[:])
}

// answerIndex is the index of a letter after the one with that index; empty when
// that is none.
func answerIndex(last string, at time.Time) string {
	index, err := base64.StdEncoding.DecodeString(last)
	if err != nil || len(index) < indexHead || (len(index)-indexHead)%indexAnswer != 0 {
		return ""
	}
	if len(index) >= indexHead+indexAnswers*indexAnswer {
		index = index[:len(index)-indexAnswer]
	}
	var began [8]byte
	copy(began[:6], index[:6])
	passed := ticks(at) - min(ticks(at), binary.BigEndian.Uint64(began[:]))
	// 31 bits of the time since then, less exactly when that is long.
	delta := uint32(passed >> 18 & 0x7fffffff) //nolint:gosec // 31 bits
	if passed>>49 != 0 {
		delta = uint32(passed>>23&0x7fffffff) | 1<<31 //nolint:gosec // 32 bits
	}
	index = binary.BigEndian.AppendUint32(index, delta)
	return base64.StdEncoding.EncodeToString(append(index, 0))
}
