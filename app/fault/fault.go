package fault

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The kinds. Compare with errors.Is; wrap with fmt.Errorf("…: %w", …).
var (
	Invalid     = errors.New("invalid")
	NotFound    = errors.New("not found")
	Conflict    = errors.New("conflict")
	Denied      = errors.New("denied")
	Unavailable = errors.New("unavailable")
)

// Message is a sentence for a person: a key of the i18n catalogues and the
// values that its template names.
type Message struct {
	Key  string
	Args map[string]any
}

// Say builds a Message. pairs alternates names and values: Say("x", "Max", 3).
func Say(key string, pairs ...any) Message {
	m := Message{Key: key}
	for i := 0; i+1 < len(pairs); i += 2 {
		if m.Args == nil {
			m.Args = make(map[string]any, len(pairs)/2)
		}
		m.Args[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return m
}

// Fields is a set of refused form fields, by field name, each with what to
// tell the person. It is an error of the kind Invalid.
type Fields map[string]Message

// Error lists the fields and keys in a stable order, for logs.
func (f Fields) Error() string {
	parts := make([]string, 0, len(f))
	for _, name := range slices.Sorted(maps.Keys(f)) {
		parts = append(parts, name+" ("+f[name].Key+")")
	}
	return "invalid: " + strings.Join(parts, ", ")
}

// Is makes errors.Is(fields, Invalid) true.
func (f Fields) Is(target error) bool { return target == Invalid }

// Add records what is wrong with a field, unless something already is: the
// first complaint is the one that people see.
func (f Fields) Add(field, key string, pairs ...any) {
	if _, taken := f[field]; !taken {
		f[field] = Say(key, pairs...)
	}
}

// Err is f as an error, nil when no field is refused.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// Problem is a failure of some kind with a sentence for the person.
type Problem struct {
	Kind    error // one of the five kinds
	Message Message
}

// Because builds a Problem; pairs as in [Say].
func Because(kind error, key string, pairs ...any) *Problem {
	return &Problem{Kind: kind, Message: Say(key, pairs...)}
}

// Error is for logs: the kind and the key.
func (p *Problem) Error() string { return p.Kind.Error() + " (" + p.Message.Key + ")" }

// Unwrap gives the kind.
func (p *Problem) Unwrap() error { return p.Kind }

// MessageOf finds the sentence that err carries; ok is false when it carries none.
func MessageOf(err error) (m Message, ok bool) {
	if p, found := errors.AsType[*Problem](err); found {
		return p.Message, true
	}
	return Message{}, false
}

// FieldsOf finds the refused fields that err carries, nil when there are none.
func FieldsOf(err error) Fields {
	f, _ := errors.AsType[Fields](err)
	return f
}

// Wrap puts where in front of *errp unless it is nil; use it deferred:
//
//	defer fault.Wrap(&err, "ticket %d: assign", id)
func Wrap(errp *error, format string, args ...any) {
	if *errp != nil {
		*errp = fmt.Errorf(format+": %w", append(args, *errp)...)
	}
}
