package mail

import (
	"strings"
	"testing"
)

func TestATableLinesUpInATextLetter(t *testing.T) {
	long := "#10023 " + strings.Repeat("copieur ", 20)
	for name, c := range map[string]struct {
		table Table
		want  string
	}{
		"nothing":    {Table{}, ""},
		"no head":    {Table{Rows: [][]string{{"Résolus", "4"}, {"Médiane", "8,8 h"}}}, "Résolus      4\nMédiane  8,8 h"},
		"with head":  {Table{Head: []string{"Mois", "Délai"}, Rows: [][]string{{"novembre", "9 h"}}}, "Mois      Délai\nnovembre    9 h"},
		"one column": {Table{Rows: [][]string{{"a"}, {"bb"}}}, "a\nbb"},
		"too long":   {Table{Rows: [][]string{{long, "26 h"}}}, strings.TrimRight(long[:69], " ") + "…  26 h"},
	} {
		got := c.table.Text()
		if got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, c.want)
		}
		for line := range strings.Lines(got) {
			if n := len([]rune(line)); n > width+1 {
				t.Errorf("%s: %d characters in %q", name, n, line)
			}
		}
	}
}

func TestATableStandsInBothFormsOfALetter(t *testing.T) {
	text, html, err := layOut(Body{Greeting: "Bonjour,", Tables: []Table{{Title: "Tendance", Head: []string{"Mois", "Délai"}, Rows: [][]string{{"<octobre>", "9 h"}}}}, Link: "https://amigo.test", Action: "Voir"}, "fr")
	if err != nil {
		t.Fatal(err)
	}
	if want := "Bonjour,\n\nTendance\nMois       Délai\n<octobre>    9 h\n\nVoir\n"; !strings.Contains(text, want) {
		t.Errorf("%q", text)
	}
	for _, want := range []string{"<caption", ">Tendance</caption>", `<th scope="col"`, `<th scope="row"`, "&lt;octobre&gt;"} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s in %s", want, html)
		}
	}
}
