package mailin

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/emersion/go-smtp"
	"golang.org/x/sync/semaphore"

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
	smtpSlack    = 10 * time.Second // a slow message is cut before a slow command
	smtpWrite    = time.Minute
	smtpStore    = time.Minute      // to keep a message
	smtpFarewell = 10 * time.Second // for messages under way, once told to stop
	maxStrange   = 20               // recipients of one connection that are not ours
)

// The answers of the listener that are not the library's.
var (
	errGuessing    = &smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 7, 0}, Message: "Too many unknown recipients, bye"}
	errInterrupted = &smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 4, 2}, Message: "The message did not come whole"}
	errLongLine    = &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "Line too long"}

	errBusy       = &smtp.SMTPError{Code: 452, EnhancedCode: smtp.EnhancedCode{4, 3, 1}, Message: "Too many large messages at once, try again later"}
	errNoSender   = &smtp.SMTPError{Code: 501, EnhancedCode: smtp.EnhancedCode{5, 1, 7}, Message: "No such address can be"}
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
	tls    *tls.Config // nil: no STARTTLS
	large  *semaphore.Weighted
}

// listenSMTP is the listener that strangers come to.
func listenSMTP(in *Intake) *listener {
	return &listener{
		in: in, source: smtpSource, large: semaphore.NewWeighted(largeMessages),
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
	if s.source == smtpSource {
		if s.tls, err = s.in.tlsConfig(ctx, s.home()); err != nil {
			return fmt.Errorf("AMIGO_SMTP_TLS_CERT: %w", err)
		}
	}
	if s.bound, err = s.open(ctx); err != nil {
		return fmt.Errorf("AMIGO_%s_LISTEN: %w", s.name(), err)
	}
	return nil
}

// home is the domain of the installation's address.
func (s *listener) home() string {
	_, home, _ := cutAddress(s.in.conf.Address)
	return home
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
		ended <- server.Serve(&door{
			Listener: s.bound, most: maxConnections, each: maxFromOne, free: s.trusts, stay: s.in.conf.Pace.Visit,
			turned: &s.in.health.of(s.source).turned,
		})
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
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return s.session(ctx, c), nil }))
	server.LMTP = s.source == lmtpSource
	server.Domain, server.TLSConfig = s.home(), s.tls
	server.MaxRecipients, server.MaxMessageBytes = maxRecipients, MaxRaw
	server.MaxLineLength = smtpLine
	server.ReadTimeout, server.WriteTimeout = s.in.conf.Pace.Message+smtpSlack, smtpWrite
	server.EnableSMTPUTF8 = true
	server.ErrorLog = slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug)
	return server
}

// session is one client's conversation.
type session struct {
	*listener
	ctx      context.Context
	visitor  *visitor
	envelope envelope
	strange  int         // recipients that are not ours
	late     *time.Timer // ends the connection when the message takes too long
}

func (s *listener) session(ctx context.Context, c *smtp.Conn) *session {
	peer := addressOf(c.Conn().RemoteAddr())
	with, conn := protocols[s.source], c.Conn()
	if secured, ok := conn.(*tls.Conn); ok {
		with, conn = with+"S", secured.NetConn()
	}
	v, _ := conn.(*visitor) // door lets nobody else in
	return &session{listener: s, ctx: ctx, visitor: v, envelope: envelope{
		helo: c.Hostname(), peer: shownPeer(peer), by: s.home(), with: with, known: s.trusts(peer),
	}}
}

// Reset forgets the message being sent.
func (s *session) Reset() {
	s.envelope.from, s.envelope.to = "", nil
	if s.late != nil {
		s.late.Stop()
	}
}

// Logout ends the conversation.
func (s *session) Logout() error {
	s.Reset()
	return nil
}

// Mail begins a message. The null sender is a delivery report's, and welcome. What
// no address can hold is not said back.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if strings.ContainsFunc(from, unicode.IsControl) {
		return errNoSender
	}
	s.envelope.from = from
	return nil
}

// Rcpt takes one address that the message is for, if it is ours.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if !s.in.ours(to) {
		s.in.health.of(s.source).strange.Add(1)
		if s.strange++; s.strange > maxStrange && !s.envelope.known {
			s.visitor.dismiss()
			return errGuessing
		}
		return errNoSuchUser
	}
	s.visitor.answers.Store(0)
	if to = people.NormalAddress(to); !slices.Contains(s.envelope.to, to) {
		s.envelope.to = append(s.envelope.to, to)
	}
	return nil
}

// Data reads the message and keeps it, once for all that it is for: by LMTP, where
// each of them gets an answer, all get the same.
func (s *session) Data(r io.Reader) error {
	s.visitor.answers.Store(0) // by LMTP each recipient gets an answer
	// Whoever is late is heard no more: the rest of the message would be taken for
	// commands.
	s.late = time.AfterFunc(s.in.conf.Pace.Message, s.visitor.dismiss)
	raw, done, err := s.read(r)
	if err != nil {
		return err
	}
	defer done()
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

// A message is held in memory until it is kept: so much of each, and so much of
// the large ones together.
const (
	smallMessage  = 256 << 10
	largeMessages = 8 * MaxRaw
)

// read takes a message off the connection. done lets go of its memory.
func (s *session) read(r io.Reader) (raw []byte, done func(), err error) {
	done = func() {}
	var b bytes.Buffer
	if _, err = io.CopyN(&b, r, smallMessage); err == nil {
		if !s.large.TryAcquire(MaxRaw) {
			s.visitor.dismiss()
			return nil, nil, errBusy
		}
		done = func() { s.large.Release(MaxRaw) }
		_, err = b.ReadFrom(r)
	} else if errors.Is(err, io.EOF) {
		err = nil
	}
	switch {
	case err == nil && !s.visitor.gone.Load():
		return b.Bytes(), done, nil
	case errors.Is(err, smtp.ErrDataTooLarge):
		err = smtp.ErrDataTooLarge
	case errors.Is(err, smtp.ErrTooLongLine):
		err = errLongLine
	default: // the library takes the end of the line for that of a chunk
		err = errInterrupted
		s.visitor.dismiss()
	}
	done()
	return nil, nil, err
}
