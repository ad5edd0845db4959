package i18n

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// loaded reads catalogues given as file name → text.
func loaded(t *testing.T, files map[string]string) (*Catalog, error) {
	t.Helper()
	folder := fstest.MapFS{}
	for name, text := range files {
		folder["locales/"+name] = &fstest.MapFile{Data: []byte(text)}
	}
	return load(folder)
}

func TestEachAreaBringsItsOwnFiles(t *testing.T) {
	c, err := loaded(t, map[string]string{
		"web.fr.toml": "web.yes = \"oui\"", "web.en.toml": "web.yes = \"yes\"",
		"kb.fr.toml": "[kb.help]\nother = \"aide\"", "kb.en.toml": "[kb.help]\nother = \"help\"", "none.fr.toml": "",
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Keys("en"); !slices.Equal(got, []string{"kb.help", "web.yes"}) {
		t.Errorf("keys %q", got)
	}
	if got := c.Printer("en", nil).T("web.yes") + c.Printer("fr", nil).T("kb.help"); got != "yesaide" {
		t.Errorf("said %q", got)
	}
	if got := c.Printer("de", nil).Lang(); got != "fr" {
		t.Errorf("German is answered in %q", got)
	}
}

func TestPluralsFollowTheLanguage(t *testing.T) {
	c, err := loaded(t, map[string]string{
		"a.fr.toml": "[a]\none = \"{{.Count}} demande\"\nmany = \"{{.Count}} de demandes\"\nother = \"{{.Count}} demandes\"",
		"a.en.toml": "[a]\none = \"{{.Count}} request\"\nother = \"{{.Count}} requests\"",
		"b.fr.toml": "[b]\none = \"{{.Count}} jour\"\nother = \"{{.Count}} jours\"",
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []struct {
		lang, key string
		n         int
		want      string
	}{
		{"fr", "a", 0, "0 demande"},
		{"fr", "a", 1, "1 demande"},
		{"fr", "a", 2, "2 demandes"},
		{"fr", "a", 1234, "1\u00a0234 demandes"},
		{"fr", "a", 1_000_000, "1\u00a0000\u00a0000 de demandes"},
		{"fr", "b", 1_000_000, "1\u00a0000\u00a0000 jours"},
		{"en", "a", 0, "0 requests"},
		{"en", "a", 1, "1 request"},
		{"en", "a", 1234, "1,234 requests"},
	} {
		if got := c.Printer(p.lang, nil).N(p.key, p.n); got != p.want {
			t.Errorf("%s %s %d: %q, want %q", p.lang, p.key, p.n, got, p.want)
		}
	}
}

func TestFrenchPunctuationGetsItsNoBreakSpaces(t *testing.T) {
	source := `x = "Ouvrir « {{.A}} » ? Oui : {{with $b := .B}}50 % {{$b}} !{{end}}"`
	c, err := loaded(t, map[string]string{"x.fr.toml": source, "x.en.toml": source})
	if err != nil {
		t.Fatal(err)
	}
	got := strings.ReplaceAll(c.Printer("fr", nil).T("x", "A", "a : b", "B", "c"), NBSP, "~")
	if want := "Ouvrir «~a : b~»~? Oui~: 50~% c~!"; got != want {
		t.Errorf("French %q, want %q", got, want)
	}
	if got := c.Printer("en", nil).T("x", "A", "a", "B", "c"); strings.Contains(got, NBSP) {
		t.Errorf("English has no-break spaces: %q", got)
	}
}

func TestABrokenCatalogueIsRefusedWithEveryProblem(t *testing.T) {
	c, err := loaded(t, map[string]string{
		"a.fr.toml": "a.open = \"{{.A\"\na.done = \"x\"",
		"b.fr.toml": "a.done = \"y\"",
		"c.fr.toml": "[c.form]\ndescription = \"Votre texte\"",
		"d.de.toml": "d.yes = \"ja\"",
		"e.fr.toml": "e = ",
	})
	if c != nil || err == nil {
		t.Fatal("the catalogue was accepted")
	}
	for _, want := range []string{"a.open", "already in locales/a.fr.toml", "c.form: no sentence", `no language "de"`, "locales/e.fr.toml"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not among the problems:\n%v", want, err)
		}
	}
}

func TestTheBrowserChoosesTheLanguage(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for header, want := range map[string]string{
		"":                        "fr",
		"fr-FR,fr;q=0.9,en;q=0.8": "fr",
		"en-GB,en;q=0.9":          "en",
		"en;q=0.5, fr;q=0.6":      "fr",
		"de-DE, en;q=0.5":         "en",
		"de":                      "fr",
		"*":                       "fr",
		"\x00;;q=,":               "fr",
	} {
		if got := c.Match(header); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}
