package mail

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/mail"
)

// compose writes a letter as an Internet message (RFC 5322) of two parts, text
// and HTML, lines ended by CRLF. The same letter gives the same bytes but for
// the boundary.
func compose(l Letter) ([]byte, error) {
	var h mail.Header
	h.SetDate(l.CreatedAt)
	h.SetMessageID(l.MessageID)
	h.SetSubject(l.Subject)
	for _, name := range slices.Sorted(maps.Keys(l.Headers)) {
		h.Set(name, oneLine(l.Headers[name]))
	}
	var out bytes.Buffer
	w, err := mail.CreateInlineWriter(&out, h)
	if err != nil {
		return nil, fmt.Errorf("mail: compose: %w", err)
	}
	for _, part := range []struct{ kind, content string }{{"text/plain", l.Text}, {"text/html", l.HTML}} {
		if err := writePart(w, part.kind, part.content); err != nil {
			return nil, fmt.Errorf("mail: compose: %w", err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("mail: compose: %w", err)
	}
	return out.Bytes(), nil
}

func writePart(w *mail.InlineWriter, kind, content string) error {
	var h message.Header
	h.SetContentType(kind, map[string]string{"charset": "utf-8"})
	h.Set("Content-Transfer-Encoding", "quoted-printable")
	p, err := w.CreatePart(mail.InlineHeader{Header: h})
	if err != nil {
		return err
	}
	if _, err := io.WriteString(p, content); err != nil {
		return err
	}
	return p.Close()
}
