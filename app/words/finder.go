package words

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Finder shows where a search is met in texts of one language, by the same
// tokens as the databases store. It remembers the words that it has seen and is
// for one goroutine.
type Finder struct {
	lang   string
	terms  int
	first  [256]bool           // letters and digits with which anything begins that is looked for
	exact  map[string][]sought // by their first token
	begins []sought            // single tokens of which the beginning is known
	known  map[string][]string // tokens of words that were seen
}

// sought is a phrase of a term.
type sought struct {
	term int
	Phrase
}

// In prepares a search for texts of a language, as in [Tokens].
func (s Search) In(lang string) *Finder {
	f := &Finder{lang: lang, terms: len(s.Terms), exact: map[string][]sought{}, known: map[string][]string{}}
	for i, term := range s.Terms {
		for _, p := range term {
			head := p.Tokens[0]
			f.first[head[0]] = true
			if p.Prefix && len(p.Tokens) == 1 {
				f.begins = append(f.begins, sought{i, p})
			} else {
				f.exact[head] = append(f.exact[head], sought{i, p})
			}
			for _, token := range p.Tokens[1:] {
				f.first[token[0]] = true
			}
		}
	}
	return f
}

// spot is a token of a text, and the bytes of the word that it stands for.
type spot struct {
	token    string
	from, to int
}

// other is the token of a word that begins unlike anything that is looked for.
const other = ""

// spots are the tokens of a text in its order.
func (f *Finder) spots(text string) []spot {
	text = cut(text, maxText)
	spots := make([]spot, 0, len(text)/6)
	for from, to := nextWord(text, 0); to > 0; from, to = nextWord(text, to) {
		tokens := f.tokens(text[from:to])
		from += elision(text[from:to])
		for _, token := range tokens {
			spots = append(spots, spot{token, from, to})
		}
	}
	return spots
}

// tokens are those of one word as it is written.
func (f *Finder) tokens(written string) []string {
	if tokens, ok := f.known[written]; ok {
		return tokens
	}
	words := split(written)
	tokens := []string{other}
	if f.mayMeet(words) {
		tokens = tokensOf(words, f.lang, true)
	} else if !slices.ContainsFunc(words, func(w word) bool { return len(sayingParts(w.parts, f.lang)) > 0 }) {
		tokens = nil
	}
	f.known[strings.Clone(written)] = tokens
	return tokens
}

// mayMeet says whether a part of some words begins like something that is looked
// for. Stemming takes nothing from the front of a word.
func (f *Finder) mayMeet(words []word) bool {
	for _, w := range words {
		for _, part := range w.parts {
			if f.first[part[0]] {
				return true
			}
		}
	}
	return false
}

// hit is a phrase of a term that was met: some spots of a text.
type hit struct {
	term     int
	from, to int  // spots
	whole    bool // and not just the beginning of a longer word
}

// hits are where the search is met among spots, in their order.
func (f *Finder) hits(spots []spot) (all []hit) {
	for i, s := range spots {
		if s.token == other {
			continue
		}
		for _, p := range f.exact[s.token] {
			if whole, ok := stands(p.Phrase, spots[i:]); ok {
				all = append(all, hit{p.term, i, i + len(p.Tokens), whole})
			}
		}
		for _, p := range f.begins {
			if strings.HasPrefix(s.token, p.Tokens[0]) {
				all = append(all, hit{p.term, i, i + 1, s.token == p.Tokens[0]})
			}
		}
	}
	return all
}

// stands says whether a phrase begins with the first of some spots.
func stands(p Phrase, spots []spot) (whole, ok bool) {
	if len(spots) < len(p.Tokens) {
		return false, false
	}
	last := len(p.Tokens) - 1
	for i, token := range p.Tokens[:last] {
		if spots[i].token != token {
			return false, false
		}
	}
	whole = spots[last].token == p.Tokens[last]
	return whole, whole || p.Prefix && strings.HasPrefix(spots[last].token, p.Tokens[last])
}

// nextWord finds the first word of a text from a byte on; to is 0 when there is
// none. It holds single marks between letters, as [split] joins them.
func nextWord(text string, at int) (from, to int) {
	from = -1
	marked := false
	for i, r := range text[at:] {
		i += at
		switch {
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			if from < 0 {
				from = i
			}
			to, marked = i+utf8.RuneLen(r), false
		case from < 0:
		case unicode.In(r, unicode.Mn, unicode.Cf):
			if !marked {
				to = i + utf8.RuneLen(r)
			}
		case isMark(r) && !marked:
			marked = true
		default:
			return from, to
		}
	}
	return from, to
}

// elision is how many bytes of a word are an article or its like: l'imprimante.
func elision(written string) int {
	for i, r := range written {
		if plainMark(r) == '\'' {
			if rest := i + utf8.RuneLen(r); elided[strings.ToLower(written[:i])] && rest < len(written) {
				return rest
			}
			return 0
		}
	}
	return 0
}
