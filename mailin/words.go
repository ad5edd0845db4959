package mailin

import (
	"strings"
)

// decodeWords decodes the encoded words of RFC 2047 in a header value. It takes
// what senders really write: spaces inside a word, words in the middle of other
// text, characters cut in two between neighbouring words. It reads s once; a
// decoded text is never decoded again.
func decodeWords(s string) string {
	if !strings.Contains(s, "=?") {
		return s
	}
	var d wordDecoder
	for s != "" {
		start := strings.Index(s, "=?")
		if start < 0 {
			break
		}
		word, n := readWord(s[start:])
		if n == 0 {
			d.plain(s[:start+2])
			s = s[start+2:]
			continue
		}
		if n == endless {
			break
		}
		d.plain(s[:start])
		d.word(word)
		s = s[start+n:]
	}
	d.plain(s)
	d.flush()
	return d.out.String()
}

// encodedWord is =?charset?encoding?text?= with the text decoded to bytes.
type encodedWord struct {
	charset string
	bytes   []byte
}

// endless marks a word whose end is nowhere: no later word can have one either.
const endless = -1

// readWord reads the encoded word at the start of s and its length, 0 when there
// is none.
func readWord(s string) (encodedWord, int) {
	charset, rest, found := strings.Cut(s[2:min(len(s), 80)], "?")
	if !found || charset == "" || strings.ContainsAny(charset, " =") || len(rest) < 2 || rest[1] != '?' {
		return encodedWord{}, 0
	}
	at := 2 + len(charset) + 3
	size := strings.Index(s[at:], "?=")
	if size < 0 {
		return encodedWord{}, endless
	}
	text := s[at : at+size]
	charset, _, _ = strings.Cut(charset, "*") // RFC 2231 adds a language
	switch rest[0] {
	case 'B', 'b':
		return encodedWord{charset, encoded{[]byte(text), "base64"}.whole()}, at + size + 2
	case 'Q', 'q':
		text = strings.ReplaceAll(text, "_", " ")
		return encodedWord{charset, encoded{[]byte(text), "quoted-printable"}.whole()}, at + size + 2
	}
	return encodedWord{}, 0
}

// wordDecoder joins neighbouring words of one charset before converting them.
type wordDecoder struct {
	out     strings.Builder
	charset string
	pending []byte
	open    bool
}

// word adds the bytes of an encoded word.
func (d *wordDecoder) word(w encodedWord) {
	if d.open && !strings.EqualFold(d.charset, w.charset) {
		d.flush()
	}
	d.open, d.charset = true, w.charset
	d.pending = append(d.pending, w.bytes...)
}

// plain adds text that is not encoded. White space between two words is not text.
func (d *wordDecoder) plain(s string) {
	if d.open && strings.TrimSpace(s) == "" {
		return
	}
	d.flush()
	d.out.WriteString(s)
}

// flush converts what the words so far have gathered.
func (d *wordDecoder) flush() {
	if d.open {
		d.out.WriteString(toUTF8(d.pending, d.charset))
		d.pending, d.open = d.pending[:0], false
	}
}
