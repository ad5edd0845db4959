package tickets

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"amigo/app/blob"
	"amigo/app/fault"
	"amigo/app/people"
)

// Attach stores a file for the actor to claim with a message. It streams, so r
// may be a request's body. What is empty (unless it came by mail), or above
// MaxFile, is fault.Fields: file. The type is told from the content, whatever
// the sender says.
func (d *Desk) Attach(ctx context.Context, name string, r io.Reader) (a Attachment, err error) {
	defer fault.Wrap(&err, "tickets: attach")
	who := people.ActorOf(ctx)
	if who.Nobody() {
		return Attachment{}, fault.Denied
	}
	in := &measured{r: r}
	sum, size, err := d.blobs.Put(ctx, in)
	switch {
	case errors.Is(err, errTooLarge):
		return Attachment{}, fault.Fields{"file": fault.Say("tickets.file.large", "Max", MaxFile>>20)}
	case err != nil:
		return Attachment{}, err
	case size == 0 && who.Channel != people.Mail:
		return Attachment{}, fault.Fields{"file": fault.Say("tickets.file.empty")}
	}
	a = Attachment{Uploader: who.Person, Sum: sum, Name: safeName(name), Type: http.DetectContentType(in.head), Size: size}
	err = d.db.Tx(ctx, func(ctx context.Context) error {
		if err := d.lockBlob(ctx, sum); err != nil {
			return err
		}
		a.CreatedAt = d.db.Now(ctx)
		return d.store.addAttachment(ctx, &a)
	})
	if err != nil {
		return Attachment{}, err
	}
	return a, d.stillThere(ctx, a)
}

// lockBlob makes whoever names a blob and whoever deletes it wait for each other.
func (d *Desk) lockBlob(ctx context.Context, sum blob.Sum) error {
	return d.db.Lock(ctx, "blob/"+string(sum))
}

// stillThere makes sure that equal bytes, forgotten by somebody else, were not
// deleted between being stored again and being named.
func (d *Desk) stillThere(ctx context.Context, a Attachment) error {
	there, err := d.blobs.Has(ctx, a.Sum)
	if err != nil || there {
		return err
	}
	err = d.db.Tx(ctx, func(ctx context.Context) error {
		_, err := d.store.dropLoose(ctx, a.ID)
		return err
	})
	return errors.Join(fault.Unavailable, err)
}

// File opens an attachment that the actor may read: their own loose one, or one
// of a message that they may read. Any other is fault.NotFound. The caller
// closes it.
func (d *Desk) File(ctx context.Context, id AttachmentID) (a Attachment, r io.ReadCloser, err error) {
	defer fault.Wrap(&err, "attachment %d", id)
	if a, err = d.store.attachment(ctx, id); err != nil {
		return Attachment{}, nil, err
	}
	if err = d.mayRead(ctx, a); err != nil {
		return Attachment{}, nil, err
	}
	if r, err = d.blobs.Open(ctx, a.Sum); err != nil {
		return Attachment{}, nil, err
	}
	return a, r, nil
}

func (d *Desk) mayRead(ctx context.Context, a Attachment) error {
	if a.Ticket == 0 {
		if who := people.ActorOf(ctx); !reads(who) || who.Person != a.Uploader {
			return fault.NotFound
		}
		return nil
	}
	_, rel, err := d.seen(ctx, a.Ticket)
	if err != nil {
		return err
	}
	m, err := d.store.message(ctx, a.Message)
	if err != nil {
		return err
	}
	if m.Internal && !may(rel, toSeeNotes) {
		return fault.NotFound
	}
	return nil
}

var errTooLarge = fmt.Errorf("more than %d bytes", MaxFile)

// measured passes bytes on up to MaxFile, and keeps the first of them, by which
// the type is told.
type measured struct {
	r    io.Reader
	head []byte
	size int64
}

// sniffed is how many bytes http.DetectContentType looks at.
const sniffed = 512

func (m *measured) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if missing := sniffed - len(m.head); missing > 0 {
		m.head = append(m.head, bytes.Clone(p[:min(n, missing)])...)
	}
	if m.size += int64(n); m.size > MaxFile {
		return 0, errTooLarge
	}
	return n, err
}

const maxName = 120 // characters of a file's name

// safeName is a name as it can be shown and saved anywhere: no folders, no
// control or direction characters, none that a file system minds.
func safeName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		case strings.ContainsRune(`/:*?"<>|`, r):
			return '_'
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, name)
	name = strings.Trim(name, " .")
	if name == "" {
		return "fichier"
	}
	if utf8.RuneCountInString(name) <= maxName {
		return name
	}
	ext := cut(path.Ext(name), 10)
	return cut(name, maxName-utf8.RuneCountInString(ext)) + ext
}
