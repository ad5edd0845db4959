package mailin

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// door is a listener that lets so many connections in at once: in all, and from
// one address. Those that are too many are told to come back.
type door struct {
	net.Listener
	most int
	each int
	free func(netip.Addr) bool // whose connections only count in all
	stay time.Duration         // after which a visitor is shown out

	turned *atomic.Int64 // how many were too many

	mu     sync.Mutex
	inside map[netip.Addr]int
	total  int
}

// Accept waits for the next connection that may come in.
func (d *door) Accept() (net.Conn, error) {
	for {
		c, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		who := addressOf(c.RemoteAddr())
		if d.enter(who) {
			v := &visitor{Conn: c, leave: sync.OnceFunc(func() { d.leave(who) })}
			v.stay = time.AfterFunc(d.stay, v.dismiss)
			return v, nil
		}
		d.turned.Add(1)
		_, _ = c.Write([]byte("421 4.7.0 Too many connections, try again later\r\n"))
		_ = c.Close()
	}
}

func (d *door) enter(who netip.Addr) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.total >= d.most || d.inside[who] >= d.each && !d.free(who) {
		return false
	}
	if d.inside == nil {
		d.inside = map[netip.Addr]int{}
	}
	d.total++
	d.inside[who]++
	return true
}

func (d *door) leave(who netip.Addr) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.total--
	if d.inside[who]--; d.inside[who] == 0 {
		delete(d.inside, who)
	}
}

// visitor is a connection that was let in.
type visitor struct {
	net.Conn
	leave func()
	stay  *time.Timer
	gone  atomic.Bool // nothing more comes from it

	answers atomic.Int32 // lines since it last named a recipient of ours
}

// maxAnswers is how many lines a visitor is answered between two recipients. Whoever
// says hello, secures the line and sends a message takes less than 30; RSET, NOOP
// and VRFY without end take more.
const maxAnswers = 200

// dismiss hears no more of a visitor, who may still be told why.
func (v *visitor) dismiss() {
	v.gone.Store(true)
	_ = v.Conn.SetReadDeadline(time.Unix(1, 0))
}

// Read hears the visitor.
func (v *visitor) Read(b []byte) (int, error) {
	if v.gone.Load() {
		return 0, io.EOF
	}
	if v.answers.Load() > maxAnswers {
		v.gone.Store(true)
		return 0, os.ErrDeadlineExceeded // the library says 421, and goodbye
	}
	n, err := v.Conn.Read(b)
	if errors.Is(err, io.EOF) {
		v.gone.Store(true)
	}
	if v.gone.Load() {
		return 0, io.EOF
	}
	return n, err
}

// Write answers the visitor.
func (v *visitor) Write(b []byte) (int, error) {
	v.answers.Add(1)
	return v.Conn.Write(b)
}

// Close ends the connection and makes room for another.
func (v *visitor) Close() error {
	v.stay.Stop()
	v.leave()
	return v.Conn.Close()
}

// addressOf is the address without its port; an IPv4 address is one however it
// is written.
func addressOf(a net.Addr) netip.Addr {
	if tcp, ok := a.(*net.TCPAddr); ok {
		return tcp.AddrPort().Addr().Unmap().WithZone("")
	}
	return netip.Addr{}
}

// shownPeer is an address as it stands in a Received field; a Unix socket has none.
func shownPeer(a netip.Addr) string {
	if !a.IsValid() {
		return "local"
	}
	return a.String()
}
