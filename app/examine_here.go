package app

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"amigo/app/db"
)

// examineHere are the examinations of this machine: its disk, its clock, its ports.
func (c Config) examineHere() []examination {
	all := []examination{{"room in " + c.DataDir, c.examineRoom}}
	if !c.Embedded() {
		all = append(all, examination{"clock beside the database's", c.examineClock})
	}
	for _, port := range []struct {
		name, address string
		ours          func(ctx context.Context, address string) bool
	}{
		{"pages on ", c.Listen, answersWith("/healthz", "ok")},
		{"mail in by SMTP on ", c.Mail.SMTPListen, greetsMail},
		{"mail in by LMTP on ", c.Mail.LMTPListen, greetsMail},
		{"metrics on ", c.MetricsListen, answersWith("/metrics", "amigo_build_info")},
	} {
		if port.address != "" {
			all = append(all, examination{port.name + port.address, func(ctx context.Context) error {
				return examinePort(ctx, port.address, port.ours)
			}})
		}
	}
	return all
}

// warning is a finding that is not wrong yet.
type warning struct{ words string }

func (w warning) Error() string { return w.words }

const (
	leastRoom  = 1 << 30 // bytes, under which somebody should look after the disk
	leastShare = 20      // or a twentieth of it
	fewest     = 64 << 20
)

// examineRoom writes a file and removes it, and says when the disk fills up.
func (c Config) examineRoom(context.Context) error {
	probe, err := os.CreateTemp(c.DataDir, ".examine-*")
	if err != nil {
		return err
	}
	_, err = probe.WriteString("AMIGO was here\n")
	if err = errors.Join(err, probe.Sync(), probe.Close(), os.Remove(probe.Name())); err != nil {
		return err
	}
	free, size, err := space(c.DataDir)
	switch {
	case err != nil:
		return err
	case free < fewest:
		return fmt.Errorf("only %d MB are left", free>>20)
	case free < leastRoom || free < size/leastShare:
		return warning{fmt.Sprintf("%d MB of %d MB are left", free>>20, size>>20)}
	}
	return nil
}

const (
	smallSkew = 2 * time.Second  // of two clocks that are looked after
	mostSkew  = 30 * time.Second // beyond which promises and sessions are judged wrongly
)

// examineClock compares our clock with the database's.
func (c Config) examineClock(ctx context.Context) error {
	d, err := db.Open(ctx, db.Config{URL: c.DatabaseURL, Now: c.Now, MaxConns: 1})
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // only read
	var there time.Time
	before := c.Now()
	if err := d.SQL().QueryRowContext(ctx, "SELECT clock_timestamp()").Scan(&there); err != nil {
		return db.Fault(err)
	}
	after := c.Now()
	skew := there.Sub(before.Add(after.Sub(before) / 2)).Round(time.Millisecond)
	switch {
	case skew.Abs() > mostSkew:
		return fmt.Errorf("the database is %s ahead of this machine", skew)
	case skew.Abs() > smallSkew:
		return warning{fmt.Sprintf("the database is %s ahead of this machine", skew)}
	}
	return nil
}

// examinePort takes a port and gives it back. One that is taken is right when it
// is AMIGO that listens there.
func examinePort(ctx context.Context, address string, ours func(ctx context.Context, address string) bool) error {
	if filepath.IsAbs(address) {
		if _, err := os.Stat(filepath.Dir(address)); err != nil {
			return err
		}
		there, err := os.Lstat(address)
		if err == nil && there.Mode().Type() != os.ModeSocket {
			return errors.New("there is a file that is no socket")
		}
		return nil // none yet, ours, or one that was left behind and is replaced at start
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	switch {
	case err == nil:
		return l.Close()
	case errors.Is(err, syscall.EADDRINUSE) && ours(ctx, address):
		return nil
	case errors.Is(err, syscall.EADDRINUSE):
		return errors.New("another program listens there")
	}
	return err
}

// greetsMail says whether a mail server like ours answers there.
func greetsMail(ctx context.Context, address string) bool {
	conn, err := (&net.Dialer{Timeout: examineTime / 2}).DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	defer conn.Close() //nolint:errcheck // only read
	_ = conn.SetReadDeadline(time.Now().Add(examineTime / 2))
	greeting, err := bufio.NewReader(io.LimitReader(conn, 512)).ReadString('\n')
	return err == nil && strings.HasPrefix(greeting, "220 ")
}

// answersWith makes a look at an address that says whether a path there answers
// with a word.
func answersWith(path, word string) func(ctx context.Context, address string) bool {
	return func(ctx context.Context, address string) bool {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, nil)
		if err != nil {
			return false
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return false
		}
		defer answer.Body.Close() //nolint:errcheck // only read
		body, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
		return err == nil && strings.Contains(string(body), word)
	}
}
