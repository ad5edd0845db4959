package mailin

import (
	"errors"
	"fmt"
	"time"
)

// The limits of one letter. What lies beyond them is not lost: the raw message
// is always kept, and [Letter.Unread] says which limit was met.
const (
	MaxSize  = 25 << 20 // bytes of a whole message
	MaxDepth = 10       // multiparts inside one another
	MaxParts = 100      // parts of a message, containers included
	MaxHead  = 256 << 10

	maxField      = 64 << 10 // bytes of one header field
	maxText       = 1 << 20  // bytes of text, and of HTML, that are read
	maxBody       = 2 << 20  // bytes of both after which every part is a file
	maxAddresses  = 1000     // addresses of one kind (To, Cc …)
	maxReferences = 200      // message ids of one kind
)

// Unread says why a letter, or a part of it, could not be read.
type Unread string

// The reasons. Empty, NoHeader and TooLarge leave nothing but the raw message;
// the others leave what was read before the limit.
const (
	AllRead      Unread = ""
	Empty        Unread = "empty"
	NoHeader     Unread = "no-header"
	TooLarge     Unread = "too-large"
	HeadTooLong  Unread = "head-too-long"
	TooManyParts Unread = "too-many-parts"
	TooDeep      Unread = "too-deep"
)

// ErrUnreadable is what [Parse] returns when nothing of a message can be read:
// it is empty, is not a letter, or is above [MaxSize].
var ErrUnreadable = errors.New("not readable as a letter")

// ErrLimit is what [Parse] returns when a message was read up to a limit. The
// letter that comes with it holds everything before the limit.
var ErrLimit = errors.New("beyond the limits")

// Letter is a received message, taken apart. Addresses are in lower case, ids
// without angle brackets, texts in UTF-8 with LF and without control
// characters. No field holds a line break except the texts.
type Letter struct {
	MessageID  string
	InReplyTo  []string
	References []string  // oldest first, as written
	Date       time.Time // what the sender claims, UTC; zero when missing or absurd

	From        string   // the first address of From, empty when there is none
	FromName    string   // the name beside it
	FromAll     []string // every different address of every From field
	Sender      string
	ReplyTo     []string
	To, Cc      []string
	DeliveredTo []string // Delivered-To, X-Original-To, Envelope-To: whom our server received it for
	ReturnPath  string   // the envelope sender, empty when missing or null
	NullSender  bool     // Return-Path: <>
	Subject     string
	ListID      string
	AuthResults []AuthField // Authentication-Results, topmost first, exactly named; see [Authentication]
	SpamFlagged bool        // a filter before us said so (X-Spam-Flag, X-Spam-Status, X-SES-Spam-Verdict)
	Automatic   Sign        // why it is automatic mail, empty for a person's
	Bounce      *Bounce     // what a delivery report says, nil for any other letter
	Signed      bool        // S/MIME or OpenPGP; the signed part is also an attachment, whole
	Encrypted   bool
	Text        string // the whole text, from text/plain or else from the HTML; before it, in French, what an invitation asks, or that nobody can read the letter
	NewText     string // what the sender wrote
	QuotedText  string // what they quoted, with their telephone's signature
	HTML        string // cleaned; inline images keep src="cid:…", remote ones have data-src instead of src
	Attachments []Attachment
	Unread      Unread
}

// Attachment is a file that came with a letter.
type Attachment struct {
	Name      string // safe for display and for Content-Disposition: no path, no control character, at most 120 characters
	Type      string // the media type by content; the declared one where the content is of no particular kind
	Declared  string // the media type as the sender wrote it
	Size      int
	SHA256    string // hexadecimal
	Inline    bool   // meant to be seen inside the text
	ContentID string // without angle brackets
	content   encoded
}

// Data decodes the bytes of the attachment. They may share memory with the raw
// message, and must not be changed.
func (a Attachment) Data() []byte { return a.content.whole() }

// Parse reads a raw message. It is pure, never panics, and does work linear in
// len(raw). The program that reads any message of [MaxSize] has less than 64 MiB
// resident beside the bytes of the message, as `amigo mail parse` shows: about 30
// are the program, and what Parse holds at once is at most len(raw) and a little,
// where the lines end in a bare CR or it opens a signature, and else half of that.
//
// The letter is always usable. With [ErrUnreadable] it is empty except for
// Unread; with [ErrLimit] it holds what was read. In both cases the caller keeps
// the raw message beside the letter.
func Parse(raw []byte) (Letter, error) {
	if len(raw) > MaxSize {
		return Letter{Unread: TooLarge}, fmt.Errorf("%w: %s: %d bytes, limit %d", ErrUnreadable, TooLarge, len(raw), MaxSize)
	}
	source := uncover(raw)
	if len(source) == 0 {
		return Letter{Unread: Empty}, fmt.Errorf("%w: %s", ErrUnreadable, Empty)
	}
	head, n := readHead(source, wholeLetter)
	if !head.plausible() {
		return Letter{Unread: NoHeader}, fmt.Errorf("%w: %s", ErrUnreadable, NoHeader)
	}
	root, unread := scan(source, head, n)
	if head.cut {
		unread = HeadTooLong
	}
	l := letterOf(head)
	l.Unread = unread
	l.fill(root)
	l.Bounce = diagnose(&l, root)
	l.Automatic = signOf(head, &l)
	l.NewText, l.QuotedText = Split(l.Text, l.Subject)
	if l.Unread != AllRead {
		return l, fmt.Errorf("%w: %s", ErrLimit, l.Unread)
	}
	return l, nil
}

// letterOf reads everything that the head alone says.
func letterOf(h head) Letter {
	from := h.addresses("from")
	l := Letter{
		MessageID:   first(h.ids("message-id")),
		InReplyTo:   h.ids("in-reply-to"),
		References:  h.ids("references"),
		Date:        parseDate(h.get("date")),
		FromAll:     bare(from),
		Sender:      first(bare(h.addresses("sender"))),
		ReplyTo:     bare(h.addresses("reply-to")),
		To:          bare(h.addresses("to")),
		Cc:          bare(h.addresses("cc")),
		DeliveredTo: bare(h.addresses("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")),
		ReturnPath:  first(bare(h.addresses("return-path"))),
		NullSender:  nullPath(h.get("return-path")),
		Subject:     oneLine(decodeWords(h.get("subject"))),
		ListID:      oneLine(decodeWords(h.get("list-id"))),
		AuthResults: h.authResults(),
		SpamFlagged: spamFlagged(h),
	}
	if len(from) > 0 {
		l.From, l.FromName = from[0].Email, from[0].Name
	} else {
		l.FromName = oneLine(decodeWords(h.get("from")))
	}
	return l
}

// spamFlagged tells whether a filter on the way marked the letter.
func spamFlagged(h head) bool {
	return startsWithFold(h.get("x-spam-flag"), "yes") ||
		startsWithFold(h.get("x-spam-status"), "yes") ||
		startsWithFold(h.get("x-ses-spam-verdict"), "fail")
}

// first is the first of a list, the empty string when there is none.
func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
