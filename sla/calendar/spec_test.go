package calendar_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"amigo/app/fault"
	"amigo/sla/calendar"
)

func TestASpecIsReadAsItsDocumentationShows(t *testing.T) {
	c := compiled(t, parsed(t, example(t)))
	for _, tc := range []struct {
		at   string
		open bool
		name string
		rule calendar.Rule
	}{
		{"2026-10-12T11:59:00+02:00", true, calendar.Ordinary, calendar.ByWeek},
		{"2026-10-12T12:00:00+02:00", false, calendar.Ordinary, calendar.ByWeek},
		{"2026-10-10T23:59:59+02:00", true, calendar.Ordinary, calendar.ByWeek},
		{"2026-10-19T12:00:00+02:00", true, "Toussaint", calendar.ByPeriod},
		{"2027-06-07T07:00:00+02:00", true, "Examens", calendar.ByPeriod},
		{"2026-12-24T08:00:00+01:00", true, calendar.Ordinary, calendar.ByException},
		{"2026-12-25T08:00:00+01:00", false, calendar.Ordinary, calendar.ByClosure},
	} {
		m, err := c.At(instant(t, tc.at))
		if err != nil || m.Open != tc.open || m.Name() != tc.name || m.Rule != tc.rule {
			t.Errorf("%s: %+v, %v", tc.at, m, err)
		}
	}
	for day, want := range map[string]string{
		"2026-12-25": "Jour de Noël", "2026-11-11": "11 novembre", "2026-12-26": "", "2027-05-07": "Pont de l'Ascension",
	} {
		if m, err := c.At(instant(t, day+"T08:00:00Z")); err != nil || m.Rule != calendar.ByClosure || m.Closure != want {
			t.Errorf("%s: %+v, %v, want %q", day, m, err, want)
		}
	}
	if m, err := c.At(instant(t, "2027-05-17T08:00:00+02:00")); err != nil || !m.Open {
		t.Errorf("Whit Monday: %+v, %v", m, err)
	}
}

func TestTheDocumentationShowsTheExample(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var shown strings.Builder
	for line := range strings.Lines(string(doc)) {
		if code, is := strings.CutPrefix(line, "//\t"); is {
			shown.WriteString(code)
		}
	}
	if shown.String() != string(example(t)) {
		t.Errorf("doc.go shows\n%s\ntestdata has\n%s", shown.String(), example(t))
	}
}

func TestASpecSurvivesJSON(t *testing.T) {
	for _, name := range calendar.Names() {
		s, err := calendar.Named(name)
		if err != nil {
			t.Fatal(err)
		}
		once := marshalled(t, s)
		if again := marshalled(t, parsed(t, once)); string(once) != string(again) {
			t.Errorf("%s changes when it is written and read", name)
		}
	}
	if again := marshalled(t, parsed(t, example(t))); !strings.Contains(string(again), `"closed":["2026-12-26",{"day":"2027-05-07","name":"Pont de l'Ascension"}]`) {
		t.Errorf("closed days are written as %s", again)
	}
}

