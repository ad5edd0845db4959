package mailin

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/cention-sany/utf7"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// toUTF8 converts b from the charset that label names into valid UTF-8. The
// label is believed where the bytes do not contradict it:
//
//   - bytes that are valid UTF-8 beyond ASCII are UTF-8, whatever single-byte
//     charset they claim, or whatever other that they are not valid in: the
//     contrary does not happen by chance;
//   - escape sequences of ISO-2022-JP are that, also without a label;
//   - UTF-8 with wrong bytes inside takes those, one by one, as windows-1252;
//   - an unknown label is windows-1252, the encoding of old French mail.
func toUTF8(b []byte, label string) string {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	enc := encodingOf(label)
	if enc == utf7.UTF7 || wide(label) && bytes.IndexByte(b, 0) >= 0 {
		return convert(enc, b)
	}
	if looksISO2022JP(b) && (enc == nil || enc == japanese.ISO2022JP || asciiLabel(label)) {
		return convert(japanese.ISO2022JP, b)
	}
	if enc == nil || wide(label) || singleByte(enc) && utf8.Valid(b) {
		return mixedUTF8(b)
	}
	text := convert(enc, b)
	if utf8.Valid(b) && strings.ContainsRune(text, utf8.RuneError) {
		return string(b)
	}
	return text
}

// encodingOf finds the encoding of a label, nil when it is unknown or UTF-8.
func encodingOf(label string) encoding.Encoding {
	name := strings.ToLower(strings.Trim(label, " \t\"'"))
	name = strings.TrimPrefix(name, "charset=")
	switch name {
	case "", "utf8", "utf-8", "utf8mb4", "unicode-1-1-utf-8":
		return nil
	case "utf-16":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case "utf-7", "utf7", "unicode-1-1-utf-7":
		return utf7.UTF7
	case "cp850", "cp-850":
		return charmap.CodePage850
	case "windows1252", "ansi", "8859-1", "iso8859_1":
		return charmap.Windows1252
	}
	if enc, err := htmlindex.Get(name); err == nil && enc != encoding.Replacement {
		return enc
	}
	if enc, err := ianaindex.MIME.Encoding(name); err == nil && enc != nil {
		return enc
	}
	return nil
}

// convert decodes b, and falls back to the mixed reading when the decoder gives up.
func convert(enc encoding.Encoding, b []byte) string {
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil || !utf8.Valid(out) {
		return mixedUTF8(b)
	}
	return string(out)
}

// mixedUTF8 reads valid UTF-8 as such and every other byte as windows-1252.
func mixedUTF8(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	var out strings.Builder
	out.Grow(len(b) + len(b)/8)
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			r = charmap.Windows1252.DecodeByte(b[0])
		}
		out.WriteRune(r)
		b = b[n:]
	}
	return out.String()
}

// htmlCharset is the charset of an HTML part: the one of its header, or else what
// the document itself declares.
func htmlCharset(b []byte, label string) string {
	if label != "" || utf8.Valid(b) {
		return label
	}
	_, name, _ := charset.DetermineEncoding(b[:min(len(b), 1024)], "")
	return name
}

// singleByte tells the encodings in which every byte is a character.
func singleByte(enc encoding.Encoding) bool {
	_, ok := enc.(*charmap.Charmap)
	return ok
}

// looksISO2022JP finds the escape sequences that switch to a Japanese set.
func looksISO2022JP(b []byte) bool {
	return bytes.Contains(b, []byte("\x1b$B")) || bytes.Contains(b, []byte("\x1b$@")) || bytes.Contains(b, []byte("\x1b(J"))
}

// wide and asciiLabel tell labels that are often a lie.
func wide(label string) bool { return startsWithFold(strings.Trim(label, " \"'"), "utf-16") }

func asciiLabel(label string) bool {
	label = strings.Trim(label, " \"'")
	return label == "" || startsWithFold(label, "us-ascii") || startsWithFold(label, "ascii")
}
