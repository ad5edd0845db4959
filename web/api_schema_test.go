package web_test

import (
	"fmt"
	"maps"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// schemas holds answers to what the OpenAPI document says of them. It is written
// against JSON Schema, not against what wrote the document, and knows the words
// of it that the document uses: one that it does not know is an error.
type schemas struct{ doc fields }

// check says what is wrong with an answer; nothing for an address that the
// document does not know.
func (s schemas) check(method, path string, status int, body any) (wrong []string) {
	o, known := s.operation(method, path)
	if !known {
		return nil
	}
	response, ok := o["responses"].(fields)[fmt.Sprint(status)].(fields)
	if !ok {
		return []string{fmt.Sprintf("%s does not say that it answers %d", o["operationId"], status)}
	}
	kind := "application/json"
	if status >= 400 {
		kind = "application/problem+json"
	}
	schema, ok := dig(response["content"].(fields)[kind], "schema").(fields)
	if !ok {
		return []string{fmt.Sprintf("%s has no schema of %d", o["operationId"], status)}
	}
	s.hold("", schema, body, &wrong)
	return wrong
}

// operation finds what answers an address below /api/v1.
func (s schemas) operation(method, path string) (o fields, known bool) {
	for _, template := range slices.Sorted(maps.Keys(s.doc["paths"].(fields))) {
		pattern := "^" + regexp.MustCompile(`\\\{[^}]+\\\}`).ReplaceAllString(regexp.QuoteMeta(template), `[^/]+`) + "$"
		if regexp.MustCompile(pattern).MatchString(path) {
			o, known = s.doc["paths"].(fields)[template].(fields)[strings.ToLower(method)].(fields)
			return o, known
		}
	}
	return nil, false
}

// annotations say nothing of what is valid.
var annotations = []string{"description", "examples", "example", "default", "title", "readOnly", "$comment"}

// hold adds what is wrong with a value.
func (s schemas) hold(at string, schema fields, v any, wrong *[]string) {
	say := func(format string, args ...any) { *wrong = append(*wrong, at+": "+fmt.Sprintf(format, args...)) }
	for word, rule := range schema {
		switch word {
		case "$ref":
			s.hold(at, dig(s.doc, strings.ReplaceAll(strings.TrimPrefix(rule.(string), "#/"), "/", ".")).(fields), v, wrong)
		case "type":
			if !ofType(rule, v) {
				say("%v is no %v", v, rule)
			}
		case "enum":
			if v != nil && !slices.Contains(rule.([]any), v) {
				say("%v is none of %v", v, rule)
			}
		case "format":
			if text, ok := v.(string); ok && !formed(rule.(string), text) {
				say("%q is no %s", text, rule)
			}
		case "oneOf":
			fits := 0
			for _, one := range rule.([]any) {
				var no []string
				if s.hold(at, one.(fields), v, &no); len(no) == 0 {
					fits++
				}
			}
			if fits != 1 {
				say("%v fits %d of %v", v, fits, rule)
			}
		case "items":
			list, _ := v.([]any)
			for i, item := range list {
				s.hold(fmt.Sprintf("%s[%d]", at, i), rule.(fields), item, wrong)
			}
		case "required":
			object, ok := v.(fields)
			for _, name := range rule.([]any) {
				if _, there := object[name.(string)]; ok && !there {
					say("%s is missing", name)
				}
			}
		case "properties", "additionalProperties":
		case "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems":
			if !measures(word, rule.(float64), v) {
				say("%v does not keep to %s %v", v, word, rule)
			}
		default:
			if !slices.Contains(annotations, word) {
				say("the document says %s, which this test does not know", word)
			}
		}
	}
	if object, ok := v.(fields); ok && (schema["properties"] != nil || schema["additionalProperties"] != nil) {
		s.holdObject(at, schema, object, wrong)
	}
}

// holdObject is hold for the members of an object.
func (s schemas) holdObject(at string, schema, object fields, wrong *[]string) {
	known, _ := schema["properties"].(fields)
	for name, value := range object {
		rule, there := known[name].(fields)
		if !there {
			switch more := schema["additionalProperties"].(type) {
			case fields:
				rule = more
			case bool:
				if !more {
					*wrong = append(*wrong, at+": nothing is said of "+name)
				}
			}
		}
		s.hold(at+"."+name, rule, value, wrong)
	}
}

// ofType says whether a value is of a type, or of one of several.
func ofType(rule, v any) bool {
	if several, ok := rule.([]any); ok {
		return slices.ContainsFunc(several, func(one any) bool { return ofType(one, v) })
	}
	switch v := v.(type) {
	case nil:
		return rule == "null"
	case string:
		return rule == "string"
	case bool:
		return rule == "boolean"
	case float64:
		return rule == "number" || rule == "integer" && v == math.Trunc(v)
	case []any:
		return rule == "array"
	case fields:
		return rule == "object"
	}
	return false
}

// formed says whether a text has a format.
func formed(format, text string) bool {
	switch format {
	case "date-time":
		_, err := time.Parse(time.RFC3339Nano, text)
		return err == nil
	case "date":
		_, err := time.Parse(time.DateOnly, text)
		return err == nil
	case "uri", "uri-reference":
		_, err := url.Parse(text)
		return err == nil
	}
	return false
}

// measures says whether a number, the letters of a text or the items of a list
// keep to a bound.
func measures(word string, bound float64, v any) bool {
	var size float64
	switch v := v.(type) {
	case float64:
		size = v
	case string:
		size = float64(len([]rune(v)))
	case []any:
		size = float64(len(v))
	default:
		return true
	}
	if strings.HasPrefix(word, "min") {
		return size >= bound
	}
	return size <= bound
}
