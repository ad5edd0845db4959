package feed

import (
	"bytes"
	"encoding/json"
	"errors"

	"amigo/sla/calendar"
)

// json reads our own definition, or the rows of the ministry in any of the
// shapes in which they are served: {"results": […]} (API 2.1), {"records":
// [{"fields": …}]} (API 1), the list alone (exports).
func (r *reader) json(text []byte) (Feed, error) {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err == nil {
		if object["tz"] != nil || object["weekly"] != nil {
			return definition(text)
		}
		if object["results"] == nil && object["records"] == nil {
			return Feed{}, refusal(place{}, otherJSON)
		}
		r.whole(object)
	} else if broken, ok := errors.AsType[*json.SyntaxError](err); ok {
		at := min(int(broken.Offset), len(text))
		return Feed{}, refusal(place{Line: lineOf(text, at)}, brokenJSON, "Said", broken.Error())
	}
	r.feed.Official = true
	r.rows(text)
	return r.done()
}

func definition(text []byte) (Feed, error) {
	spec, err := calendar.Parse(text)
	if err != nil {
		return Feed{}, err
	}
	if err := spec.Check(); err != nil {
		return Feed{}, calendar.Lines(text, err)
	}
	return Feed{Spec: &spec}, nil
}

// whole refuses an answer that holds a part of the rows only: the API gives a
// hundred at a time, and what is left out would be taken for school days.
func (r *reader) whole(object map[string]json.RawMessage) {
	for count, list := range map[string]string{"total_count": "results", "nhits": "records"} {
		var all int
		var some []json.RawMessage
		if json.Unmarshal(object[count], &all) != nil || json.Unmarshal(object[list], &some) != nil {
			continue
		}
		if len(some) < all {
			r.problems.refuse(place{Line: 1}, partial, "Some", len(some), "All", all)
		}
	}
}

// rows reads the list of rows; the text is known to be JSON.
func (r *reader) rows(text []byte) {
	d := json.NewDecoder(bytes.NewReader(text))
	if !toList(d) {
		r.problems.refuse(place{Line: 1}, noList)
		return
	}
	line, counted := 1, 0
	for n := 1; d.More(); n++ {
		// Between the last row and this one are a comma and blanks.
		begins := int(d.InputOffset())
		begins += len(text[begins:]) - len(bytes.TrimLeft(text[begins:], ", \t\r\n"))
		line, counted = line+bytes.Count(text[counted:begins], []byte("\n")), begins
		at := place{Line: line, Record: n}
		if r.full(at, n) {
			return
		}
		var record struct {
			row
			Fields *row `json:"fields"`
		}
		if err := d.Decode(&record); err != nil {
			wrong := shape(err)
			r.problems.refuse(at, wrong.rule, wrong.pairs...)
			if _, ok := errors.AsType[*json.UnmarshalTypeError](err); !ok {
				return
			}
			continue
		}
		if record.Fields != nil {
			record.row = *record.Fields
		}
		r.row(at, record.row)
	}
}

// toList moves a decoder to the first row: into the list itself, or into that of an object.
func toList(d *json.Decoder) bool {
	token, err := d.Token()
	if err != nil || token == json.Delim('[') {
		return err == nil
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return false
		}
		if key == "results" || key == "records" {
			token, err := d.Token()
			return err == nil && token == json.Delim('[')
		}
		var other json.RawMessage
		if err := d.Decode(&other); err != nil {
			return false
		}
	}
	return false
}

// shape is what the decoder complains about, as a rule of the format.
func shape(err error) slip {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if wrong.Field == "" {
			return slip{noObject, []any{"Found", wrong.Value}}
		}
		return slip{wrongField, []any{"Field", wrong.Field, "Found", wrong.Value}}
	}
	return slip{brokenJSON, []any{"Said", err.Error()}}
}
