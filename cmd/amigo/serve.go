package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"

	"amigo/app"
)

// flags gives a set that says what is wrong on errw and never exits by itself.
func flags(name string, errw io.Writer) *flag.FlagSet {
	f := flag.NewFlagSet("amigo "+name, flag.ContinueOnError)
	f.SetOutput(errw)
	return f
}

// parsed parses args and wants exactly so many words behind the flags.
func parsed(f *flag.FlagSet, args []string, words int) bool {
	if err := f.Parse(args); err != nil {
		return false
	}
	if f.NArg() != words {
		_, _ = fmt.Fprintf(f.Output(), "%s: %d words too many or too few\n", f.Name(), f.NArg()-words)
		f.Usage()
		return false
	}
	return true
}

// fail prints what went wrong, every line of it, and answers 1.
func fail(errw io.Writer, err error) int {
	_, _ = fmt.Fprintln(errw, "amigo:", err)
	return 1
}

// configured reads the configuration, as the command changes it, and checks it:
// one error has all that is wrong. The log goes to errw from here on, and first
// says which variables nothing reads.
func configured(parts app.Parts, errw io.Writer, change func(*app.Config)) (app.Config, error) {
	c, err := app.ReadConfig(os.Environ())
	change(&c)
	slog.SetDefault(c.Logger(func(l slog.Level) slog.Handler {
		return slog.NewTextHandler(errw, &slog.HandlerOptions{Level: l})
	}))
	for _, v := range app.Strays(os.Environ()) {
		slog.Warn("nothing reads this variable", "variable", v.Name, "closest", v.Closest)
	}
	return c, errors.Join(err, c.Check(parts))
}

// open builds the product.
func open(ctx context.Context, c app.Config, parts app.Parts) (*app.App, error) {
	return app.New(ctx, c, parts, app.Options{Version: version})
}

func runServe(ctx context.Context, args []string, _ io.Reader, out, errw io.Writer) int {
	f := flags("serve", errw)
	only := f.String("only", "", "web, work, mail: the parts that this process runs (default all)")
	demo := f.Bool("demo", false, "serve a demonstration database, with its own sign-in")
	if !parsed(f, args, 0) {
		return 2
	}
	parts, err := app.ParseParts(*only)
	if err != nil {
		_, _ = fmt.Fprintln(errw, "amigo:", err)
		return 2
	}
	c, err := configured(parts, errw, func(c *app.Config) {
		if *demo {
			c.ServeDemo()
		}
	})
	if err != nil {
		return fail(errw, err)
	}
	return serve(ctx, c, parts, out, errw)
}

func serve(ctx context.Context, c app.Config, parts app.Parts, out, errw io.Writer) int {
	a, err := open(ctx, c, parts)
	if err != nil {
		return fail(errw, err)
	}
	defer a.Close() //nolint:errcheck // the process ends
	if c.Demo {
		if err := a.MustBeDemo(ctx); err != nil {
			return fail(errw, err)
		}
	}
	if err := a.Serve(ctx, parts, out); err != nil {
		return fail(errw, err)
	}
	return 0
}

func runDemo(ctx context.Context, args []string, _ io.Reader, out, errw io.Writer) int {
	f := flags("demo", errw)
	load := f.Bool("load", false, "fill the configured, empty database with the demonstration, and end")
	if !parsed(f, args, 0) {
		return 2
	}
	c, err := configured(app.AllParts, errw, func(c *app.Config) { c.DemoDefaults(os.Environ()) })
	if err != nil {
		return fail(errw, err)
	}
	if err := app.LoadDemo(ctx, c); err != nil {
		return fail(errw, err)
	}
	if *load {
		_, _ = fmt.Fprintln(out, "La démonstration est chargée. Servez-la : amigo serve --demo")
		return 0
	}
	return serve(ctx, c, app.AllParts, out, errw)
}
