package calendar

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
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
	read := readText(text)
	located := &SpecError{Breaches: wrong.Breaches}
	for i, problem := range wrong.Problems {
		if i < len(wrong.Breaches) {
			if line := read.lineOf(wrong.Breaches[i].Place); line > 0 {
				problem = onLine(line, problem)
			}
		}
		located.Problems = append(located.Problems, problem)
	}
	return located
}

// lineOf is the line on which a place stands; of a field that is missing, that
// of what should have it. 0 where there is neither.
func (t *text) lineOf(place string) int {
	for ; place != ""; place = place[:max(strings.LastIndexAny(place, ".["), 0)] {
		if line := t.lines[place]; line > 0 {
			return line
		}
	}
	return 0
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
	read   int64          // how much of the data was
	line   int            // on which that ends
	values []value        // in the order of the text
	lines  map[string]int // on which they begin, by their place as problems name it
	again  []repeated     // fields that an object has more than once
}

// repeated is a field that was given before.
type repeated struct {
	place       string
	line, first int
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
	t := &text{data: data, tokens: json.NewDecoder(bytes.NewReader(data)), line: 1, lines: make(map[string]int)}
	t.value("", 0)
	return t
}

// value takes in the value that comes next with all that is in it, and says whether the text goes on.
func (t *text) value(place string, depth int) bool {
	token, ok := t.token()
	if !ok || depth > deepest {
		return false
	}
	if len(t.values) < mostValues {
		t.values = append(t.values, value{place, t.line, t.read})
		t.lines[place] = t.line
	}
	switch token {
	case json.Delim('{'):
		seen := map[string]int{}
		return t.each(func(int) bool {
			key, ok := t.token()
			field := member(place, fmt.Sprint(key))
			if first, before := seen[field]; before {
				t.again = append(t.again, repeated{field, t.line, first})
			} else {
				seen[field] = t.line
			}
			return ok && t.value(field, depth+1)
		})
	case json.Delim('['):
		return t.each(func(i int) bool { return t.value(fmt.Sprintf("%s[%d]", place, i), depth+1) })
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
	_, ok := t.token()
	return ok
}

// token reads the next token, and counts the lines on the way.
func (t *text) token() (json.Token, bool) {
	token, err := t.tokens.Token()
	end := t.tokens.InputOffset()
	t.line += bytes.Count(t.data[t.read:end], newline)
	t.read = end
	return token, err == nil
}

var newline = []byte{'\n'}

// member is the place of a field, or of an entry of what people name
// themselves. Fields are found whether their letters are small or not, and so
// are they here.
func member(place, key string) string {
	switch place {
	case "":
		return folded(key)
	case "regimes", "exceptions":
		return fmt.Sprintf("%s[%q]", place, key)
	}
	return place + "." + folded(key)
}

// folded is a name as package json compares those of fields.
func folded(name string) string { return strings.ToLower(strings.ToUpper(name)) }

// lineAt is the line, from 1, of the byte before an offset.
func lineAt(data []byte, offset int64) int {
	return 1 + bytes.Count(data[:max(min(offset, int64(len(data)))-1, 0)], newline)
}

// withoutMark drops the byte order mark that some editors write.
func withoutMark(data []byte) []byte { return bytes.TrimPrefix(data, []byte("\ufeff")) }
