package calendar

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Lines puts in front of each problem of a [SpecError] the line of the JSON
// text on which its place stands: line 4: periods[2]: ends before it starts.
// What has no place in the text, such as a time zone that is missing, stays as
// it is, and so does any other error.
func Lines(text []byte, err error) error {
	wrong, ok := errors.AsType[*SpecError](err)
	if !ok {
		return err
	}
	lines := readText(text).lines
	located := &SpecError{Breaches: wrong.Breaches}
	for i, problem := range wrong.Problems {
		if i < len(wrong.Breaches) && lines[wrong.Breaches[i].Place] > 0 {
			problem = onLine(lines[wrong.Breaches[i].Place], problem)
		}
		located.Problems = append(located.Problems, problem)
	}
	return located
}

func onLine(line int, problem string) string { return fmt.Sprintf("line %d: %s", line, problem) }

// No calendar is deeper than this or has more values; what lies beyond has no line.
const (
	deepest    = 16
	mostValues = 1 << 16
)

// text is a JSON text and where its values stand.
type text struct {
	data   []byte
	tokens *json.Decoder
	values []value        // in the order of the text
	lines  map[string]int // on which they begin, by their place as problems name it
}

// value is where a JSON value stands: its line, and the end of its first token.
type value struct {
	place  string
	line   int
	offset int64
}

// readText reads as much as is JSON.
func readText(data []byte) *text {
	data = withoutMark(data)
	t := &text{data: data, tokens: json.NewDecoder(bytes.NewReader(data)), lines: make(map[string]int)}
	t.read("", 0)
	return t
}

// read takes in the value that comes next with all that is in it, and says whether the text goes on.
func (t *text) read(place string, depth int) bool {
	token, err := t.tokens.Token()
	if err != nil || depth > deepest || len(t.values) == mostValues {
		return false
	}
	t.note(place)
	switch token {
	case json.Delim('{'):
		return t.each(func(int) bool {
			key, err := t.tokens.Token()
			return err == nil && t.read(member(place, fmt.Sprint(key)), depth+1)
		})
	case json.Delim('['):
		return t.each(func(i int) bool { return t.read(fmt.Sprintf("%s[%d]", place, i), depth+1) })
	}
	return true
}

// each reads what is in an object or an array, and its end.
func (t *text) each(read func(i int) bool) bool {
	for i := 0; t.tokens.More(); i++ {
		if !read(i) {
			return false
		}
	}
	_, err := t.tokens.Token()
	return err == nil
}

// note writes down where the token stands that was read last.
func (t *text) note(place string) {
	last := value{line: 1}
	if n := len(t.values); n > 0 {
		last = t.values[n-1]
	}
	offset := t.tokens.InputOffset()
	line := last.line + bytes.Count(t.data[last.offset:offset], newline)
	t.values = append(t.values, value{place, line, offset})
	t.lines[place] = line
}

var newline = []byte{'\n'}

// member is the place of a field, or of an entry of what people name themselves.
func member(place, key string) string {
	switch place {
	case "":
		return key
	case "regimes", "exceptions":
		return fmt.Sprintf("%s[%q]", place, key)
	}
	return place + "." + key
}

// shapeError says that a value is none of those that the format has there.
type shapeError struct {
	raw  []byte // the value
	want string // with a %s for it
}

func (e *shapeError) Error() string { return fmt.Sprintf(e.want, e.raw) }

// shapeProblem puts what the decoder complains about in the words of the
// format, with the line.
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
	if wrong, ok := errors.AsType[*shapeError](err); ok {
		return readText(data).withLine(wrong.Error(), func(t *text, v value) bool {
			return bytes.HasSuffix(t.data[:v.offset], wrong.raw) || bytes.HasPrefix(t.data[v.offset-1:], wrong.raw)
		})
	}
	switch {
	case errors.Is(err, io.EOF):
		return "no calendar: the text is empty"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return onLine(lineAt(data, int64(len(data))), "the text ends before the calendar does")
	}
	said := strings.TrimPrefix(err.Error(), "json: ")
	key := strings.Trim(strings.TrimPrefix(said, "unknown field "), `"`)
	return readText(data).withLine(said, func(_ *text, v value) bool {
		return v.place == key || strings.HasSuffix(v.place, "."+key)
	})
}

// withLine puts the line of the first value that is meant in front of a problem.
func (t *text) withLine(problem string, meant func(*text, value) bool) string {
	for _, v := range t.values {
		if meant(t, v) {
			return onLine(v.line, problem)
		}
	}
	return problem
}

// lineAt is the line, from 1, of the byte before an offset.
func lineAt(data []byte, offset int64) int {
	return 1 + bytes.Count(data[:max(min(offset, int64(len(data)))-1, 0)], newline)
}

// withoutMark drops the byte order mark that some editors write.
func withoutMark(data []byte) []byte { return bytes.TrimPrefix(data, []byte("\ufeff")) }
