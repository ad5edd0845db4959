package app

import (
	"regexp"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"
)

// Stray is a variable of the environment that looks like one of AMIGO's and
// that nothing reads: it is misspelt, or of another version.
type Stray struct {
	Name    string
	Closest string // the variable that AMIGO knows whose name is the most alike
}

// numbered are the variables that there may be any number of.
var numbered = regexp.MustCompile(`^AMIGO_IMAP_PASSWORD_[1-9][0-9]*$`)

// Strays gives the variables AMIGO_… of an environment (as os.Environ gives it)
// that are not empty and that nothing reads, sorted. They are no reason not to
// start: a newer version may read them, and another program beside it.
func Strays(environ []string) (list []Stray) {
	known := variableNames()
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		plain, isFile := strings.CutSuffix(name, "_FILE")
		if !own(name) || value == "" || slices.Contains(known, plain) || numbered.MatchString(plain) {
			continue
		}
		closest := slices.MinFunc(known, func(a, b string) int { return distance(plain, a) - distance(plain, b) })
		if isFile {
			closest += "_FILE"
		}
		list = append(list, Stray{name, closest})
	}
	slices.SortFunc(list, func(a, b Stray) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// own says whether a variable is meant for AMIGO and not for its tests.
func own(name string) bool {
	return strings.HasPrefix(name, "AMIGO_") && !strings.HasPrefix(name, "AMIGO_TEST_")
}

// variableNames are the variables that this version reads, or refuses aloud.
func variableNames() []string {
	names := append(slices.Clone(later), "AMIGO_IMAP_PASSWORD_1")
	fields, err := env.GetFieldParams(&Config{})
	if err != nil {
		panic(err) // only a pointer to something else than a struct has no fields
	}
	for _, f := range fields {
		if f.OwnKey != "" {
			names = append(names, f.OwnKey)
		}
	}
	return names
}

// distance is how many letters have to be put in, left out or changed to make
// one word of another (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1) // of the first letters of a, to each beginning of b
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, before+1, row[j]+1)
		}
	}
	return row[len(b)]
}
