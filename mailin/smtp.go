package mailin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-smtp"

	"amigo/app/people"
)

const (
	smtpSource     = "smtp"
	lmtpSource     = "lmtp"
	maxRecipients  = 50
	maxConnections = 200
	maxFromOne     = 50
	// Mail with lines far beyond the 998 characters of RFC 5322 is written every
	// day, and to refuse it would be to lose it.
	smtpLine     = 1 << 20
	smtpRead     = 5 * time.Minute // RFC 5321 section 4.5.3.2.7; a whole message too
	smtpWrite    = time.Minute
	smtpStore    = time.Minute      // to keep a message
	smtpFarewell = 10 * time.Second // for messages under way, once told to stop
)

// The answers of the listener that are not the library's.
var (
	errNoSuchUser = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such user here"}
	errNotStored  = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "Could not be stored, try again later"}
)

// listener is the source of mail by SMTP or, from a server of ours, by LMTP. It
// takes mail for the installation's own address and nothing else, without
// sign-in, and answers 250 when the message is kept.
type listener struct {
	in     *Intake
	source string // smtpSource or lmtpSource
	open   func(ctx context.Context) (net.Listener, error)
	trusts func(peer netip.Addr) bool // whether a peer's Authentication-Results are ours
	bound  net.Listener
}

// listenSMTP is the listener that strangers come to.
func listenSMTP(in *Intake) *listener {
	return &listener{
		in: in, source: smtpSource,
		open: func(ctx context.Context) (net.Listener, error) {
			return (&net.ListenConfig{}).Listen(ctx, "tcp", in.conf.SMTPListen)
		},
		trusts: func(peer netip.Addr) bool {
			return slices.ContainsFunc(in.conf.SMTPTrusted, func(p netip.Prefix) bool { return p.Contains(peer) })
		},
	}
}

// bind takes the port.
func (s *listener) bind(ctx context.Context) (err error) {
	if s.bound, err = s.open(ctx); err != nil {
		return fmt.Errorf("AMIGO_%s_LISTEN: %w", s.name(), err)
	}
	return nil
}

// name is the protocol's.
func (s *listener) name() string { return strings.ToUpper(s.source) }

// address is where the listener was bound; empty for none, or one that is not yet.
func (s *listener) address() string {
	if s == nil || s.bound == nil {
		return ""
	}
	return s.bound.Addr().String()
}

// Run serves until ctx ends, and then lets messages under way come to their end.
func (s *listener) Run(ctx context.Context) error {
	server := s.server(ctx)
	ended := make(chan error, 1)
	go func() {
		ended <- server.Serve(&door{Listener: s.bound, most: maxConnections, each: maxFromOne, free: s.trusts, turned: &s.in.health.of(s.source).turned})
	}()
	select {
	case err := <-ended:
		return fmt.Errorf("%s: %w", s.name(), err)
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), smtpFarewell)
	defer cancel()
	if err := server.Shutdown(last); err != nil {
		_ = server.Close()
	}
	return nil
}

func (s *listener) server(ctx context.Context) *smtp.Server {
	_, home, _ := cutAddress(s.in.conf.Address)
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		peer := addressOf(c.Conn().RemoteAddr())
		return &session{in: s.in, ctx: ctx, source: s.source, envelope: envelope{
			helo: c.Hostname(), peer: shownPeer(peer), by: home, with: protocols[s.source], known: s.trusts(peer),
		}}, nil
	}))
	server.LMTP = s.source == lmtpSource
	server.Domain = home
	server.MaxRecipients, server.MaxMessageBytes = maxRecipients, MaxRaw
	server.MaxLineLength = smtpLine
	server.ReadTimeout, server.WriteTimeout = smtpRead, smtpWrite
	server.EnableSMTPUTF8 = true
	server.ErrorLog = slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug)
	return server
}

// session is one client's conversation.
type session struct {
	in       *Intake
	ctx      context.Context
	source   string
	envelope envelope
}

// Reset forgets the message being sent.
func (s *session) Reset() { s.envelope.from, s.envelope.to = "", nil }

// Logout ends the conversation.
func (s *session) Logout() error { return nil }

// Mail begins a message. The null sender is a delivery report's, and welcome.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.envelope.from = from
	return nil
}

// Rcpt takes one address that the message is for, if it is ours.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if !s.in.ours(to) {
		s.in.health.of(s.source).strange.Add(1)
		return errNoSuchUser
	}
	if to = people.NormalAddress(to); !slices.Contains(s.envelope.to, to) {
		s.envelope.to = append(s.envelope.to, to)
	}
	return nil
}

// Data reads the message and keeps it, once for all that it is for: by LMTP, where
// each of them gets an answer, all get the same.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	// A message that has come whole is kept even when the server is told to stop.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), smtpStore)
	defer cancel()
	e := s.envelope
	e.at = s.in.db.Now(ctx)
	_, err = s.in.Receive(ctx, Raw{
		Source: s.source, Key: e.key(raw), Bytes: e.traced(raw), ReceivedAt: e.at,
		EnvelopeFrom: firstNonEmpty(e.from, "<>"), EnvelopeTo: e.to, Trusted: e.known,
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		slog.ErrorContext(ctx, "mail not stored", "peer", e.peer, "error", err)
	}
	if err != nil {
		return notStored(err)
	}
	return nil
}
