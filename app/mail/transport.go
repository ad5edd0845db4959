package mail

import (
	"bytes"
	"context"
	"sync"
)

// Transport carries a finished message to the reader's server.
type Transport interface {
	// Send returns nil once the server has taken the message over. A
	// *RefusedError says that it never will; a *LaterError that it may another
	// time, and whose trouble it is; any other error is the server's trouble.
	Send(ctx context.Context, from, to string, raw []byte) error
}

// RefusedError says that a server will never take a letter.
type RefusedError struct {
	Reason string // what it said
	Gone   bool   // it knows nobody of that address
}

// refusedBy stands before what refused a letter.
const refusedBy = "refused: "

// Error is the server's reason.
func (e *RefusedError) Error() string { return refusedBy + e.Reason }

// LaterError says that a letter may be taken another time.
type LaterError struct {
	Whose Whose
	Err   error
}

// Error is what went wrong.
func (e *LaterError) Error() string { return e.Err.Error() }

// Unwrap is what went wrong.
func (e *LaterError) Unwrap() error { return e.Err }

// Whose says who else is concerned when a letter is not taken now.
type Whose string

// Whose trouble it can be.
const (
	Server Whose = "server" // the one that carries our letters: none goes out
	Domain Whose = "domain" // the reader's: the others of that domain wait, too
	Reader Whose = "reader" // theirs alone, or that letter's
)

// Memory is a transport that keeps messages where a test can read them.
type Memory struct {
	mu   sync.Mutex
	sent []Delivery
	// Fail, when set, is asked before each message is taken.
	Fail func(to string) error
}

// Delivery is one message that Memory has taken.
type Delivery struct {
	From, To string
	Raw      []byte
}

// Send keeps the message.
func (m *Memory) Send(_ context.Context, from, to string, raw []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.Fail != nil {
		if err := m.Fail(to); err != nil {
			return err
		}
	}
	m.sent = append(m.sent, Delivery{from, to, bytes.Clone(raw)})
	return nil
}

// Sent lists what was taken, oldest first.
func (m *Memory) Sent() []Delivery {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]Delivery(nil), m.sent...)
}
