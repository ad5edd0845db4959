package mail

import "testing"

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
