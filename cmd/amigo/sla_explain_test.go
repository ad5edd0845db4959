package main

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestSLAExplainsADueDateInWords holds the words to a golden file: what is
// asked, and what is answered.
func TestSLAExplainsADueDateInWords(t *testing.T) {
	sundays := calendarJSON(t, `{"tz": "Australia/Lord_Howe", "known_until": "2026-12-31", "weekly": {"sun": [["00:00", "24:00"]]},
		"periods": [{"from": "2026-04-06", "to": "2026-04-10", "name": "Inventaire", "weekly": {"fri": [["22:00", "24:00"]]}}],
		"closed": ["2026-04-19"], "exceptions": {"2026-04-12": [], "2026-04-13": [["10:00", "10:30"]]}}`)
	gap := calendarJSON(t, `{"tz": "Europe/Paris", "weekly": {"sun": [["02:00", "03:00"]]}}`)
	var got strings.Builder
	for _, args := range []string{
		"explain 2026-11-10T16:30:00+01:00 60",
		"explain 2026-11-10T18:30:15+01:00 60",
		"explain 2026-10-21T12:00:15+02:00 90",
		"explain 2026-12-18T16:30:00+01:00 2160",
		"explain 2027-05-05T12:00:00+02:00 540",
		"explain 2026-12-31T17:30:00+01:00 45 --calendar techniciens-caen",
		"explain 2026-11-21T12:00:00+01:00 0",
		"explain 2026-04-04T12:00:00+11:00 3000 --calendar " + sundays,
		"explain 2026-03-29T01:00:00+01:00 30 --calendar " + gap,
	} {
		code, out, errs := sla(t, args, "")
		if code != 0 || errs != "" {
			t.Errorf("amigo sla %s: %d %s", args, code, errs)
		}
		question := strings.NewReplacer(sundays, "sundays.json", gap, "gap.json").Replace(args)
		got.WriteString("$ amigo sla " + question + "\n" + out + "\n")
	}
	golden := filepath.Join("testdata", "explain.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || got.String() != string(want) {
		t.Errorf("%v\n%s\nwant\n%s", err, got.String(), want)
	}
}
