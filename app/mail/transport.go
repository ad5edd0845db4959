package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"sync"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Transport carries a finished message to the reader's server.
type Transport interface {
	// Send returns nil once the server has taken the message over. A
	// *RefusedError says that it never will; any other error, that it may later.
	Send(ctx context.Context, from, to string, raw []byte) error
}

// RefusedError says that a server will never take a letter.
type RefusedError struct{ Reason string }

// Error is the server's reason.
func (e *RefusedError) Error() string { return "refused: " + e.Reason }

// SMTP sends through a mail server. Its zero value is not usable; see [NewSMTP].
type SMTP struct {
	host, port string
	implicit   bool // TLS from the first byte
	starttls   bool
	user, pass string
}

const smtpTimeout = 30 * time.Second

// NewSMTP reads where to send: smtp://[user:password@]host[:port] (STARTTLS when
// the server offers it, demanded when a password is given), or smtps://… (TLS
// from the start). Ports default to 25 and 465.
func NewSMTP(address string) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, fmt.Errorf("mail: %q is not smtp://host:port or smtps://host:port", address)
	}
	s := &SMTP{host: u.Hostname(), port: u.Port(), user: u.User.Username()}
	s.pass, _ = u.User.Password()
	switch u.Scheme {
	case "smtps":
		s.implicit = true
		s.port = orElse(s.port, "465")
	case "smtp":
		s.starttls = true
		s.port = orElse(s.port, "25")
	default:
		return nil, fmt.Errorf("mail: scheme %q: smtp or smtps is wanted", u.Scheme)
	}
	return s, nil
}

// Send delivers one message.
func (s *SMTP) Send(ctx context.Context, from, to string, raw []byte) error {
	c, err := s.dial(ctx)
	if err != nil {
		return fmt.Errorf("mail: %s: %w", net.JoinHostPort(s.host, s.port), err)
	}
	defer c.Close() //nolint:errcheck // the answer to DATA is what counts
	c.CommandTimeout, c.SubmissionTimeout = smtpTimeout, 5*time.Minute
	if s.user != "" {
		if err := c.Auth(sasl.NewPlainClient("", s.user, s.pass)); err != nil {
			return fmt.Errorf("mail: sign-in at %s: %w", s.host, err)
		}
	}
	if err := c.SendMail(from, []string{to}, bytes.NewReader(raw)); err != nil {
		return verdict(err)
	}
	_ = c.Quit()
	return nil
}

// Check signs in at the server and leaves again, for `amigo doctor`.
func (s *SMTP) Check(ctx context.Context) error {
	c, err := s.dial(ctx)
	if err != nil {
		return err
	}
	defer c.Close() //nolint:errcheck // nothing was sent
	if s.user != "" {
		return c.Auth(sasl.NewPlainClient("", s.user, s.pass))
	}
	return c.Noop()
}

func (s *SMTP) dial(ctx context.Context) (*smtp.Client, error) {
	dialer := net.Dialer{Timeout: smtpTimeout}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(s.host, s.port))
	if err != nil {
		return nil, err
	}
	conf := &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}
	if s.implicit {
		return smtp.NewClient(tls.Client(conn, conf)), nil
	}
	c := smtp.NewClient(conn)
	c.CommandTimeout = smtpTimeout
	offered, _ := c.Extension("STARTTLS")
	switch {
	case offered:
		// go-smtp upgrades only on a connection of its own.
		_ = c.Close()
		if conn, err = dialer.DialContext(ctx, "tcp", net.JoinHostPort(s.host, s.port)); err != nil {
			return nil, err
		}
		return smtp.NewClientStartTLS(conn, conf)
	case s.user != "":
		_ = c.Close()
		return nil, errors.New("the server offers no STARTTLS: the password is not sent in clear")
	}
	return c, nil
}

// verdict tells what a server's answer means for the letter (RFC 5321 section 4.2.1).
func verdict(err error) error {
	if answer, ok := errors.AsType[*smtp.SMTPError](err); ok && answer.Code >= 500 {
		return &RefusedError{Reason: fmt.Sprintf("%d %s", answer.Code, answer.Message)}
	}
	return err
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// Memory is a transport that keeps messages where a test can read them.
type Memory struct {
	mu   sync.Mutex
	sent []Delivery
	// Fail, when set, is asked before each message is taken.
	Fail func(to string) error
}

// Delivery is one message that Memory has taken.
type Delivery struct {
	From, To string
	Raw      []byte
}

// Send keeps the message.
func (m *Memory) Send(_ context.Context, from, to string, raw []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.Fail != nil {
		if err := m.Fail(to); err != nil {
			return err
		}
	}
	m.sent = append(m.sent, Delivery{from, to, bytes.Clone(raw)})
	return nil
}

// Sent lists what was taken, oldest first.
func (m *Memory) Sent() []Delivery {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]Delivery(nil), m.sent...)
}
