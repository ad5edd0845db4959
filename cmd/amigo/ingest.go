package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"amigo/app"
	"amigo/mailin"
)

// What a command says to the mail server that runs it (sysexits.h). A server
// keeps the message after the second and gives it back to its sender after the
// first; any other number would make it lose the message or send it back.
const (
	exitNever = 65 // EX_DATAERR
	exitLater = 75 // EX_TEMPFAIL
)

// mailIngest keeps a message as if it had been received: the pipe of a mail
// server. When it answers 0 the message is safe; whatever is wrong with the
// installation, the mail server is to try again.
func mailIngest(ctx context.Context, args []string, in io.Reader, _, errw io.Writer) int {
	f := flags("mail ingest", errw)
	source := f.String("source", "", "names this way in, for the list of messages")
	if !parsed(f, args, 1) {
		return 2
	}
	if *source == "" {
		_, _ = fmt.Fprintln(errw, "amigo mail ingest: --source NAME is required")
		return 2
	}
	if name := f.Arg(0); name != "-" {
		file, err := os.Open(name) //nolint:gosec // the file that the administrator names
		if err != nil {
			_, _ = fmt.Fprintln(errw, "amigo mail ingest:", err)
			return exitLater
		}
		defer file.Close() //nolint:errcheck // only read
		in = file
	}
	never := false
	code := with(ctx, errw, true, func(ctx context.Context, a *app.App) error {
		_, err := a.Intake.Pipe(ctx, *source, in)
		never = errors.Is(err, mailin.ErrTooLarge)
		return err
	})
	switch {
	case never:
		return exitNever
	case code != 0:
		return exitLater
	}
	return 0
}
