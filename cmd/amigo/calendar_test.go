package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"amigo/app"
	"amigo/app/people"
	"amigo/sla/calendar"
	"amigo/tickets"
)

// zoneB is a file of the ministry's shape, with true dates.
const zoneB = "../../sla/calendar/feed/testdata/zone-b.ics"

// amigoCalendar runs `amigo calendar …` on an installation in a folder.
func amigoCalendar(t *testing.T, dir, in string, args ...string) (code int, out, complaint string) {
	t.Helper()
	t.Setenv("AMIGO_DATA_DIR", dir)
	var o, e bytes.Buffer
	code = run(t.Context(), append([]string{"calendar"}, args...), strings.NewReader(in), &o, &e)
	return code, o.String(), e.String()
}

func wantLines(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, line := range want {
		if !strings.Contains(text, line) {
			t.Errorf("nothing says %q in:\n%s", line, text)
		}
	}
}

func TestCalendarImportSaysWhatWouldChangeAndWritesNothing(t *testing.T) {
	dir := t.TempDir()
	code, out, complaint := amigoCalendar(t, dir, "", "import", zoneB)
	if code != 0 {
		t.Fatalf("%d, %s", code, complaint)
	}
	wantLines(t, out, "normandie version 1 is known from 2015-09-01 to 2028-07-04", "no day would change", "nothing was written")
	moved := strings.Replace(readText(t, zoneB), "DTSTART;VALUE=DATE:20261017", "DTSTART;VALUE=DATE:20261013", 1)
	if code, out, complaint = amigoCalendar(t, dir, moved, "import", "--zone", "B", "-"); code != 0 {
		t.Fatalf("%d, %s", code, complaint)
	}
	wantLines(t, out, "2026-10-14 to 2026-10-16, 3 days: default wed 08:00-13:00; thu fri 08:00-17:00, would be Toussaint 09:00-12:30 13:30-17:00", "nothing was written")
	if _, out, _ = amigoCalendar(t, dir, "", "list"); !strings.Contains(out, "normandie version 1") || !strings.Contains(out, "as it came with the program") {
		t.Errorf("after two previews: %s", out)
	}
}

