package tickets

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/app/words"
)

// Mention is a note in which a colleague named the actor.
type Mention struct {
	Message MessageID
	Ticket  ID
	Subject string // of the ticket
	Author  people.ID
	Body    string
	At      time.Time
	Read    bool
}

// maxMentions is how many mentions are listed, the newest.
const maxMentions = 100

// Mentions lists the notes that named the actor, unread ones first, then the
// newest; staff only, for everybody else there are none.
func (d *Desk) Mentions(ctx context.Context) (all []Mention, err error) {
	defer fault.Wrap(&err, "tickets: mentions")
	if who := people.ActorOf(ctx); who.Is(people.Technician) {
		return d.store.mentionsOf(ctx, who.Person, maxMentions)
	}
	return nil, nil
}

// ReadMentions marks mentions of the actor as read: those on one ticket, or all
// where it is 0. It is quiet: the ticket is as it was.
func (d *Desk) ReadMentions(ctx context.Context, id ID) (err error) {
	defer fault.Wrap(&err, "tickets: read mentions")
	return d.db.Tx(ctx, func(ctx context.Context) error {
		return d.store.readMentions(ctx, people.ActorOf(ctx).Person, id, d.db.Now(ctx))
	})
}

// mentionedKey is under which an event keeps whom a note names: numbers.
const mentionedKey = "mentioned"

// mention keeps whom of the staff a note names: they are told, and watch the ticket
// from now on. They do not follow it, which is for the requester's side.
func (w *turn) mention(ctx context.Context, m *Message) error {
	if !strings.Contains(m.Body, "@") {
		return nil
	}
	staff, err := w.desk.people.Staff(ctx, people.Technician, 0)
	if err != nil {
		return err
	}
	var numbers []string
	for _, who := range mentioned(m.Body, staff) {
		if who == m.Author {
			continue
		}
		if err := w.desk.store.mention(ctx, *m, who); err != nil {
			return err
		}
		numbers = append(numbers, who.String())
	}
	if len(numbers) > 0 {
		w.last().Event.put(mentionedKey, strings.Join(numbers, " "))
	}
	return nil
}

// mentioned finds whom of some people a text names: after an @ stands their uid,
// or their name, in capitals or not, with accents or without. Of two names that
// fit the longer is meant. It is pure.
func mentioned(text string, staff []people.Person) []people.ID {
	var found []people.ID
	for at := range len(text) {
		if text[at] != '@' {
			continue
		}
		// A letter before it makes it an address.
		if before, _ := utf8.DecodeLastRuneInString(text[:at]); at > 0 && (wordly(before) || strings.ContainsRune("._-@", before)) {
			continue
		}
		for _, who := range meant(text[at+1:], staff) {
			if !slices.Contains(found, who) {
				found = append(found, who)
			}
		}
	}
	return found
}

// longestName is how much of a text can be a name, in bytes.
const longestName = 160

// meant are those whom the beginning of a text names.
func meant(text string, staff []people.Person) (who []people.ID) {
	uid := strings.TrimRight(text[:len(text)-len(strings.TrimLeft(text, uidSigns))], ".-_")
	line, _, _ := strings.Cut(text[:min(len(text), longestName)], "\n")
	said, longest := words.Sought(line), 0
	for _, p := range staff {
		if uid != "" && strings.EqualFold(p.UID, uid) {
			return []people.ID{p.ID}
		}
		name := words.Sought(p.Name)
		if n := len(name); n == 0 || n < longest || n > len(said) || !slices.Equal(name, said[:n]) {
			continue
		} else if n > longest {
			who, longest = nil, n
		}
		who = append(who, p.ID)
	}
	return who
}

// uidSigns are what a uid is made of.
const uidSigns = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
