package mailin

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"time"

	"amigo/app/trouble"
)

// Reading is what is written of a source: how it stands, and of a mailbox how far
// it was read.
type Reading struct {
	trouble.State
	Source    string
	LastError string    // what is wrong now; empty when nothing is
	At        time.Time // when this was written

	validity uint32 // of the UIDs (RFC 3501 section 2.3.1.1)
	next     uint32 // the first UID that was not read
}

// reader is the source of mail in one mailbox. It leaves every message where it
// is, and marks as seen what was kept.
type reader struct {
	in     *Intake
	box    Mailbox
	source string
	pace   Pace

	said string // what was wrong, the last time that it was logged
}

func newReader(in *Intake, box Mailbox) *reader {
	return &reader{in: in, box: box, source: box.source(), pace: in.conf.Pace}
}

const longestPause = time.Minute

// Run reads the mailbox until ctx ends. A visit that fails is followed by
// another, after a pause that grows, for ever.
func (r *reader) Run(ctx context.Context) error {
	for failures := 0; ctx.Err() == nil; failures++ {
		well, err := r.visit(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if well {
			failures = 0
		}
		r.trouble(ctx, err)
		pause := min(r.pace.Pause<<min(failures, 16), longestPause)
		select {
		case <-ctx.Done():
		case <-time.After(pause/2 + rand.N(pause)): //nolint:gosec // nobody gains by guessing it
		}
	}
	return nil
}

// trouble notes what is wrong with the mailbox, for the page.
func (r *reader) trouble(ctx context.Context, err error) {
	if err == nil {
		err = errors.New("the server closed the connection")
	}
	if r.said != err.Error() { // not each minute of an outage
		r.said = err.Error()
		slog.WarnContext(ctx, "mailbox", "source", r.source, "error", err)
	}
	r.in.went(ctx, r.source, err)
}

// well notes that the mailbox was read.
func (r *reader) well(ctx context.Context) {
	if r.said != "" {
		slog.InfoContext(ctx, "mailbox is read again", "source", r.source)
	}
	r.said = ""
	r.in.went(ctx, r.source, nil)
}

// note changes what is written of the mailbox.
func (r *reader) note(ctx context.Context, change func(*Reading)) error {
	return r.in.note(ctx, r.source, change)
}

// dial connects. Without TLS it goes to this machine only: the password would
// travel for everybody to read.
func (r *reader) dial(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, r.pace.Patience)
	defer cancel()
	host, _, err := net.SplitHostPort(r.box.Host)
	if err != nil {
		return nil, err
	}
	if r.box.TLS {
		d := tls.Dialer{Config: &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}}
		return d.DialContext(ctx, "tcp", r.box.Host)
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", r.box.Host)
	if err != nil {
		return nil, err
	}
	if !addressOf(conn.RemoteAddr()).IsLoopback() {
		_ = conn.Close()
		return nil, fmt.Errorf("%s is not this machine: only TLS is possible", host)
	}
	return conn, nil
}
