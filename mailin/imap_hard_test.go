package mailin_test

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"

	"amigo/app/db/dbtest"
	"amigo/mailin"
	"amigo/mailin/imaptest"
)

// accident is what happens to the connections of one server: the n-th is given
// the client's side, the server's, and a line that the client has said. It
// returns false to let the line pass.
type accident func(n int64, client, server net.Conn, line string) bool

// meanwhile puts an accident between a mailbox and whoever reads it.
func (b *postbox) meanwhile(happens accident) (connections *atomic.Int64) {
	b.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(b.t, err)
	b.t.Cleanup(func() { _ = l.Close() })
	behind := b.Addr
	b.Addr = l.Addr().String()
	connections = &atomic.Int64{}
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", behind)
			if err != nil {
				_ = client.Close()
				continue
			}
			n := connections.Add(1)
			go func() {
				_, _ = io.Copy(client, server)
				_ = client.Close()
			}()
			go func() {
				defer server.Close()
				for lines := bufio.NewReader(client); ; {
					line, err := lines.ReadString('\n')
					if err != nil {
						return
					}
					if !happens(n, client, server, line) {
						_, _ = io.WriteString(server, line)
					}
				}
			}()
		}
	}()
	return connections
}

// tagOf is the tag of a command, which its answer bears.
func tagOf(line string) string { tag, _, _ := strings.Cut(line, " "); return tag }

// fill drops so many messages.
func (b *postbox) fill(n int) {
	b.t.Helper()
	for i := range n {
		b.drop(write("ann@academie.test", house, fmt.Sprintf("Sujet %d", i), "Texte.", fmt.Sprintf("Message-ID: <f%d@academie.test>", i)))
	}
}

// filled sees that just the messages of fill were received, each once.
func (w *world) filled(n int) {
	w.t.Helper()
	var all []mailin.Inbound
	for before := mailin.ID(0); ; before = all[len(all)-1].ID {
		page, err := w.intake.Latest(w.system(), "", before, 200)
		must(w.t, err)
		all = append(all, page...)
		if len(page) < 200 {
			break
		}
	}
	if len(all) != n {
		w.t.Fatalf("%d messages, want %d", len(all), n)
	}
	for i, m := range all {
		if m.Subject != fmt.Sprintf("Sujet %d", n-1-i) {
			w.t.Fatalf("the %dth is %q", n-1-i, m.Subject)
		}
	}
}

func TestWhateverBefallsTheConnectionEachMessageIsReadOnce(t *testing.T) {
	announce := func(client net.Conn, line string, size int) {
		_, _ = fmt.Fprintf(client, "* 1 FETCH (UID 1 BODY[] {%d}\r\nFrom: ann@academie.test\r\nSubject: Sujet", size)
	}
	body := func(line string) bool { return strings.Contains(line, "BODY.PEEK[]") }
	for _, c := range []struct {
		what string
		says string // what is shown of it
		do   accident
	}{
		{"the line breaks in the middle of a message", "", func(n int64, client, _ net.Conn, line string) bool {
			if n > 2 || !body(line) {
				return false
			}
			announce(client, line, 400)
			_ = client.Close()
			return true
		}},
		{"a huge message is announced, and never comes", "silent", func(n int64, client, _ net.Conn, line string) bool {
			if n > 1 || !body(line) {
				return false
			}
			announce(client, line, 1<<30)
			return true
		}},
		{"the server falls silent", "silent", func(n int64, _, _ net.Conn, line string) bool { return n == 1 && strings.Contains(line, "SEARCH") }},
		{"the server talks nonsense", "", func(n int64, client, _ net.Conn, line string) bool {
			if n > 2 || !strings.Contains(line, "SEARCH") {
				return false
			}
			_, _ = io.WriteString(client, "* SEARCH one {two} (three\r\n\x00\xff\r\n")
			return true
		}},
		{"the server never ends its sentence", "without end", func(n int64, client, _ net.Conn, line string) bool {
			if n > 1 || !strings.Contains(line, "SEARCH") {
				return false
			}
			more := []byte(strings.Repeat("x", 1<<20))
			_, _ = io.WriteString(client, "* OK ")
			for range 100 {
				if _, err := client.Write(more); err != nil {
					break
				}
			}
			return true
		}},
		{"the server says goodbye", "", func(n int64, client, _ net.Conn, line string) bool {
			if n > 2 || !strings.Contains(line, "STORE") {
				return false
			}
			_, _ = io.WriteString(client, "* BYE shutting down\r\n")
			_ = client.Close()
			return true
		}},
		{"the server finds what nobody asked for", "", func(n int64, client, _ net.Conn, line string) bool {
			if n > 1 || !strings.Contains(line, "SEARCH") {
				return false
			}
			_, _ = fmt.Fprintf(client, "* SEARCH 4000000000 7 3 2 1 9\r\n%s OK done\r\n", tagOf(line))
			return true
		}},
	} {
		t.Run(c.what, func(t *testing.T) {
			clock := dbtest.NewClock()
			b := newPostbox(t, clock, "IDLE")
			b.fill(3)
			shown := &atomic.Bool{}
			b.meanwhile(c.do)
			w := reading(t, clock, b.reading, func(conf *mailin.Config) {
				conf.Pace.Pause = 100 * time.Millisecond
				if c.says == "silent" {
					conf.Pace.Patience = 300 * time.Millisecond
				}
			})
			w.start()
			soon(t, "read", func() bool {
				if c.says != "" && strings.Contains(w.mailboxError(), c.says) {
					shown.Store(true)
				}
				return b.Unseen() == 0 && w.mailboxError() == ""
			})
			w.filled(3)
			if c.says != "" && !shown.Load() {
				t.Errorf("nobody was told that it is %s", c.says)
			}
		})
	}
}

