package mail_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/jhillyerd/enmime/v2"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/app/jobs"
	ours "amigo/app/mail"
	"amigo/app/redis"
)

// post is an outbox with a person to write to.
type post struct {
	t      *testing.T
	db     *db.DB
	clock  *dbtest.Clock
	outbox *ours.Outbox
	queue  *jobs.Queue
	mux    *jobs.Mux
	conf   ours.Config
	redis  *redis.Server
}

// rebuild starts the outbox anew, with another configuration.
func (p *post) rebuild(with ...func(*ours.Config)) {
	for _, change := range with {
		change(&p.conf)
	}
	p.outbox, p.mux = ours.New(p.db, p.queue, p.conf), jobs.NewMux()
	p.outbox.Jobs(p.mux)
}

const annID = 7

func newPost(t *testing.T, d *db.DB, clock *dbtest.Clock, way ours.Transport, with ...func(*ours.Config)) *post {
	t.Helper()
	r, err := redis.Open(t.Context(), "")
	must(t, err)
	t.Cleanup(func() { _ = r.Close() })
	p := &post{t: t, db: d, clock: clock, queue: jobs.New(d, r), redis: r}
	p.conf = ours.Config{Address: "assistance@academie.test", Name: "Assistance AMIGO", Transport: way}
	p.rebuild(with...)
	must(t, d.Tx(t.Context(), func(ctx context.Context) error {
		return db.Fault(d.Gorm(ctx).Exec("INSERT INTO persons (id, uid, kind, name, role, created_at, updated_at) VALUES (?, 'ann', 'member', 'Ann', 'requester', ?, ?)",
			annID, d.Now(ctx), d.Now(ctx)).Exec("INSERT INTO addresses (address, person_id, main) VALUES ('ann@academie.test', ?, true)", annID).Error)
	}))
	return p
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func draft(key string) ours.Draft {
	return ours.Draft{
		Key: key, Kind: "replied", Person: annID, To: "Ann@Academie.test", ToName: "Ann Lefèvre", Lang: "fr",
		Subject: "[AMIGO #10001] Imprimante du secrétariat muette", ReplyTo: "assistance+r.abc@academie.test",
		Body: ours.Body{
			ReplyMarker: "Répondez au-dessus de cette ligne", Greeting: "Bonjour Ann Lefèvre,",
			Paragraphs: []string{"Camille Dubois vous a répondu :"}, Quote: "Ouvrez le bac 2 <b>doucement</b>.\nPuis refermez-le.",
			Facts:  [][2]string{{"Résolution avant :", "vendredi 20 novembre à 13 h"}},
			Action: "Voir votre demande", Link: "https://amigo.test/tickets/10001", Footer: []string{"Assistance de l'académie"},
		},
	}
}

func (p *post) send(d ours.Draft) ours.ID {
	p.t.Helper()
	id, err := p.outbox.Send(p.t.Context(), d)
	must(p.t, err)
	return id
}

func (p *post) drain() { _ = p.queue.Drain(p.t.Context(), p.mux) }

func (p *post) state(id ours.ID) ours.State {
	p.t.Helper()
	l, err := p.outbox.Get(p.t.Context(), id)
	must(p.t, err)
	return l.State
}

func each(t *testing.T, f func(t *testing.T, p *post, way *ours.Memory)) {
	t.Helper()
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		way := &ours.Memory{}
		f(t, newPost(t, d, c, way), way)
	})
}

