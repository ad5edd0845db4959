package report_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"amigo/app/db/dbtest"
	"amigo/tickets"
)

var update = flag.Bool("update", false, "rewrite golden files")

func TestALetterSaysTheFiguresToEachSupervisorInTheirLanguage(t *testing.T) {
	clock := dbtest.NewClock()
	w := newWorld(t, dbtest.SQLite(t, clock.Now), clock)
	w.stories()
	for range 11 {
		w.solved("bob", "2026-11-12 08:00", "2026-11-17 10:00") // Thursday to Tuesday: 9 + 9 + 9 + 2 hours
	}
	w.at("2026-11-23 13:00")
	w.compose()
	w.at("2026-11-24 09:00")
	w.compose()
	w.at("2026-11-25 09:00") // a day on which nothing was solved
	w.compose()
	for _, l := range w.reports() {
		if l.HTML == "" || strings.Count(l.HTML, "<table") != strings.Count(l.HTML, "</table>") {
			t.Errorf("%s: the HTML is %q", l.Subject, l.HTML)
		}
	}
	for name, i := range map[string]int{"nothing.en": 0, "nothing.fr": 1, "weekly.en": 4, "weekly.fr": 5} {
		l := w.reports()[i]
		got := "Subject: " + l.Subject + "\n\n" + l.Text
		path := filepath.Join("testdata", "letters", name)
		if *update {
			must(t, os.WriteFile(path, []byte(got), 0o600))
		}
		want, err := os.ReadFile(path)
		must(t, err)
		if got != string(want) {
			t.Errorf("%s is not as it was (-update rewrites it):\n%s", path, got)
		}
	}
}

func TestALetterAboutNothingAtAllHasNoTable(t *testing.T) {
	clock := dbtest.NewClock()
	w := newWorld(t, dbtest.SQLite(t, clock.Now), clock)
	w.at("2026-11-19 10:00")
	_, err := w.desk.Open(w.as("ann"), tickets.Open{Subject: "Imprimante muette", Body: "Plus rien ne sort."})
	must(t, err)
	w.at("2026-11-20 08:00")
	w.compose()
	letters := w.reports()
	if len(letters) != 2 {
		t.Fatalf("%d letters to two supervisors", len(letters))
	}
	for _, l := range letters {
		if strings.Contains(l.HTML, "<th ") || strings.Contains(l.Text, "–") {
			t.Errorf("%s: figures of nothing:\n%s", l.Subject, l.Text)
		}
	}
}