// An old mailbox is read from its first message to its last, in several ranges of
// UIDs, although the line breaks now and then.
func TestAnOldMailboxIsReadToItsEnd(t *testing.T) {
	clock := dbtest.NewClock()
	b := newPostbox(t, clock, "IDLE")
	b.fill(1200)
	fetches := 0
	connections := b.meanwhile(func(_ int64, client, _ net.Conn, line string) bool {
		if fetches++; fetches%30 != 0 {
			return false
		}
		_ = client.Close()
		return true
	})
	w := reading(t, clock, b.reading)
	w.start()
	soon(t, "read to its end", func() bool { return b.Unseen() == 0 })
	w.filled(1200)
	if connections.Load() < 3 {
		t.Errorf("%d connections: nothing broke", connections.Load())
	}
}

// vast is a session in which so many messages have come and gone that there is
// hardly a UID left, and that counts how often it is searched.
type vast struct {
	imapserver.Session
	searches *atomic.Int64
}

func (s vast) Select(folder string, o *imap.SelectOptions) (*imap.SelectData, error) {
	data, err := s.Session.Select(folder, o)
	if err == nil {
		data.UIDNext = math.MaxUint32
	}
	return data, err
}

func (s vast) Search(kind imapserver.NumKind, c *imap.SearchCriteria, o *imap.SearchOptions) (*imap.SearchData, error) {
	s.searches.Add(1)
	return s.Session.Search(kind, c, o)
}

func TestUIDsFarApartAreFound(t *testing.T) {
	clock := dbtest.NewClock()
	b := newPostbox(t, clock, "IDLE")
	b.fill(1)
	searches := &atomic.Int64{}
	b.Addr = imaptest.Serve(t, "127.0.0.1:0", "IDLE", func() imapserver.Session { return vast{b.Session(), searches} })
	w := reading(t, clock, b.reading, func(c *mailin.Config) { c.Pace.Idle = time.Hour })
	w.start()
	soon(t, "read, and nothing else found", func() bool { return b.Unseen() == 0 && searches.Load() > 5 })
	time.Sleep(50 * time.Millisecond)
	if n := searches.Load(); n > 15 {
		t.Errorf("%d searches for one message", n)
	}
}

func TestAServerThatRefusesToTellOfNewsIsAsked(t *testing.T) {
	clock := dbtest.NewClock()
	b := newPostbox(t, clock, "IDLE")
	connections := b.meanwhile(func(_ int64, client, _ net.Conn, line string) bool {
		if !strings.Contains(line, "IDLE") {
			return false
		}
		_, _ = fmt.Fprintf(client, "%s NO not today\r\n", tagOf(line))
		return true
	})
	w := reading(t, clock, b.reading)
	w.start()
	for i := range 3 {
		b.drop(write("ann@academie.test", house, fmt.Sprint(i), "Texte.", fmt.Sprintf("Message-ID: <r%d@academie.test>", i)))
		soon(t, "seen", func() bool { return b.Unseen() == 0 })
	}
	if n := connections.Load(); n != 1 || w.mailboxError() != "" {
		t.Errorf("%d connections, %q", n, w.mailboxError())
	}
}