func TestALetterArrivesAsItWasWritten(t *testing.T) {
	each(t, func(t *testing.T, p *post, way *ours.Memory) {
		id := p.send(draft("message:1:person:7"))
		p.drain()
		sent := way.Sent()
		if len(sent) != 1 || sent[0].To != "ann@academie.test" || p.state(id) != ours.Sent {
			t.Fatalf("sent %d, state %s", len(sent), p.state(id))
		}
		m, err := enmime.ReadEnvelope(bytes.NewReader(sent[0].Raw))
		must(t, err)
		for header, want := range map[string]string{
			"Subject": "[AMIGO #10001] Imprimante du secrétariat muette", "Auto-Submitted": "auto-generated",
			"X-Auto-Response-Suppress": "All", "Content-Language": "fr",
		} {
			if got := m.GetHeader(header); got != want {
				t.Errorf("%s: %q, want %q", header, got, want)
			}
		}
		if to, err := mail.ParseAddress(m.GetHeader("Reply-To")); err != nil || to.Address != "assistance+r.abc@academie.test" {
			t.Errorf("Reply-To %q: %v", m.GetHeader("Reply-To"), err)
		}
		if !strings.HasPrefix(m.Text, "Répondez au-dessus") || !strings.Contains(m.Text, "    Puis refermez-le.") {
			t.Errorf("text:\n%s", m.Text)
		}
		if strings.Contains(m.HTML, "<b>") || !strings.Contains(m.HTML, "&lt;b&gt;doucement") {
			t.Errorf("what people typed is not escaped:\n%s", m.HTML)
		}
	})
}

func TestTheSameCauseIsOneLetter(t *testing.T) {
	each(t, func(t *testing.T, p *post, way *ours.Memory) {
		if a, b := p.send(draft("k")), p.send(draft("k")); a != b {
			t.Errorf("letters %d and %d", a, b)
		}
		p.drain()
		if n := len(way.Sent()); n != 1 {
			t.Errorf("%d letters went out", n)
		}
	})
}

func TestALetterOfAnUndoneTransactionWasNeverWritten(t *testing.T) {
	each(t, func(t *testing.T, p *post, way *ours.Memory) {
		broken := errors.New("broken")
		err := p.db.Tx(t.Context(), func(ctx context.Context) error {
			if _, err := p.outbox.Send(ctx, draft("k")); err != nil {
				return err
			}
			return broken
		})
		p.drain()
		all, listing := p.outbox.Latest(t.Context(), 0, 10)
		must(t, listing)
		if !errors.Is(err, broken) || len(all) != 0 || len(way.Sent()) != 0 {
			t.Errorf("%v: %d letters, %d sent", err, len(all), len(way.Sent()))
		}
	})
}

func TestAServerThatIsDownIsTriedAgainUnderTheSameMessageID(t *testing.T) {
	each(t, func(t *testing.T, p *post, way *ours.Memory) {
		way.Fail = func(string) error { return errors.New("connection refused") }
		id := p.send(draft("k"))
		p.drain()
		before, err := p.outbox.Get(t.Context(), id)
		must(t, err)
		if before.State != ours.Queued || before.LastError == "" {
			t.Fatalf("state %s, error %q", before.State, before.LastError)
		}
		way.Fail = nil
		p.clock.Advance(time.Hour)
		p.drain()
		after, err := p.outbox.Get(t.Context(), id)
		must(t, err)
		if after.State != ours.Sent || after.MessageID != before.MessageID || len(way.Sent()) != 1 {
			t.Errorf("state %s, %d sent", after.State, len(way.Sent()))
		}
	})
}

func TestARefusedLetterIsNotTriedAgainUntilSomebodySays(t *testing.T) {
	each(t, func(t *testing.T, p *post, way *ours.Memory) {
		way.Fail = func(string) error { return &ours.RefusedError{Reason: "550 no such user"} }
		id := p.send(draft("k"))
		p.drain()
		if p.state(id) != ours.Refused {
			t.Fatalf("state %s", p.state(id))
		}
		way.Fail = nil
		p.clock.Advance(time.Hour)
		p.drain()
		if len(way.Sent()) != 0 {
			t.Fatal("a refused letter went out by itself")
		}
		must(t, p.outbox.Again(t.Context(), id))
		p.drain()
		if p.state(id) != ours.Sent {
			t.Errorf("state %s after sending again", p.state(id))
		}
		if err := p.outbox.Again(t.Context(), id); !errors.Is(err, fault.Invalid) {
			t.Errorf("a sent letter was sent again: %v", err)
		}
	})
}

