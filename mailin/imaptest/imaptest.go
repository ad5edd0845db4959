// Package imaptest is a mail server in memory for tests: one mailbox that IMAP
// clients read, and that a test fills.
//
// It speaks through go-imap's own server, with one thing mended: that one
// forgets, while a client listens, what came in the moment before.
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
	Addr string // where it listens
	User *imapmemserver.User
	t    testing.TB
}

// New starts a server that offers IDLE; it ends with the test.
func New(t testing.TB) *Postbox {
	t.Helper()
	memory := imapmemserver.New()
	b := &Postbox{User: imapmemserver.NewUser(User, Password), t: t}
	if err := b.User.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	memory.AddUser(b.User)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.Addr = l.Addr().String()
	Serve(t, l, imap.CapIdle, memory.NewSession)
	return b
}

// Serve serves sessions on a listener until the test ends, with one capability more.
func Serve(t testing.TB, l net.Listener, more imap.Cap, session func() imapserver.Session) {
	t.Helper()
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return attentive{session()}, nil, nil
		},
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}, more: {}}, InsecureAuth: true, Logger: quiet{},
	})
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
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

type literal struct{ *strings.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

type quiet struct{}

func (quiet) Printf(string, ...any) {}
