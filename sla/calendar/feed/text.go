package feed

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// plain is a file as UTF-8 whose lines end in \n: a mark at its start is taken
// off, UTF-16 decoded, and the carriage returns of an old Mac made line ends.
func plain(data []byte) []byte {
	if order := utf16Order(data); order != nil {
		data = fromUTF16(data, order)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if !bytes.ContainsRune(data, '\n') {
		data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	}
	return data
}

// utf16Order is the order of bytes of a file in UTF-16, nil for any other. Each
// feed begins with a mark or with an ASCII character, half of which is zero.
func utf16Order(data []byte) binary.ByteOrder {
	if len(data) < 2 {
		return nil
	}
	switch a, b := data[0], data[1]; {
	case a == 0xff && b == 0xfe, a != 0 && b == 0:
		return binary.LittleEndian
	case a == 0xfe && b == 0xff, a == 0 && b != 0:
		return binary.BigEndian
	}
	return nil
}

func fromUTF16(data []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

// packed is what a file is that holds others, by how it begins; empty for any other.
func packed(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte("PK\x05\x06")):
		return "ZIP"
	case bytes.HasPrefix(data, []byte("\x1f\x8b")):
		return "gzip"
	}
	return ""
}

// notUTF8 is what to say of a text that is not UTF-8. Windows writes those that
// are none with a byte for each character, and without control characters.
func notUTF8(text []byte) *wording {
	for len(text) > 0 {
		c, n := utf8.DecodeRune(text)
		if c < ' ' && c != '\t' && c != '\r' && c != '\n' {
			return encoding
		}
		text = text[n:]
	}
	return windows1252
}

func firstInvalid(text []byte) int {
	for i := 0; i < len(text); {
		c, n := utf8.DecodeRune(text[i:])
		if c == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(text)
}

// lineOf is the number of the line on which a byte stands.
func lineOf(text []byte, at int) int { return 1 + bytes.Count(text[:at], []byte("\n")) }
