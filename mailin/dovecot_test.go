package mailin_test

import (
	"crypto/rand"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"amigo/app/db/dbtest"
	"amigo/app/mail"
	"amigo/mailin"
)

// remoteBox is a folder of its own on a real server, which is told what to do by
// IMAP as well.
type remoteBox struct {
	t       *testing.T
	clock   *dbtest.Clock
	address *url.URL
	folder  string
	after   string
	held    []string
}

func newRemoteBox(t *testing.T, clock *dbtest.Clock, address, after string) *remoteBox {
	t.Helper()
	u, err := url.Parse(address)
	must(t, err)
	b := &remoteBox{t: t, clock: clock, address: u, folder: "amigo-" + rand.Text(), after: after}
	if after != "" {
		b.after = after + "-" + rand.Text()
	}
	b.do(func(c *imapclient.Client) error { return c.Create(b.folder, nil).Wait() })
	t.Cleanup(func() {
		b.do(func(c *imapclient.Client) error {
			if folder, ok := strings.CutPrefix(b.after, "move:"); ok {
				_ = c.Delete(folder).Wait()
			}
			return c.Delete(b.folder).Wait()
		})
	})
	return b
}

// do signs in for one thing.
func (b *remoteBox) do(what func(*imapclient.Client) error) {
	b.t.Helper()
	c, err := imapclient.DialInsecure(b.address.Host, nil)
	must(b.t, err)
	defer c.Close()
	password, _ := b.address.User.Password()
	must(b.t, c.Login(b.address.User.Username(), password).Wait())
	must(b.t, what(c))
}

func (b *remoteBox) drop(raw string) {
	b.t.Helper()
	b.held = append(b.held, raw)
	b.append(raw)
}

func (b *remoteBox) append(all ...string) {
	b.t.Helper()
	b.do(func(c *imapclient.Client) error {
		for _, raw := range all {
			put := c.Append(b.folder, int64(len(raw)), &imap.AppendOptions{Time: b.clock.Now()})
			if _, err := put.Write([]byte(raw)); err != nil {
				return err
			}
			if err := put.Close(); err != nil {
				return err
			}
			if _, err := put.Wait(); err != nil {
				return err
			}
		}
		return nil
	})
}

// move makes the folder anew, under another UIDVALIDITY. That is the time of day
// for many servers, so that a second has to pass.
func (b *remoteBox) move() {
	b.t.Helper()
	time.Sleep(1100 * time.Millisecond)
	b.do(func(c *imapclient.Client) error {
		if err := c.Delete(b.folder).Wait(); err != nil {
			return err
		}
		return c.Create(b.folder, nil).Wait()
	})
	b.append(b.held...)
}

func (b *remoteBox) left() (n int) {
	b.t.Helper()
	b.do(func(c *imapclient.Client) error {
		status, err := c.Status(b.folder, &imap.StatusOptions{NumMessages: true, NumUnseen: true}).Wait()
		if err != nil {
			return err
		}
		n = int(*status.NumUnseen)
		if b.after != "" {
			n = int(*status.NumMessages)
		}
		return nil
	})
	return n
}

func (b *remoteBox) reading(c *mailin.Config) {
	after, err := mailin.ParseAfter(b.after)
	must(b.t, err)
	password, _ := b.address.User.Password()
	c.Mailboxes = []mailin.Mailbox{{
		Host: b.address.Host, SignIn: mail.SignIn{User: b.address.User.Username(), Password: password}, Folder: b.folder, After: after,
	}}
	c.Pace = mailin.Pace{Poll: 50 * time.Millisecond, Idle: time.Second, Patience: 5 * time.Second, Pause: 10 * time.Millisecond}
}