func TestCalendarImportAppliesAndIsRecorded(t *testing.T) {
	dir := t.TempDir()
	moved := filepath.Join(t.TempDir(), "moved.ics")
	text := strings.Replace(readText(t, zoneB), "DTSTART;VALUE=DATE:20261017", "DTSTART;VALUE=DATE:20261013", 1)
	if err := os.WriteFile(moved, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, complaint := amigoCalendar(t, dir, "", "import", moved, "--apply", "--calendar", "normandie")
	if code != 0 || !strings.Contains(out, "version 2 of normandie is in force\n") {
		t.Fatalf("%d, %s%s", code, out, complaint)
	}
	_, out, _ = amigoCalendar(t, dir, "", "list")
	wantLines(t, out, "normandie version 2, known from 2015-09-01 to 2028-07-04, school zone B, put in force on", "by amigo:system from "+moved)
	a, err := app.New(t.Context(), app.Config{DataDir: dir, Listen: "127.0.0.1:0", Now: time.Now}, app.Parts{}, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	lines, err := a.Audit.List(people.As(t.Context(), people.System()), 0, 1)
	if err != nil || len(lines) != 1 || lines[0].Action != "calendar.apply" || lines[0].Subject != "calendar:normandie" || lines[0].Details["source"] != moved {
		t.Errorf("the record says %+v, %v", lines, err)
	}
}

func TestWhatIsExportedIsImportedAsItWas(t *testing.T) {
	dir := t.TempDir()
	code, text, complaint := amigoCalendar(t, dir, "", "export", "normandie")
	if code != 0 {
		t.Fatalf("%d, %s", code, complaint)
	}
	spec, err := calendar.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if want, err := calendar.Named(calendar.Normandie); err != nil || !reflect.DeepEqual(spec, want) {
		t.Error("the definition is not the one that came with the program")
	}
	wantLines(t, text, "\n    {\"from\": \"2026-10-17\", \"to\": \"2026-11-01\", \"name\": \"Toussaint\", \"regime\": \"holidays\"},\n", `"wed": [["08:00", "13:00"]]`)
	edited := strings.Replace(text, `"wed": [["08:00", "13:00"]]`, `"wed": [["08:00", "12:00"]]`, 1)
	if code, out, complaint := amigoCalendar(t, dir, edited, "import", "-", "--calendar", "accueil", "--new", "--apply"); code != 0 || !strings.Contains(out, "would be a new calendar accueil,") || !strings.Contains(out, "version 1 of accueil is in force") {
		t.Fatalf("%d, %s%s", code, out, complaint)
	}
	if code, _, complaint := amigoCalendar(t, dir, "", "export", "nobody"); code != 1 || complaint != "amigo: there is no calendar nobody\n" {
		t.Errorf("a calendar that is none: %d, %s", code, complaint)
	}
}

func TestCalendarImportSaysWhichDueDatesWouldMove(t *testing.T) {
	dir := t.TempDir()
	_, text, _ := amigoCalendar(t, dir, "", "export", "normandie")
	wednesday := func() time.Time { return time.Date(2026, time.November, 18, 8, 0, 0, 0, time.UTC) }
	a, err := app.New(t.Context(), app.Config{DataDir: dir, Listen: "127.0.0.1:0", Now: wednesday}, app.Parts{}, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = a.People.Import(people.As(t.Context(), people.System()), people.Batch{Persons: []people.Entry{{UID: "lou", Name: "Lou Demandeuse", Site: "caen"}}}); err != nil {
		t.Fatal(err)
	}
	lou, err := a.People.ByUID(t.Context(), "lou")
	if err != nil {
		t.Fatal(err)
	}
	actor, err := a.People.Actor(t.Context(), lou.ID, people.Web)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := a.Desk.Open(people.As(t.Context(), actor), tickets.Open{Subject: "Imprimante muette", Body: "Plus rien ne sort."})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	edited := strings.Replace(text, `"wed": [["08:00", "13:00"]]`, `"wed": [["08:00", "12:00"]]`, 1)
	code, out, complaint := amigoCalendar(t, dir, edited, "import", "-")
	if code != 0 {
		t.Fatalf("%d, %s", code, complaint)
	}
	wantLines(t, out, "2 open promises run on it: 0 would be due earlier, 2 later", "ticket "+opened.ID.Ref()+", resolution: 2026-11-20T12:00:00Z, would be 2026-11-20T13:00:00Z")
	if strings.Contains(out, "would become provisional") || strings.Contains(out, "no due date any more") {
		t.Errorf("what happens to no promise is counted: %s", out)
	}
	short := strings.Replace(text, `"known_until": "2028-07-04"`, `"known_until": "2026-11-18"`, 1)
	_, out, _ = amigoCalendar(t, dir, short, "import", "-")
	wantLines(t, out, "0 would not be provisional any more, 1 would become provisional\n")
	never := `{"tz": "Europe/Paris", "weekly": {}, "exceptions": {"2026-11-18": [["08:00", "09:00"]]}}`
	_, out, _ = amigoCalendar(t, dir, never, "import", "-")
	wantLines(t, out, ", 2 would have no due date any more\n")
}

func TestCalendarImportRefusesAFileBeforeItOpensADatabase(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "var")
	for name, tc := range map[string]struct{ text, want string }{
		"lies":       {"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Hiver\nDTSTART:20270306\nDTEND:20270220\nEND:VEVENT\nEND:VCALENDAR\n", "- is refused:\nline 5: \"Hiver\" ends (2027-02-20) before it starts (2027-03-06)\n"},
		"own JSON":   {"{\"tz\": \"Europe/Pari\",\n\"weekly\": {\"mon\": [[\"08:00\", \"07:00\"]]}}", "line 2: weekly.mon"},
		"a web page": {"<html>", "a web page"},
		"too large":  {strings.Repeat(" ", 5<<20), "more than a calendar has"},
	} {
		if code, _, complaint := amigoCalendar(t, dir, tc.text, "import", "-"); code != 1 || !strings.Contains(complaint, tc.want) {
			t.Errorf("%s: %d, %s", name, code, complaint)
		}
	}
	if code, _, complaint := amigoCalendar(t, dir, "", "import", "nowhere.ics"); code != 1 || !strings.Contains(complaint, "nowhere.ics") {
		t.Errorf("a file that is none: %d, %s", code, complaint)
	}
	for _, args := range [][]string{{"import"}, {"import", zoneB, "https://example.test/zone-b.ics"}, {"import", "--zone"}, {"list", "all"}, {"export"}, {"mend"}, {}} {
		if code, _, complaint := amigoCalendar(t, dir, "", args...); code != 2 || complaint == "" {
			t.Errorf("%v: %d, %s", args, code, complaint)
		}
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("there is a data folder now")
	}
}

func TestCalendarImportFetchesAnAddressThatMayBeAsked(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, readText(t, zoneB)) }))
	t.Cleanup(s.Close)
	dir := t.TempDir()
	if code, _, complaint := amigoCalendar(t, dir, "", "import", s.URL+"/Zone-B.ics"); code != 1 || !strings.Contains(complaint, "not an address of the public Internet") {
		t.Errorf("%d, %s", code, complaint)
	}
	t.Setenv("AMIGO_FETCH_ALLOW", "127.0.0.0/8")
	if code, out, complaint := amigoCalendar(t, dir, "", "import", s.URL+"/Zone-B.ics"); code != 0 || !strings.Contains(out, "no day would change") {
		t.Errorf("%d, %s%s", code, out, complaint)
	}
}

