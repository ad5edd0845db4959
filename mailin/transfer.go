package mailin

import (
	"bytes"
	"strings"
)

// decodeTransfer undoes a Content-Transfer-Encoding. What is not encoded is
// given back as it is, sharing memory with the raw message; what is encoded is
// decoded once into memory of the right size, whatever is wrong with it.
func decodeTransfer(b []byte, encoding string) []byte {
	switch strings.ToLower(strings.Trim(encoding, `" ;`)) {
	case "base64":
		return decodeBase64(b)
	case "quoted-printable":
		return decodeQuoted(b)
	}
	return b
}

// notDigit marks the bytes that are no base64 digit.
const notDigit = 0x40

// base64Digit is the value of each byte as a digit.
var base64Digit = func() (table [256]byte) {
	for i := range table {
		table[i] = notDigit
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		table[c] = byte(i)
	}
	return table
}()

// decodeBase64 skips what is not a digit and goes on after padding, as where
// several encoded blocks follow one another. A line of ordinary text after the
// padding, as mailing lists append, ends the data.
func decodeBase64(b []byte) []byte {
	digits := 0
	for _, c := range b {
		if base64Digit[c] != notDigit {
			digits++
		}
	}
	out := make([]byte, 0, digits*3/4+3)
	var word uint32
	have := 0
	for i := 0; i < len(b); i++ {
		if b[i] == '=' {
			out = flushBase64(out, word, have)
			word, have = 0, 0
			for i+1 < len(b) && strings.IndexByte("=\r\n\t ", b[i+1]) >= 0 {
				i++
			}
			if !moreBase64(b[i+1:]) {
				break
			}
			continue
		}
		d := base64Digit[b[i]]
		if d == notDigit {
			continue
		}
		word, have = word<<6|uint32(d), have+1
		if have == 4 {
			out = append(out, byte(word>>16), byte(word>>8), byte(word))
			word, have = 0, 0
		}
	}
	return flushBase64(out, word, have)
}

// flushBase64 writes the bytes of an unfinished group of have digits.
func flushBase64(out []byte, word uint32, have int) []byte {
	switch have {
	case 2:
		out = append(out, byte(word>>4))
	case 3:
		out = append(out, byte(word>>10), byte(word>>2))
	}
	return out
}

// moreBase64 tells whether b goes on with encoded data: whether the start of its
// first line has only digits.
func moreBase64(b []byte) bool {
	line, _ := cutLine(b[:min(len(b), 20)], 0)
	for _, c := range line {
		if base64Digit[c] == notDigit && c != '=' && c != '\r' {
			return false
		}
	}
	return len(line) > 0
}

// decodeQuoted undoes quoted-printable. What is not a valid escape stands for
// itself, and blanks at the end of a line are dropped, as RFC 2045 6.7 says.
func decodeQuoted(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); {
		line, next := cutLine(b, i)
		end := b[i+len(line) : next]
		kept := bytes.TrimRight(line, " \t")
		if len(end) == 0 {
			kept = line // not the end of a line, but of an encoded word
		}
		soft := bytes.HasSuffix(kept, []byte{'='})
		out = unescape(out, bytes.TrimSuffix(kept, []byte{'='}), '=')
		if !soft {
			out = append(out, end...)
		}
		i = next
	}
	return out
}

// unescape appends line to out with mark and two hexadecimal digits replaced by
// the byte that they mean.
func unescape(out, line []byte, mark byte) []byte {
	for i := 0; i < len(line); i++ {
		if line[i] == mark && i+2 < len(line) {
			hi, ok1 := hexDigit(line[i+1])
			lo, ok2 := hexDigit(line[i+2])
			if ok1 && ok2 {
				out = append(out, hi<<4|lo)
				i += 2
				continue
			}
		}
		out = append(out, line[i])
	}
	return out
}

// hexDigit is the value of one hexadecimal digit.
func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
