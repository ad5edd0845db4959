package mailtest

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-smtp"
)

// Domain is where everybody has their address.
const Domain = "academie.test"

// House is the address of which the mail server hands everything to AMIGO, and Box
// the one that has a mailbox for AMIGO to read.
const (
	House = "assistance@" + Domain
	Box   = "depannage@" + Domain
)

// Servers are the mail server and the Dovecot beside AMIGO.
type Servers struct {
	t       testing.TB
	MTA     string // smtp://host:port: where anybody hands letters in
	LMTP    string // host:port: where the mail server expects AMIGO
	imap    *url.URL
	restart string // a command after which Dovecot has ended, and starts again
}

// Find gives the servers that the environment names.
func Find(t testing.TB) *Servers {
	t.Helper()
	s := &Servers{t: t, MTA: variable(t, "AMIGO_TEST_MTA"), LMTP: variable(t, "AMIGO_TEST_LMTP"), restart: variable(t, "AMIGO_TEST_IMAP_RESTART")}
	var err error
	s.imap, err = url.Parse(variable(t, "AMIGO_TEST_IMAP"))
	must(t, err)
	return s
}

func variable(t testing.TB, name string) string {
	t.Helper()
	value := os.Getenv(name)
	if value == "" {
		t.Fatalf("%s is not set: run make test, which starts a mail server and Dovecot, or name yours (see CONTRIBUTING.md)", name)
	}
	return value
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Post hands a message to the mail server, as a mail client does. One with letters
// beyond ASCII in its head goes as RFC 6531 wants it.
func (s *Servers) Post(from, to, raw string) error {
	u, err := url.Parse(s.MTA)
	if err != nil {
		return err
	}
	c, err := smtp.Dial(u.Host)
	if err != nil {
		return err
	}
	defer c.Close() //nolint:errcheck // the answer to DATA is what counts
	head, body, _ := strings.Cut(raw, "\r\n\r\n")
	how := &smtp.MailOptions{UTF8: !ascii(head)}
	if !ascii(body) {
		how.Body = smtp.Body8BitMIME
	}
	if err := c.Mail(from, how); err != nil {
		return fmt.Errorf("from %s: %w", from, err)
	}
	if err := c.Rcpt(to, nil); err != nil {
		return fmt.Errorf("to %s: %w", to, err)
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte(raw)); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return c.Quit()
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 }) < 0
}

// IMAP is the address of somebody's folder as AMIGO_IMAP_URLS wants it, with the
// password and what follows the folder ("?after=…").
func (s *Servers) IMAP(user, folder, query string) string {
	password, _ := s.imap.User.Password()
	u := url.URL{Scheme: s.imap.Scheme, Host: s.imap.Host, User: url.UserPassword(user, password), Path: "/" + folder, RawQuery: query}
	return u.String()
}

// Restart ends Dovecot with all its connections, and returns when it is there again.
func (s *Servers) Restart() {
	s.t.Helper()
	if out, err := exec.Command("sh", "-c", s.restart).CombinedOutput(); err != nil { //nolint:gosec // it is the test's own machine
		s.t.Fatalf("%s: %v\n%s", s.restart, err, out)
	}
	Soon(s.t, "Dovecot answers again", func() bool {
		c, err := s.signIn("depannage")
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
}

func (s *Servers) signIn(user string) (*imapclient.Client, error) {
	c, err := imapclient.DialInsecure(s.imap.Host, nil)
	if err != nil {
		return nil, err
	}
	password, _ := s.imap.User.Password()
	if err := c.Login(user, password).Wait(); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

// Mailbox is somebody's, as a mail client sees it.
type Mailbox struct {
	*imapclient.Client
	t testing.TB
}

// Open signs in to somebody's mailbox until the test ends.
func (s *Servers) Open(user string) *Mailbox {
	s.t.Helper()
	c, err := s.signIn(user)
	must(s.t, err)
	s.t.Cleanup(func() { _ = c.Close() })
	return &Mailbox{Client: c, t: s.t}
}

// Folder selects a folder and says what is to be known of it.
func (m *Mailbox) Folder(name string) *imap.SelectData {
	m.t.Helper()
	data, err := m.Select(name, nil).Wait()
	must(m.t, err)
	return data
}

// Mail is a message in a mailbox.
type Mail struct {
	UID   imap.UID
	Flags []imap.Flag
	Raw   []byte
}

// Seen says whether somebody, or AMIGO, has marked it so.
func (m Mail) Seen() bool { return slices.Contains(m.Flags, imap.FlagSeen) }

// Read gives every message of a folder, and leaves them as they are.
func (m *Mailbox) Read(folder string) (all []Mail) {
	m.t.Helper()
	if m.Folder(folder).NumMessages == 0 {
		return nil
	}
	whole := &imap.FetchItemBodySection{Peek: true}
	options := &imap.FetchOptions{UID: true, Flags: true, BodySection: []*imap.FetchItemBodySection{whole}}
	found, err := m.Fetch(imap.SeqSet{imap.SeqRange{Start: 1}}, options).Collect()
	must(m.t, err)
	for _, f := range found {
		all = append(all, Mail{UID: f.UID, Flags: f.Flags, Raw: f.FindBodySection(whole)})
	}
	return all
}

// Remove deletes messages of the folder that was selected last; with none named, all.
func (m *Mailbox) Remove(uids ...imap.UID) {
	m.t.Helper()
	which := imap.UIDSet{imap.UIDRange{Start: 1}}
	if len(uids) > 0 {
		which = imap.UIDSetNum(uids...)
	}
	must(m.t, m.Store(which, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}, nil).Close())
	must(m.t, m.Expunge().Close())
}

// Clear empties the mailbox: the tests before have written there, too.
func (m *Mailbox) Clear() {
	m.t.Helper()
	folders, err := m.List("", "*", nil).Collect()
	must(m.t, err)
	for _, f := range folders {
		if f.Mailbox != "INBOX" {
			must(m.t, m.Delete(f.Mailbox).Wait())
		}
	}
	if m.Folder("INBOX").NumMessages > 0 {
		m.Remove()
	}
}

// patience is more than anything here takes on a machine that does something else.
const patience = 30 * time.Second

// Soon waits until something is so.
func Soon(t testing.TB, what string, so func() bool) {
	t.Helper()
	Within(t, patience, what, so)
}

// Within is [Soon] for what takes its time.
func Within(t testing.TB, most time.Duration, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(most); !so(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %s: %s", most, what)
		}
	}
}
