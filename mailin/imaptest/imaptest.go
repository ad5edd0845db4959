// Package imaptest is a mail server in memory for tests: one mailbox that IMAP
// clients read, and that a test fills.
//
// It speaks through go-imap's own server, with one thing mended: that one
// forgets, while a client listens, what came in the moment before. Tests may put
// sessions of their own before the mailbox, in which other things go wrong.
package imaptest

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// The only user, and the password.
const (
	User     = "amigo"
	Password = "pässword"
)

// Postbox is a server with one mailbox, INBOX.
type Postbox struct {
	Addr   string // where it listens
	User   *imapmemserver.User
	memory *imapmemserver.Server
	t      testing.TB
}

// New starts a server that offers IDLE; it ends with the test.
func New(t testing.TB) *Postbox {
	t.Helper()
	return Offering(t, "IDLE")
}

// Offering starts a server that offers more than the oldest can, "IDLE MOVE"; it
// ends with the test.
func Offering(t testing.TB, more string) *Postbox {
	t.Helper()
	b := &Postbox{User: imapmemserver.NewUser(User, Password), memory: imapmemserver.New(), t: t}
	if err := b.User.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	b.memory.AddUser(b.User)
	b.Addr = Serve(t, "127.0.0.1:0", more, b.Session)
	return b
}

// Session is what a client has of the mailbox, for sessions around it.
func (b *Postbox) Session() imapserver.Session { return b.memory.NewSession() }

// Serve serves sessions at an address until the test ends, and gives the address.
func Serve(t testing.TB, addr, more string, session func() imapserver.Session) string {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return ServeOn(t, l, more, session)
}

// ServeOn is [Serve] on a listener.
func ServeOn(t testing.TB, l net.Listener, more string, session func() imapserver.Session) string {
	t.Helper()
	caps := imap.CapSet{imap.CapIMAP4rev1: {}}
	for name := range strings.FieldsSeq(more) {
		caps[imap.Cap(name)] = struct{}{}
	}
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return attentive{session()}, nil, nil
		},
		Caps: caps, InsecureAuth: true, Logger: quiet{},
	})
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	return l.Addr().String()
}

// Drop puts a message into the mailbox, come at an instant.
func (b *Postbox) Drop(raw string, at time.Time) {
	b.t.Helper()
	if _, err := b.User.Append("INBOX", literal{strings.NewReader(raw)}, &imap.AppendOptions{Time: at}); err != nil {
		b.t.Fatal(err)
	}
}

// Unseen is how many messages were not marked as taken.
func (b *Postbox) Unseen() int {
	b.t.Helper()
	status, err := b.User.Status("INBOX", &imap.StatusOptions{NumUnseen: true})
	if err != nil {
		b.t.Fatal(err)
	}
	return int(*status.NumUnseen)
}

// attentive tells while it is listened to of what came in the moment before.
type attentive struct{ imapserver.Session }

func (a attentive) Idle(w *imapserver.UpdateWriter, stop <-chan struct{}) error {
	for {
		if err := a.Poll(w, true); err != nil {
			return err
		}
		part := make(chan struct{})
		over := time.AfterFunc(50*time.Millisecond, func() { close(part) })
		ended := make(chan error, 1)
		go func() { ended <- a.Session.Idle(w, part) }()
		select {
		case err := <-ended:
			if err != nil {
				return err
			}
		case <-stop:
			if over.Stop() {
				close(part)
			}
			return <-ended
		}
	}
}

// Move is there, although a session need not have it.
func (a attentive) Move(w *imapserver.MoveWriter, set imap.NumSet, folder string) error {
	return a.Session.(imapserver.SessionMove).Move(w, set, folder)
}

type literal struct{ *strings.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

type quiet struct{}

func (quiet) Printf(string, ...any) {}
