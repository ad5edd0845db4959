package mailin

import (
	"context"
	"fmt"

	"github.com/emersion/go-imap/v2"
)

// Examine signs in at the mailbox's server, asks whether the folder is there, and
// leaves again. The folder is not opened: whoever reads it meanwhile does not
// notice, and no message changes.
func (m Mailbox) Examine(ctx context.Context) error {
	r := &reader{box: m, source: m.source(), pace: Pace{}.usual()}
	conn, err := r.dial(ctx)
	if err != nil {
		return err
	}
	v := &visit{reader: r, wire: newWire(conn, r.pace.Patience), news: make(chan struct{}, 1)}
	defer v.Close() //nolint:errcheck // nothing waits to be written
	defer context.AfterFunc(ctx, func() { _ = v.Close() })()
	v.client = v.open()
	if err := v.signIn(ctx); err != nil {
		return v.because(fmt.Errorf("sign in: %w", err))
	}
	if _, err := v.client.Status(m.Folder, &imap.StatusOptions{UIDNext: true}).Wait(); err != nil {
		return v.because(fmt.Errorf("folder %s: %w", m.Folder, err))
	}
	_ = v.client.Logout().Wait()
	return nil
}
