package mailin

import (
	"errors"
	"net"
	"sync"
	"time"
)

// wire is a connection to a server that may fall silent, or talk for ever: the
// library waits for the one and remembers the other.
type wire struct {
	net.Conn
	patience time.Duration
	watch    *time.Timer // closes the connection when the server is silent too long

	mu        sync.Mutex
	streaming bool // whatever is heard is progress
	allowed   int  // how much may be heard until the next expectation
	wrong     error
}

// allowance is how many bytes a server may say to one question, or of one message.
const allowance = 2 * MaxRaw

var (
	errSilent  = errors.New("the server is silent")
	errEndless = errors.New("the server talks without end: invalid response")
)

func newWire(conn net.Conn, patience time.Duration) *wire {
	w := &wire{Conn: conn, patience: patience, allowed: allowance}
	w.watch = time.AfterFunc(patience, func() { w.cut(errSilent) })
	return w
}

// cut closes the connection, and remembers why.
func (w *wire) cut(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.wrong == nil {
		w.wrong = err
	}
	_ = w.Conn.Close()
}

// because gives the reason why the connection was cut, if it was, instead of what
// came of that.
func (w *wire) because(err error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil && w.wrong != nil {
		return w.wrong
	}
	return err
}

// expect gives the server so long, and its patience more, to say something.
func (w *wire) expect(d time.Duration) { w.listen(d, false) }

// stream gives the server its patience anew with everything that is heard: a
// large message takes its time.
func (w *wire) stream() { w.listen(0, true) }

func (w *wire) listen(d time.Duration, streaming bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.streaming, w.allowed = streaming, allowance
	w.watch.Reset(d + w.patience)
}

// hold expects nothing: it is we who are busy.
func (w *wire) hold() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.streaming = false
	w.watch.Stop()
}

// Read hears the server.
func (w *wire) Read(b []byte) (int, error) {
	n, err := w.Conn.Read(b)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.allowed -= n; w.allowed < 0 {
		if w.wrong == nil {
			w.wrong = errEndless
		}
		return 0, w.wrong
	}
	if n > 0 && w.streaming {
		w.watch.Reset(w.patience)
	}
	return n, err
}

// SetReadDeadline does nothing: the watch knows better than the library, which
// gives every message five minutes.
func (w *wire) SetReadDeadline(time.Time) error { return nil }

// Close ends the connection.
func (w *wire) Close() error {
	w.watch.Stop()
	return w.Conn.Close()
}
