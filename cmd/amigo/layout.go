package main

import (
	"bytes"
	"encoding/json"
	"strings"
)

// lineWidth is how long a line of JSON may be that is to be read and edited.
const lineWidth = 110

// layOut sets JSON so that people can read it: what fits on a line stands on
// one, the rest has a line for each of its parts.
func layOut(text json.RawMessage, indent string) string {
	open, parts, end := jsonParts(text)
	if open == "" {
		return string(bytes.TrimSpace(text))
	}
	inner := indent + "  "
	flat, broken := make([]string, len(parts)), make([]string, len(parts))
	for i, p := range parts {
		value := layOut(p.value, inner)
		broken[i] = inner + p.name + value
		flat[i] = p.name + value
	}
	line := open + strings.Join(flat, ", ") + end
	if len(indent)+len(line) <= lineWidth && !strings.Contains(line, "\n") {
		return line
	}
	return open + "\n" + strings.Join(broken, ",\n") + "\n" + indent + end
}

// jsonPart is an element of a list, or of an object with its name.
type jsonPart struct {
	name  string // with the colon; empty in a list
	value json.RawMessage
}

// jsonParts takes a list or an object apart, in its order; open is empty for
// anything else. The text is known to be JSON.
func jsonParts(text json.RawMessage) (open string, parts []jsonPart, end string) {
	d := json.NewDecoder(bytes.NewReader(text))
	first, err := d.Token()
	delimiter, ok := first.(json.Delim)
	if err != nil || !ok {
		return "", nil, ""
	}
	for d.More() {
		var p jsonPart
		if delimiter == '{' {
			// Between the part before and this name are a comma and blanks.
			begins := d.InputOffset()
			if _, err := d.Token(); err != nil {
				return "", nil, ""
			}
			p.name = strings.TrimLeft(string(text[begins:d.InputOffset()]), ", \t\r\n") + ": "
		}
		if d.Decode(&p.value) != nil {
			return "", nil, ""
		}
		parts = append(parts, p)
	}
	return delimiter.String(), parts, map[json.Delim]string{'{': "}", '[': "]"}[delimiter]
}
