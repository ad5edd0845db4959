package calendar

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// givenTwice refuses a text in which an object has a field twice: the first
// would be passed over in silence.
func givenTwice(data []byte) error {
	again := readText(data).again
	if len(again) == 0 {
		return nil
	}
	wrong := &SpecError{}
	for _, r := range again {
		wrong.Problems = append(wrong.Problems, onLine(r.line, fmt.Sprintf("%s: is given a second time, after line %d", r.place, r.first)))
		wrong.Breaches = append(wrong.Breaches, Breach{r.place, Twice})
	}
	return wrong
}

// shapeError says that a value is none of those that the format has there.
type shapeError struct {
	raw  []byte // the value
	rule BreachRule
	want string
}

func (e *shapeError) Error() string {
	if is := kindOf(e.raw); is != "" {
		return "want " + e.want + ", not " + is
	}
	return "want " + e.want
}

// kindOf says in words what a JSON value is; nothing of an object, whose fields would have to be told.
func kindOf(raw []byte) string {
	switch raw[0] {
	case '{':
		return ""
	case '[':
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) == nil && len(list) != 2 {
			return fmt.Sprintf("a list of %d", len(list))
		}
		return "a list of something else"
	case '"':
		return "a text"
	case 't', 'f':
		return "true or false"
	case 'n':
		return "null"
	}
	return "a number"
}

// located is the error with the place and the line of its value.
func (e *shapeError) located(data []byte) *SpecError {
	t := readText(data)
	for _, v := range t.values {
		if bytes.HasSuffix(t.data[:v.offset], e.raw) || bytes.HasPrefix(t.data[v.offset-1:], e.raw) {
			return &SpecError{Problems: []string{onLine(v.line, v.place+": "+e.Error())}, Breaches: []Breach{{v.place, e.rule}}}
		}
	}
	return &SpecError{Problems: []string{e.Error()}}
}

// misshapen puts what the decoder complains about in the words of the format,
// with the line.
func misshapen(data []byte, err error) *SpecError {
	if wrong, ok := errors.AsType[*shapeError](err); ok {
		return wrong.located(data)
	}
	return &SpecError{Problems: []string{shapeProblem(data, err)}}
}

// shapeProblem is misshapen for all but the values that have several forms.
func shapeProblem(data []byte, err error) string {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if wrong.Field == "" {
			return fmt.Sprintf("a calendar is a JSON object, not a JSON %s", wrong.Value)
		}
		return onLine(lineAt(data, wrong.Offset), fmt.Sprintf("%s: a JSON %s does not belong here", wrong.Field, wrong.Value))
	}
	if wrong, ok := errors.AsType[*json.SyntaxError](err); ok {
		return onLine(lineAt(data, wrong.Offset), wrong.Error())
	}
	switch {
	case errors.Is(err, io.EOF):
		return "no calendar: the text is empty"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return onLine(lineAt(data, int64(len(data))), "the text ends before the calendar does")
	}
	said := strings.TrimPrefix(err.Error(), "json: ")
	key := folded(strings.Trim(strings.TrimPrefix(said, "unknown field "), `"`))
	for _, v := range readText(data).values {
		if v.place == key || strings.HasSuffix(v.place, "."+key) {
			return onLine(v.line, said)
		}
	}
	return said
}
