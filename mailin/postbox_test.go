package mailin_test

import (
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"amigo/app/db/dbtest"
	"amigo/app/mail"
	"amigo/mailin"
	"amigo/mailin/imaptest"
)

// postbox is a mailbox on an IMAP server in memory.
type postbox struct {
	*imaptest.Postbox
	t     testing.TB
	clock *dbtest.Clock
	held  []string // every message in it, in order
	after string   // what becomes of messages
}

func newPostbox(t testing.TB, clock *dbtest.Clock, more string) *postbox {
	t.Helper()
	return &postbox{Postbox: imaptest.Offering(t, more), t: t, clock: clock}
}

// drop puts a message into the mailbox.
func (b *postbox) drop(raw string) {
	b.t.Helper()
	b.held = append(b.held, raw)
	b.Drop(raw, b.clock.Now())
}

// move gives the mailbox another UIDVALIDITY, and every message another UID.
func (b *postbox) move() {
	b.t.Helper()
	must(b.t, b.User.Delete("INBOX"))
	must(b.t, b.User.Create("INBOX", nil))
	all := b.held
	b.held = nil
	for _, raw := range all {
		b.drop(raw)
	}
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
	return b.Unseen()
}

// count is how many messages are in a folder; -1 where there is none.
func (b *postbox) count(folder string) int {
	b.t.Helper()
	status, err := b.User.Status(folder, &imap.StatusOptions{NumMessages: true})
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
	c, err := imapclient.DialInsecure(b.Addr, nil)
	must(b.t, err)
	must(b.t, c.Login(imaptest.User, imaptest.Password).Wait())
	_, err = c.Select("INBOX", nil).Wait()
	must(b.t, err)
	return c
}

// reading is a config that reads the mailbox, quickly.
func (b *postbox) reading(c *mailin.Config) {
	c.Mailboxes = []mailin.Mailbox{{Host: b.Addr, SignIn: mail.SignIn{User: imaptest.User, Password: imaptest.Password}, Folder: "INBOX"}}
	after, err := mailin.ParseAfter(b.after)
	must(b.t, err)
	c.Mailboxes[0].After = after
	c.Pace = mailin.Pace{Poll: 20 * time.Millisecond, Idle: 100 * time.Millisecond, Patience: 5 * time.Second, Pause: 10 * time.Millisecond}
}