func TestCalendarCheckWarnsOfWhatEndsSoon(t *testing.T) {
	dir := t.TempDir()
	until := map[string]string{"ferme": "2020-01-01"}
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	for name, days := range map[string]int{"aujourdhui": 0, "accueil": 2, "printemps": 100} {
		until[name] = time.Now().In(paris).AddDate(0, 0, days).Format(time.DateOnly)
	}
	for name, day := range until {
		own := `{"tz": "Europe/Paris", "weekly": {"mon": [["08:00", "12:00"]]}, "known_until": "` + day + `"}`
		if code, _, complaint := amigoCalendar(t, dir, own, "import", "-", "--calendar", name, "--new", "--apply"); code != 0 {
			t.Fatal(complaint)
		}
	}
	code, out, complaint := amigoCalendar(t, dir, "", "check")
	if code != 0 {
		t.Fatal(complaint)
	}
	wantLines(t, "\n"+out,
		"\nwarning: aujourdhui version 1, known until "+until["aujourdhui"]+": today is its last day, import the next school year\n",
		"\nwarning: accueil version 1, known until "+until["accueil"]+": only 2 days left, import the next school year\n",
		"\nprintemps version 1, known until "+until["printemps"]+": only 100 days left, import the next school year\n",
		"\nwarning: ferme version 1, known until 2020-01-01: it ended ",
		"\ntechniciens-caen version 1, known until 2031-12-31\n")
}

func TestACommandSaysWhichVariableNothingReads(t *testing.T) {
	t.Setenv("AMIGO_FETCH_ALOW", "10.0.0.0/8")
	code, _, said := amigoCalendar(t, t.TempDir(), "", "list")
	if code != 0 || strings.Count(said, "\n") != 1 {
		t.Errorf("%d, %s", code, said)
	}
	wantLines(t, said, "level=WARN", "variable=AMIGO_FETCH_ALOW closest=AMIGO_FETCH_ALLOW")
}

