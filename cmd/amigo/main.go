// Command amigo is the helpdesk: one binary for the server and for everything
// that an administrator does at a prompt.
//
// Every command is a function of its arguments and of three streams; main only
// chooses one, gives it a context that ends with SIGINT or SIGTERM, and exits
// with what it answers: 0 done, 1 failed, 2 misused.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
)

// version is set at build time.
var version = "dev"

// command does one thing; args are those behind its name.
type command func(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int

// entry is a command as `amigo help` shows it.
type entry struct {
	name string
	does string
	run  command
}

func commands() []entry {
	return []entry{
		{"serve", "the product; --only web,work,mail for a part of it, --demo on a demonstration database", runServe},
		{"demo", "the product with demonstration people and tickets; --load only fills the configured database", runDemo},
		{"migrate", "up or status: the database schema", runMigrate},
		{"doctor", "check the configuration and every connection", runDoctor},
		{"sla", "due, elapsed, open or explain: business time", runSLA},
		{"mail", "parse or ingest a message", runMail},
		{"token", "create a bearer token for the API", runToken},
		{"person", "import the directory from a CSV file", runPerson},
		{"calendar", "list, check, export or import the calendars", runCalendar},
		{"seed", "synthetic tickets and people, for load", runSeed},
		{"version", "the version of this program", runVersion},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int {
	if len(args) == 0 {
		usage(errw)
		return 2
	}
	name := strings.TrimLeft(args[0], "-")
	if name == "help" || name == "h" {
		usage(out)
		return 0
	}
	for _, c := range commands() {
		switch {
		case c.name != name:
		case asksHow(args[1:]):
			// What a command says of its flags is the answer here, and no complaint.
			_ = c.run(ctx, args[1:], in, out, out)
			return 0
		default:
			return c.run(ctx, args[1:], in, out, errw)
		}
	}
	_, _ = fmt.Fprintf(errw, "amigo: there is no command %q\n\n", args[0])
	usage(errw)
	return 2
}

// asksHow says whether somebody wants to know how a command is used.
func asksHow(args []string) bool {
	return slices.ContainsFunc(args, func(a string) bool { return a == "-h" || a == "-help" || a == "--help" })
}

func usage(w io.Writer) {
	_, _ = fmt.Fprint(w, "amigo: the single entry point for assistance\n\n")
	for _, c := range commands() {
		_, _ = fmt.Fprintf(w, "  amigo %-9s %s\n", c.name, c.does)
	}
}

func runVersion(_ context.Context, args []string, _ io.Reader, out, errw io.Writer) int {
	f := flags("version", errw)
	if !parsed(f, args, 0) {
		return 2
	}
	_, _ = fmt.Fprintln(out, "amigo", version)
	return 0
}
