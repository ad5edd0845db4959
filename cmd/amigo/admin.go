package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"amigo/app"
	"amigo/app/people"
)

// with builds the product for a command that serves nothing, with AMIGO itself
// as who acts, on a schema that is as it must be.
func with(ctx context.Context, errw io.Writer, prepare bool, do func(ctx context.Context, a *app.App) error) int {
	c, err := configured(app.Parts{}, errw, func(*app.Config) {})
	if err != nil {
		return fail(errw, err)
	}
	a, err := open(ctx, c, app.Parts{})
	if err != nil {
		return fail(errw, err)
	}
	defer a.Close() //nolint:errcheck // the process ends
	if prepare {
		if err := a.Prepare(ctx); err != nil {
			return fail(errw, err)
		}
	}
	if err := do(people.As(ctx, people.System()), a); err != nil {
		return fail(errw, err)
	}
	return 0
}

// sub takes the subcommand from args; it must be one of known.
func sub(name string, args []string, errw io.Writer, known ...string) (string, []string, bool) {
	if len(args) > 0 {
		for _, k := range known {
			if args[0] == k {
				return k, args[1:], true
			}
		}
	}
	_, _ = fmt.Fprintf(errw, "amigo %s: %s is wanted\n", name, strings.Join(known, " or "))
	return "", nil, false
}

func runMigrate(ctx context.Context, args []string, _ io.Reader, out, errw io.Writer) int {
	if len(args) == 0 {
		args = []string{"up"}
	}
	what, rest, ok := sub("migrate", args, errw, "up", "status")
	if !ok || len(rest) > 0 {
		return 2
	}
	return with(ctx, errw, false, func(ctx context.Context, a *app.App) error {
		if what == "up" {
			if err := a.DB.Migrate(ctx); err != nil {
				return err
			}
			if err := a.Seed(ctx); err != nil {
				return err
			}
		}
		steps, err := a.DB.SchemaSteps(ctx)
		if err != nil {
			return err
		}
		for _, s := range steps {
			state := "waits"
			if s.Applied {
				state = "applied"
			}
			_, _ = fmt.Fprintf(out, "%-8s %s\n", state, s.Name)
		}
		return nil
	})
}

func runDoctor(ctx context.Context, args []string, _ io.Reader, out, errw io.Writer) int {
	f := flags("doctor", errw)
	if !parsed(f, args, 0) {
		return 2
	}
	c, err := app.ReadConfig(os.Environ())
	if err != nil {
		return fail(errw, errors.Join(err, c.Check(app.AllParts)))
	}
	healthy := true
	for line := range app.Examine(ctx, c) {
		mark := "ok  "
		if line.Err != nil {
			mark, healthy = "FAIL", false
		} else if line.Warning != "" {
			mark = "warn"
		}
		_, _ = fmt.Fprintf(out, "%s %s", mark, line.What)
		if line.Err != nil {
			_, _ = fmt.Fprintf(out, ": %v", line.Err)
		} else if line.Warning != "" {
			_, _ = fmt.Fprintf(out, ": %s", line.Warning)
		}
		_, _ = fmt.Fprintln(out)
	}
	if !healthy {
		return 1
	}
	return 0
}

func runToken(ctx context.Context, args []string, _ io.Reader, out, errw io.Writer) int {
	_, rest, ok := sub("token", args, errw, "create")
	if !ok {
		return 2
	}
	f := flags("token create", errw)
	uid := f.String("person", "", "uid of the person who acts by it")
	role := f.String("role", "", "at most this role: requester, technician, supervisor or administrator (default the person's)")
	expires := f.String("expires", "90d", "how long it is valid: 90d, 12h")
	if !parsed(f, rest, 0) {
		return 2
	}
	lasting, err := days(*expires)
	if *uid == "" || err != nil || (*role != "" && !people.Role(*role).Valid()) {
		_, _ = fmt.Fprintln(errw, "amigo token create: --person UID is required; --role is a role; --expires is like 90d")
		return 2
	}
	return with(ctx, errw, true, func(ctx context.Context, a *app.App) error {
		token, err := a.People.CreateToken(ctx, *uid, people.Role(*role), lasting)
		if err != nil {
			return fmt.Errorf("person %s: %w", *uid, err)
		}
		_, _ = fmt.Fprintln(out, token)
		return nil
	})
}

// days reads a duration that may be given in days: "90d".
func days(s string) (time.Duration, error) {
	if n, ok := strings.CutSuffix(s, "d"); ok {
		count, err := strconv.Atoi(n)
		if err != nil || count <= 0 || count > 3660 {
			return 0, fmt.Errorf("%q is not a number of days", s)
		}
		return time.Duration(count) * 24 * time.Hour, nil
	}
	d, err := time.ParseDuration(s)
	if err == nil && d <= 0 {
		err = fmt.Errorf("%q is not in the future", s)
	}
	return d, err
}

func runPerson(ctx context.Context, args []string, _ io.Reader, out, errw io.Writer) int {
	_, rest, ok := sub("person", args, errw, "import")
	if !ok || len(rest) != 1 {
		_, _ = fmt.Fprintln(errw, "amigo person import FILE.csv")
		return 2
	}
	file, err := os.Open(rest[0]) //nolint:gosec // the administrator names a file of theirs
	if err != nil {
		return fail(errw, err)
	}
	defer file.Close() //nolint:errcheck // only read
	batch, err := people.ReadCSV(file)
	if err != nil {
		return fail(errw, err)
	}
	return with(ctx, errw, true, func(ctx context.Context, a *app.App) error {
		report, err := a.People.Import(ctx, batch)
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintln(out, report)
		return nil
	})
}

func runSeed(ctx context.Context, args []string, _ io.Reader, out, errw io.Writer) int {
	f := flags("seed", errw)
	s := app.Load{}
	f.IntVar(&s.Tickets, "tickets", 0, "how many tickets")
	f.IntVar(&s.Messages, "messages", 0, "how many messages on all of them together, about (default: three each)")
	f.IntVar(&s.People, "people", 0, "how many requesters (default: a tenth of the tickets, at least 50)")
	f.Uint64Var(&s.Seed, "seed", 1, "the same seed gives the same data")
	if !parsed(f, args, 0) {
		return 2
	}
	if s.Tickets <= 0 || s.Messages != 0 && s.Messages < s.Tickets || s.People < 0 {
		_, _ = fmt.Fprintln(errw, "amigo seed: --tickets N is required; --messages is at least as many")
		return 2
	}
	return with(ctx, errw, true, func(ctx context.Context, a *app.App) error {
		start := a.DB.Now(ctx)
		if err := a.LoadSynthetic(ctx, s); err != nil {
			return err
		}
		_, _ = fmt.Fprintf(out, "%d tickets in %s\n", s.Tickets, a.DB.Now(ctx).Sub(start).Round(time.Millisecond))
		return nil
	})
}
