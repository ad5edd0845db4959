package mailin_test

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-imap/v2/imapserver"

	"amigo/app/db/dbtest"
	"amigo/app/mail"
	"amigo/mailin"
	"amigo/mailin/imaptest"
)

// reading is a world that reads mailboxes.
func reading(t testing.TB, clock *dbtest.Clock, change ...func(*mailin.Config)) *world {
	t.Helper()
	return newWorld(t, dbtest.SQLite(t, clock.Now), clock, change...)
}

func TestAFullMailboxIsReadInOrderAndOnce(t *testing.T) {
	clock := dbtest.NewClock()
	b := newPostbox(t, clock, "IDLE")
	for i := range 120 {
		b.drop(write("ann@academie.test", house, fmt.Sprintf("Sujet %d", i), "Texte.", fmt.Sprintf("Message-ID: <m%d@academie.test>", i)))
	}
	w := reading(t, clock, b.reading, generous)
	w.start()
	soon(t, "all seen", func() bool { return b.Unseen() == 0 })
	all, err := w.intake.Latest(w.system(), mailin.Received, 0, 200)
	must(t, err)
	if len(all) != 120 || all[119].Subject != "Sujet 0" || all[0].Subject != "Sujet 119" || !all[0].Trusted {
		t.Fatalf("%d messages", len(all))
	}
	b.move() // everything is new to the server, and nothing to us
	b.drop(write("ann@academie.test", house, "Le dernier", "Texte.", "Message-ID: <m120@academie.test>"))
	soon(t, "all seen again", func() bool { return b.Unseen() == 0 })
	if all, err = w.intake.Latest(w.system(), "", 0, 200); err != nil || len(all) != 121 || all[0].Subject != "Le dernier" {
		t.Errorf("%d messages, %v", len(all), err)
	}
}

// A server that can tell of news is not asked; what comes is there at once.
func TestNewsComesBySignNotByAsking(t *testing.T) {
	clock := dbtest.NewClock()
	b := newPostbox(t, clock, "IDLE")
	w := reading(t, clock, b.reading, func(c *mailin.Config) { c.Pace.Idle, c.Pace.Poll = time.Hour, time.Hour })
	w.start()
	for i := range 3 {
		b.drop(write("ann@academie.test", house, fmt.Sprint(i), "Texte.", fmt.Sprintf("Message-ID: <i%d@academie.test>", i)))
		soon(t, "seen", func() bool { return b.Unseen() == 0 })
	}
}

func TestAMessageDeletedUnderOurHandsStopsNothing(t *testing.T) {
	clock := dbtest.NewClock()
	b := newPostbox(t, clock, "IDLE")
	for i := range 4 {
		b.drop(write("ann@academie.test", house, fmt.Sprint(i), "Texte.", fmt.Sprintf("Message-ID: <x%d@academie.test>", i)))
	}
	b.Addr = imaptest.Serve(t, "127.0.0.1:0", "IDLE", func() imapserver.Session {
		return &meddled{Session: b.Session(), before: sync.OnceFunc(func() { b.expunge(2) })}
	})
	w := reading(t, clock, b.reading)
	w.start()
	soon(t, "the others", func() bool { return b.Unseen() == 0 })
	b.drop(write("ann@academie.test", house, "Après", "Texte.", "Message-ID: <x9@academie.test>"))
	soon(t, "the one after", func() bool { return b.Unseen() == 0 })
	all, err := w.intake.Latest(w.system(), "", 0, 10)
	must(t, err)
	if len(all) != 4 || all[0].Subject != "Après" || all[1].Subject != "3" || all[2].Subject != "2" || w.mailboxError() != "" {
		for _, m := range all {
			t.Errorf("%s %q", m.Key, m.Subject)
		}
		t.Errorf("%d messages, %q", len(all), w.mailboxError())
	}
}

// meddled is a session in which something happens before the first message is given.
type meddled struct {
	imapserver.Session
	before func()
}

func (m *meddled) Fetch(w *imapserver.FetchWriter, set imap.NumSet, o *imap.FetchOptions) error {
	if len(o.BodySection) > 0 {
		m.before()
	}
	return m.Session.Fetch(w, set, o)
}

