package mailin_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/mailin"
)

// way is how mail comes to a source, for the suite that holds every source to
// the duties of [mailin.Source].
type way struct {
	send   func(raw string) error // hands a message over and says whether it was taken
	resend func(raw string) error // what a sender does whose message was not taken
	again  func(raw string) error // hands over what was taken already, as servers sometimes do
}

var ways = map[string]func(t *testing.T, d *db.DB, clock *dbtest.Clock) (*world, way){
	"smtp": bySMTP, "lmtp": byLMTP, "pipe": byPipe,
	"imap idle": byIMAP("IDLE", ""), "imap poll": byIMAP("ID", ""), "imap flag": byIMAP("IDLE", "flag:$Amigo"),
	"imap moving": byIMAP("IDLE MOVE UIDPLUS", "move:Traités"), "imap copying": byIMAP("IDLE UIDPLUS", "move:Traités"),
}

func TestEverySourceDoesItsDuty(t *testing.T) {
	ways := maps.Clone(ways)
	if address := os.Getenv("AMIGO_TEST_IMAP"); address != "" {
		ways["dovecot"], ways["dovecot moving"] = byDovecot(address, ""), byDovecot(address, "move:Traités")
	} else {
		t.Log("AMIGO_TEST_IMAP is not set: no real IMAP server takes part")
	}
	for name, open := range ways {
		t.Run(name, func(t *testing.T) {
			clock := dbtest.NewClock()
			w, by := open(t, dbtest.SQLite(t, clock.Now), clock)
			t.Run("a message is kept as it came, and filed", func(t *testing.T) { takes(t, w, by) })
			t.Run("what comes again is one ticket", func(t *testing.T) { takesOnce(t, w, by) })
			t.Run("what cannot be stored is not taken, and comes again", func(t *testing.T) { takesNothingItCannotKeep(t, w, by) })
			t.Run("what is no letter is taken too", func(t *testing.T) { takesAnything(t, w, by) })
			t.Run("what is large comes whole", func(t *testing.T) { takesMuch(t, w, by) })
		})
	}
}

// newest is the message that was received last, filed.
func (w *world) newest() mailin.Inbound {
	w.t.Helper()
	w.drain()
	all, err := w.intake.Latest(w.system(), "", 0, 1)
	must(w.t, err)
	if len(all) != 1 {
		w.t.Fatal("nothing was received")
	}
	return all[0]
}

func takes(t *testing.T, w *world, by way) {
	must(t, by.send(write("ann@academie.test", house, "Écran noir", ".Un point\n..Deux points\nfin", "Message-ID: <s1@academie.test>")))
	m := w.newest()
	want(t, m, mailin.Filed, mailin.Open, mailin.NewRequest)
	if said := w.last(m.Ticket); said.Body != ".Un point\n..Deux points\nfin" || !said.CreatedAt.Equal(dbtest.Start) || m.Sender != "ann@academie.test" {
		t.Errorf("%+v says %+v", m, said)
	}
}

func takesOnce(t *testing.T, w *world, by way) {
	before := w.tickets()
	raw := write("ann@academie.test", house, "Deux fois", "Une fois.", "Message-ID: <s2@academie.test>")
	must(t, by.send(raw))
	first := w.newest()
	must(t, by.again(raw))
	if again := w.newest(); again.ID != first.ID || w.tickets() != before+1 {
		t.Errorf("message %d, then %d; %d tickets", first.ID, again.ID, w.tickets()-before)
	}
}

func takesNothingItCannotKeep(t *testing.T, w *world, by way) {
	before := w.tickets()
	w.blobs.failing(func(what string) error {
		if what == "put" {
			return errShelf
		}
		return nil
	})
	raw := write("ann@academie.test", house, "Disque plein", "Plus de place.", "Message-ID: <s3@academie.test>")
	if by.send(raw) == nil {
		t.Error("taken")
	}
	if w.newest().Subject == "Disque plein" {
		t.Error("there is a row without bytes")
	}
	w.blobs.failing(nil)
	must(t, by.resend(raw))
	if m := w.newest(); m.Subject != "Disque plein" || w.tickets() != before+1 {
		t.Errorf("%+v, %d tickets", m, w.tickets()-before)
	}
}

func takesAnything(t *testing.T, w *world, by way) {
	must(t, by.send("Ceci: n'est pas une lettre\r\n\r\nNi ceci.\r\n"))
	m := w.newest()
	want(t, m, mailin.Filed, mailin.Open, mailin.Unreadable)
	if files := w.last(m.Ticket).Attachments; len(files) != 1 || !strings.HasSuffix(string(w.file(files[0])), "Ceci: n'est pas une lettre\r\n\r\nNi ceci.\r\n") {
		t.Errorf("came with %+v", files)
	}
}

