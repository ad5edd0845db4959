package mail

import (
	"strings"
	"testing"
)

func TestTheTextOfALetterKeepsApartWhatIsOfferedWhereToReadAndTheSignature(t *testing.T) {
	for name, c := range map[string]struct {
		body Body
		want string
	}{
		"an opinion about one of several things": {
			Body{Items: []Item{{Title: "VPN", Said: []Saying{{By: "Satisfait ?"}}, Choices: []Choice{{"Oui", "https://a.test/1"}}, Link: "https://a.test/2"}}, Footer: []string{"Un", "Deux"}},
			"VPN\n\nSatisfait ?\n\nOui\nhttps://a.test/1\n\nhttps://a.test/2\n\n-- \nUn\nDeux\n",
		},
		"a file, and nothing below it": {
			Body{Items: []Item{{Title: "notice.pdf", Link: "https://a.test/f"}}, Footer: []string{"Un"}},
			"notice.pdf\nhttps://a.test/f\n\n-- \nUn\n",
		},
		"a link below the words": {
			Body{Paragraphs: []string{"Bonjour."}, Action: "Voir", Link: "https://a.test", Footer: []string{"Un"}},
			"Bonjour.\n\nVoir\nhttps://a.test\n\n-- \nUn\n",
		},
	} {
		text, _, err := layOut(c.body, "fr")
		if err != nil || text != c.want {
			t.Errorf("%s, %v:\n%q, want\n%q", name, err, text, c.want)
		}
	}
}

func TestANumberStaysOnTheLineOfWhatItNumbers(t *testing.T) {
	for words, want := range map[string]string{
		strings.Repeat("x", 69) + " AMIGO #10001.": strings.Repeat("x", 69) + "\nAMIGO #10001.",
		strings.Repeat("x", 62) + " AMIGO #10001.": strings.Repeat("x", 62) + " AMIGO #10001.",
		strings.Repeat("x", 76) + " #10001":        strings.Repeat("x", 76) + "\n#10001",
	} {
		if got := wrap(words); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAnAddressInTheFooterIsALink(t *testing.T) {
	_, html, err := layOut(Body{Footer: []string{"Choisir : https://a.test/preferences", "Demande AMIGO #10001"}}, "fr")
	if err != nil || !strings.Contains(html, `Choisir : <a href="https://a.test/preferences"`) || strings.Count(html, "<a ") != 1 {
		t.Errorf("%v:\n%s", err, html)
	}
}
