package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"amigo/app"
	"amigo/app/fault"
	"amigo/sla/calendar"
)

const calendarUsage = `Calendars: opening hours, school holidays, and until when they are known.

  amigo calendar list                     each calendar, and who put it in force
  amigo calendar check                    which ones end soon
  amigo calendar export NAME              a definition as JSON, to be edited and imported
  amigo calendar import FILE|ADDRESS|-    what would change; nothing is written without --apply

  --calendar NAME   into which calendar (default normandie)
  --zone ZONE       whose holidays: B, Corse, or an académie such as Caen (default the calendar's own)
  --apply           put it in force
  --new             make a new calendar NAME, of a whole definition

What is imported is recognised by its content: the ministry's iCalendar, JSON or CSV, any other iCalendar with
whole days, or a definition as export prints it.
`

func runCalendar(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int {
	what, rest, ok := sub("calendar", args, errw, "list", "check", "export", "import")
	switch {
	case ok && what == "import":
		return calendarImport(ctx, rest, in, out, errw)
	case ok && what == "export" && len(rest) == 1:
		return calendarExport(ctx, rest[0], out, errw)
	case ok && what == "list" && len(rest) == 0:
		return calendarList(ctx, out, errw)
	case ok && what == "check" && len(rest) == 0:
		return calendarCheck(ctx, out, errw)
	}
	_, _ = fmt.Fprint(errw, "\n", calendarUsage)
	return 2
}

func calendarList(ctx context.Context, out, errw io.Writer) int {
	return with(ctx, errw, true, func(ctx context.Context, a *app.App) error {
		all, err := a.Book.List(ctx)
		if err != nil {
			return err
		}
		for _, v := range all {
			history, err := a.Book.History(ctx, v.Name)
			if err != nil {
				return err
			}
			first, last := v.Known()
			line := fmt.Sprintf("%s version %d, known from %s to %s", v.Name, v.Number, first, last)
			now := history[0]
			if now.Spec.SchoolZone != "" {
				line += ", school zone " + now.Spec.SchoolZone
			}
			_, _ = fmt.Fprintf(out, "%s, %s\n", line, origin(now, v.Zone()))
		}
		return nil
	})
}

// origin says when a version was put in force, by whom, and from what.
func origin(e calendar.Edition, zone *time.Location) string {
	if e.Author == "" {
		return "as it came with the program"
	}
	text := fmt.Sprintf("put in force on %s by %s", e.At.In(zone).Format("2006-01-02 15:04"), e.Author)
	if e.Source != "" {
		text += " from " + e.Source
	}
	return text
}

// mentioned is how long before its last known day a calendar is spoken of: the
// ministry publishes a school year well before.
const mentioned = 180

func calendarCheck(ctx context.Context, out, errw io.Writer) int {
	return with(ctx, errw, true, func(ctx context.Context, a *app.App) error {
		all, err := a.Book.List(ctx)
		if err != nil {
			return err
		}
		short, err := a.Engine.Horizon(ctx)
		if err != nil {
			return err
		}
		soon := map[string]bool{}
		for _, h := range short {
			soon[h.Calendar] = true
		}
		for _, v := range all {
			_, last := v.Known()
			line := fmt.Sprintf("%s version %d, known until %s%s", v.Name, v.Number, last, leftWords(int(last-calendar.DayOf(a.DB.Now(ctx).In(v.Zone())))))
			if soon[v.Name] {
				line = "warning: " + line
			}
			_, _ = fmt.Fprintln(out, line)
		}
		left, err := a.Engine.Left(ctx)
		if err == nil && left > 0 {
			_, _ = fmt.Fprintf(out, "%d promises are still to be counted by the newest version\n", left)
		}
		return err
	})
}

// leftWords say what to do about a calendar that is known for some more days;
// nothing where there are many.
func leftWords(days int) string {
	switch {
	case days < 0:
		return fmt.Sprintf(": it ended %s ago, promises are provisional; import the school year", dayCount(-days))
	case days == 0:
		return ": today is its last day, import the next school year"
	case days < mentioned:
		return fmt.Sprintf(": only %s left, import the next school year", dayCount(days))
	}
	return ""
}

func calendarExport(ctx context.Context, name string, out, errw io.Writer) int {
	return with(ctx, errw, true, func(ctx context.Context, a *app.App) error {
		v, err := a.Book.Current(ctx, name)
		switch {
		case errors.Is(err, fault.NotFound):
			return noCalendar(name)
		case err != nil:
			return err
		}
		spec, err := a.Book.Spec(ctx, v.ID)
		if err != nil {
			return err
		}
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false) // & is what people typed
		if err := encoder.Encode(spec); err != nil {
			return err
		}
		_, err = fmt.Fprintln(out, layOut(text.Bytes(), ""))
		return err
	})
}