func TestEveryProblemOfASpecIsNamedAtOnce(t *testing.T) {
	s := parsed(t, []byte(`{
		"tz": "Europe/Lutece", "known_from": "2027-01-01", "known_until": "hier",
		"weekly": {"mon": [["08:00", "12:00"], ["11:30", "17:00"], ["25:00", "26:00"]], "lun": [], "tue": [["17:00", "08:00"]], "wed": [["24:01", "8h"]]},
		"regimes": {"default": {}, "nuit": {"sun": [["23:00", "23:00"]]}},
		"periods": [
			{"from": "2026-02-01", "to": "2026-01-01", "weekly": {}},
			{"from": "2026-02-30", "to": "2026-03-01", "regime": "jour"},
			{"from": "2026-01-01", "to": "2026-01-02"},
			{"from": "2026-01-01", "to": "2026-01-02", "regime": "nuit", "weekly": {}}
		],
		"closed": ["2026-12-25", "25/12/2026"],
		"exceptions": {"2026-12-24": [["08:00", "09:00"], ["08:30", "10:00"]], "demain": []}
	}`))
	want := []string{
		`tz: there is no time zone "Europe/Lutece"`,
		`known_until: "hier" is not a day such as 2026-11-01`,
		`weekly: "lun" is not a day of the week (mon, tue, wed, thu, fri, sat, sun)`,
		`weekly.mon: 25:00-26:00: want times from 00:00 to 24:00`,
		`weekly.mon: intervals overlap at 11:30`,
		`weekly.tue: 17:00-08:00: ends before it has begun`,
		`weekly.wed: 24:01-8h: want times from 00:00 to 24:00`,
		`regimes["default"]: the name is taken by the weekly hours`,
		`regimes["nuit"].sun: 23:00-23:00: ends when it begins`,
		`periods[0]: ends (2026-01-01) before it starts (2026-02-01)`,
		`periods[1].from: "2026-02-30" is not a day such as 2026-11-01`,
		`periods[1]: there is no regime "jour"`,
		`periods[2]: want either weekly or regime`,
		`periods[3]: want either weekly or regime`,
		`closed[1]: "25/12/2026" is not a day such as 2026-11-01`,
		`exceptions["2026-12-24"]: intervals overlap at 08:30`,
		`exceptions["demain"]: "demain" is not a day such as 2026-11-01`,
	}
	_, err := calendar.New(s)
	wrong, ok := errors.AsType[*calendar.SpecError](err)
	if !ok || !errors.Is(err, fault.Invalid) {
		t.Fatalf("error %v", err)
	}
	slices.Sort(wrong.Problems)
	slices.Sort(want)
	if !slices.Equal(wrong.Problems, want) {
		t.Errorf("problems\n%s\nwant\n%s", strings.Join(wrong.Problems, "\n"), strings.Join(want, "\n"))
	}
}

