package words_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"amigo/app/words"
)

// families reads testdata: a line is a family of forms.
func families(t *testing.T, name string) [][]string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var all [][]string
	for line := range strings.Lines(string(text)) {
		if forms := strings.Fields(line); len(forms) > 0 && forms[0] != "#" {
			all = append(all, forms)
		}
	}
	return all
}

// bare is what somebody types who does not care for accents.
func bare(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
	return strings.NewReplacer("œ", "oe").Replace(s)
}

func TestTheFormsOfAWordAreOneToken(t *testing.T) {
	for file, lang := range map[string]string{"french.txt": "fr", "english.txt": "en"} {
		for _, forms := range families(t, file) {
			want := words.Tokens(forms[0], lang)
			if len(want) != 1 {
				t.Errorf("%s gives %q", forms[0], want)
			}
			for _, form := range forms {
				for _, typed := range []string{form, bare(form), strings.ToUpper(form), norm.NFD.String(form)} {
					if got := words.Tokens(typed, lang); !slices.Equal(got, want) {
						t.Errorf("%s gives %q, %s gives %q", typed, got, forms[0], want)
					}
				}
			}
		}
	}
}

func TestDifferentFamiliesStayApart(t *testing.T) {
	for file, lang := range map[string]string{"french.txt": "fr", "english.txt": "en"} {
		seen := map[string]string{}
		for _, forms := range families(t, file) {
			token := strings.Join(words.Tokens(forms[0], lang), " ")
			if other, taken := seen[token]; taken && !slices.Contains(related, [2]string{other, forms[0]}) {
				t.Errorf("%s and %s are both %s", other, forms[0], token)
			}
			seen[token] = forms[0]
		}
	}
}

// related families meet in one token, which does no harm.
var related = [][2]string{
	{"install", "installation"},
	{"imprimante", "imprimer"},
	{"installation", "installer"},
	{"réinitialiser", "réinitialisation"},
	{"académie", "académique"},
}

func TestTextIsCutWhereAReaderWouldCutIt(t *testing.T) {
	for _, c := range []struct{ text, fr, en, unknown string }{
		{"L'imprimante du secrétariat", "imprim secretariat", "imprimant du secretariat", "imprim imprimant secretariat"},
		{"l’imprimante", "imprim", "imprimant", "imprim imprimant"},
		{"Aujourd’hui, aujourd'hui", "aujourdhui aujourdhui", "aujourdhui aujourdhui", "aujourdhui aujourdhui"},
		{"I-Prof : page blanche", "iprof i prof pag blanch", "iprof prof page blanch", "iprof prof pag page blanch"},
		{"Wi\u2011Fi", "wif wi fi", "wifi wi fi", "wif wifi wi fi"},
		{"ce.0761234a@ac-normandie.fr", "ce0761234aacnormandiefr 0761234a ac normand fr", "ce0761234aacnormandiefr ce 0761234a ac normandi fr", "ce0761234aacnormandiefr 0761234a ac normand normandi fr"},
		{"UAI 0761234A", "uai 0761234a", "uai 0761234a", "uai 0761234a"},
		{"[AMIGO #12345]", "amigo 12345", "amigo 12345", "amigo 12345"},
		{"Pouvez-vous vérifier ?", "pouv verifi", "pouvezv pouvez vous verifi", "pouv pouvez verifi"},
		{"don't lock the printer's lid", "lock the print lid", "lock printer lid", "lock print printer lid"},
		{"fini.Merci", "finimerc fin", "finimerci fini merci", "finimerc finimerci fin fini"},
		{"Straße, Łódź, cœur", "strass lodz coeur", "strass lodz coeur", "strass lodz coeur"},
		{"ﬁchier\u00a0: a\u00adgent", "fichi agent", "fichier agent", "fichi fichier agent"},
		{"où est-ce", "ou est", "ou estc est ce", "ou est"},
		{"Мир", "u043cu0438u0440", "u043cu0438u0440", "u043cu0438u0440"},
		{"… — !", "", "", ""},
	} {
		for _, said := range []struct{ lang, want string }{{"fr", c.fr}, {"en", c.en}, {"", c.unknown}} {
			if got := strings.Join(words.Tokens(c.text, said.lang), " "); got != said.want {
				t.Errorf("%q in %q: %q, want %q", c.text, said.lang, got, said.want)
			}
		}
	}
}

func TestALongTextIsReadInPart(t *testing.T) {
	tokens := words.Tokens(strings.Repeat("ẋ", 300<<10), "fr")
	if len(tokens) != 1 || len(tokens[0]) != 64 {
		t.Errorf("%d tokens", len(tokens))
	}
	if n := len(words.Tokens(strings.Repeat("page ", 1<<20), "fr")); n != 256<<10/5+1 {
		t.Errorf("%d tokens", n)
	}
	if got := words.Tokens(strings.Repeat("a.", 500)+"fin", "fr"); slices.ContainsFunc(got, func(s string) bool { return len(s) > 3 }) {
		t.Errorf("a chain of 501 parts is indexed whole: %q", got)
	}
}

var plain = regexp.MustCompile(`^[a-z0-9]{1,64}$`)

func FuzzTokensArePlainAndTheTextFindsItself(f *testing.F) {
	for _, seed := range []string{"L’élève n'arrive plus", "I-Prof", "a@b.c", "\"mot de passe\" exp", "« à la »", "ǅ İ ﬃ ½", "'''-..@", "puis-je", "e\u0301-\u200bx"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = text[:min(len(text), 500)] // a query is cut there, a text is not
		search := words.Query(text)
		if len(search.Terms) > 16 {
			t.Errorf("%d terms", len(search.Terms))
		}
		for _, term := range search.Terms {
			for _, phrase := range term {
				checkPlain(t, phrase.Tokens)
			}
		}
		for _, lang := range []string{"fr", "en", ""} {
			tokens := words.Tokens(text, lang)
			checkPlain(t, tokens)
			if len(search.Terms) > 0 && !strings.ContainsAny(text, `"“”«»`) && !matches(search, tokens) {
				t.Errorf("%q in %q is not found by itself: %q, %v", text, lang, tokens, search)
			}
		}
	})
}

func checkPlain(t *testing.T, tokens []string) {
	t.Helper()
	if i := slices.IndexFunc(tokens, func(s string) bool { return !plain.MatchString(s) }); i >= 0 {
		t.Errorf("token %q", tokens[i])
	}
}

func BenchmarkTokens(b *testing.B) {
	text := strings.Repeat("L'imprimante du secrétariat n'imprime plus depuis ce matin, merci de votre aide. ", 20)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		words.Tokens(text, "fr")
	}
}
