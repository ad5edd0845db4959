package words

import (
	"slices"
	"strings"

	snowballenglish "github.com/kljensen/snowball/english"
	snowballfrench "github.com/kljensen/snowball/french"
)

// stems is the token of a folded word in lang, or the tokens of both
// languages when there is none.
func stems(w, lang string) []string {
	w = clip(w)
	switch {
	case strings.ContainsAny(w, "0123456789"): // a code, a reference, another script
		return []string{w}
	case lang == "fr":
		return []string{frenchStem(w)}
	case lang == "en":
		return []string{englishStem(w)}
	}
	fr, en := frenchStem(w), englishStem(w)
	if fr == en {
		return []string{fr}
	}
	return []string{fr, en}
}

// frenchStem stems a word that has lost its accents, with three additions to
// Snowball's rules, which were made for accented words: plurals in -as, -is,
// -os and -us lose their s as the others do (numéros, menus; virus too, but
// always); -ée becomes -e, so that connectée, connecte and connecter are one;
// and y ends as i, in envoyé as in envoyer.
func frenchStem(w string) string {
	if len(w) > 3 && !hasAnySuffix(w, "ss", "ons") || hasAnySuffix(w, "tions", "sions", "xions") {
		w = strings.TrimSuffix(w, "s")
	}
	if len(w) > 4 && strings.HasSuffix(w, "ee") {
		w = w[:len(w)-1]
	}
	stem := snowballfrench.Stem(w, true)
	if bare, ok := strings.CutSuffix(stem, "y"); ok && len(bare) > 2 {
		return bare + "i"
	}
	return stem
}

func hasAnySuffix(w string, suffixes ...string) bool {
	return slices.ContainsFunc(suffixes, func(suffix string) bool { return strings.HasSuffix(w, suffix) })
}

func englishStem(w string) string { return snowballenglish.Stem(w, true) }

// clip bounds a word before it is stemmed: what is longer is none.
func clip(w string) string { return w[:min(len(w), maxToken)] }
