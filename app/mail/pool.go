package mail

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

const (
	mostIdle    = 4   // connections kept for the next letters
	mostLetters = 100 // over one connection, as servers like it
	patientFor  = 4   // times as long may the server think about a letter (RFC 5321 section 4.5.3.2.6)
)

// line is one connection to the server, over which a letter at a time goes.
type line struct {
	client  *smtp.Client
	conn    net.Conn
	letters int // that have gone over it
	rest    *time.Timer
}

// take gives a connection that rests, or a new one.
func (s *SMTP) take(ctx context.Context) (*line, error) {
	for l := s.rested(); l != nil; l = s.rested() {
		release := l.bound(ctx)
		err := l.client.Reset()
		release()
		if err == nil {
			return l, nil
		}
		l.close() // the server has hung up meanwhile
	}
	l, err := s.dial(ctx)
	if err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("%w: %w", context.Cause(ctx), err)
		}
		return nil, err
	}
	return l, nil
}

// rested takes the connection that has rested the least; nil when none does.
func (s *SMTP) rested() *line {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.idle) == 0 {
		return nil
	}
	l := s.idle[len(s.idle)-1]
	s.idle = s.idle[:len(s.idle)-1]
	l.rest.Stop()
	return l
}

// keep lets a connection rest for a next letter, unless it has served enough.
func (s *SMTP) keep(l *line) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.idle) >= mostIdle || l.letters >= mostLetters {
		go l.leave()
		return
	}
	l.rest = time.AfterFunc(s.Rest, func() {
		if s.drop(l) {
			l.leave()
		}
	})
	s.idle = append(s.idle, l)
}

// drop takes a connection out of those that rest; false when it does not.
func (s *SMTP) drop(l *line) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.idle)
	s.idle = slices.DeleteFunc(s.idle, func(other *line) bool { return other == l })
	return len(s.idle) < before
}

// Close says goodbye on the connections that rest, a second for each and all at
// once; none rests from then on.
func (s *SMTP) Close() error {
	s.mu.Lock()
	s.closed = true
	idle := s.idle
	s.idle = nil
	s.mu.Unlock()
	var goodbyes sync.WaitGroup
	for _, l := range idle {
		l.rest.Stop()
		goodbyes.Go(l.leave)
	}
	goodbyes.Wait()
	return nil
}

// leave says goodbye; whether the server hears it does not matter.
func (l *line) leave() {
	l.client.CommandTimeout = time.Second
	_ = l.client.Quit()
	l.close()
}

func (l *line) close() { _ = l.conn.Close() }

// bound ends the connection when ctx ends: no command of the library knows a
// context, and none bounds how long a letter takes to be written.
func (l *line) bound(ctx context.Context) (release func()) {
	stop := context.AfterFunc(ctx, l.close)
	return func() { stop() }
}

// dial connects, over TLS where the server offers it, and signs in.
func (s *SMTP) dial(ctx context.Context) (*line, error) {
	patient, cancel := context.WithTimeoutCause(ctx, s.Patience, errors.New("timeout: the server is silent"))
	defer cancel()
	l, err := s.greet(patient)
	if err != nil {
		if patient.Err() != nil {
			err = errors.Join(context.Cause(patient), err)
		}
		return nil, judge(atConnect, fmt.Errorf("%s: %w", s.address(), err))
	}
	l.client.CommandTimeout, l.client.SubmissionTimeout = s.Patience, patientFor*s.Patience
	if s.signIn.User == "" {
		return l, nil
	}
	defer l.bound(patient)()
	client, err := s.signIn.Client(patient, l.client.SupportsAuth)
	if err == nil {
		err = l.client.Auth(client)
	}
	if err != nil {
		l.close()
		return nil, judge(atSignIn, fmt.Errorf("%s: %w", s.address(), err))
	}
	return l, nil
}

// greet connects and says who we are. Whether a server offers STARTTLS is asked
// once, over a connection of its own; the library upgrades none that has spoken.
func (s *SMTP) greet(ctx context.Context) (*line, error) {
	if !s.implicit && !s.upgrades() {
		l, err := s.connect(ctx, false)
		if err != nil {
			return nil, err
		}
		offered, _ := l.client.Extension("STARTTLS")
		switch {
		case offered:
			l.close()
			s.mu.Lock()
			s.starttls = true
			s.mu.Unlock()
		case s.signIn.User != "":
			l.close()
			return nil, errors.New("the server offers no STARTTLS: the password is not sent in clear")
		default:
			return l, nil
		}
	}
	return s.connect(ctx, true)
}

func (s *SMTP) upgrades() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.starttls
}

// connect opens a connection, over TLS or not, and says who we are.
func (s *SMTP) connect(ctx context.Context, secure bool) (*line, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", s.address())
	if err != nil {
		return nil, err
	}
	l := &line{conn: conn}
	defer l.bound(ctx)()
	switch {
	case secure && s.implicit:
		l.client = smtp.NewClient(tls.Client(conn, s.tls()))
	case secure:
		if l.client, err = smtp.NewClientStartTLS(conn, s.tls()); err != nil {
			l.close()
			return nil, err
		}
	default:
		l.client = smtp.NewClient(conn)
	}
	if err := l.client.Hello(cmp.Or(s.Name, "localhost")); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func (s *SMTP) tls() *tls.Config {
	return &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12, RootCAs: s.Roots}
}