func TestANewCalendarIsMadeOnlyWhenThatIsSaid(t *testing.T) {
	dir := t.TempDir()
	const own = `{"tz": "Europe/Paris", "weekly": {"mon": [["08:00", "12:00"]]}, "known_from": "2026-11-01", "known_until": "2026-11-10"}`
	code, out, complaint := amigoCalendar(t, dir, own, "import", "-", "--calendar", "garage")
	if code != 0 {
		t.Fatal(complaint)
	}
	wantLines(t, out, "would be a new calendar garage, known from 2026-11-01 to 2026-11-10", "10 days: unknown, would be default mon 08:00-12:00; tue wed thu fri sat sun closed", "nothing was written; --new --apply makes it")
	for name, tc := range map[string]struct {
		text, want string
		args       []string
	}{
		"not said":        {own, "there is no calendar garage: --new --apply makes it", []string{"garage", "--apply"}},
		"an iCalendar":    {readText(t, zoneB), "there is no calendar garage\n", []string{"garage", "--new", "--apply"}},
		"a preview of it": {readText(t, zoneB), "there is no calendar garage\n", []string{"garage"}},
		"a bad name":      {own, `no calendar can be called "Le Garage"`, []string{"Le Garage", "--new", "--apply"}},
		"a page's name":   {own, `no calendar can be called "drafts"`, []string{"drafts"}},
		"one that is":     {own, "there is a calendar normandie already", []string{"normandie", "--new"}},
	} {
		if code, _, complaint := amigoCalendar(t, dir, tc.text, append([]string{"import", "-", "--calendar"}, tc.args...)...); code != 1 || !strings.Contains(complaint, tc.want) {
			t.Errorf("%s: %d, %s", name, code, complaint)
		}
	}
	if _, out, _ = amigoCalendar(t, dir, "", "list"); strings.Count(out, "\n") != len(calendar.Names()) {
		t.Errorf("after what was refused: %s", out)
	}
}

func TestCalendarImportSaysEachStretchAsItIs(t *testing.T) {
	dir := t.TempDir()
	_, text, _ := amigoCalendar(t, dir, "", "export", "normandie")
	for name, tc := range map[string]struct {
		change func(*calendar.Spec)
		want   string
	}{
		"a closed day": {func(s *calendar.Spec) {
			s.Closed = append(s.Closed, calendar.ClosedDay{Day: "2026-11-18", Name: "Inventaire"})
		}, "  2026-11-18, 1 day: default 08:00-13:00, would be closed Inventaire\n"},
		"a mark": {func(s *calendar.Spec) {
			s.Marks = append(s.Marks, calendar.Mark{From: "2026-11-16", To: "2026-11-18", Name: "Examens"})
		}, "  2026-11-16 to 2026-11-18, 3 days: not marked, would be marked Examens\n"},
		"a mark on hours of its own": {func(s *calendar.Spec) {
			s.Marks = append(s.Marks, calendar.Mark{From: "2026-11-18", To: "2026-11-18", Name: "Examens"})
			s.Exceptions = map[string][]calendar.Interval{"2026-11-18": {{"08:00", "10:00"}}}
		}, "  2026-11-18, 1 day: default 08:00-13:00 not marked, would be default 08:00-10:00 marked Examens\n"},
	} {
		spec, err := calendar.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		tc.change(&spec)
		edited, err := json.Marshal(spec)
		if err != nil {
			t.Fatal(err)
		}
		code, out, complaint := amigoCalendar(t, dir, string(edited), "import", "-")
		if code != 0 || !strings.Contains(out, tc.want) || strings.Contains(out, "1 days") {
			t.Errorf("%s: %d, %s%s", name, code, out, complaint)
		}
	}
}

func TestJSONIsLaidOutForReading(t *testing.T) {
	long := strings.Repeat("x", 80)
	text := `{"a":[1,2],"b":{"c":"` + long + `","d":["` + long + `",{"e":null}]},"f":[],"g":"{\"["}`
	got := layOut(json.RawMessage(text), "")
	want := "{\n  \"a\": [1, 2],\n  \"b\": {\n    \"c\": \"" + long + "\",\n    \"d\": [\"" + long + "\", {\"e\": null}]\n  },\n  \"f\": [],\n  \"g\": \"{\\\"[\"\n}"
	var a, b any
	if json.Unmarshal([]byte(got), &a) != nil || json.Unmarshal([]byte(text), &b) != nil || !reflect.DeepEqual(a, b) {
		t.Fatalf("another JSON came out:\n%s", got)
	}
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func readText(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
