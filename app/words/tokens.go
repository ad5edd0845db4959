package words

import "unicode/utf8"

const (
	maxText  = 256 << 10 // bytes of a text that are read
	maxToken = 64        // letters of a token
	maxParts = 12        // of a compound that is also indexed whole
)

// Tokens is what the search index stores for a text, in the order of the
// text, each of a-z and 0-9 only. lang is "fr" or "en"; anything else means
// that the language is not known, and each word gives its French and its
// English stem. Only the first 256 KiB of a text are read.
func Tokens(text, lang string) []string {
	words := split(cut(text, maxText))
	if tokens := tokensOf(words, lang, true); len(tokens) > 0 {
		return tokens
	}
	return tokensOf(words, lang, false)
}

// tokensOf lists the tokens of words, without stop words if so wished.
func tokensOf(words []word, lang string, stop bool) []string {
	var tokens []string
	for _, w := range words {
		w = w.shape(lang)
		parts := w.parts
		if stop {
			parts = sayingParts(parts, lang)
		}
		if len(parts) > 0 && 1 < len(w.parts) && len(w.parts) <= maxParts {
			tokens = append(tokens, stems(w.joined(), lang)...)
		}
		for _, part := range parts {
			tokens = append(tokens, stems(part, lang)...)
		}
	}
	return tokens
}

// sayingParts leaves the stop words out.
func sayingParts(parts []string, lang string) []string {
	var kept []string
	for _, part := range parts {
		if !stopped(part, lang) {
			kept = append(kept, part)
		}
	}
	return kept
}

// cut shortens a text to at most n bytes, at the end of a letter.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}