// expunge deletes a message, as somebody at their mail client does.
func (b *postbox) expunge(uid imap.UID) {
	b.t.Helper()
	c, err := imapclient.DialInsecure(imaptest.Serve(b.t, "127.0.0.1:0", "IDLE", b.Session), nil)
	must(b.t, err)
	defer c.Close()
	must(b.t, c.Login(imaptest.User, imaptest.Password).Wait())
	_, err = c.Select("INBOX", nil).Wait()
	must(b.t, err)
	must(b.t, c.Store(imap.UIDSetNum(uid), &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close())
	must(b.t, c.Expunge().Close())
}

func TestAWrongPasswordIsShownAndHurtsNoOtherMailbox(t *testing.T) {
	clock := dbtest.NewClock()
	good, bad := newPostbox(t, clock, "IDLE"), newPostbox(t, clock, "IDLE")
	w := reading(t, clock, good.reading, func(c *mailin.Config) {
		locked := c.Mailboxes[0]
		locked.Host, locked.SignIn.Password = bad.Addr, "wrong"
		c.Mailboxes = append(c.Mailboxes, locked)
	})
	w.start()
	good.drop(write("ann@academie.test", house, "Bonjour", "Texte.", "Message-ID: <w1@academie.test>"))
	soon(t, "read", func() bool { return good.Unseen() == 0 })
	soon(t, "shown", func() bool {
		all, err := w.intake.Mailboxes(w.system())
		must(t, err)
		for _, m := range all {
			if strings.Contains(m.Source, bad.Addr) {
				return strings.Contains(m.LastError, "sign in") && !strings.Contains(m.LastError+m.Source, "wrong")
			}
		}
		return false
	})
}

// The server goes, is silent, talks nonsense, and comes back: each is shown, and
// in the end the mail is there.
func TestAMailboxIsReadAgainWhateverItsServerDoes(t *testing.T) {
	clock := dbtest.NewClock()
	b := newPostbox(t, clock, "IDLE")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	addr := l.Addr().String()
	w := reading(t, clock, b.reading, func(c *mailin.Config) {
		c.Mailboxes[0].Host = addr
		c.Pace.Patience = 200 * time.Millisecond
	})
	moods := []func(net.Conn){
		func(net.Conn) { time.Sleep(time.Second) }, // says nothing
		func(c net.Conn) { _, _ = c.Write([]byte("HTTP/1.1 200 OK\r\n\r\n")) },
		func(c net.Conn) { // greets, and is silent
			_, _ = c.Write([]byte("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n"))
			_, _ = bufio.NewReader(c).ReadString('\n')
			time.Sleep(time.Second)
		},
	}
	visits := make(chan int, 100)
	go func() {
		for i := range moods {
			c, err := l.Accept()
			if err != nil {
				return
			}
			visits <- i
			moods[i](c)
			_ = c.Close()
		}
		_ = l.Close()
	}()
	w.start()
	for range moods {
		select {
		case <-visits:
		case <-time.After(10 * time.Second):
			t.Fatal("the reader has stopped trying")
		}
	}
	soon(t, "what is wrong", func() bool { return w.mailboxError() != "" })
	b.drop(write("ann@academie.test", house, "Enfin", "Texte.", "Message-ID: <y1@academie.test>"))
	soon(t, "the port is free", func() bool {
		free, err := net.Listen("tcp", addr)
		if err == nil {
			_ = free.Close()
		}
		return err == nil
	})
	imaptest.Serve(t, addr, "IDLE", b.Session)
	soon(t, "read in the end", func() bool { return b.Unseen() == 0 && w.mailboxError() == "" })
}

func TestWhatIsTooLargeStaysInTheMailboxAndIsListed(t *testing.T) {
	clock := dbtest.NewClock()
	b := newPostbox(t, clock, "IDLE")
	head := write("ann@academie.test", house, "Énorme", "", "Message-ID: <big@academie.test>")
	b.drop(head + strings.Repeat(strings.Repeat("x", 62)+"\r\n", (mailin.MaxRaw+1<<20)/64))
	b.drop(write("ann@academie.test", house, "Petit", "Texte.", "Message-ID: <small@academie.test>"))
	w := reading(t, clock, b.reading)
	w.start()
	soon(t, "both received", func() bool {
		counts, err := w.intake.Counts(w.system())
		must(t, err)
		return counts[mailin.Received] == 2 && b.Unseen() == 1
	})
	w.drain()
	all, err := w.intake.Latest(w.system(), "", 0, 2)
	must(t, err)
	for _, m := range all {
		if m.Subject == "Énorme" {
			want(t, m, mailin.Ignored, mailin.Refuse, mailin.LetterTooBig)
			continue
		}
		want(t, m, mailin.Filed, mailin.Open, mailin.NewRequest)
	}
	if told := w.letters("ann@academie.test"); len(told) != 2 {
		t.Errorf("%d letters: one says too large, one acknowledges", len(told))
	}
}

// A server says why it refuses a token, in a challenge of its own: that is shown,
// without the token, and another is fetched for the next visit.
func TestATokenThatTheMailboxRefusesIsShownAndAnotherFetched(t *testing.T) {
	given := 0
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		given++
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"access_token":"token-%d","token_type":"Bearer","expires_in":3600}`, given)
	}))
	t.Cleanup(provider.Close)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	address, err := url.Parse("imap://amigo@" + l.Addr().String() + "/INBOX?auth=xoauth2&client=c&token=" + provider.URL)
	must(t, err)
	signIn, err := mail.ReadSignIn(address, "secret", http.DefaultTransport)
	must(t, err)
	shown := make(chan string, 100)
	go func() { // a server that refuses everybody
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = io.WriteString(c, "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2] ready\r\n")
			line, _ := bufio.NewReader(c).ReadString('\n')
			said, _ := base64.StdEncoding.DecodeString(strings.TrimSpace(line[strings.LastIndexByte(line, ' ')+1:]))
			shown <- string(said)
			_, _ = io.WriteString(c, "+ "+base64.StdEncoding.EncodeToString([]byte(`{"status":"400","for":"`+string(said)+`"}`))+"\r\n")
			_, _ = io.Copy(io.Discard, c)
			_ = c.Close()
		}
	}()
	w := reading(t, dbtest.NewClock(), func(c *mailin.Config) {
		c.Mailboxes = []mailin.Mailbox{{Host: l.Addr().String(), SignIn: signIn, Folder: "INBOX"}}
		c.Pace = mailin.Pace{Patience: 5 * time.Second, Pause: 10 * time.Millisecond}
	})
	w.start()
	for _, token := range []string{"token-1", "token-2"} {
		select {
		case said := <-shown:
			if said != "user=amigo\x01auth=Bearer "+token+"\x01\x01" {
				t.Fatalf("shows %q, want %s", said, token)
			}
		case <-time.After(10 * time.Second):
			t.Fatal(token + " is never shown")
		}
	}
	soon(t, "why", func() bool { return strings.Contains(w.mailboxError(), "400") })
	if wrong := w.mailboxError(); !strings.Contains(wrong, "the server refuses the token") || strings.Contains(wrong, "token-") {
		t.Errorf("it says %q", wrong)
	}
}

// By TLS the server must prove its name. Without TLS only this machine is read,
// so that a password never travels in clear.
func TestAPasswordIsGivenToTheRightServerOnly(t *testing.T) {
	site := httptest.NewTLSServer(nil)
	t.Cleanup(site.Close)
	roots := filepath.Join(t.TempDir(), "roots.pem")
	must(t, os.WriteFile(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: site.Certificate().Raw}), 0o600))
	t.Setenv("SSL_CERT_FILE", roots)
	clock := dbtest.NewClock()
	b := newPostbox(t, clock, "IDLE")
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: site.TLS.Certificates, MinVersion: tls.VersionTLS12})
	must(t, err)
	b.Addr = imaptest.ServeOn(t, l, "IDLE", b.Session)
	_, port, err := net.SplitHostPort(b.Addr)
	must(t, err)
	secure := func(host string) func(c *mailin.Config) {
		return func(c *mailin.Config) {
			c.Mailboxes[0].TLS, c.Mailboxes[0].Host = true, net.JoinHostPort(host, port)
		}
	}
	b.drop(write("ann@academie.test", house, "Par TLS", "Texte.", "Message-ID: <tls@academie.test>"))
	w := reading(t, clock, b.reading, secure("localhost")) // the certificate is for 127.0.0.1 and example.com
	w.start()
	soon(t, "the name is not believed", func() bool { return strings.Contains(w.mailboxError(), "certificate") })
	if b.Unseen() != 1 {
		t.Error("read all the same")
	}
	w = reading(t, clock, b.reading, secure("127.0.0.1"))
	w.start()
	soon(t, "read by TLS", func() bool { return b.Unseen() == 0 })
}
