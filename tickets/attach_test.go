package tickets_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"amigo/app/blob"
	"amigo/app/fault"
	"amigo/app/people"
	"amigo/tickets"
)

// png is what begins every picture of that type.
var png = "\x89PNG\r\n\x1a\n" + strings.Repeat("\x00", 64)

func (t *deskTest) attaches(who, name, content string) tickets.Attachment {
	t.Helper()
	a, err := t.desk.Attach(t.as(who), name, strings.NewReader(content))
	t.ok(err)
	return a
}

func TestAFileIsClaimedByTheMessageThatNamesIt(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		file := t.attaches("claire", `C:\photos\écran.png`, png)
		if file.Name != "écran.png" || file.Type != "image/png" || file.Size != int64(len(png)) || file.Sum != blob.SumOf([]byte(png)) || file.Ticket != 0 {
			t.Errorf("attached %+v", file)
		}
		ticket, err := t.desk.Open(t.as("claire"), tickets.Open{Subject: "x", Attachments: []tickets.AttachmentID{file.ID, file.ID}})
		t.ok(err)
		messages, err := t.desk.Messages(t.as("alice"), ticket.ID)
		t.ok(err)
		if len(messages[0].Attachments) != 1 || messages[0].Attachments[0].ID != file.ID {
			t.Fatalf("said %+v", messages[0])
		}
		got, r, err := t.desk.File(t.as("alice"), file.ID)
		t.ok(err)
		defer r.Close()
		content, err := io.ReadAll(r)
		t.ok(err)
		if string(content) != png || got.Ticket != ticket.ID || got.Message != messages[0].ID {
			t.Errorf("opened %+v, %d bytes", got, len(content))
		}
	})
}

func TestTheTypeIsToldFromTheContentNotFromTheName(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		if file := t.attaches("claire", "photo.png", "<html><script>alert(1)</script>"); file.Type != "text/html; charset=utf-8" {
			t.Errorf("type %q", file.Type)
		}
		if file := t.attaches("claire", "notes.html", "\x00\x01\x02\x03"); file.Type != "application/octet-stream" {
			t.Errorf("type %q", file.Type)
		}
	})
}

func TestNobodyClaimsWhatIsNotTheirs(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		ticket := t.opens(t.as("claire"))
		theirs, once := t.attaches("jean", "a.txt", "a"), t.attaches("claire", "b.txt", "b")
		_, err := t.desk.Reply(t.as("claire"), ticket.ID, tickets.Reply{Body: "x", Attachments: []tickets.AttachmentID{theirs.ID}})
		t.refusesFields(err, "files")
		_, err = t.desk.Reply(t.as("claire"), ticket.ID, tickets.Reply{Attachments: []tickets.AttachmentID{once.ID}})
		t.ok(err)
		_, err = t.desk.Reply(t.as("claire"), ticket.ID, tickets.Reply{Body: "x", Attachments: []tickets.AttachmentID{once.ID}})
		t.refusesFields(err, "files")
	})
}

func TestWhoMayOpenAFile(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		loose, said := t.attaches("claire", "a.txt", "a"), t.attaches("claire", "b.txt", "b")
		_, err := t.desk.Open(t.as("claire"), tickets.Open{Subject: "x", Body: "y", Attachments: []tickets.AttachmentID{said.ID}})
		t.ok(err)
		for _, c := range []struct {
			who         string
			loose, said bool
		}{{"claire", true, true}, {"alice", false, true}, {"jean", false, false}} {
			for id, may := range map[tickets.AttachmentID]bool{loose.ID: c.loose, said.ID: c.said, 9999: false} {
				_, r, err := t.desk.File(t.as(c.who), id)
				if may != (err == nil) || err != nil && !errors.Is(err, fault.NotFound) {
					t.Errorf("%s opens %d: %v", c.who, id, err)
				}
				if err == nil {
					t.ok(r.Close())
				}
			}
		}
		_, _, err = t.desk.File(t.claiming("claire"), loose.ID)
		t.refuses(err, fault.NotFound)
	})
}

func TestTheLimitsOfFiles(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		_, err := t.desk.Attach(t.as("claire"), "empty.txt", strings.NewReader(""))
		t.refusesFields(err, "file")
		_, err = t.desk.Attach(t.by("claire", people.Mail), "empty.txt", strings.NewReader(""))
		t.ok(err)
		endless := io.LimitReader(zeros{}, tickets.MaxFile+1)
		_, err = t.desk.Attach(t.as("claire"), "large.bin", endless)
		t.refusesFields(err, "file")
		if there, _ := t.blobs.Has(t.Context(), blob.SumOf(make([]byte, tickets.MaxFile+1))); there {
			t.Error("what was refused is kept")
		}
		largest, err := t.desk.Attach(t.as("claire"), "largest.bin", io.LimitReader(zeros{}, tickets.MaxFile))
		t.ok(err)
		if largest.Size != tickets.MaxFile {
			t.Errorf("%d bytes", largest.Size)
		}
		_, err = t.desk.Attach(t.Context(), "a.txt", strings.NewReader("a"))
		t.refuses(err, fault.Denied)
		broken := errors.New("the line broke")
		_, err = t.desk.Attach(t.as("claire"), "a.txt", io.MultiReader(bytes.NewReader(make([]byte, 99)), failing{broken}))
		t.refuses(err, broken)

		var many, heavy []tickets.AttachmentID
		for range tickets.MaxFiles + 1 {
			many = append(many, t.attaches("claire", "a.txt", "a").ID)
		}
		for range tickets.MaxMessageSize/tickets.MaxFile + 1 {
			a, err := t.desk.Attach(t.as("claire"), "largest.bin", io.LimitReader(zeros{}, tickets.MaxFile))
			t.ok(err)
			heavy = append(heavy, a.ID)
		}
		for _, files := range [][]tickets.AttachmentID{many, heavy} {
			_, err := t.desk.Open(t.as("claire"), tickets.Open{Subject: "x", Body: "y", Attachments: files})
			t.refusesFields(err, "files")
		}
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestFilesThatNobodyClaimsGoAfterADay(t *testing.T) {
	eachDesk(t, func(t *deskTest) {
		gone, shared := t.attaches("claire", "gone.txt", "gone"), t.attaches("claire", "shared.txt", "shared")
		same := t.attaches("jean", "same.txt", "shared")
		_, err := t.desk.Open(t.as("jean"), tickets.Open{Subject: "x", Body: "y", Attachments: []tickets.AttachmentID{same.ID}})
		t.ok(err)
		t.clock.Advance(tickets.LooseFor - time.Hour)
		fresh := t.attaches("claire", "fresh.txt", "fresh")
		t.drain()
		for _, a := range []tickets.Attachment{gone, shared, fresh} {
			if _, r, err := t.desk.File(t.as("claire"), a.ID); err != nil {
				t.Errorf("%s went too early: %v", a.Name, err)
			} else {
				t.ok(r.Close())
			}
		}
		t.clock.Advance(time.Hour)
		t.drain()
		for a, kept := range map[tickets.Attachment]bool{gone: false, shared: false, fresh: true} {
			_, _, err := t.desk.File(t.as("claire"), a.ID)
			if kept != (err == nil) {
				t.Errorf("%s: %v", a.Name, err)
			}
		}
		for content, kept := range map[string]bool{"gone": false, "shared": true, "fresh": true} {
			if there, err := t.blobs.Has(t.Context(), blob.SumOf([]byte(content))); there != kept || err != nil {
				t.Errorf("the bytes of %s: %v, %v", content, there, err)
			}
		}
	})
}