func takesMuch(t *testing.T, w *world, by way) {
	line := strings.Repeat("0123456789abcdef", 4) + "\r\n"
	raw := write("ann@academie.test", house, "Journal", "Voir le fichier.", "Message-ID: <s5@academie.test>")
	raw = strings.Replace(raw, "Content-Type: text/plain; charset=utf-8", "Content-Type: multipart/mixed; boundary=b", 1)
	body := strings.Repeat(line, 8<<20/len(line))
	raw = raw[:strings.Index(raw, "\r\n\r\n")] + "\r\n\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=j.txt\r\n\r\n" + body + "\r\n--b--\r\n"
	must(t, by.send(raw))
	m := w.newest()
	files := w.last(m.Ticket).Attachments
	if len(files) != 1 || string(w.file(files[0])) != body {
		t.Errorf("came with %+v", files)
	}
}

// start runs the sources of a world until the test ends, and sees that they end.
func (w *world) start() {
	w.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	must(w.t, w.intake.Start(ctx, func(f func() error) {
		running.Go(func() {
			if err := f(); err != nil {
				w.t.Errorf("a source ended: %v", err)
			}
		})
	}))
	w.t.Cleanup(func() { stop(); running.Wait() })
}

func listening(c *mailin.Config) { c.SMTPListen = "127.0.0.1:0" }

func bySMTP(t *testing.T, d *db.DB, clock *dbtest.Clock) (*world, way) {
	w := newWorld(t, d, clock, listening)
	w.start()
	send := func(raw string) error {
		c, err := smtp.Dial(w.intake.SMTPAddr())
		if err != nil {
			return err
		}
		defer c.Close()
		return c.SendMail("ann@academie.test", []string{house}, strings.NewReader(raw))
	}
	return w, way{send, send, send}
}

func byLMTP(t *testing.T, d *db.DB, clock *dbtest.Clock) (*world, way) {
	w := newWorld(t, d, clock, overLMTP)
	w.start()
	send := func(raw string) error { return handOver(t, w, raw, house) }
	return w, way{send, send, send}
}

func byPipe(t *testing.T, d *db.DB, clock *dbtest.Clock) (*world, way) {
	w := newWorld(t, d, clock)
	send := func(raw string) error {
		_, err := w.intake.Pipe(t.Context(), "exim", strings.NewReader(raw))
		return err
	}
	return w, way{send, send, send}
}

// box is a mailbox on a server, as those see it who are not AMIGO.
type box interface {
	drop(raw string)          // something comes
	move()                    // every message has another UID
	left() int                // messages that nothing was done with
	reading(c *mailin.Config) // how AMIGO reads it
}

func byIMAP(more, after string) func(*testing.T, *db.DB, *dbtest.Clock) (*world, way) {
	return func(t *testing.T, d *db.DB, clock *dbtest.Clock) (*world, way) {
		b := newPostbox(t, clock, more)
		return byBox(t, d, clock, b.tidied(after))
	}
}

func byDovecot(address, after string) func(*testing.T, *db.DB, *dbtest.Clock) (*world, way) {
	return func(t *testing.T, d *db.DB, clock *dbtest.Clock) (*world, way) {
		return byBox(t, d, clock, newRemoteBox(t, clock, address, after))
	}
}

func byBox(t *testing.T, d *db.DB, clock *dbtest.Clock, b box) (*world, way) {
	w := newWorld(t, d, clock, b.reading)
	w.start()
	return w, way{
		send: func(raw string) error {
			b.drop(raw)
			soon(t, "taken or refused", func() bool { return b.left() == 0 || w.mailboxError() != "" })
			if b.left() > 0 {
				return fmt.Errorf("not taken: %s", w.mailboxError())
			}
			return nil
		},
		resend: func(string) error {
			// Well again, too: the next duty must not find the complaint of this one.
			soon(t, "well again", func() bool { return b.left() == 0 && w.mailboxError() == "" })
			return nil
		},
		again: func(string) error {
			b.move()
			soon(t, "read again", func() bool { return b.left() == 0 && w.mailboxError() == "" })
			return nil
		},
	}
}

// soon waits until something is so.
func soon(t testing.TB, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(15 * time.Second); !so(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within fifteen seconds: %s", what)
		}
	}
}

// mailboxError is what is wrong with the only mailbox.
func (w *world) mailboxError() string {
	w.t.Helper()
	all, err := w.intake.Mailboxes(w.system())
	must(w.t, err)
	if len(all) == 0 {
		return ""
	}
	return all[0].LastError
}
