package feed

import (
	"fmt"
	"slices"
	"strings"

	"amigo/app/fault"
)

// maxProblems bounds how many problems are listed; the others are counted.
const maxProblems = 50

// place is where something stands in a feed.
type place struct {
	Line   int // 0: nowhere in particular
	Record int // the number of the record on it, where a line says little; else 0
}

// String is "line 12: ", or nothing.
func (p place) String() string {
	switch {
	case p.Line == 0:
		return ""
	case p.Record == 0:
		return fmt.Sprintf("line %d: ", p.Line)
	}
	return fmt.Sprintf("line %d, record %d: ", p.Line, p.Record)
}

// Problem is one thing that is wrong with a feed.
type Problem struct {
	place
	Reason string
}

// String is the place and the reason.
func (p Problem) String() string { return p.place.String() + p.Reason }

// Error says everything that is wrong with a feed; its kind is fault.Invalid.
type Error struct{ Problems []Problem }

// Error lists the problems, a line each.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the kind.
func (e *Error) Unwrap() error { return fault.Invalid }

// Warning is something that a person should look at before the calendar is put in force.
type Warning struct {
	place
	Text string
}

// String is the place and the text.
func (w Warning) String() string { return w.place.String() + w.Text }

// refusal is an Error of one problem that stands nowhere in particular.
func refusal(format string, args ...any) *Error {
	return &Error{[]Problem{{Reason: fmt.Sprintf(format, args...)}}}
}

// problems gathers what is wrong.
type problems struct {
	list []Problem
	more int
}

// refuse adds a problem, once.
func (p *problems) refuse(at place, format string, args ...any) {
	problem := Problem{at, fmt.Sprintf(format, args...)}
	switch {
	case slices.Contains(p.list, problem):
	case len(p.list) == maxProblems:
		p.more++
	default:
		p.list = append(p.list, problem)
	}
}

func (p *problems) err() error {
	switch {
	case len(p.list) == 0:
		return nil
	case p.more > 0:
		return &Error{append(p.list, Problem{Reason: fmt.Sprintf("and %d more", p.more)})}
	}
	return &Error{p.list}
}