func TestAfterTwoDaysALetterIsGivenUp(t *testing.T) {
	each(t, func(t *testing.T, p *post, way *ours.Memory) {
		way.Fail = func(string) error { return errors.New("connection refused") }
		id := p.send(draft("k"))
		for range 60 {
			p.drain()
			p.clock.Advance(time.Hour)
		}
		if p.state(id) != ours.Refused {
			t.Errorf("state %s", p.state(id))
		}
	})
}

func TestALetterClaimedByAWorkerThatDiedIsCarriedByAnother(t *testing.T) {
	each(t, func(t *testing.T, p *post, way *ours.Memory) {
		id := p.send(draft("k"))
		must(t, p.db.Tx(t.Context(), func(ctx context.Context) error { // as the dying worker left it
			return db.Fault(p.db.Gorm(ctx).Exec("UPDATE letters SET state = 'sending', attempts = 1, claimed_at = ?", p.db.Now(ctx)).Error)
		}))
		p.drain()
		if len(way.Sent()) != 0 {
			t.Fatal("a letter that somebody holds was sent")
		}
		p.clock.Advance(21 * time.Minute)
		p.drain()
		if p.state(id) != ours.Sent || len(way.Sent()) != 1 {
			t.Errorf("state %s, %d sent", p.state(id), len(way.Sent()))
		}
	})
}

func TestWithoutATransportLettersWaitAndGoOutOnceThereIsOne(t *testing.T) {
	dbtest.EachClock(t, func(t *testing.T, d *db.DB, c *dbtest.Clock) {
		p := newPost(t, d, c, nil)
		id := p.send(draft("k"))
		p.drain()
		if p.state(id) != ours.Queued {
			t.Fatalf("state %s", p.state(id))
		}
		raw, err := p.outbox.Raw(t.Context(), id)
		if err != nil || !bytes.Contains(raw, []byte("Message-Id: <")) {
			t.Fatalf("%v:\n%s", err, raw)
		}
		way := &ours.Memory{}
		later := ours.New(d, p.queue, ours.Config{Address: "assistance@academie.test", Transport: way})
		mux := jobs.NewMux()
		later.Jobs(mux)
		c.Advance(30 * time.Minute)
		must(t, p.queue.Drain(t.Context(), mux))
		if len(way.Sent()) != 1 {
			t.Errorf("%d sent", len(way.Sent()))
		}
	})
}

func TestLettersOfATicketHangTogether(t *testing.T) {
	each(t, func(t *testing.T, p *post, _ *ours.Memory) {
		p.ticket()
		var mids []string
		for i := range 15 {
			d := draft(fmt.Sprint("k", i))
			d.Ticket = 10001
			l, err := p.outbox.Get(t.Context(), p.send(d))
			must(t, err)
			refs := strings.Fields(l.Headers["References"])
			switch {
			case i == 0 && len(refs) != 0:
				t.Errorf("the first letter refers to %v", refs)
			case i > 0 && (refs[0] != "<"+mids[0]+">" || refs[len(refs)-1] != "<"+mids[i-1]+">" || len(refs) > 12):
				t.Errorf("letter %d refers to %v", i, refs)
			}
			mids = append(mids, l.MessageID)
		}
	})
}

func TestNothingThatPeopleTypeBecomesAHeader(t *testing.T) {
	each(t, func(t *testing.T, p *post, way *ours.Memory) {
		d := draft("k")
		d.Subject = "Bonjour\r\nBcc: victim@example.test\r\n\r\nhello"
		d.ToName = "Ann\r\nBcc: victim@example.test"
		p.send(d)
		p.drain()
		m, err := mail.ReadMessage(bytes.NewReader(way.Sent()[0].Raw))
		must(t, err)
		if m.Header.Get("Bcc") != "" {
			t.Error("a header was injected")
		}
		if _, err := p.outbox.Send(t.Context(), ours.Draft{Key: "x", Person: annID, To: "ann@academie.test\r\nBcc: v@example.test"}); !errors.Is(err, fault.Invalid) {
			t.Errorf("an address of two lines: %v", err)
		}
	})
}

