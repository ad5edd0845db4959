package mail_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net/mail"
	"os"
	"strings"
	"testing"
	"time"

	"amigo/app/db"
	ours "amigo/app/mail"
)

// ticket makes one that letters may be about.
func (p *post) ticket() {
	p.t.Helper()
	must(p.t, p.db.Tx(p.t.Context(), func(ctx context.Context) error {
		now := p.db.Now(ctx)
		return db.Fault(p.db.Gorm(ctx).Exec("INSERT INTO teams (id, slug, name) VALUES (1, 'a', 'A')").
			Exec("INSERT INTO tickets (id, type, subject, status, priority, channel, lane, team_id, requester_id, reported_by_id, created_at, updated_at) "+
				"VALUES (10001, 'incident', 's', 'new', 'normal', 'web', 0, 1, ?, ?, ?, ?)", annID, annID, now, now).Error)
	}))
}

// correspondence is what Ann writes by mail about the ticket.
type correspondence struct {
	p     *post
	mails []ours.Answered
}

func (c *correspondence) answers(_ context.Context, ticket, person int64, by time.Time) (theirs []ours.Answered, err error) {
	for _, m := range c.mails {
		if ticket == 10001 && person == annID && !m.At.After(by) {
			theirs = append(theirs, m)
		}
	}
	return theirs, nil
}

func (c *correspondence) writes(id string) {
	c.mails = append(c.mails, ours.Answered{MessageID: id, At: c.p.db.Now(c.p.t.Context())})
}

// TestAConversationStaysTogether is what Ann's mail program reads of a whole ticket.
func TestAConversationStaysTogether(t *testing.T) {
	each(t, func(t *testing.T, p *post, way *ours.Memory) {
		c := &correspondence{p: p}
		p.rebuild(func(conf *ours.Config) { conf.Answers = c.answers })
		n := 0
		p.outbox.NewToken = func() string { n++; return fmt.Sprintf("LETTER%d", n) }
		p.ticket()
		write := func(kind, subject string) {
			d := draft(kind)
			d.Kind, d.Ticket, d.Subject = kind, 10001, subject
			p.send(d)
			p.drain()
			p.clock.Advance(time.Hour)
		}
		c.writes("CAF+ann.1@mail.gmail.com")
		write("opened", "[AMIGO #10001] Imprimante du secrétariat muette")
		write("replied", "[AMIGO #10001] Imprimante du secrétariat muette")
		c.writes("0a1b$ann.2@outlook.office365.com")
		c.writes("evil <x@y>, <victim@z>\r\nBcc: v@w")
		write("answered", "[AMIGO #10001] Imprimante du secrétariat")
		p.clock.Advance(40 * 24 * time.Hour)
		write("solved", "[AMIGO #10001] Imprimante du secrétariat")
		var heads strings.Builder
		for _, d := range way.Sent() {
			m, err := mail.ReadMessage(bytes.NewReader(d.Raw))
			must(t, err)
			for _, name := range []string{"Message-Id", "Subject", "In-Reply-To", "References", "Thread-Topic", "Thread-Index", "X-Entity-Ref-Id", "List-Id"} {
				if value := m.Header.Get(name); value != "" {
					fmt.Fprintf(&heads, "%s: %s\n", name, value)
				}
			}
			heads.WriteByte('\n')
		}
		same(t, "testdata/conversation.golden", heads.String())
	})
}

// same compares a text with the golden one.
func same(t *testing.T, path, got string) {
	t.Helper()
	if *ours.Update {
		must(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if got != string(want) {
		t.Errorf("%s differs; look at it after go test ./app/mail -update. Now:\n%s", path, got)
	}
}

func TestOutlooksIndexGrowsWithEachLetterAndNeverTooLong(t *testing.T) {
	each(t, func(t *testing.T, p *post, _ *ours.Memory) {
		p.ticket()
		var head []byte
		for i := range 45 {
			d := draft(fmt.Sprint(i))
			d.Ticket = 10001
			l, err := p.outbox.Get(t.Context(), p.send(d))
			must(t, err)
			index, err := base64.StdEncoding.DecodeString(l.Headers["Thread-Index"])
			must(t, err)
			if i == 0 {
				head = index
			}
			if want := 22 + 5*min(i, 40); len(index) != want || !bytes.HasPrefix(index, head) || index[0] != 1 {
				t.Fatalf("letter %d: %d bytes, want %d: %x", i, len(index), want, index)
			}
			p.clock.Advance(time.Minute)
		}
	})
}

func TestASubjectChangesOnlyForAReason(t *testing.T) {
	each(t, func(t *testing.T, p *post, _ *ours.Memory) {
		p.ticket()
		for i, c := range []struct {
			subject           string
			renamed, nameless bool
			want              string
		}{
			{"[AMIGO #10001] Votre demande", false, true, "[AMIGO #10001] Votre demande"},
			{"[AMIGO #10001] Panne", false, false, "[AMIGO #10001] Panne"},
			{"[AMIGO #10001] Panne du copieur", false, false, "[AMIGO #10001] Panne"},
			{"[AMIGO #10001] Panne (votre dossier 4711)", true, false, "[AMIGO #10001] Panne (votre dossier 4711)"},
		} {
			d := draft(fmt.Sprint(i))
			d.Ticket, d.Subject, d.Renamed, d.Nameless = 10001, c.subject, c.renamed, c.nameless
			if l, err := p.outbox.Get(t.Context(), p.send(d)); err != nil || l.Subject != c.want {
				t.Errorf("%q, want %q (%v)", l.Subject, c.want, err)
			}
		}
	})
}
