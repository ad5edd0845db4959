package mail

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"slices"
	"strings"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/mail"

	"amigo/app/blob"
)

// File is a file that travels with a letter. Its bytes are in the store of blobs.
type File struct {
	Name string   `json:"name"`
	Type string   `json:"type"` // MIME type
	Sum  blob.Sum `json:"sum"`
	Size int64    `json:"size"` // bytes
}

// MaxFiles is how many bytes of files travel with one letter: what mail servers
// take, a third more when it is encoded.
const MaxFiles = 10 << 20

// Fit parts files, in their order, into those that travel with a letter and those
// for which no room is left.
func Fit(files []File) (travel, left []File) {
	var size int64
	for _, f := range files {
		if size+f.Size > MaxFiles {
			left = append(left, f)
			continue
		}
		size += f.Size
		travel = append(travel, f)
	}
	return travel, left
}

// raw is a letter as it is sent.
func (o *Outbox) raw(ctx context.Context, l Letter) ([]byte, error) {
	var out bytes.Buffer
	if err := compose(ctx, &out, l, o.conf.Blobs); err != nil {
		return nil, fmt.Errorf("mail: compose: %w", err)
	}
	if o.conf.DKIM == nil {
		return out.Bytes(), nil
	}
	return o.conf.DKIM.Sign(out.Bytes())
}

// compose writes a letter as an Internet message (RFC 5322), lines ended by CRLF:
// its text and its HTML, and the files that travel with it. The same letter gives
// the same bytes each time.
func compose(ctx context.Context, w io.Writer, l Letter, blobs blob.Store) error {
	var h mail.Header
	h.SetDate(l.CreatedAt)
	h.SetMessageID(l.MessageID)
	h.SetSubject(l.Subject)
	for _, name := range slices.Sorted(maps.Keys(l.Headers)) {
		h.Set(name, oneLine(l.Headers[name]))
	}
	if len(l.Files) == 0 {
		h.SetContentType("multipart/alternative", boundary(l, "words"))
		out, err := message.CreateWriter(w, h.Header)
		if err != nil {
			return err
		}
		return writeWords(out, l)
	}
	h.SetContentType("multipart/mixed", boundary(l, "files"))
	out, err := message.CreateWriter(w, h.Header)
	if err != nil {
		return err
	}
	var inner message.Header
	inner.SetContentType("multipart/alternative", boundary(l, "words"))
	words, err := out.CreatePart(inner)
	if err != nil {
		return err
	}
	if err := writeWords(words, l); err != nil {
		return err
	}
	for _, f := range l.Files {
		if err := writeFile(ctx, out, f, blobs); err != nil {
			return fmt.Errorf("file %q: %w", f.Name, err)
		}
	}
	return out.Close()
}

// boundary is what parts the parts: no word of a letter, and always the same.
func boundary(l Letter, of string) map[string]string {
	sum := sha256.Sum256([]byte(of + "/" + l.MessageID))
	return map[string]string{"boundary": "=_" + hex.EncodeToString(sum[:20])}
}

// writeWords writes the text and the HTML, the best last (RFC 2046 section 5.1.4).
func writeWords(w *message.Writer, l Letter) error {
	for _, part := range []struct{ kind, content string }{{"text/plain", l.Text}, {"text/html", l.HTML}} {
		var h message.Header
		h.SetContentType(part.kind, map[string]string{"charset": "utf-8"})
		h.Set("Content-Transfer-Encoding", "quoted-printable")
		if err := writePart(w, h, strings.NewReader(part.content)); err != nil {
			return err
		}
	}
	return w.Close()
}

func writeFile(ctx context.Context, w *message.Writer, f File, blobs blob.Store) error {
	if blobs == nil {
		return errors.New("there is no store of files")
	}
	r, err := blobs.Open(ctx, f.Sum)
	if err != nil {
		return err
	}
	defer r.Close() //nolint:errcheck // only read
	var h message.Header
	kind, params, err := mime.ParseMediaType(f.Type)
	if err != nil || strings.HasPrefix(kind, "multipart/") || strings.HasPrefix(kind, "message/") {
		kind, params = "application/octet-stream", nil // what is neither base64 nor one part
	}
	delete(params, "charset") // its bytes go as they are, whatever they are
	h.SetContentType(kind, params)
	h.SetContentDisposition("attachment", map[string]string{"filename": oneLine(f.Name)})
	h.Set("Content-Transfer-Encoding", "base64")
	return writePart(w, h, r)
}

func writePart(w *message.Writer, h message.Header, r io.Reader) error {
	p, err := w.CreatePart(h)
	if err != nil {
		return err
	}
	if _, err := io.Copy(p, r); err != nil {
		return err
	}
	return p.Close()
}
