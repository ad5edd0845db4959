package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	"amigo/app/fault"
)

// Store keeps blobs. Its methods may be called at the same time from anywhere,
// also for the same sum. A malformed sum is fault.Invalid everywhere.
type Store interface {
	// Put reads r to its end and keeps what it read; it returns the sum and
	// the number of bytes. To put what is already there is no error and
	// changes nothing.
	//
	// Put is all or nothing: until it returns without an error, and for ever
	// if it fails or the machine does, the blob is not there. When it has
	// returned, the blob survives a power cut. An error of r comes back
	// wrapped. Put does not bound r; the caller does.
	Put(ctx context.Context, r io.Reader) (Sum, int64, error)

	// Open reads a blob; fault.NotFound when there is none. The last Read
	// gives ErrDamaged instead of io.EOF when the bytes are not those of the
	// sum. The caller closes the reader.
	Open(ctx context.Context, sum Sum) (io.ReadCloser, error)

	// Has tells whether a blob is there.
	Has(ctx context.Context, sum Sum) (bool, error)

	// Delete removes a blob. One that is not there is no error.
	Delete(ctx context.Context, sum Sum) error
}

// ErrDamaged is what a reader ends with when the stored bytes have changed.
var ErrDamaged = errors.New("blob: damaged")

// Sum is the SHA-256 of a blob in lower-case hexadecimal.
type Sum string

// SumOf is the sum of some bytes.
func SumOf(bytes []byte) Sum {
	digest := sha256.Sum256(bytes)
	return Sum(hex.EncodeToString(digest[:]))
}

// Validate refuses what is not 64 lower-case hexadecimal digits; fault.Invalid.
func (s Sum) Validate() error {
	if len(s) == 2*sha256.Size {
		digits := 0
		for _, c := range []byte(s) {
			if '0' <= c && c <= '9' || 'a' <= c && c <= 'f' {
				digits++
			}
		}
		if digits == len(s) {
			return nil
		}
	}
	return fmt.Errorf("blob: sum %.70q: %w", string(s), fault.Invalid)
}

// missing is the answer to a sum that is well formed and not there.
func missing(sum Sum) error { return fmt.Errorf("blob %s: %w", sum, fault.NotFound) }

// sumFrom is the sum of what went through a hash.
func sumFrom(h hash.Hash) Sum { return Sum(hex.EncodeToString(h.Sum(nil))) }

// verified checks a blob while it is read.
type verified struct {
	io.ReadCloser
	sum  Sum
	hash hash.Hash
}

func verify(r io.ReadCloser, sum Sum) io.ReadCloser {
	return &verified{ReadCloser: r, sum: sum, hash: sha256.New()}
}

func (v *verified) Read(p []byte) (int, error) {
	n, err := v.ReadCloser.Read(p)
	v.hash.Write(p[:n])
	if errors.Is(err, io.EOF) && sumFrom(v.hash) != v.sum {
		return n, fmt.Errorf("%w: %s", ErrDamaged, v.sum)
	}
	return n, err
}

// heedful stops reading when its context ends.
type heedful struct {
	ctx context.Context
	r   io.Reader
}

func (h heedful) Read(p []byte) (int, error) {
	if err := h.ctx.Err(); err != nil {
		return 0, err
	}
	return h.r.Read(p)
}
