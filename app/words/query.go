package words

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxQuery = 500 // bytes of what was typed
	maxTerms = 16
)

// Search is what a person looks for: every term is wanted. With no term there
// is nothing to look for.
type Search struct {
	Terms []Term
}

// Term is one thing that is looked for: any of these phrases will do.
type Term []Phrase

// Phrase is a run of tokens, one directly after the other. With Prefix, the
// last is the beginning of a token.
type Phrase struct {
	Tokens []string
	Prefix bool
}

// Query reads a search as it is typed: words, and phrases between quotation
// marks ("…", “…” or « … »). A last word that no space follows may still be
// growing, so it also stands for the tokens that begin with it. Stop words
// are left out; of a query of nothing else, any one word will do. At most 500
// bytes and 16 terms are read.
func Query(text string) Search {
	var search Search
	var silence Term
	for _, piece := range pieces(cut(text, maxQuery)) {
		words := split(piece.text)
		if piece.quoted {
			search.add(phrase(words))
			continue
		}
		for i, w := range words {
			growing := piece.growing && i == len(words)-1
			if silent(w) {
				silence = append(silence, term(w, growing)...)
				continue
			}
			search.add(term(w, growing))
		}
	}
	if len(search.Terms) == 0 {
		search.add(silence)
	}
	return search
}

// add appends a term, unless it is empty or one too many.
func (s *Search) add(t Term) {
	if len(t) > 0 && len(s.Terms) < maxTerms {
		s.Terms = append(s.Terms, t)
	}
}

// add appends a phrase, unless it is empty or already there.
func (t *Term) add(p Phrase) {
	if len(p.Tokens) == 0 {
		return
	}
	for _, known := range *t {
		if known.Prefix == p.Prefix && slices.Equal(known.Tokens, p.Tokens) {
			return
		}
	}
	*t = append(*t, p)
}

// silent tells whether a word is a stop word, in whatever language.
func silent(w word) bool { return len(sayingParts(w.shape("fr").parts, "")) == 0 }

// phrase is what each kind of text would have stored for these words.
func phrase(words []word) Term {
	var t Term
	for _, lang := range []string{"fr", "en", ""} {
		t.add(Phrase{Tokens: tokensOf(words, lang, true)})
	}
	return t
}

// term lists the tokens under which a word may be stored: whole and, for a
// compound, as the run of its parts.
func term(w word, growing bool) Term {
	var t Term
	for _, lang := range []string{"fr", "en"} {
		shaped := w.shape(lang)
		t.add(Phrase{Tokens: stems(shaped.joined(), lang)})
		saying := sayingParts(shaped.parts, lang)
		// One part of several would find far too much: prof for I-Prof.
		if whole := len(saying) == len(shaped.parts); len(saying) > 1 || whole {
			t.add(run(saying, lang))
		}
		if growing {
			t.grow(shaped, lang)
		}
	}
	if shaped := w.shape(""); len(shaped.parts) > 1 {
		t.add(run(shaped.parts, ""))
	}
	return t
}

// run is a phrase of the stems of parts in one language.
func run(parts []string, lang string) Phrase {
	var p Phrase
	for _, part := range parts {
		p.Tokens = append(p.Tokens, stems(part, lang)...)
	}
	return p
}

// grow adds what the word, of which only the beginning is typed, may become.
func (t *Term) grow(w word, lang string) {
	typed := clip(w.joined())
	if len(typed) > 1 {
		t.add(Phrase{Tokens: []string{typed}, Prefix: true})
	}
	for _, stem := range completions(typed, lang) {
		t.add(Phrase{Tokens: []string{stem}})
	}
	if last := len(w.parts) - 1; last > 0 {
		p := run(w.parts[:last], lang)
		t.add(Phrase{Tokens: append(p.Tokens, clip(w.parts[last])), Prefix: true})
	}
}

// piece is a part of a query: a quotation, or what stands between two.
type piece struct {
	text    string
	quoted  bool
	growing bool // nothing follows its last word
}

// pieces cuts a query at its quotation marks. A quotation that is not closed
// is none yet.
func pieces(text string) []piece {
	var all []piece
	for text != "" {
		open, mark := indexOf(text, `"“«`)
		if open < 0 {
			break
		}
		inside := text[open+mark:]
		end, closing := indexOf(inside, `"”»`)
		if end < 0 {
			break
		}
		all = append(all, piece{text: text[:open]}, piece{text: inside[:end], quoted: true})
		text = inside[end+closing:]
	}
	last, _ := utf8.DecodeLastRuneInString(text)
	return append(all, piece{text: text, growing: unicode.IsLetter(last) || unicode.IsDigit(last) || unicode.Is(unicode.Mn, last)})
}

// indexOf finds the first of some marks and how many bytes it takes.
func indexOf(text, marks string) (at, size int) {
	at = strings.IndexAny(text, marks)
	if at >= 0 {
		_, size = utf8.DecodeRuneInString(text[at:])
	}
	return at, size
}
