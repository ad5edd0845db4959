package mailin

import (
	"strings"

	"github.com/jhillyerd/enmime/v2/mediatype"
)

// maxMediaField is how much of a Content-Type or Content-Disposition is read.
const maxMediaField = 4 << 10

// media is what the head of a part says about its body.
type media struct {
	name     string // "text/plain", lower case
	declared string // as above, empty when the sender said nothing
	charset  string
	boundary string
	format   string // "flowed"
	delsp    bool
	purpose  string // smime-type, protocol or report-type: what a secured or reporting part is for

	disposition string // "attachment", "inline" or empty
	filename    string // as the sender wrote it
	contentID   string
}

// isMultipart tells a container.
func (m media) isMultipart() bool { return strings.HasPrefix(m.name, "multipart/") }

// mediaOf reads the content fields of a head; under is the type of the container,
// which gives the default (RFC 2046 5.1.5).
func mediaOf(h head, under string) media {
	ctype := clip(h.get("content-type"), maxMediaField)
	disposition := clip(h.get("content-disposition"), maxMediaField)
	m := media{name: "text/plain"}
	if under == "multipart/digest" {
		m.name = "message/rfc822"
	}
	name, params := readMedia(ctype)
	if strings.Count(name, "/") == 1 {
		m.name, m.declared = name, name
	}
	m.charset, m.boundary = params["charset"], params["boundary"]
	m.format, m.delsp = strings.ToLower(params["format"]), strings.EqualFold(params["delsp"], "yes")
	m.purpose = strings.ToLower(params["smime-type"] + params["protocol"] + params["report-type"])
	kind, placed := readMedia(disposition)
	if kind == "attachment" || kind == "inline" {
		m.disposition = kind
	}
	m.filename = firstNonEmpty(extended(disposition, "filename"), placed["filename"],
		extended(ctype, "name"), params["name"], placed["name"], params["filename"])
	m.filename = decodeWords(m.filename)
	m.contentID = first(h.ids("content-id"))
	return m
}

// readMedia reads a media type and its parameters. enmime mends missing
// semicolons, unquoted specials, repeated parameters; what it refuses as well
// still has a type, if not parameters.
func readMedia(value string) (string, map[string]string) {
	name, params, _, err := mediatype.Parse(value)
	if err != nil {
		name, _, _ = strings.Cut(value, ";")
		params = nil
	}
	return strings.ToLower(strings.TrimSpace(name)), params
}

// extended reads a parameter in the form of RFC 2231, in any charset: key*=charset”text,
// or in pieces key*0*=…, key*1=…. It is empty when the parameter has no such form.
func extended(value, key string) string {
	var bytes []byte
	charset := ""
	found := false
	for _, segment := range splitParameters(value) {
		name, text, ok := strings.Cut(segment, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		suffix, ours := strings.CutPrefix(name, key+"*")
		if !ok || !ours {
			continue
		}
		text = strings.Trim(strings.TrimSpace(text), `"`)
		percent := suffix == "" || strings.HasSuffix(suffix, "*")
		if percent && !found {
			if label, rest, ok := strings.Cut(text, "'"); ok {
				charset = label
				_, text, _ = strings.Cut(rest, "'")
			}
		}
		found = true
		if percent {
			bytes = unescape(bytes, []byte(text), '%')
		} else {
			bytes = append(bytes, text...)
		}
	}
	if !found {
		return ""
	}
	return toUTF8(bytes, charset)
}

// splitParameters cuts a header value at its semicolons, not at those in quotes.
func splitParameters(value string) []string {
	var segments []string
	quoted, start := false, 0
	for i := 0; i < len(value); i++ {
		switch {
		case value[i] == '\\' && quoted:
			i++
		case value[i] == '"':
			quoted = !quoted
		case value[i] == ';' && !quoted:
			segments = append(segments, value[start:i])
			start = i + 1
		}
	}
	return append(segments, value[start:])
}

// clip cuts s to at most n bytes.
func clip(s string, n int) string { return s[:min(len(s), n)] }

// firstNonEmpty is the first of the strings that is not empty.
func firstNonEmpty(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}
