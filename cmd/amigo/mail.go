package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	"amigo/mailin"
)

const mailUsage = `Messages: what AMIGO reads in one, and taking one in (- is standard input).

  amigo mail parse FILE|-                  print the message as one JSON object
  amigo mail ingest --source NAME FILE|-   keep and file it as if it had been received: 0 when it is
                                           kept, 75 to be tried again
`

// mailCommands are the subcommands of `amigo mail`.
func mailCommands() map[string]command {
	return map[string]command{
		"parse":  mailParse,
		"ingest": mailIngest,
	}
}

// runMail answers `amigo mail …`; args begin after "mail".
func runMail(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int {
	if len(args) == 0 {
		_, _ = fmt.Fprint(errw, mailUsage)
		return 2
	}
	if run, known := mailCommands()[args[0]]; known {
		return run(ctx, args[1:], in, out, errw)
	}
	_, _ = fmt.Fprintf(errw, "amigo mail: there is no command %q\n\n%s", args[0], mailUsage)
	return 2
}

// How the memory of `amigo mail parse` is kept small: it is cleaned whenever a
// fifth has been added to what is in use, and sooner when the runtime holds beside
// bytes beside the message, which is what the pages of the program leave of 64 MiB.
const (
	cleanAt = 20 // per cent
	beside  = 36 << 20
)

// mailParse prints what a message holds. What cannot be read as one is printed
// as well, with error: only a file that cannot be opened is a failure.
func mailParse(_ context.Context, args []string, in io.Reader, out, errw io.Writer) int {
	if len(args) != 1 {
		_, _ = fmt.Fprint(errw, mailUsage)
		return 2
	}
	defer debug.SetGCPercent(debug.SetGCPercent(cleanAt))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(mailin.MaxSize + beside))
	raw, err := readMessage(args[0], in)
	if err != nil {
		_, _ = fmt.Fprintf(errw, "amigo mail parse: %v\n", err)
		return 1
	}
	l, err := mailin.Parse(raw)
	printer := json.NewEncoder(out)
	printer.SetEscapeHTML(false)
	printer.SetIndent("", "  ")
	if err := printer.Encode(printedLetter(l, err)); err != nil {
		_, _ = fmt.Fprintf(errw, "amigo mail parse: %v\n", err)
		return 1
	}
	return 0
}

// readMessage reads a file, or standard input, up to one byte more than a message
// may have: enough for the parser to say that it is too large. The room is taken at
// once, since what grows is copied; what stays empty of it takes no memory.
func readMessage(name string, in io.Reader) ([]byte, error) {
	if name != "-" {
		f, err := os.Open(name) //nolint:gosec // the file that the administrator names
		if err != nil {
			return nil, err
		}
		defer f.Close() //nolint:errcheck // nothing was written
		in = f
	}
	room := make([]byte, mailin.MaxSize+1)
	n, err := io.ReadFull(in, room)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return room[:n], err
}

// letterJSON is a letter in the shape of the documented contract: lists are never
// null, and what is missing is an empty text, or null for date and bounce.
type letterJSON struct {
	From        string           `json:"from"`
	FromAll     []string         `json:"from_all"`
	FromName    string           `json:"from_name"`
	To          []string         `json:"to"`
	Cc          []string         `json:"cc"`
	ReplyTo     []string         `json:"reply_to"`
	Subject     string           `json:"subject"`
	MessageID   string           `json:"message_id"`
	InReplyTo   []string         `json:"in_reply_to"`
	References  []string         `json:"references"`
	Date        *time.Time       `json:"date"`
	Automatic   bool             `json:"automatic"`
	Bounce      *bounceJSON      `json:"bounce"`
	Text        string           `json:"text"`
	NewText     string           `json:"new_text"`
	QuotedText  string           `json:"quoted_text"`
	Attachments []attachmentJSON `json:"attachments"`
	Error       string           `json:"error,omitempty"`
}

// bounceJSON is a delivery report.
type bounceJSON struct {
	Hard              bool   `json:"hard"`
	Status            string `json:"status"`
	Recipient         string `json:"recipient"`
	OriginalMessageID string `json:"original_message_id"`
}

// attachmentJSON is a file; sha256 is of the decoded bytes.
type attachmentJSON struct {
	Name      string `json:"name"`
	Type      string `json:"type"`
	Size      int    `json:"size"`
	SHA256    string `json:"sha256"`
	Inline    bool   `json:"inline"`
	ContentID string `json:"content_id"`
}

// printedLetter gives a letter, and why it could not be read whole, their printed shape.
func printedLetter(l mailin.Letter, err error) letterJSON {
	p := letterJSON{
		From: l.From, FromAll: listed(l.FromAll), FromName: l.FromName,
		To: listed(l.To), Cc: listed(l.Cc), ReplyTo: listed(l.ReplyTo),
		Subject: l.Subject, MessageID: l.MessageID, InReplyTo: listed(l.InReplyTo), References: listed(l.References),
		Automatic: l.Automatic != mailin.ByPerson,
		Text:      l.Text, NewText: l.NewText, QuotedText: l.QuotedText,
		Attachments: []attachmentJSON{},
	}
	if !l.Date.IsZero() {
		date := l.Date.UTC()
		p.Date = &date
	}
	if b := l.Bounce; b != nil {
		p.Bounce = &bounceJSON{Hard: b.Hard, Status: b.Status, Recipient: b.Recipient, OriginalMessageID: b.OriginalMessageID}
	}
	for _, a := range l.Attachments {
		p.Attachments = append(p.Attachments, attachmentJSON{a.Name, a.Type, a.Size, a.SHA256, a.Inline, a.ContentID})
	}
	if err != nil {
		p.Error = err.Error()
	}
	return p
}

// listed makes an empty list of nil, which JSON would call null.
func listed(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
