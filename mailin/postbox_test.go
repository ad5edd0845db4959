package mailin_test

import (
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"amigo/app/db/dbtest"
	"amigo/app/mail"
	"amigo/mailin"
)

// postbox is a mailbox on an IMAP server in memory.
type postbox struct {
	t      testing.TB
	memory *imapmemserver.Server
	user   *imapmemserver.User
	addr   string
	clock  *dbtest.Clock
	held   []string // every message in it, in order
	after  string   // what becomes of messages
}

func newPostbox(t testing.TB, clock *dbtest.Clock, more imap.Cap) *postbox {
	t.Helper()
	b := &postbox{t: t, memory: imapmemserver.New(), user: imapmemserver.NewUser("amigo", "pässword"), clock: clock}
	must(t, b.user.Create("INBOX", nil))
	b.memory.AddUser(b.user)
	b.addr = serveSessions(t, "127.0.0.1:0", more, b.memory.NewSession)
	return b
}

// serveSessions serves IMAP at an address until the test ends.
func serveSessions(t testing.TB, addr string, more imap.Cap, session func() imapserver.Session) string {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	must(t, err)
	return serveOn(t, l, more, session)
}

func serveOn(t testing.TB, l net.Listener, more imap.Cap, session func() imapserver.Session) string {
	t.Helper()
	caps := imap.CapSet{imap.CapIMAP4rev1: {}}
	for name := range strings.FieldsSeq(string(more)) {
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

// attentive tells while it is listened to of what came in the moment before, as
// servers do; the one in memory waits with it until the next message.
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

type quiet struct{}

func (quiet) Printf(string, ...any) {}

// drop puts a message into the mailbox.
func (b *postbox) drop(raw string) {
	b.t.Helper()
	b.held = append(b.held, raw)
	_, err := b.user.Append("INBOX", literal{strings.NewReader(raw)}, &imap.AppendOptions{Time: b.clock.Now()})
	must(b.t, err)
}

type literal struct{ *strings.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

// move gives the mailbox another UIDVALIDITY, and every message another UID.
func (b *postbox) move() {
	b.t.Helper()
	must(b.t, b.user.Delete("INBOX"))
	must(b.t, b.user.Create("INBOX", nil))
	all := b.held
	b.held = nil
	for _, raw := range all {
		b.drop(raw)
	}
}

// unseen is how many messages were not marked as taken.
func (b *postbox) unseen() int {
	b.t.Helper()
	status, err := b.user.Status("INBOX", &imap.StatusOptions{NumUnseen: true})
	must(b.t, err)
	return int(*status.NumUnseen)
}

// tidied says what is to become of messages.
func (b *postbox) tidied(after string) *postbox {
	b.after = after
	return b
}

// left is how many messages nothing was done with.
func (b *postbox) left() int {
	b.t.Helper()
	if strings.HasPrefix(b.after, "move:") {
		return b.count("INBOX")
	}
	if name, ok := strings.CutPrefix(b.after, "flag:"); ok {
		return b.count("INBOX") - b.flagged(imap.Flag(name))
	}
	return b.unseen()
}

// count is how many messages are in a folder; -1 where there is none.
func (b *postbox) count(folder string) int {
	b.t.Helper()
	status, err := b.user.Status(folder, &imap.StatusOptions{NumMessages: true})
	if err != nil {
		return -1
	}
	return int(*status.NumMessages)
}

// flagged is how many messages somebody finds who looks for a flag.
func (b *postbox) flagged(flag imap.Flag) int {
	b.t.Helper()
	c := b.visit()
	defer c.Close()
	found, err := c.UIDSearch(&imap.SearchCriteria{Flag: []imap.Flag{flag}}, nil).Wait()
	must(b.t, err)
	return len(found.AllUIDs())
}

// visit is somebody else's mail client.
func (b *postbox) visit() *imapclient.Client {
	b.t.Helper()
	c, err := imapclient.DialInsecure(b.addr, nil)
	must(b.t, err)
	must(b.t, c.Login("amigo", "pässword").Wait())
	_, err = c.Select("INBOX", nil).Wait()
	must(b.t, err)
	return c
}

// reading is a config that reads the mailbox, quickly.
func (b *postbox) reading(c *mailin.Config) {
	c.Mailboxes = []mailin.Mailbox{{Host: b.addr, SignIn: mail.SignIn{User: "amigo", Password: "pässword"}, Folder: "INBOX"}}
	after, err := mailin.ParseAfter(b.after)
	must(b.t, err)
	c.Mailboxes[0].After = after
	c.Pace = mailin.Pace{Poll: 20 * time.Millisecond, Idle: 100 * time.Millisecond, Patience: 5 * time.Second, Pause: 10 * time.Millisecond}
}
