package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"amigo/app"
	"amigo/app/audit"
	"amigo/app/fault"
	"amigo/app/people"
	"amigo/sla/calendar"
	"amigo/sla/calendar/feed"
)

// calendarCall is a command line of `amigo calendar import` that has been understood.
type calendarCall struct {
	from           string // a file, an address, or - for standard input
	calendar, zone string
	apply          bool
	fresh          bool // the calendar is not there yet
}

// parseCalendarImport takes flags from anywhere on the line.
func parseCalendarImport(args []string, errw io.Writer) (c calendarCall, ok bool) {
	f := flags("calendar import", errw)
	f.Usage = func() { _, _ = fmt.Fprint(errw, calendarUsage) }
	f.StringVar(&c.calendar, "calendar", calendar.Normandie, "into which calendar")
	f.StringVar(&c.zone, "zone", "", "whose holidays")
	f.BoolVar(&c.apply, "apply", false, "put it in force")
	f.BoolVar(&c.fresh, "new", false, "make a new calendar")
	words, err := anywhere(f, args)
	switch {
	case err != nil:
		return c, false
	case len(words) > 1:
		_, _ = fmt.Fprintf(errw, "amigo calendar import: give one of the %d, a file or an address: %s\n\n%s", len(words), strings.Join(words, ", "), calendarUsage)
		return c, false
	case len(words) == 0:
		_, _ = fmt.Fprintf(errw, "amigo calendar import: a file or an address is wanted\n\n%s", calendarUsage)
		return c, false
	}
	c.from = words[0]
	return c, true
}

// anywhere parses flags wherever they stand, and gives the other words.
func anywhere(f *flag.FlagSet, args []string) (words []string, err error) {
	for {
		if err := f.Parse(args); err != nil || f.NArg() == 0 {
			return words, err
		}
		words, args = append(words, f.Arg(0)), f.Args()[1:]
	}
}

