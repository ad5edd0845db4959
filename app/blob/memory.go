package blob

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"
)

// Memory is a Store that forgets; for tests.
type Memory struct {
	mu    sync.RWMutex
	blobs map[Sum][]byte
}

// NewMemory makes an empty Memory.
func NewMemory() *Memory { return &Memory{blobs: make(map[Sum][]byte)} }

// Put keeps what r gives; see [Store].
func (m *Memory) Put(ctx context.Context, r io.Reader) (Sum, int64, error) {
	content, err := io.ReadAll(heedful{ctx, r})
	if err != nil {
		return "", 0, fmt.Errorf("blob: put: %w", err)
	}
	sum := SumOf(content)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.blobs[sum] = content
	return sum, int64(len(content)), nil
}

// Open reads a blob; see [Store].
func (m *Memory) Open(ctx context.Context, sum Sum) (io.ReadCloser, error) {
	if err := sum.Validate(); err != nil {
		return nil, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	content, there := m.blobs[sum]
	if !there {
		return nil, missing(sum)
	}
	return verify(io.NopCloser(heedful{ctx, bytes.NewReader(content)}), sum), nil
}

// Has tells whether a blob is there; see [Store].
func (m *Memory) Has(_ context.Context, sum Sum) (bool, error) {
	if err := sum.Validate(); err != nil {
		return false, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	_, there := m.blobs[sum]
	return there, nil
}

// Delete forgets a blob; see [Store].
func (m *Memory) Delete(_ context.Context, sum Sum) error {
	if err := sum.Validate(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.blobs, sum)
	return nil
}
