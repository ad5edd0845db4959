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

	"amigo/app/fault"
	"amigo/sla/calendar"
)

const slaUsage = `Business time: opening hours, due dates and the time worked between two instants.

  amigo sla due START MINUTES       when so much working time has passed
  amigo sla elapsed A B             whole minutes of working time from A to B
  amigo sla open AT                 "open" or "closed", and the regime
  amigo sla explain START MINUTES   a due date, day by day: what counted, and why not

  --calendar NAME|FILE.json   whose opening hours (default normandie; or techniciens-caen)
  --batch                     read CSV on standard input, print one answer a line

Instants are RFC 3339: 2026-03-27T16:30:00+01:00.
`

// localTime is RFC 3339 with the fraction of a second where there is one. The
// offset is always written out, for it is part of the answer.
const localTime = "2006-01-02T15:04:05.999999999-07:00"

// slaQuestion is one of the questions of `amigo sla`: what it needs, and how it is answered.
type slaQuestion struct {
	operands []string
	answer   func(c *calendar.Calendar, operands []string) (slaAnswer, error)
}

// slaAnswer is printed on as many lines as it has, or in a batch on one.
type slaAnswer []string

func slaQuestions() map[string]slaQuestion {
	return map[string]slaQuestion{
		"due":     {[]string{"START", "MINUTES"}, slaDue},
		"elapsed": {[]string{"A", "B"}, slaElapsed},
		"open":    {[]string{"AT"}, slaOpen},
		"explain": {[]string{"START", "MINUTES"}, slaExplain},
	}
}

// slaCall is a command line that has been understood.
type slaCall struct {
	slaQuestion
	calendar string
	batch    bool
	help     bool
	given    []string
}

// runSLA answers `amigo sla …`; args begin after "sla". It gives the exit code:
// 0 answered, 1 no answer (or none for some line of a batch), 2 not understood.
func runSLA(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int {
	call, err := parseSLA(args)
	switch {
	case err != nil:
		fmt.Fprintf(errw, "error: %v\n\n%s", err, slaUsage)
		return 2
	case call.help:
		fmt.Fprint(out, slaUsage)
		return 0
	}
	c, err := openingHours(call.calendar)
	if err != nil {
		fmt.Fprintf(errw, "error: %v\n", err)
		return 1
	}
	if call.batch {
		return slaBatch(ctx, call.slaQuestion, c, in, out, errw)
	}
	answer, err := call.answer(c, call.given)
	if err != nil {
		fmt.Fprintf(errw, "error: %v\n", err)
		return 1
	}
	if _, err := fmt.Fprintln(out, strings.Join(answer, "\n")); err != nil {
		return 1
	}
	return 0
}

// parseSLA takes flags from anywhere on the line. -5 is a number, not a flag.
func parseSLA(args []string) (slaCall, error) {
	call := slaCall{calendar: calendar.Normandie}
	var words []string
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		name, value, hasValue := strings.Cut(arg, "=")
		switch {
		case arg == "--":
			words, args = append(words, args...), nil
		case name == "--calendar" && hasValue:
			call.calendar = value
		case arg == "--calendar":
			if len(args) == 0 {
				return call, errors.New("--calendar needs a name or a file")
			}
			call.calendar, args = args[0], args[1:]
		case arg == "--batch":
			call.batch = true
		case arg == "--help" || arg == "-h":
			call.help = true
		case len(arg) > 1 && arg[0] == '-' && (arg[1] < '0' || arg[1] > '9'):
			return call, fmt.Errorf("there is no flag %s", arg)
		default:
			words = append(words, arg)
		}
	}
	if call.help {
		return call, nil
	}
	return call, call.ask(words)
}

// ask takes the question and what it is about from the words that are no flags.
func (call *slaCall) ask(words []string) error {
	if len(words) == 0 {
		return errors.New("want due, elapsed, open or explain")
	}
	question, ok := slaQuestions()[words[0]]
	if !ok {
		return fmt.Errorf("there is no question %q", words[0])
	}
	call.slaQuestion, call.given = question, words[1:]
	want := len(question.operands)
	if call.batch {
		want = 0
	}
	switch {
	case len(call.given) == want:
		return nil
	case call.batch:
		return fmt.Errorf("with --batch, %s is read from standard input", strings.Join(question.operands, ","))
	}
	return fmt.Errorf("%s wants %s", words[0], strings.Join(question.operands, " "))
}

// openingHours is a calendar that comes with the program, or one read from a file.
func openingHours(name string) (*calendar.Calendar, error) {
	spec, err := calendar.Named(name)
	if errors.Is(err, fault.NotFound) {
		return calendarFile(name)
	}
	if err != nil {
		return nil, err
	}
	return calendar.New(spec)
}

func calendarFile(name string) (*calendar.Calendar, error) {
	data, err := os.ReadFile(name) //nolint:gosec // the file that the command line names
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%q is neither a file nor a calendar (%s)", name, strings.Join(calendar.Names(), ", "))
	}
	if err != nil {
		return nil, err
	}
	spec, err := calendar.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	c, err := calendar.New(spec)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, calendar.Lines(data, err))
	}
	return c, nil
}

func slaDue(c *calendar.Calendar, given []string) (slaAnswer, error) {
	start, work, err := startAndWork(given)
	if err != nil {
		return nil, err
	}
	due, err := c.Add(start, work)
	if err != nil {
		return nil, err
	}
	return slaAnswer{due.In(c.Zone()).Format(localTime)}, nil
}

func slaElapsed(c *calendar.Calendar, given []string) (slaAnswer, error) {
	from, err := parseInstant(given[0])
	if err != nil {
		return nil, err
	}
	to, err := parseInstant(given[1])
	if err != nil {
		return nil, err
	}
	worked, err := c.Between(from, to)
	if err != nil {
		return nil, err
	}
	return slaAnswer{strconv.FormatInt(int64(worked/time.Minute), 10)}, nil
}

func slaOpen(c *calendar.Calendar, given []string) (slaAnswer, error) {
	at, err := parseInstant(given[0])
	if err != nil {
		return nil, err
	}
	m, err := c.At(at)
	if err != nil {
		return nil, err
	}
	if m.Open {
		return slaAnswer{"open " + m.Name()}, nil
	}
	return slaAnswer{"closed " + m.Name()}, nil
}

func startAndWork(given []string) (start time.Time, work time.Duration, err error) {
	if start, err = parseInstant(given[0]); err != nil {
		return start, 0, err
	}
	n, err := strconv.ParseInt(given[1], 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return start, 0, fmt.Errorf("%q is not a whole number of minutes", given[1])
	}
	// What no due date can have is too much already; more would not fit a Duration.
	const most = int64(calendar.Horizon/time.Minute) + 1
	return start, time.Duration(min(max(n, -1), most)) * time.Minute, nil
}

// parseInstant reads RFC 3339 to the letter, which UnmarshalText does and
// Parse does not; T and Z may be small (section 5.6).
func parseInstant(s string) (time.Time, error) {
	var t time.Time
	if err := t.UnmarshalText([]byte(strings.ToUpper(s))); err != nil {
		return t, fmt.Errorf("%q is not an instant such as 2026-03-27T16:30:00+01:00", s)
	}
	return t, nil
}
