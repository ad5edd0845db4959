package ui

import (
	"strings"
	"unicode"
)

// Person is somebody on a page. About is a line under the name: a function, a
// team, an establishment.
type Person struct {
	Name, About string
	Href        string // their page, if the reader may see it
}

// titles come before a name and say nothing about it.
var titles = map[string]bool{"M.": true, "Mme": true, "Mr": true, "Mrs": true, "Ms": true}

// initials are the first letters of the first and the last word of the name:
// "Alix Blin" is AB, "Mme Le Goff" is LG.
func (p Person) initials() string {
	var letters []rune
	for _, word := range strings.FieldsFunc(p.Name, func(r rune) bool { return unicode.IsSpace(r) || r == '-' }) {
		if !titles[word] {
			letters = append(letters, unicode.ToUpper([]rune(word)[0]))
		}
	}
	if len(letters) > 2 {
		letters = []rune{letters[0], letters[len(letters)-1]}
	}
	return string(letters)
}
