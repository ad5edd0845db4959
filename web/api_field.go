package web

import (
	"bytes"
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// sent is a field of a change: left out (nothing changes), null (it is taken
// away), or a value.
type sent[T any] struct {
	There, Null bool
	Value       T
}

// UnmarshalJSON is called only for a field that is there.
func (s *sent[T]) UnmarshalJSON(b []byte) error {
	s.There = true
	if bytes.Equal(bytes.TrimSpace(b), []byte("null")) {
		s.Null = true
		return nil
	}
	return json.Unmarshal(b, &s.Value)
}

// pointer is nil for what was not sent, and points to nothing ("") for null.
func (s sent[T]) pointer() *T {
	if !s.There {
		return nil
	}
	return &s.Value
}

// Schema describes the field as its value, or null.
func (s sent[T]) Schema(r huma.Registry) *huma.Schema {
	schema := *huma.SchemaFromType(r, reflect.TypeFor[T]())
	schema.Nullable = true
	return &schema
}

// maybe is something of several fields, or null.
type maybe[T any] struct{ thing *T }

// MarshalJSON writes the thing, or null.
func (m maybe[T]) MarshalJSON() ([]byte, error) { return json.Marshal(m.thing) }

// Schema describes both. A reference alone would say that it is never null.
func (m maybe[T]) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{OneOf: []*huma.Schema{r.Schema(reflect.TypeFor[T](), true, ""), {Type: "null"}}}
}
