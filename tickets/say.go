package tickets

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"amigo/app/fault"
	"amigo/app/people"
)

// say writes a message, of the actor unless it names its author, and gives it
// the actor's files. What is wrong
// with it is said by field.
func (w *turn) say(ctx context.Context, m Message, files []AttachmentID) (*Message, error) {
	m.Ticket, m.Channel, m.CreatedAt = w.t.ID, w.actor.Channel, w.at
	m.Author, m.Cc = cmp.Or(m.Author, w.actor.Person), cleanCc(m.Cc)
	m.Body, m.Quoted = cleanText(m.Body), cut(cleanText(m.Quoted), MaxQuoted)
	if err := w.desk.store.addMessage(ctx, &m); err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return &m, nil
	}
	claimed, err := w.desk.store.looseOf(ctx, w.actor.Person, files)
	if err != nil {
		return nil, err
	}
	if err := checkFiles(files, claimed); err != nil {
		return nil, err
	}
	done, err := w.desk.store.claim(ctx, m, files)
	if err != nil {
		return nil, err
	}
	if !done {
		return nil, gone()
	}
	for _, a := range claimed {
		a.Ticket, a.Message = m.Ticket, m.ID
		m.Attachments = append(m.Attachments, a)
	}
	return &m, nil
}

// cleanCc is a list of addresses as it is kept: those that are some, each once.
func cleanCc(all []string) []string {
	var list []string
	for _, a := range all {
		if a = people.NormalAddress(a); people.ValidAddress(a) && !slices.Contains(list, a) && len(list) < MaxCc {
			list = append(list, a)
		}
	}
	return list
}

// received is when something arrived: at, when that is known and not ahead of
// the clock, else now.
func received(at, now time.Time) time.Time {
	if at.IsZero() || at.After(now) {
		return now
	}
	return at.UTC().Truncate(time.Microsecond)
}

// checkBody refuses an empty text, unless files say enough, and one that is too long.
func checkBody(f fault.Fields, field, body string, files int) {
	switch n := utf8.RuneCountInString(body); {
	case n == 0 && files == 0:
		f.Add(field, "tickets.field.required")
	case n > MaxBody:
		f.Add(field, "tickets.field.long", "Max", MaxBody)
	}
}

// checkWords is checkBody for words that may have come by mail: some people
// write everything into the subject, and nothing of theirs is refused for it.
func (w *turn) checkWords(f fault.Fields, body string, files int) {
	if body != "" || w.actor.Channel != people.Mail {
		checkBody(f, "body", body, files)
	}
}

// checkFiles refuses files that cannot be claimed, and too many of them.
func checkFiles(wanted []AttachmentID, loose []Attachment) error {
	f := fault.Fields{}
	var size int64
	for _, a := range loose {
		size += a.Size
	}
	switch {
	case len(wanted) > MaxFiles:
		f.Add("files", "tickets.files.too_many", "Max", MaxFiles)
	case len(loose) != len(wanted):
		return gone()
	case size > MaxMessageSize:
		f.Add("files", "tickets.files.too_heavy", "Max", MaxMessageSize>>20)
	}
	return f.Err()
}

// gone says that a file is not there to be claimed, or is not the actor's.
func gone() error { return fault.Fields{"files": fault.Say("tickets.files.gone")} }

// once leaves each file one time.
func once(files []AttachmentID) []AttachmentID {
	return slices.Compact(slices.Sorted(slices.Values(files)))
}

// cleanText is a text as it is kept: valid UTF-8, LF, no control characters but
// tabs, no blank ends; empty where nothing can be seen of it.
func cleanText(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	s = strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	if Blank(s) {
		return ""
	}
	return strings.Trim(s, "\n\t ")
}

// Blank says whether nothing can be seen of a text: it is empty, or made of
// blanks and of characters without width alone.
func Blank(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsSpace(r) && !unicode.In(r, invisible...) && r != brailleBlank })
}

// invisible are the characters that Unicode wants to be shown as nothing: marks
// of direction, joiners, fillers, selectors of variants.
var invisible = []*unicode.RangeTable{unicode.Cc, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector}

// brailleBlank is the pattern of no dots, a space under another name.
const brailleBlank = '\u2800'

// cleanLine is a text on one line, with single spaces.
func cleanLine(s string) string { return strings.Join(strings.Fields(cleanText(s)), " ") }

// cut shortens a text to at most n characters.
func cut(s string, n int) string {
	count := 0
	for i := range s {
		if count == n {
			return s[:i]
		}
		count++
	}
	return s
}
