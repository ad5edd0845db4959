package redistest

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"

	"amigo/app/redis"
)

// Line is a wire to a Redis that can be cut and mended.
type Line struct {
	url   string // of our end
	mu    sync.Mutex
	whole bool
	wires []net.Conn
}

// NewLine lays a wire to a server.
func NewLine(t testing.TB, r *redis.Server) *Line {
	t.Helper()
	end, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = end.Close() })
	opts := r.Client().Options()
	at := url.URL{Scheme: "redis", Host: end.Addr().String(), Path: fmt.Sprint(opts.DB)}
	if opts.Password != "" {
		at.User = url.UserPassword(opts.Username, opts.Password)
	}
	l := &Line{url: at.String(), whole: true}
	go func() {
		for {
			near, err := end.Accept()
			if err != nil {
				return
			}
			go l.carry(near, opts.Addr)
		}
	}()
	return l
}

// Open connects through the wire.
func (l *Line) Open(t testing.TB) *redis.Server {
	t.Helper()
	return open(t, l.url)
}

// Cut ends every connection and refuses new ones.
func (l *Line) Cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.whole = false
	for _, c := range l.wires {
		_ = c.Close()
	}
	l.wires = nil
}

// Mend lets connections through again.
func (l *Line) Mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.whole = true
}

func (l *Line) carry(near net.Conn, to string) {
	defer near.Close() //nolint:errcheck // a wire has nothing to say at its end
	if !l.admit(near) {
		return
	}
	far, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer far.Close() //nolint:errcheck // as above
	go func() {
		_, _ = io.Copy(near, far)
		_ = near.Close()
	}()
	_, _ = io.Copy(far, near)
}

func (l *Line) admit(c net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.whole {
		l.wires = append(l.wires, c)
	}
	return l.whole
}
