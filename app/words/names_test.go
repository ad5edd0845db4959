package words_test

import (
	"slices"
	"testing"

	"amigo/app/words"
)

func TestNamesAreFoldedAndCutButNeitherStemmedNorSifted(t *testing.T) {
	for text, want := range map[string][]string{
		"Anne-Lise Hébert":     {"annelise", "anne", "lise", "hebert"},
		"Le Goff":              {"le", "goff"},
		"d'Œuvreville":         {"doeuvreville", "d", "oeuvreville"},
		"clara.martin@ac-x.fr": {"claramartinacxfr", "clara", "martin", "ac", "x", "fr"},
		"Roger":                {"roger"},
		" - ":                  nil,
	} {
		if got := words.Names(text); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestSoughtIsTheBeginningOfANameWhateverItsMarks(t *testing.T) {
	for text, want := range map[string][]string{
		"anne-l HÉB":     {"annel", "heb"},
		"clara.martin@a": {"claramartina"},
		"":               nil,
	} {
		if got := words.Sought(text); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