func TestOneProblemIsSaidInOneWay(t *testing.T) {
	for text, want := range map[string]string{
		``:                               "no calendar: the text is empty",
		`[]`:                             "a calendar is a JSON object, not a JSON array",
		"{\"tz\": \"UTC\",\n \"weekly\"": "line 2: the text ends before the calendar does",
		"{\"tz\": \"UTC\",\n\n \"weekly\": {},\n}":                                                                 "line 4: invalid character '}' looking for beginning of object key string",
		"{\"tz\": \"UTC\",\n \"weekly\": {\"mon\": [[\"08:00\n\", \"09:00\"]]}}":                                   "line 2: invalid character '\\n' in string literal",
		"{\"tz\": \"UTC\", \"weekly\": {}}\n\n{}":                                                                  "line 3: something follows the calendar's closing brace",
		"{\"tz\": \"UTC\", \"weekly\": {},\n \"known_untill\": 1}":                                                 `line 2: unknown field "known_untill"`,
		"{\n\"tz\": 7, \"weekly\": {}}":                                                                            "line 2: tz: a JSON number does not belong here",
		"{\"tz\": \"UTC\", \"weekly\": {},\n\"periods\": [{},\n{\"from\": 3}]}":                                    "line 3: periods.from: a JSON number does not belong here",
		"{\"tz\": \"UTC\", \"weekly\": {\"mon\":\n[[\"07:00\", \"08:00\"],\n[\"08:00\"]]}}":                        `line 3: weekly.mon[1]: want two times such as ["08:00", "17:00"], not a list of 1`,
		"{\"tz\": \"UTC\", \"weekly\": {},\n\"periods\": [{\"weekly\": {\"mon\": [[8, 17]]}}]}":                    `line 2: periods[0].weekly.mon[0]: want two times such as ["08:00", "17:00"], not a list of something else`,
		"{\"tz\": \"UTC\", \"weekly\": {\"mon\":\n[{\"from\": \"08:00\", \"to\": \"17:00\"}]}}":                    `line 2: weekly.mon[0]: want two times such as ["08:00", "17:00"]`,
		"{\"tz\": \"UTC\", \"weekly\": {\"mon\":\n[\"08:00-17:00\"]}}":                                             `line 2: weekly.mon[0]: want two times such as ["08:00", "17:00"], not a text`,
		"{\"tz\": \"UTC\", \"weekly\": {},\n\"closed\": [\"2012-12-12\",\n\n12]}":                                  `line 4: closed[1]: want a day such as "2026-11-01", or {"day": …, "name": …}, not a number`,
		"{\"tz\": \"UTC\", \"weekly\": {},\n\"closed\": [{\"date\": \"2012-12-12\"}]}":                             `line 2: closed[0]: want a day such as "2026-11-01", or {"day": …, "name": …}`,
		"{\"tz\": \"UTC\",\n\"weekly\": {\"mon\": [],\n\"mon\": [[\"08:00\", \"17:00\"]]}}":                        "line 3: weekly.mon: is given a second time, after line 2",
		"{\"tz\": \"UTC\", \"weekly\": {},\n\"TZ\": \"Europe/Paris\",\n\"weekly\": {}}":                            "line 2: tz: is given a second time, after line 1; line 3: weekly: is given a second time, after line 1",
		"{\"tz\": \"UTC\", \"weekly\": {},\n\"regimes\": {\"Nuit\": {}, \"nuit\": {}, \n\"nuit\": {}}}":            `line 3: regimes["nuit"]: is given a second time, after line 2`,
		"{\"tz\": \"UTC\", \"weekly\": {},\n\"periods\": [{\"from\": \"2026-01-01\",\n\"from\": \"2026-02-01\"}]}": "line 3: periods[0].from: is given a second time, after line 2",
		"{\"tz\": \"UTC\", \"weekly\": {},\n\"exceptions\": {\"2026-01-01\": [],\n\"2026-01-01\": []}}":            `line 3: exceptions["2026-01-01"]: is given a second time, after line 2`,
		"{\"tz\": \"UTC\", \"weekly\": {},\n\"closed\": [{\"day\": \"2026-01-01\", \"day\": \"2026-01-02\"}]}":     "line 2: closed[0].day: is given a second time, after line 2",
		"{\"tz\": \"UTC\", \"weekly\": {},\n\"public_holidays\": {\n\"whit\": true}}":                              `line 3: unknown field "whit"`,
		`{"tz": "UTC"}`:                 "weekly: is missing",
		`{"weekly": {}}`:                "tz: want the name of a time zone, such as Europe/Paris",
		`{"tz": "Local", "weekly": {}}`: "tz: want the name of a time zone, such as Europe/Paris",
		`{"tz": "UTC", "weekly": {}, "known_from": "2027-01-01", "known_until": "2026-12-31"}`:            "known_until: no day is known between 2027-01-01 and 2026-12-31",
		`{"tz": "UTC", "weekly": {}, "known_from": "2300-01-01"}`:                                         "known_from: no day is known between 2300-01-01 and 2199-12-31",
		`{"tz": "Lutece", "weekly": {}, "known_from": "2027-01-01", "known_until": "2026-12-31"}`:         `tz: there is no time zone "Lutece"; known_until: no day is known between 2027-01-01 and 2026-12-31`,
		`{"tz": "UTC", "weekly": {}, "marks": [{"from": "2026-01-02", "to": "2026-01-01", "name": "a"}]}`: "marks[0]: ends (2026-01-01) before it starts (2026-01-02)",
		`{"tz": "UTC", "weekly": {}, "marks": [{"from": "2026-01-02", "to": "demain", "name": "a"}]}`:     `marks[0].to: "demain" is not a day such as 2026-11-01`,
		`{"tz": "UTC", "weekly": {}, "marks": [{"from": "2026-01-01", "to": "2026-01-01"}]}`:              "marks[0]: has no name",
	} {
		s, err := calendar.Parse([]byte(text))
		if err == nil {
			_, err = calendar.New(s)
		}
		if !errors.Is(err, fault.Invalid) || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

func TestProblemsSayOnWhichLineTheirPlaceStands(t *testing.T) {
	text := []byte("\ufeff" + `{
  "tz": "Europe/Lutece",
  "weekly": {
    "mon": [["08:00", "12:00"], ["11:30", "17:00"]]
  },
  "regimes": {"nuit":
    {"sun": [["23:00", "23:00"]]}},
  "periods": [
    {"from": "2026-01-01", "to": "2026-01-31", "regime": "nuit"},
    {"from": "2026-02-01",
     "to": "2026-01-01", "weekly": {}},
    {"from": "2026-02-01",
     "to": "jamais", "weekly": {}},
    {"to": "2026-02-01", "weekly": {}}
  ],
  "exceptions": {
    "2026-12-24": [["08:00", "09:00"],
                   ["08:30", "10:00"]]
  }
}`)
	_, err := calendar.New(parsed(t, text))
	wrong, ok := errors.AsType[*calendar.SpecError](calendar.Lines(text, err))
	want := []string{
		`line 2: tz: there is no time zone "Europe/Lutece"`,
		`line 4: weekly.mon: intervals overlap at 11:30`,
		`line 7: regimes["nuit"].sun: 23:00-23:00: ends when it begins`,
		`line 10: periods[1]: ends (2026-01-01) before it starts (2026-02-01)`,
		`line 13: periods[2].to: "jamais" is not a day such as 2026-11-01`,
		`line 14: periods[3].from: want a day such as 2026-11-01`,
		`line 17: exceptions["2026-12-24"]: intervals overlap at 08:30`,
	}
	if !ok || !slices.Equal(wrong.Problems, want) {
		t.Errorf("problems\n%v\nwant\n%s", calendar.Lines(text, err), strings.Join(want, "\n"))
	}
	if other := errors.New("the disk is full"); calendar.Lines(text, other) != other || calendar.Lines(text, nil) != nil {
		t.Error("another error is not left alone")
	}
	_, missing := calendar.New(calendar.Spec{})
	if got := calendar.Lines([]byte("{}"), missing); got.Error() != missing.Error() {
		t.Errorf("what is missing has a line: %v", got)
	}
}

func TestHoursAreReadInAnyOrderAndMayTouch(t *testing.T) {
	c := compiled(t, parsed(t, []byte("\ufeff"+`{"tz": "UTC", "weekly": {"mon": [["13:00","24:00"],["8:00","12:00"],["12:00","13:00"]], "tue": [["00:00","06:30"]]}}`)))
	m, err := c.At(instant(t, "2026-01-05T08:00:00Z"))
	if want := instant(t, "2026-01-06T06:30:00Z"); err != nil || !m.Open || !m.Until.Equal(want) {
		t.Fatalf("%+v, %v, want open until %v", m, err, want)
	}
}

func TestStrongerRulesWin(t *testing.T) {
	s := calendar.Spec{
		TZ:     "UTC",
		Weekly: calendar.Weekly{"thu": {{"01:00", "02:00"}}},
		Periods: []calendar.Period{
			{From: "2026-01-01", To: "2026-01-31", Name: "first", Weekly: calendar.Weekly{"thu": {{"02:00", "03:00"}}}},
			{From: "2026-01-08", To: "2026-01-31", Weekly: calendar.Weekly{"thu": {{"03:00", "04:00"}}}},
		},
		Closed:     []calendar.ClosedDay{{Day: "2026-01-15"}, {Day: "2026-01-22"}},
		Exceptions: map[string][]calendar.Interval{"2026-01-22": {{"04:00", "05:00"}}, "2026-02-05": {}},
	}
	c := compiled(t, s)
	for day, want := range map[string]struct {
		rule calendar.Rule
		name string
		open string
	}{
		"2025-12-25": {calendar.ByWeek, calendar.Ordinary, "01:30"},
		"2026-01-01": {calendar.ByPeriod, "first", "02:30"},
		"2026-01-08": {calendar.ByPeriod, "2026-01-08/2026-01-31", "03:30"},
		"2026-01-15": {calendar.ByClosure, "2026-01-08/2026-01-31", ""},
		"2026-01-22": {calendar.ByException, "2026-01-08/2026-01-31", "04:30"},
		"2026-02-05": {calendar.ByException, calendar.Ordinary, ""},
	} {
		for _, clock := range []string{"01:30", "02:30", "03:30", "04:30"} {
			m, err := c.At(instant(t, day+"T"+clock+":00Z"))
			if err != nil || m.Rule != want.rule || m.Name() != want.name || m.Open != (clock == want.open) {
				t.Errorf("%s %s: %+v, %v, want %+v", day, clock, m, err, want)
			}
		}
	}
}

// A page says what is wrong in its reader's language, by rule, line and place.
func TestWhatIsMisshapenHasARuleAndAPlace(t *testing.T) {
	for text, want := range map[string]calendar.Remark{
		"{\"tz\": \"UTC\",\n\"tz\": \"UTC\"}":                {Line: 2, Place: "tz", Rule: "wrong.twice"},
		"{\"weekly\": {\"mon\":\n[[\"08:00\"]]}}":            {Line: 2, Place: "weekly.mon[0]", Rule: "wrong.clock"},
		"{\"closed\": [\n12]}":                               {Line: 2, Place: "closed[0]", Rule: "wrong.day"},
		"{\"tz\": \"UTC\",\n\"weekly\": {},\n\"untill\": 1}": {Line: 3, Rule: "wrong.shape"},
	} {
		_, err := calendar.Parse([]byte(text))
		wrong, ok := errors.AsType[*calendar.SpecError](err)
		if !ok || len(wrong.Remarks()) != 1 {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got := wrong.Remarks()[0]
		if got.Text == "" || got.Line != want.Line || got.Place != want.Place || got.Rule != want.Rule {
			t.Errorf("%s: %+v", text, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(example(f))
	f.Add([]byte(`{"tz":"Australia/Lord_Howe","weekly":{"sun":[["00:00","24:00"]]},"exceptions":{"2026-04-05":[]}}`))
	f.Add([]byte(`{"tz":"UTC","weekly":{},"closed":[{"day":"9999-12-31","name":"\u2028"}]}`))
	f.Add([]byte(`{"tz":"America/St_Johns","weekly":{"mon":[["00:00","00:01"]]},"known_until":"2026-10-23","public_holidays":{"whit_monday":true},"marks":[{"from":"2026-01-01","to":"2026-12-31","name":"a"}],"school_zone":"B"}`))
	at := time.Date(2026, 10, 23, 14, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := calendar.Parse(data)
		if err != nil {
			if !errors.Is(err, fault.Invalid) || err.Error() == "" {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		once := marshalled(t, s)
		if again := marshalled(t, parsed(t, once)); string(once) != string(again) {
			t.Fatalf("%s\nbecomes\n%s", once, again)
		}
		c, err := calendar.New(s)
		if err != nil {
			if !errors.Is(err, fault.Invalid) || err.Error() == "" {
				t.Fatalf("refused with %v", err)
			}
			if located := calendar.Lines(data, err); !errors.Is(located, fault.Invalid) {
				t.Fatalf("with lines: %v", located)
			}
			return
		}
		answers(t, c, at)
		answers(t, c.Assumed(), at)
		if changes := calendar.Compare(c, c, calendar.DayOf(at)-9, calendar.DayOf(at)+9); len(changes) != 0 {
			t.Fatalf("it differs from itself: %+v", changes)
		}
	})
}

// answers asks a calendar this and that; whatever it says has to hold together.
func answers(t *testing.T, c *calendar.Calendar, at time.Time) {
	t.Helper()
	if due, err := c.Add(at, 40*time.Hour); err == nil {
		if worked, err := c.Between(at, due); err != nil || worked != 40*time.Hour {
			t.Fatalf("40 h are over at %v, yet there are %v, %v until then", due, worked, err)
		}
	} else if !errors.Is(err, fault.Invalid) {
		t.Fatal(err)
	}
	if m, err := c.At(at); err == nil && !m.Until.IsZero() && !m.Until.After(at) {
		t.Fatalf("the next change is %v", m.Until)
	}
	today := calendar.DayOf(at.In(c.Zone()))
	next, err := c.DayAfter(today, 1, calendar.OpenDays)
	switch {
	case err != nil && !errors.Is(err, fault.Invalid):
		t.Fatal(err)
	case err == nil && (next <= today || !c.Counts(next, calendar.OpenDays)):
		t.Fatalf("the first open day after %s is %s", today, next)
	}
	if days, err := c.Days(today, today); err == nil && (len(days) != 1 || len(c.Names(today)) == 0) {
		t.Fatalf("%s: %+v, %q", today, days, c.Names(today))
	}
}

func example(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "example.json"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func parsed(t testing.TB, data []byte) calendar.Spec {
	t.Helper()
	s, err := calendar.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func marshalled(t testing.TB, s calendar.Spec) []byte {
	t.Helper()
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
