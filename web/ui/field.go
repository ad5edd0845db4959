package ui

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// Field is one thing that a form asks for. Which control asks for it is the
// method that draws it: [Field.Input], [Field.Area], [Field.Select],
// [Field.Radios], [Field.Check], [Field.Checks], [Field.Files].
//
// Everything is required unless Optional, which the label then says. Error is
// a whole sentence and stands under the control, tied to it.
type Field struct {
	Name, Label  string
	Hint, Error  string
	Value        string
	ID           string // "f-" and the name by default
	Type         string // of [Field.Input]: text by default
	Autocomplete string
	InputMode    string
	Placeholder  string // an example, never the label
	Optional     bool
	Tacit        bool   // that it is Optional goes without saying: a filter, one of many things to change
	None         string // the word for no answer in [Field.Select], where "Choisir…" is not it
	MaxLength    int
	Rows         int // of [Field.Area]
	Autofocus    bool
	Attrs        templ.Attributes
}

// Option is one answer among several.
type Option struct {
	Value, Label string
	Hint         string // under the label, where there is room for it
	Group        string // heading in [Field.Select]; neighbours with the same one stand together
	Chosen       bool   // besides Field.Value, for [Field.Checks]
}

func (f Field) id() string {
	if f.ID != "" {
		return f.ID
	}
	return "f-" + f.Name
}

// part is the id of something that belongs to the field: its hint, its error.
func (f Field) part(name string) string { return f.id() + "-" + name }

// attributes are what every control shares.
func (f Field) attributes() templ.Attributes {
	attributes := templ.Attributes{"name": f.Name, "id": f.id(), "required": !f.Optional, "autofocus": f.Autofocus}
	for name, value := range map[string]string{
		"autocomplete":     f.Autocomplete,
		"inputmode":        f.InputMode,
		"placeholder":      f.Placeholder,
		"aria-describedby": f.described(),
	} {
		if value != "" {
			attributes[name] = value
		}
	}
	if f.MaxLength > 0 {
		attributes["maxlength"] = strconv.Itoa(f.MaxLength)
	}
	if f.Error != "" {
		attributes["aria-invalid"] = "true"
	}
	for name, value := range f.Attrs {
		attributes[name] = value
	}
	return attributes
}

// described lists the ids of the hint and the error, those that exist.
func (f Field) described() string {
	var ids []string
	if f.Error != "" {
		ids = append(ids, f.part("error"))
	}
	if f.Hint != "" {
		ids = append(ids, f.part("hint"))
	}
	return strings.Join(ids, " ")
}

func (f Field) chosen(o Option) bool { return o.Chosen || o.Value == f.Value && f.Value != "" }

func (f Field) inputType() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

func (f Field) rows() string {
	if f.Rows == 0 {
		return "6"
	}
	return strconv.Itoa(f.Rows)
}

// groups cuts options into runs with the same group, in their order.
func groups(options []Option) [][]Option {
	var runs [][]Option
	for _, o := range options {
		last := len(runs) - 1
		if last >= 0 && runs[last][0].Group == o.Group {
			runs[last] = append(runs[last], o)
			continue
		}
		runs = append(runs, []Option{o})
	}
	return runs
}

func upper(key string) string { return strings.ToUpper(key) }
