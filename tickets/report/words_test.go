package report_test

import (
	"strings"
	"testing"

	"amigo/app/i18n"
	"amigo/tickets/report"
)

func TestAVerdictIsASentenceForAnyTarget(t *testing.T) {
	for _, c := range []struct {
		target  int
		minutes float64
		over    bool
		french  string
		english string
	}{
		{1, 241, true, "4,0 h au-dessus du délai annoncé de 1 min", "4.0 h above the published time of 1 min"},
		{60, 30, false, "0,5 h sous le délai annoncé de 1 h", "0.5 h below the published time of 1 h"},
		{1080, 1444, true, "6,1 h au-dessus du délai annoncé de 18 h", "6.1 h above the published time of 18 h"},
		{1080, 1080, false, "conforme au délai annoncé de 18 h", "just the published time of 18 h"},
	} {
		choices := report.Choices{TargetMinutes: c.target}
		for lang, want := range map[string]string{"fr": c.french, "en": c.english} {
			over, words := choices.Verdict(i18n.In(lang), c.minutes)
			if words = strings.ReplaceAll(words, i18n.NBSP, " "); over != c.over || words != want {
				t.Errorf("%v minutes against %d: %v, %q, want %q", c.minutes, c.target, over, words, want)
			}
		}
	}
}
