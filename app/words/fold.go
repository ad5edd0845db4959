package words

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// word is what stands between two spaces: parts of a-z and 0-9, and the mark
// before each (0 before the first).
type word struct {
	parts []string
	marks []rune
}

// joined is the word without its marks.
func (w word) joined() string { return strings.Join(w.parts, "") }

// only is a word of one part.
func only(part string) word { return word{parts: []string{part}, marks: []rune{0}} }

// split folds a text and cuts it into words.
func split(text string) []word {
	var words []word
	var current word
	var part strings.Builder
	var mark rune // seen after the part, not yet followed by a letter
	closePart := func(next rune) {
		current.parts = append(current.parts, part.String())
		current.marks = append(current.marks, next)
		part.Reset()
	}
	before := rune(0)
	closeWord := func() {
		if part.Len() > 0 {
			closePart(before)
			words = append(words, current)
		}
		current, mark, before = word{}, 0, 0
	}
	for _, r := range norm.NFKD.String(text) {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Cf): // accents, soft hyphens
		case isMark(r):
			if part.Len() == 0 || mark != 0 {
				closeWord()
				continue
			}
			mark = plainMark(r)
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if mark != 0 {
				closePart(before)
				before, mark = mark, 0
			}
			part.WriteString(fold(unicode.ToLower(r)))
		default:
			closeWord()
		}
	}
	closeWord()
	return words
}

// isMark tells whether r can hold a compound together.
func isMark(r rune) bool { return strings.ContainsRune("'’ʼ`-‐‑–_.@", r) }

// plainMark spells every apostrophe and every hyphen in one way.
func plainMark(r rune) rune {
	switch r {
	case '’', 'ʼ', '`':
		return '\''
	case '‐', '‑', '–':
		return '-'
	}
	return r
}

// fold spells a lower-case letter or digit, already decomposed, in a-z and 0-9.
func fold(r rune) string {
	switch {
	case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
		return string(r)
	case folded[r] != "":
		return folded[r]
	}
	return fmt.Sprintf("u%04x", r)
}

// folded holds the Latin letters that have no decomposition.
var folded = map[rune]string{
	'œ': "oe", 'æ': "ae", 'ß': "ss", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i", 'ħ': "h", 'ŋ': "ng",
}
