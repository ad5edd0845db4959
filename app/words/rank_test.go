package words_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"amigo/app/words"
)

// score ranks one text.
func score(query, text string) int {
	return words.Query(query).In("fr").Rank(words.Part{Text: text, Weight: 1}).Score
}

func TestWhatAnswersBetterComesFirst(t *testing.T) {
	for query, texts := range map[string][]string{
		"bourrage papier": {
			"Un bourrage papier chaque matin",
			"Le papier manque après un bourrage",
			"Le papier est là. " + strings.Repeat("Rien d'autre ne se passe ici. ", 10) + "Un bourrage.",
			"Un bourrage",
			"Rien",
		},
		"port": {"Le port est fermé", "Le portable est fermé", "Rien"},
	} {
		best := slices.SortedStableFunc(slices.Values(texts), func(a, b string) int { return cmp.Compare(score(query, b), score(query, a)) })
		if !slices.Equal(best, texts) {
			t.Errorf("%q ranks %q", query, best)
		}
	}
}

func TestASubjectSaysMoreThanAName(t *testing.T) {
	rank := func(subject, name, text string) int {
		r := words.Query("bernard").In("fr").Rank(words.Part{Text: subject, Weight: 8}, words.Part{Text: name, Weight: 4}, words.Part{Text: text, Weight: 2})
		if r.Missing > 0 || r.Score != slices.Max(r.Own) {
			t.Errorf("in %q, %q, %q: %+v", subject, name, text, r)
		}
		return r.Score
	}
	subject, name, text := rank("Bernard", "Anne Martin", ""), rank("Panne", "Anne Bernard", ""), rank("Panne", "Anne Martin", "Demandez à Bernard")
	if subject <= name || name <= text {
		t.Errorf("subject %d, name %d, text %d", subject, name, text)
	}
	if r := words.Query("bernard panne").In("fr").Rank(words.Part{Text: "Bernard", Weight: 1}); r.Missing != 1 {
		t.Errorf("%d terms are missing", r.Missing)
	}
}

// marked writes the runs of an excerpt with the marked ones in brackets.
func marked(runs []words.Run) string {
	var line strings.Builder
	for _, r := range runs {
		if r.Marked {
			line.WriteString("[" + r.Text + "]")
		} else {
			line.WriteString(r.Text)
		}
	}
	return line.String()
}

func TestWordsAreMarkedAsPeopleWroteThem(t *testing.T) {
	for _, c := range []struct{ query, text, want string }{
		{"imprimante", "Les IMPRIMANTES du secrétariat", "Les [IMPRIMANTES] du secrétariat"},
		{"imprimante", "L'imprimante, l’imprimante !", "L'[imprimante], l’[imprimante] !"},
		{"journaux", "Un journal de bord", "Un [journal] de bord"},
		{"eleve", "Un élève, E\u0301LE\u0300VE", "Un [élève], [E\u0301LE\u0300VE]"},
		{"impri", "imprimante et imprimer", "[imprimante] et [imprimer]"},
		{"i-prof", "Dans I-Prof : rien", "Dans [I-Prof] : rien"},
		{`"mot de passe"`, "Le mot de passe du mot caché", "Le [mot] de [passe] du mot caché"},
		{"12345", "Voir AMIGO #12345.", "Voir AMIGO #[12345]."},
		{"0761234a", "Lycée (0761234A)", "Lycée ([0761234A])"},
		{"<b>", "<b>gras</b> & co", "<[b]>gras</[b]> & co"},
		{"souris", "Un écran\n\n  noir", "Un écran noir"},
	} {
		if got := marked(words.Query(c.query).In("fr").Mark(c.text)); got != c.want {
			t.Errorf("%q in %q: %s", c.query, c.text, got)
		}
	}
}

func TestAnExcerptShowsWhereTheWordsStandTogether(t *testing.T) {
	long := "Le toner est vide. " + strings.Repeat("Bla bla bla. ", 40) + "Le toner de l'imprimante fuit. " + strings.Repeat("Bla bla. ", 40)
	excerpt, terms := words.Query("imprimante toner").In("fr").Excerpt(long, 100)
	got := marked(excerpt)
	if terms != 2 || !strings.Contains(got, "Le [toner] de l'[imprimante] fuit.") || !strings.HasPrefix(got, "… ") || !strings.HasSuffix(got, " …") {
		t.Errorf("%d terms: %s", terms, got)
	}
	excerpt, terms = words.Query("souris").In("fr").Excerpt(long, 100)
	if got := marked(excerpt); terms != 0 || !strings.HasPrefix(got, "Le toner est vide.") {
		t.Errorf("%d terms: %s", terms, got)
	}
}

// Whatever stands in a text, an excerpt is bounded and holds nothing but the
// text; and what a finder meets is what the stored tokens meet.
func TestAFinderMeetsWhatTheTokensMeet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces := []string{"imprimante", "Imprimantes", "l'élève", "I-Prof", "le", "la", " ", "\n", ", ", "--", "É", "0761234A", "ﬁche", "œuvre", "ok.", "d’", "mot de passe", "日本", "½"}
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 60).Draw(t, "text"), rapid.SampledFrom([]string{"", " "}).Draw(t, "between"))
		query := rapid.SampledFrom([]string{"imprimante", "élève", "i-prof", "prof", `"mot de passe"`, "0761", "fiche oeuvre", "la"}).Draw(t, "query")
		lang := rapid.SampledFrom([]string{"fr", "en", ""}).Draw(t, "lang")
		most := rapid.IntRange(1, 80).Draw(t, "most")
		search := words.Query(query)
		f := search.In(lang)
		missing := f.Rank(words.Part{Text: text, Weight: 1}).Missing
		if tokens := words.Tokens(text, lang); matches(search, tokens) != (missing == 0) && !onlyStops(text, lang) {
			t.Fatalf("%q in %q (%s): missing %d, tokens %q", query, text, lang, missing, tokens)
		}
		excerpt, _ := f.Excerpt(text, most)
		var plain strings.Builder
		for _, r := range excerpt {
			plain.WriteString(r.Text)
		}
		got := strings.TrimSuffix(strings.TrimPrefix(plain.String(), "… "), " …")
		if len([]rune(got)) > most || !strings.Contains(squeezed(text), strings.TrimSpace(squeezed(got))) {
			t.Fatalf("an excerpt of %q, %d letters: %q", text, most, got)
		}
		if whole := squeezed(marked(f.Mark(text))); strings.NewReplacer("[", "", "]", "").Replace(whole) != squeezed(text) {
			t.Fatalf("%q marked is %q", text, whole)
		}
	})
}

// onlyStops says whether a text has but words that say nothing: those it keeps,
// and a finder passes over them.
func onlyStops(text, lang string) bool {
	return len(words.Tokens(text+" xylophone", lang)) == 1 || len(words.Tokens(text, lang)) == 0
}

func squeezed(text string) string { return strings.Join(strings.Fields(text), " ") }
