package feed

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// territories are the zones that are no letter, by their folded names.
var territories = map[string]string{
	"corse": "Corse", "guadeloupe": "Guadeloupe", "guyane": "Guyane", "martinique": "Martinique", "mayotte": "Mayotte",
	"reunion": "Réunion", "nouvelle caledonie": "Nouvelle-Calédonie", "polynesie": "Polynésie",
	"saint pierre et miquelon": "Saint-Pierre-et-Miquelon", "wallis et futuna": "Wallis-et-Futuna",
}

// academies are the zones of the académies since 2015, by their folded names:
// for feeds that name the zone and not its académies.
var academies = map[string]string{
	"besancon": "A", "bordeaux": "A", "clermont ferrand": "A", "dijon": "A", "grenoble": "A", "limoges": "A", "lyon": "A", "poitiers": "A",
	"aix marseille": "B", "amiens": "B", "caen": "B", "lille": "B", "nancy metz": "B", "nantes": "B", "nice": "B", "normandie": "B",
	"orleans tours": "B", "reims": "B", "rennes": "B", "rouen": "B", "strasbourg": "B",
	"creteil": "C", "montpellier": "C", "paris": "C", "toulouse": "C", "versailles": "C",
}

// also are the other names under which an académie appears: Caen and Rouen became Normandie.
var also = map[string][]string{"normandie": {"caen", "rouen"}, "caen": {"normandie"}, "rouen": {"normandie"}}

var (
	// letters is "Zone B", "Zones A/B/C", "Zones A, B et C".
	letters = regexp.MustCompile(`\bzones? ([abc](?: (?:et )?[abc])*)\b`)
	// onlyLetters is "B", "A/B", "A, B et C" without the word.
	onlyLetters = regexp.MustCompile(`^[abc](?: (?:et )?[abc])*$`)
)

// zonesIn finds the zones that a text names, in order of their names.
func zonesIn(text string) []string {
	s, found := fold(text), map[string]bool{}
	if onlyLetters.MatchString(s) {
		s = "zones " + s
	}
	for _, m := range letters.FindAllStringSubmatch(s, -1) {
		for letter := range strings.FieldsSeq(m[1]) {
			if letter != "et" {
				found[strings.ToUpper(letter)] = true
			}
		}
	}
	for folded, name := range territories {
		if strings.Contains(" "+s+" ", " "+folded+" ") {
			found[name] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// fold is a text without accents, case and marks, its words a space apart.
func fold(text string) string {
	var b strings.Builder
	gap := false
	for _, c := range norm.NFKD.String(text) {
		switch {
		case unicode.Is(unicode.Mn, c):
		case unicode.IsLetter(c) || unicode.IsDigit(c):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(unicode.ToLower(c))
		default:
			gap = true
		}
	}
	return b.String()
}

// clip bounds what a message repeats of a feed.
func clip(s string) string {
	const most = 60
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}
