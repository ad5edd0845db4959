package calendar

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Remark is one thing that is wrong with what a draft was to be drawn from, or
// that somebody should look at before it is put in force. It names a rule and
// the values that go with it, so that a page can say it in its reader's
// language; Text says the same in English, for commands and logs.
type Remark struct {
	Line   int               `json:"line,omitempty"`   // 0: nowhere in particular
	Record int               `json:"record,omitempty"` // the number of the record on it, where a line says little; else 0
	Place  string            `json:"place,omitempty"`  // of a Spec, as in a Breach
	Rule   string            `json:"rule,omitempty"`   // feed.backwards, fetch.status, wrong.overlap; empty: there is only Text
	Args   map[string]string `json:"args,omitempty"`   // by name, as they are written
	Days   map[string]Day    `json:"days,omitempty"`   // by name, too: each reader writes dates in another way
	Text   string            `json:"text"`             // without line and record
}

// String is the line and the text, in English.
func (r Remark) String() string {
	switch {
	case r.Line == 0:
		return r.Text
	case r.Record == 0:
		return onLine(r.Line, r.Text)
	}
	return fmt.Sprintf("line %d, record %d: %s", r.Line, r.Record, r.Text)
}

// WriteRemarks writes remarks as a [Draft] keeps them, a line of JSON each.
func WriteRemarks(list []Remark) string {
	lines := make([]string, len(list))
	for i, r := range list {
		line, err := json.Marshal(r)
		if err != nil {
			panic(err) // nothing in a Remark has no JSON
		}
		lines[i] = string(line)
	}
	return strings.Join(lines, "\n")
}

// Remarks are the lines of the draft's Reason. One that is no JSON of
// [WriteRemarks] is a Remark that has only a text.
func (d Draft) Remarks() (list []Remark) {
	for line := range strings.Lines(d.Reason) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		var r Remark
		if err := json.Unmarshal([]byte(line), &r); err != nil || r.Text == "" {
			r = Remark{Text: line}
		}
		list = append(list, r)
	}
	return list
}

// Remarks are the problems with their lines and rules.
func (e *SpecError) Remarks() []Remark {
	list := make([]Remark, len(e.Problems))
	for i, problem := range e.Problems {
		list[i].Line, list[i].Text = lineIn(problem)
		list[i].Rule = "wrong.shape"
		if i < len(e.Breaches) {
			list[i].Place, list[i].Rule = e.Breaches[i].Place, "wrong."+string(e.Breaches[i].Rule)
		}
	}
	return list
}

// lineIn is the inverse of onLine; the line is 0 where a problem names none.
func lineIn(problem string) (line int, rest string) {
	if n, err := fmt.Sscanf(problem, "line %d:", &line); n == 1 && err == nil {
		return line, strings.TrimPrefix(problem, onLine(line, ""))
	}
	return 0, problem
}