// calendarImport says what a calendar of somebody else would change, and puts
// it in force where it is told to. A file is read, and refused, before any
// database is.
func calendarImport(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int {
	c, ok := parseCalendarImport(args, errw)
	if !ok {
		return 2
	}
	var data []byte
	if !c.remote() {
		var err error
		if data, err = c.read(in); err != nil {
			return fail(errw, err)
		}
		if _, err = feed.Read(data); err != nil {
			return fail(errw, c.refused(err))
		}
	}
	return with(ctx, errw, true, func(ctx context.Context, a *app.App) (err error) {
		if c.remote() {
			if data, err = a.Client.Get(ctx, c.from, feed.MaxSize); err != nil {
				return err
			}
		}
		return c.carryOut(ctx, a, data, out)
	})
}

// remote says whether the calendar lies at an address.
func (c calendarCall) remote() bool { return strings.Contains(c.from, "://") }

func (c calendarCall) read(in io.Reader) ([]byte, error) {
	if c.from != "-" {
		file, err := os.Open(c.from)
		if err != nil {
			return nil, err
		}
		defer file.Close() //nolint:errcheck // only read
		in = file
	}
	// One byte more than is allowed, for feed.Read to say that it is too much.
	return io.ReadAll(io.LimitReader(in, feed.MaxSize+1))
}

// refused names what was refused, with a line for each problem.
func (c calendarCall) refused(err error) error {
	if wrong, ok := errors.AsType[*calendar.SpecError](err); ok {
		return fmt.Errorf("%s is refused:\n%s", c.from, strings.Join(wrong.Problems, "\n"))
	}
	if errors.Is(err, fault.Invalid) {
		return fmt.Errorf("%s is refused:\n%w", c.from, err)
	}
	return err
}

// target is the version that the import would follow, without identity where
// the calendar would be new: that needs a whole definition, a name that a
// calendar may have and, as a name is soon misspelt, to be said.
func (c calendarCall) target(ctx context.Context, a *app.App, data []byte) (calendar.Version, error) {
	now, err := a.Book.Current(ctx, c.calendar)
	switch {
	case err == nil && c.fresh:
		return now, fmt.Errorf("there is a calendar %s already: without --new it is changed", c.calendar)
	case !errors.Is(err, fault.NotFound):
		return now, err
	}
	f, err := feed.Read(data)
	switch {
	case err != nil:
		return now, c.refused(err)
	case f.Spec == nil:
		return now, noCalendar(c.calendar)
	case calendar.CheckName(c.calendar) != nil:
		return now, fmt.Errorf("no calendar can be called %q: a name is small letters and digits, with single hyphens between them, "+
			"%d characters at most, and none of drafts, new, none, places", c.calendar, calendar.MaxName)
	case c.apply && !c.fresh:
		return now, fmt.Errorf("%w: --new --apply makes it", noCalendar(c.calendar))
	}
	return now, nil
}

// noCalendar says that nothing has that name.
func noCalendar(name string) error { return fmt.Errorf("there is no calendar %s", name) }

func (c calendarCall) carryOut(ctx context.Context, a *app.App, data []byte, out io.Writer) error {
	now, err := c.target(ctx, a, data)
	if err != nil {
		return err
	}
	spec, warnings, err := a.Engine.Draw(ctx, c.calendar, data, c.zone)
	if err != nil {
		return c.refused(err)
	}
	for _, w := range warnings {
		_, _ = fmt.Fprintln(out, "warning:", w)
	}
	if err := c.changes(ctx, a, now, spec, out); err != nil {
		return err
	}
	if err := c.promises(ctx, a, spec, out); err != nil {
		return err
	}
	switch {
	case c.apply:
	case now.ID == 0:
		_, _ = fmt.Fprintln(out, "nothing was written; --new --apply makes it")
		return nil
	default:
		_, _ = fmt.Fprintln(out, "nothing was written; --apply puts it in force")
		return nil
	}
	v, err := c.putInForce(ctx, a, now.ID, spec)
	if err == nil {
		_, _ = fmt.Fprintf(out, "version %d of %s is in force\n", v.Number, v.Name)
	}
	return err
}

// changesPrinted is how many stretches of changed days are printed.
const changesPrinted = 50

// changes says which days would change, those to come first.
func (c calendarCall) changes(ctx context.Context, a *app.App, now calendar.Version, spec calendar.Spec, out io.Writer) error {
	after, err := calendar.New(spec)
	if err != nil {
		return err
	}
	first, last := after.Known()
	if now.ID == 0 {
		_, _ = fmt.Fprintf(out, "would be a new calendar %s, known from %s to %s\n", c.calendar, first, last)
	} else {
		f, l := now.Known()
		_, _ = fmt.Fprintf(out, "%s version %d is known from %s to %s, it would be from %s to %s\n", c.calendar, now.Number, f, l, first, last)
		first, last = min(first, f), max(last, l)
	}
	changes := calendar.Compare(now.Calendar, after, first, last)
	if len(changes) == 0 {
		_, _ = fmt.Fprintln(out, "no day would change")
	}
	today := calendar.DayOf(a.DB.Now(ctx).In(after.Zone()))
	coming := slices.IndexFunc(changes, func(change calendar.Change) bool { return change.To >= today })
	changes = slices.Concat(changes[max(coming, 0):], changes[:max(coming, 0)])
	for i, change := range changes {
		if i == changesPrinted {
			_, _ = fmt.Fprintf(out, "  … and %d more\n", len(changes)-changesPrinted)
			break
		}
		_, _ = fmt.Fprintln(out, " ", stretch(now.Calendar, after, change))
	}
	return nil
}

// promises says how many due dates of open tickets would move, and which the most.
func (c calendarCall) promises(ctx context.Context, a *app.App, spec calendar.Spec, out io.Writer) error {
	p, err := a.Engine.Preview(ctx, c.calendar, spec)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%d open promises run on it: %d would be due earlier, %d later, %d would not be provisional any more", p.Promises, p.Earlier, p.Later, p.Settled)
	if p.Guessed > 0 {
		text += fmt.Sprintf(", %d would become provisional", p.Guessed)
	}
	if p.Lost > 0 {
		text += fmt.Sprintf(", %d would have no due date any more", p.Lost)
	}
	_, _ = fmt.Fprintln(out, text)
	for _, m := range p.Sample {
		_, _ = fmt.Fprintf(out, "  ticket %d, %s: %s, would be %s\n", m.Ticket, m.Promise, due(m.Before), due(m.After))
	}
	return nil
}

func due(at *time.Time) string {
	if at == nil {
		return "no due date"
	}
	return at.UTC().Format(time.RFC3339)
}

// putInForce makes a draft of what was shown and applies it at once, if the
// version that it was compared with is still in force, and says so in the record.
func (c calendarCall) putInForce(ctx context.Context, a *app.App, base calendar.VersionID, spec calendar.Spec) (v calendar.Version, err error) {
	uid := people.ActorOf(ctx).UID
	err = a.DB.Tx(ctx, func(ctx context.Context) error {
		d, err := a.Book.NewDraft(ctx, calendar.Draft{Calendar: c.calendar, Base: base, Spec: spec, Source: c.source(), Author: uid})
		if err != nil {
			return err
		}
		if v, err = a.Book.Apply(ctx, d.ID, uid); err != nil {
			return err
		}
		return a.Audit.Write(ctx, audit.Entry{
			Actor: uid, Action: "calendar.apply", Subject: "calendar:" + v.Name,
			Details: map[string]any{"version": v.Number, "draft": d.ID, "source": c.source()},
		})
	})
	return v, err
}

// source is where the calendar came from, as its versions keep it.
func (c calendarCall) source() string {
	if c.from == "-" {
		return "standard input"
	}
	return c.from
}
