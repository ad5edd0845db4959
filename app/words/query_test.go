package words_test

import (
	"slices"
	"strings"
	"testing"

	"amigo/app/words"
)

// matches is what a search means, on the tokens of one text.
func matches(search words.Search, tokens []string) bool {
	for _, term := range search.Terms {
		if !slices.ContainsFunc(term, func(p words.Phrase) bool { return stands(p, tokens) }) {
			return false
		}
	}
	return len(search.Terms) > 0
}

// stands tells whether a phrase occurs among tokens.
func stands(p words.Phrase, tokens []string) bool {
	last := len(p.Tokens) - 1
	for start := 0; start+last < len(tokens); start++ {
		run := tokens[start : start+last+1]
		if slices.Equal(run[:last], p.Tokens[:last]) &&
			(run[last] == p.Tokens[last] || p.Prefix && strings.HasPrefix(run[last], p.Tokens[last])) {
			return true
		}
	}
	return false
}

// found tells whether a query finds a text, in whatever language it is taken.
func found(t *testing.T, query, text string, langs ...string) bool {
	t.Helper()
	if len(langs) == 0 {
		langs = []string{"fr", "en", ""}
	}
	hits := 0
	for _, lang := range langs {
		if matches(words.Query(query), words.Tokens(text, lang)) {
			hits++
		}
	}
	if hits != 0 && hits != len(langs) {
		t.Errorf("%q finds %q in %d of the languages %q", query, text, hits, langs)
	}
	return hits == len(langs)
}

func TestAQueryFindsWhatItShould(t *testing.T) {
	for _, c := range []struct{ query, text string }{
		{"imprimante", "L'imprimante du secrétariat"},
		{"IMPRIMANTE secretariat", "L'imprimante du secrétariat"},
		{"i-prof", "I-Prof : page blanche"},
		{"iprof", "I-Prof : page blanche"},
		{"i-prof", "iprof ne répond plus"},
		{"prof", "I-Prof"},
		{"page i-pr", "I-Prof : page blanche"},
		{"\"page blanche\"", "I-Prof : page blanche"},
		{"« mot de passe »", "Le mot de passe a expiré"},
		{"\"mot de passe\" exp", "Le mot de passe a expiré"},
		{"mot-de-passe", "Mot-de-passe"},
		{"ce.0761234A@ac-normandie.fr", "De : ce.0761234a@ac-normandie.fr"},
		{"ce.0761234a@ac-norm", "De : ce.0761234a@ac-normandie.fr"},
		{"0761234a", "De : ce.0761234a@ac-normandie.fr"},
		{"0761", "Lycée (0761234A)"},
		{"#12345", "[AMIGO #12345] Imprimante"},
		{"the printer", "The printer"},
		{"où est l'imprimante ?", "imprimante"},
		{"l'impr", "imprimante"},
		{"bonjour", "Bonjour"},
		{"la", "laptop"},
		{"\"page bl", "Page blanche"},
		{"aujourd'hui", "aujourd’hui"},
	} {
		if !found(t, c.query, c.text) {
			t.Errorf("%q does not find %q", c.query, c.text)
		}
	}
}

func TestAFrenchQuestionFindsAFrenchText(t *testing.T) {
	for _, c := range []struct{ query, text string }{
		{"je n'arrive pas à me connecter", "Un élève n'arrive plus à se connecter"},
		{"imprimantes", "L'imprimante"},
		{"journal", "Les journaux"},
		{"puis-je imprimer", "imprimer"},
		{"pouvez-vous installer", "Vous pouvez installer"},
		{"connexions", "la connexion"},
	} {
		if !found(t, c.query, c.text, "fr", "") {
			t.Errorf("%q does not find %q", c.query, c.text)
		}
	}
}

func TestAQueryLeavesTheRest(t *testing.T) {
	for _, c := range []struct{ query, text string }{
		{"imprimante bureau", "L'imprimante du secrétariat"},
		{"i-prof", "Le prof de sport"},
		{"\"blanche page\"", "Page blanche"},
		{"\"page noire\"", "Page blanche, écran noir"},
		{"imprim ", "impression"},
		{"12345 ", "123456"},
		{"écran", "souris"},
		{"", "souris"},
		{"… ?", "souris"},
		{"\"\"", "souris"},
	} {
		if found(t, c.query, c.text) {
			t.Errorf("%q finds %q", c.query, c.text)
		}
	}
}

func TestAWordIsFoundWhileItIsTyped(t *testing.T) {
	for file, lang := range map[string]string{"french.txt": "fr", "english.txt": "en"} {
		for _, forms := range families(t, file) {
			for _, form := range forms {
				letters := []rune(form)
				for n := 2; n <= len(letters); n++ {
					typed := string(letters[:n])
					if !found(t, typed, form, lang) || !found(t, bare(typed), form, lang) || !found(t, typed, form, "") {
						t.Errorf("%q does not find %s", typed, form)
					}
				}
			}
		}
	}
}

func TestAQueryIsBounded(t *testing.T) {
	search := words.Query(strings.Repeat("imprimante ", 1000))
	if len(search.Terms) != 16 {
		t.Errorf("%d terms", len(search.Terms))
	}
	longest := words.Query(strings.Repeat("x", 5000))
	if len(longest.Terms) != 1 || len(longest.Terms[0][0].Tokens[0]) != 64 {
		t.Errorf("%v", longest)
	}
}
