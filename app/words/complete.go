package words

import "strings"

// tails are ends of suffixes that stemming removes. The tokens of a word can
// be shorter than what is already typed of it (imprimante is stored as
// imprim), so the beginning of a token is not enough to find it: impriman is
// tried with each tail, as imprimante among others.
var tails = map[string][]string{
	"fr": strings.Fields("e s t te n on ion tion ation r er eur teur ateur ice rice atrice nt ent ment ement ance nce ce ence que ique ue le ble able te ite f if ve ive ux aux x z ez"),
	"en": strings.Fields("e s d g ng ing ed y ly n on ion tion ation t nt ent ment ness ss able ble le er r ty ity"),
}

// completions lists the stems of words that begin with what is typed, where
// the stem itself does not.
func completions(typed, lang string) []string {
	if len(typed) < 4 || strings.ContainsAny(typed, "0123456789") {
		return nil
	}
	var found []string
	for _, tail := range tails[lang] {
		if stem := stems(typed+tail, lang)[0]; len(stem) > 2 && !strings.HasPrefix(stem, typed) {
			found = append(found, stem)
		}
	}
	return found
}
