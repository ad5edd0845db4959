package mail_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/jhillyerd/enmime/v2"

	"amigo/app/blob"
	ours "amigo/app/mail"
)

func TestFilesTravelWithALetter(t *testing.T) {
	each(t, func(t *testing.T, p *post, way *ours.Memory) {
		store := blob.NewMemory()
		p.rebuild(func(c *ours.Config) { c.Blobs = store })
		content := bytes.Repeat([]byte("été\x00\r\n.\r\n"), 5000)
		sum, size, err := store.Put(t.Context(), bytes.NewReader(content))
		must(t, err)
		d := draft("k")
		d.Files = []ours.File{
			{Name: "notice d’été.pdf", Type: "application/pdf", Sum: sum, Size: size},
			{Name: "page.html\r\nBcc: v@w", Type: "text/html; charset=utf-8", Sum: sum, Size: size},
			{Name: "lettre.eml", Type: "message/rfc822", Sum: sum, Size: size},
		}
		id := p.send(d)
		p.drain()
		if p.state(id) != ours.Sent {
			t.Fatalf("state %s", p.state(id))
		}
		m, err := enmime.ReadEnvelope(bytes.NewReader(way.Sent()[0].Raw))
		must(t, err)
		if len(m.Attachments) != 3 || !strings.Contains(m.Text, "Bonjour") || !strings.Contains(m.HTML, "Bonjour") || m.GetHeader("Bcc") != "" {
			t.Fatalf("%d files, text %q", len(m.Attachments), m.Text)
		}
		for i, want := range []string{"application/pdf", "text/html", "application/octet-stream"} {
			a := m.Attachments[i]
			if a.ContentType != want || a.Disposition != "attachment" || !bytes.Equal(a.Content, content) {
				t.Errorf("%q is %s, %s, %d bytes", a.FileName, a.ContentType, a.Disposition, len(a.Content))
			}
		}
		if name := m.Attachments[0].FileName; name != "notice d’été.pdf" {
			t.Errorf("the file is called %q", name)
		}
	})
}

func TestALetterWhoseFileIsGoneSaysSo(t *testing.T) {
	each(t, func(t *testing.T, p *post, way *ours.Memory) {
		p.rebuild(func(c *ours.Config) { c.Blobs = blob.NewMemory() })
		d := draft("k")
		d.Files = []ours.File{{Name: "notice.pdf", Type: "application/pdf", Sum: blob.SumOf([]byte("x")), Size: 1}}
		l, err := p.outbox.Get(t.Context(), p.send(d))
		must(t, err)
		p.drain()
		if l, err = p.outbox.Get(t.Context(), l.ID); err != nil || l.State != ours.Refused || l.Reason() != ours.ReasonUnwritable || len(way.Sent()) != 0 {
			t.Errorf("%s, %q, %v", l.State, l.LastError, err)
		}
	})
}

func TestOnlySoManyBytesTravel(t *testing.T) {
	file := func(name string, size int64) ours.File { return ours.File{Name: name, Size: size} }
	travel, left := ours.Fit([]ours.File{file("a", 6<<20), file("b", 6<<20), file("c", 4<<20), file("d", 1)})
	if len(travel) != 2 || travel[1].Name != "c" || len(left) != 2 || left[0].Name != "b" {
		t.Errorf("%v travel, %v are left", travel, left)
	}
}