func TestABounceMarksTheLetterAndItsAddress(t *testing.T) {
	each(t, func(t *testing.T, p *post, _ *ours.Memory) {
		id := p.send(draft("k"))
		p.drain()
		must(t, p.outbox.Bounce(t.Context(), id, true, "5.1.1 unknown user"))
		must(t, p.outbox.Bounce(t.Context(), id, false, "4.2.2 full"))
		var state string
		must(t, p.db.Gorm(t.Context()).Table("addresses").Where("person_id = ?", annID).Pluck("state", &state).Error)
		if p.state(id) != ours.Bounced || state != "hard" {
			t.Errorf("letter %s, address %s", p.state(id), state)
		}
	})
}

func TestTheOutboxIsReadByStatePageByPage(t *testing.T) {
	each(t, func(t *testing.T, p *post, way *ours.Memory) {
		var sent, refused []ours.ID
		for i := range 3 {
			sent = append(sent, p.send(draft(fmt.Sprintf("sent:%d", i))))
		}
		p.drain()
		way.Fail = func(string) error { return &ours.RefusedError{Reason: "550 no such user"} }
		for i := range 2 {
			refused = append(refused, p.send(draft(fmt.Sprintf("refused:%d", i))))
		}
		p.drain()
		first, err := p.outbox.In(t.Context(), ours.Sent, 0, 2)
		must(t, err)
		rest, err := p.outbox.In(t.Context(), ours.Sent, sent[1], 2)
		must(t, err)
		if len(first) != 2 || first[0].ID != sent[2] || len(rest) != 1 || rest[0].ID != sent[0] {
			t.Errorf("%d letters, then %d", len(first), len(rest))
		}
		if back, err := p.outbox.In(t.Context(), ours.Refused, 0, 9); err != nil || len(back) != 2 || back[0].ID != refused[1] {
			t.Errorf("%d refused letters, %v", len(back), err)
		}
		counts, err := p.outbox.Counts(t.Context())
		must(t, err)
		if counts[ours.Sent] != 3 || counts[ours.Refused] != 2 || counts[ours.Queued] != 0 {
			t.Errorf("%v", counts)
		}
	})
}

func TestALetterListsThings(t *testing.T) {
	each(t, func(t *testing.T, p *post, _ *ours.Memory) {
		d := draft("alert:1:person:7")
		d.Body.ReplyMarker, d.Body.Quote, d.Body.Facts = "", "", nil
		d.Body.Paragraphs = []string{"Deux tickets attendent."}
		d.Body.Items = []ours.Item{
			{Title: "AMIGO #10001", Link: "https://amigo.test/tickets/10001", Lines: []string{"Il reste 45 min", "Priorité : haute"}},
			{Title: "Un & autre", Said: []ours.Saying{{By: "Alice Blin a répondu :", Text: "Éteignez-la.\nEst-ce mieux ?"}, {By: "AMIGO l'a close."}}, Choices: []ours.Choice{{Label: "Oui", Link: "https://amigo.test/oui"}}},
		}
		l, err := p.outbox.Get(t.Context(), p.send(d))
		must(t, err)
		const want = "Bonjour Ann Lefèvre,\n\nDeux tickets attendent.\n\n" +
			"AMIGO #10001\nIl reste 45 min\nPriorité : haute\nhttps://amigo.test/tickets/10001\n\nUn & autre\n\n" +
			"Alice Blin a répondu :\n    Éteignez-la.\n    Est-ce mieux ?\n\nAMIGO l'a close.\n\nOui\nhttps://amigo.test/oui\n\n" +
			"Voir votre demande\nhttps://amigo.test/tickets/10001\n\n"
		if !strings.HasPrefix(l.Text, want) {
			t.Errorf("the text is\n%s", l.Text)
		}
		for _, part := range []string{`<a href="https://amigo.test/tickets/10001" class="link" style="color`, "<br>Priorité : haute</p>", "<strong>Un &amp; autre</strong>", "Éteignez-la.<br>Est-ce mieux ?</div>", `">Oui</a>`} {
			if !strings.Contains(l.HTML, part) {
				t.Errorf("%s is missing in\n%s", part, l.HTML)
			}
		}
	})
}
