package mailin

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"strings"
)

// pieceSize is about how many bytes are decoded at once.
const pieceSize = 32 << 10

// encoded is a body as it came, and its Content-Transfer-Encoding.
type encoded struct {
	bytes    []byte
	encoding string
}

// whole gives everything, decoded. What is not encoded is given back as it is,
// sharing memory with the raw message; what is encoded is decoded into memory of
// the right size, whatever is wrong with it.
func (e encoded) whole() []byte {
	if len(e.bytes) <= pieceSize {
		return e.start(len(e.bytes))
	}
	size, _ := e.measure()
	if size == len(e.bytes) {
		return e.bytes // every encoding takes room: there is none
	}
	out := make([]byte, 0, size)
	for piece := range e.pieces() {
		out = append(out, piece...)
	}
	return out
}

// own gives everything, decoded, in memory that is nobody else's.
func (e encoded) own() []byte {
	b := e.whole()
	if len(b) == len(e.bytes) {
		return bytes.Clone(b)
	}
	return b
}

// start gives the first limit bytes, decoded, and may give more.
func (e encoded) start(limit int) []byte {
	var out []byte
	for piece := range e.pieces() {
		if len(piece) == len(e.bytes) {
			return e.bytes[:min(len(e.bytes), limit)]
		}
		if out == nil {
			out = make([]byte, 0, min(len(e.bytes), limit+pieceSize))
		}
		if out = append(out, piece...); len(out) >= limit {
			break
		}
	}
	return out
}

// measure gives size and SHA-256, in hexadecimal, of the decoded bytes without
// keeping them.
func (e encoded) measure() (size int, sum string) {
	hash := sha256.New()
	for piece := range e.pieces() {
		size += len(piece)
		hash.Write(piece)
	}
	return size, hex.EncodeToString(hash.Sum(nil))
}

// pieces decodes a little at a time. A piece is only good until the next one.
func (e encoded) pieces() iter.Seq[[]byte] {
	switch strings.ToLower(strings.Trim(e.encoding, `" ;`)) {
	case "base64":
		return base64Pieces(e.bytes)
	case "quoted-printable":
		return quotedPieces(e.bytes)
	}
	return func(yield func([]byte) bool) { yield(e.bytes) }
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

// base64Pieces skips what is not a digit and goes on after padding, as where
// several encoded blocks follow one another. A line of ordinary text after the
// padding, as mailing lists append, ends the data.
func base64Pieces(b []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		out := make([]byte, 0, min(len(b), pieceSize)+3)
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
			} else if d := base64Digit[b[i]]; d != notDigit {
				word, have = word<<6|uint32(d), have+1
			}
			if have == 4 {
				out = append(out, byte(word>>16), byte(word>>8), byte(word))
				word, have = 0, 0
			}
			if len(out) >= pieceSize {
				if !yield(out) {
					return
				}
				out = out[:0]
			}
		}
		yield(flushBase64(out, word, have))
	}
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

// quotedPieces undoes quoted-printable. What is not a valid escape stands for
// itself, and blanks at the end of a line are dropped, as RFC 2045 6.7 says.
func quotedPieces(b []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		out := make([]byte, 0, min(len(b), 2*pieceSize))
		for i := 0; i < len(b); {
			line, next := cutLine(b, i)
			end := b[i+len(line) : next]
			text := bytes.TrimRight(line, " \t")
			if len(end) == 0 {
				text = line // not the end of a line, but of an encoded word
			}
			text, soft := bytes.CutSuffix(text, []byte{'='})
			for len(text) > 0 {
				n := wholeEscapes(text, pieceSize)
				out, text = unescape(out, text[:n], '='), text[n:]
				if len(out) >= pieceSize {
					if !yield(out) {
						return
					}
					out = out[:0]
				}
			}
			if !soft {
				out = append(out, end...)
			}
			i = next
		}
		yield(out)
	}
}

// wholeEscapes is how much of a line may be unescaped alone, at most n bytes.
func wholeEscapes(line []byte, n int) int {
	if len(line) <= n {
		return len(line)
	}
	if at := bytes.LastIndexByte(line[n-2:n], '='); at >= 0 {
		return n - 2 + at
	}
	return n
}

// unescape appends line to out with mark and two hexadecimal digits replaced by
// the byte that they mean.
func unescape(out, line []byte, mark byte) []byte {
	for i := 0; i < len(line); i++ {
		c, ok := escaped(line[i:], mark)
		if ok {
			i += 2
		}
		out = append(out, c)
	}
	return out
}

// escaped is the byte that the start of s means: that of an escape, or else itself.
func escaped(s []byte, mark byte) (c byte, ok bool) {
	if s[0] != mark || len(s) < 3 {
		return s[0], false
	}
	hi, ok1 := hexDigit(s[1])
	lo, ok2 := hexDigit(s[2])
	if !ok1 || !ok2 {
		return s[0], false
	}
	return hi<<4 | lo, true
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
