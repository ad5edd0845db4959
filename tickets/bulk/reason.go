package bulk

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"amigo/app/fault"
)

// refusal says whether an error is an answer of the desk, and no accident.
func refusal(err error) bool {
	for _, kind := range []error{fault.Invalid, fault.Denied, fault.NotFound, fault.Conflict} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// reasonOf is the sentence that a refusal carries: of several fields, the first
// by name.
func reasonOf(err error) fault.Message {
	if m, ok := fault.MessageOf(err); ok {
		return m
	}
	if fields := fault.FieldsOf(err); len(fields) > 0 {
		return fields[slices.Min(slices.Collect(maps.Keys(fields)))]
	}
	if errors.Is(err, fault.NotFound) {
		return fault.Say("tickets.field.ref")
	}
	return fault.Say("bulk.refused.changed")
}

// written is a sentence as it is kept. The values of a sentence are texts, whole
// numbers and sentences.
type written struct {
	Key  string             `json:"key"`
	Text map[string]string  `json:"text,omitempty"`
	Ints map[string]int     `json:"ints,omitempty"`
	Say  map[string]written `json:"say,omitempty"`
}

func write(m fault.Message) written {
	w := written{Key: m.Key, Text: map[string]string{}, Ints: map[string]int{}, Say: map[string]written{}}
	for name, value := range m.Args {
		switch value := value.(type) {
		case int:
			w.Ints[name] = value
		case fault.Message:
			w.Say[name] = write(value)
		case string:
			w.Text[name] = value
		}
	}
	return w
}

func (w written) message() fault.Message {
	m := fault.Message{Key: w.Key, Args: map[string]any{}}
	for name, value := range w.Text {
		m.Args[name] = value
	}
	for name, value := range w.Ints {
		m.Args[name] = value
	}
	for name, value := range w.Say {
		m.Args[name] = value.message()
	}
	return m
}

// packed and unpacked bring a sentence into a column and back; the empty text is
// no sentence.
func packed(m fault.Message) (string, error) {
	if m.Key == "" {
		return "", nil
	}
	text, err := json.Marshal(write(m))
	return string(text), err
}

func unpacked(text string) (fault.Message, error) {
	var w written
	if text == "" {
		return fault.Message{}, nil
	}
	err := json.Unmarshal([]byte(text), &w)
	return w.message(), err
}
