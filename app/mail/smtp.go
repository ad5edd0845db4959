package mail

import (
	"bytes"
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
	"golang.org/x/net/idna"
)

// SMTP sends through a mail server, over a few connections that it keeps for the
// next letters. It is safe for concurrent use.
type SMTP struct {
	// Name is how we introduce ourselves, a host's name; empty: "localhost".
	Name string
	// Roots sign the server's certificate; nil: the system's.
	Roots *x509.CertPool
	// Patience is how long a server may take to answer, and to greet us: half a
	// minute; what it does with a letter may take four times that.
	Patience time.Duration
	// Rest is how long a connection is kept for a next letter: half a minute.
	Rest time.Duration

	host, port string
	implicit   bool // TLS from the first byte
	signIn     SignIn

	mu       sync.Mutex
	idle     []*line
	starttls bool // the server has once offered it: it is demanded from then on
	closed   bool
}

// NewSMTP reads where to send: smtp://[user:password@]host[:port] (STARTTLS when
// the server offers it, demanded when there is a user), or smtps://… (TLS from
// the start), with what [ReadSignIn] knows of signing in. Ports default to 25
// and 465. secret is a password that does not stand in the
// address; by is the way to whoever gives tokens.
func NewSMTP(address, secret string, by http.RoundTripper) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("not smtp://user:password@host:port or smtps://…") // the address may hold a password
	}
	s := &SMTP{host: u.Hostname(), port: u.Port(), Patience: 30 * time.Second, Rest: 30 * time.Second}
	if s.signIn, err = ReadSignIn(u, secret, by); err != nil {
		return nil, err
	}
	switch u.Scheme {
	case "smtps":
		s.implicit = true
		s.port = cmp.Or(s.port, "465")
	case "smtp":
		s.port = cmp.Or(s.port, "25")
	default:
		return nil, fmt.Errorf("scheme %q: smtp or smtps is wanted", u.Scheme)
	}
	return s, nil
}

// Send delivers one message, over a connection that is there, or a new one.
func (s *SMTP) Send(ctx context.Context, from, to string, raw []byte) error {
	to, err := envelope(to)
	if err != nil {
		return &RefusedError{Reason: err.Error()}
	}
	for {
		l, err := s.take(ctx)
		if err != nil {
			return err
		}
		at, err := l.deliver(ctx, from, to, raw)
		if l.letters > 0 && at == atFrom && broken(err) && ctx.Err() == nil {
			l.close() // it had gone stale between two letters: that is no failure
			continue
		}
		l.letters++
		if err != nil && ctx.Err() != nil { // what the server has taken, it has, whatever ends now
			err = fmt.Errorf("%w: %w", context.Cause(ctx), err)
		}
		if broken(err) {
			l.close()
		} else {
			s.keep(l)
		}
		return judge(at, err)
	}
}

// Check signs in at the server and leaves again, for `amigo doctor`.
func (s *SMTP) Check(ctx context.Context) error {
	l, err := s.dial(ctx)
	if err != nil {
		return err
	}
	defer l.close()
	return l.client.Noop()
}

// envelope is an address as it is said to a server: the domain in ASCII, which
// every server understands. What stands before the @ cannot be.
func envelope(address string) (string, error) {
	at := strings.LastIndexByte(address, '@')
	domain, err := idna.Lookup.ToASCII(address[at+1:])
	if err != nil {
		return "", fmt.Errorf("%s: %q is no domain", ReasonAddress, address[at+1:])
	}
	return address[:at+1] + domain, nil
}

// deliver hands one message over, and says at which stage it ended.
func (l *line) deliver(ctx context.Context, from, to string, raw []byte) (stage, error) {
	defer l.bound(ctx)()
	options := &smtp.MailOptions{Size: int64(len(raw))}
	if !ascii(to) {
		if offered, _ := l.client.Extension("SMTPUTF8"); !offered {
			return atTo, &RefusedError{Reason: string(ReasonUTF8) + ": the mail server carries no such address"}
		}
		options.UTF8 = true
	}
	if err := l.client.Mail(from, options); err != nil {
		return atFrom, err
	}
	if err := l.client.Rcpt(to, nil); err != nil {
		return atTo, err
	}
	w, err := l.client.Data()
	if err != nil {
		return atData, err
	}
	if _, err := bytes.NewReader(raw).WriteTo(w); err != nil {
		return atData, err
	}
	return atData, w.Close()
}

// broken says whether a connection cannot be used any more.
func broken(err error) bool {
	if _, refused := errors.AsType[*RefusedError](err); err == nil || refused {
		return false
	}
	answer, answered := errors.AsType[*smtp.SMTPError](err)
	return !answered || answer.Code == 421
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 0x7e || r < 0x21 })
}

// address is the server's, for errors.
func (s *SMTP) address() string { return net.JoinHostPort(s.host, s.port) }