// stubborn is a session that cannot move anything for a while.
type stubborn struct {
	imapserver.Session
	will *atomic.Bool
}

func (s stubborn) Move(w *imapserver.MoveWriter, set imap.NumSet, folder string) error {
	if !s.will.Load() {
		return &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeOverQuota, Text: "no room"}
	}
	return s.Session.(imapserver.SessionMove).Move(w, set, folder)
}

func TestWhatCannotBeMovedIsKeptAndShownAndMovedLater(t *testing.T) {
	clock := dbtest.NewClock()
	b := newPostbox(t, clock, "IDLE").tidied("move:Traités")
	will := &atomic.Bool{}
	b.Addr = imaptest.Serve(t, "127.0.0.1:0", "IDLE MOVE", func() imapserver.Session { return stubborn{b.Session(), will} })
	b.fill(3)
	w := reading(t, clock, b.reading)
	w.start()
	soon(t, "kept, and the complaint", func() bool {
		return w.received() == 3 && strings.Contains(w.mailboxError(), "kept, but not moved to Traités") && strings.Contains(w.mailboxError(), "no room")
	})
	b.drop(write("ann@academie.test", house, "Sujet 3", "Texte.", "Message-ID: <f3@academie.test>"))
	soon(t, "what comes after it", func() bool { return w.received() == 4 })
	will.Store(true)
	soon(t, "moved", func() bool { return b.count("INBOX") == 0 && b.count("Traités") == 4 && w.mailboxError() == "" })
	w.filled(4)
}

// Those that were kept before anybody came to move them, by a process that was
// killed or told to leave them, are moved by the next.
func TestWhatWasKeptAndNotMovedIsMovedNextTime(t *testing.T) {
	clock := dbtest.NewClock()
	b := newPostbox(t, clock, "IDLE MOVE")
	b.fill(120)
	w := reading(t, clock, b.reading)
	w.start()
	soon(t, "kept", func() bool { return b.Unseen() == 0 && w.received() == 120 })
	must(t, b.User.Create("Ailleurs", nil))
	w = w.restart(t, b.tidied("move:Ailleurs").reading)
	w.start()
	soon(t, "moved", func() bool { return b.count("INBOX") == 0 && b.count("Ailleurs") == 120 })
	w.filled(120)
}

func TestWhatIsTooLargeIsNotMoved(t *testing.T) {
	clock := dbtest.NewClock()
	b := newPostbox(t, clock, "IDLE MOVE").tidied("move:Traités")
	head := write("ann@academie.test", house, "Énorme", "", "Message-ID: <big@academie.test>")
	b.drop(head + strings.Repeat(strings.Repeat("x", 62)+"\r\n", (mailin.MaxRaw+1<<20)/64))
	b.fill(1)
	w := reading(t, clock, b.reading)
	w.start()
	soon(t, "the small one is moved", func() bool { return b.count("Traités") == 1 })
	c := b.visit()
	must(t, c.Store(imap.UIDSetNum(1), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagSeen}}, nil).Close())
	must(t, c.Close())
	b.drop(write("ann@academie.test", house, "Sujet 2", "Texte.", "Message-ID: <f9@academie.test>"))
	soon(t, "the next is moved", func() bool { return b.count("Traités") == 2 })
	if b.count("INBOX") != 1 {
		t.Error("what was not kept is gone")
	}
}

func TestWhatMayBecomeOfAMessage(t *testing.T) {
	for text, want := range map[string]mailin.After{
		"": {}, "seen": {}, "flag:$Amigo": {Flag: "$Amigo"}, `flag:\Flagged`: {Flag: `\Flagged`},
		"move:INBOX.Traités": {Folder: "INBOX.Traités"},
	} {
		if got, err := mailin.ParseAfter(text); err != nil || got != want {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{"delete", "flag:", `flag:\Deleted`, "flag:two words", "move:", "move:a*b", "move:a\r\nb"} {
		if _, err := mailin.ParseAfter(text); err == nil || !strings.Contains(err.Error(), "after=") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
