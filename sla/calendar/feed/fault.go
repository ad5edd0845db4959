package feed

import (
	"maps"
	"strconv"
	"strings"

	"amigo/app/fault"
	"amigo/sla/calendar"
)

// maxProblems bounds how many problems are listed; the others are counted.
const maxProblems = 50

// place is where something stands in a feed.
type place struct {
	Line   int // 0: nowhere in particular
	Record int // the number of the record on it, where a line says little; else 0
}

// Problem is one thing that is wrong with a feed; its Rule is one of [Rules].
type Problem = calendar.Remark

// Warning is something that a person should look at before the calendar is put
// in force; its Rule is one of [Rules], too.
type Warning = calendar.Remark

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

// refusal is an Error of one problem.
func refusal(at place, w *wording, pairs ...any) *Error {
	return &Error{[]Problem{remark(at, w, pairs...)}}
}

// problems gathers what is wrong.
type problems struct {
	list []Problem
	more int
}

// refuse adds a problem, once.
func (p *problems) refuse(at place, w *wording, pairs ...any) {
	problem := w.remark(at, pairs)
	for _, q := range p.list {
		if q.Line == problem.Line && q.Record == problem.Record && q.Rule == problem.Rule && maps.Equal(q.Args, problem.Args) && maps.Equal(q.Days, problem.Days) {
			return
		}
	}
	if len(p.list) == maxProblems {
		p.more++
		return
	}
	problem.Text = w.text(problem)
	p.list = append(p.list, problem)
}

func (p *problems) err() error {
	switch {
	case len(p.list) == 0:
		return nil
	case p.more > 0:
		return &Error{append(p.list, remark(place{}, more, "More", p.more))}
	}
	return &Error{p.list}
}

// ordinal is a number of a line or a record, nothing for 0.
func ordinal(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// slip is a value that cannot be read, by the rule that it breaks.
type slip struct {
	rule  *wording
	pairs []any
}

// refuseValue adds what is wrong with the start or the end of something named.
func (p *problems) refuseValue(at place, name, side string, s *slip) {
	p.refuse(at, s.rule, append([]any{"Name", clip(name), "Side", side}, s.pairs...)...)
}
