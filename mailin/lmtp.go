package mailin

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"path/filepath"

	"golang.org/x/sync/semaphore"
)

// protocols are the words of a Received field (RFC 3848).
var protocols = map[string]string{smtpSource: "ESMTP", lmtpSource: "LMTP"}

// socketMode lets our mail server in, by the group of the socket's folder or its
// own, and nobody else on the machine.
const socketMode = 0o660

// listenLMTP is the listener that our own mail server comes to (RFC 2033): what
// it says of the sender is believed, and it opens as many connections as it likes.
func listenLMTP(in *Intake) *listener {
	return &listener{
		in: in, source: lmtpSource, large: semaphore.NewWeighted(largeMessages),
		open: func(ctx context.Context) (net.Listener, error) {
			if filepath.IsAbs(in.conf.LMTPListen) {
				return listenSocket(ctx, in.conf.LMTPListen)
			}
			return (&net.ListenConfig{}).Listen(ctx, "tcp", in.conf.LMTPListen)
		},
		trusts: func(netip.Addr) bool { return true },
	}
}

// listenSocket makes a Unix socket. One that was left behind is removed; one on
// which somebody listens, or a file that is no socket, is an error.
func listenSocket(ctx context.Context, path string) (net.Listener, error) {
	there, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	case there.Mode().Type() != fs.ModeSocket:
		return nil, &fs.PathError{Op: "listen", Path: path, Err: errors.New("there is a file that is no socket")}
	default:
		if c, err := (&net.Dialer{}).DialContext(ctx, "unix", path); err == nil {
			_ = c.Close()
			return nil, &fs.PathError{Op: "listen", Path: path, Err: errors.New("somebody listens there")}
		}
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, socketMode); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}
