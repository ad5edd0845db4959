package mailin

import (
	"context"
	"errors"
	"fmt"
	"io"

	"amigo/app/blob"
)

// ErrTooLarge is what [Intake.Pipe] returns for a message above [MaxRaw]: it will
// never be taken.
var ErrTooLarge = errors.New("message too large")

// Pipe receives one message from a mail server that hands it to a command; name
// tells several of them apart. The head that such a server writes is believed.
// Any error but ErrTooLarge is to be tried again.
func (in *Intake) Pipe(ctx context.Context, name string, r io.Reader) (ID, error) {
	raw, err := io.ReadAll(io.LimitReader(r, MaxRaw+1))
	if err != nil {
		return 0, fmt.Errorf("mailin: pipe %s: %w", name, err)
	}
	if len(raw) > MaxRaw {
		return 0, fmt.Errorf("mailin: pipe %s: %w: more than %d bytes", name, ErrTooLarge, MaxRaw)
	}
	return in.Receive(ctx, Raw{Source: "pipe:" + name, Key: string(blob.SumOf(raw)), Bytes: raw, Trusted: true})
}
