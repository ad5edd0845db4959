package calendar_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/app/fault"
	"amigo/sla/calendar"
)

// slips is a Spec that can be read, and that nobody can have meant.
const slips = `{
  "tz": "Europe/Paris", "weekly": {"mon": [["08:00", "09:00"]]},
  "known_from": "2026-09-01", "known_until": "2027-07-02",
  "closed": ["2026-12-24", {"day": "2026-11-16", "name": "Inventaire"},
             {"day": "2026-12-24", "name": "Réveillon"}],
  "exceptions": {
    "2026-08-31": [],
    "2027-07-02": [],
    "2027-07-05": [["08:00", "10:00"]]
  },
  "marks": [
    {"from": "2026-09-01", "to": "2026-09-11", "name": "rentrée"},
    {"from": "2026-09-01", "to": "2026-09-11", "name": "examens"},
    {"from": "2026-09-01", "to": "2026-09-11", "name": "rentrée"},
    {"from": "2026-08-20", "to": "2026-09-01", "name": "prérentrée"},
    {"from": "2028-06-01", "to": "2028-06-30", "name": "examens"}
  ]
}`

func TestSlipsAreNamedWithTheirLineBeforeACalendarIsInForce(t *testing.T) {
	s := parsed(t, []byte(slips))
	err := calendar.Lines([]byte(slips), s.Check())
	wrong, ok := errors.AsType[*calendar.SpecError](err)
	want := []string{
		`line 5: closed[2]: 2026-12-24 is closed already by closed[0]`,
		`line 7: exceptions["2026-08-31"]: the calendar is known only from 2026-09-01 to 2027-07-02`,
		`line 9: exceptions["2027-07-05"]: the calendar is known only from 2026-09-01 to 2027-07-02`,
		`line 14: marks[2]: is the same as marks[0]`,
		`line 16: marks[4]: the calendar is known only from 2026-09-01 to 2027-07-02`,
	}
	if !ok || !errors.Is(err, fault.Invalid) || !slices.Equal(wrong.Problems, want) {
		t.Fatalf("problems\n%v\nwant\n%s", err, strings.Join(want, "\n"))
	}
	for i, rule := range []calendar.BreachRule{calendar.Twice, calendar.Outside, calendar.Outside, calendar.Twice, calendar.Outside} {
		if wrong.Breaches[i].Rule != rule {
			t.Errorf("%s: rule %s, want %s", wrong.Breaches[i].Place, wrong.Breaches[i].Rule, rule)
		}
	}
}

func TestWhatCannotBeReadIsNotAskedForSlips(t *testing.T) {
	s := parsed(t, []byte(slips))
	s.TZ = "Europe/Lutece"
	wrong, ok := errors.AsType[*calendar.SpecError](s.Check())
	if !ok || len(wrong.Problems) != 1 || wrong.Breaches[0] != (calendar.Breach{Place: "tz", Rule: calendar.NoZone}) {
		t.Errorf("%+v", wrong)
	}
	for _, name := range calendar.Names() {
		s, err := calendar.Named(name)
		if err != nil || s.Check() != nil {
			t.Errorf("%s: %v, %v", name, err, s.Check())
		}
	}
}

func TestACalendarThatNeverOpensIsRefused(t *testing.T) {
	never := calendar.Spec{
		TZ: "Europe/Paris", Weekly: calendar.Weekly{"mon": {}}, Regimes: map[string]calendar.Weekly{"holidays": {}},
		Periods:    []calendar.Period{{From: "2026-10-17", To: "2026-11-01", Weekly: calendar.Weekly{}}},
		Exceptions: map[string][]calendar.Interval{"2026-11-11": {}},
	}
	wrong, ok := errors.AsType[*calendar.SpecError](never.Check())
	if !ok || !slices.Equal(wrong.Breaches, []calendar.Breach{{Place: "weekly", Rule: calendar.Never}}) {
		t.Errorf("%+v", wrong)
	}
	never.Exceptions["2026-11-11"] = []calendar.Interval{{"10:00", "12:00"}}
	if err := never.Check(); err != nil {
		t.Errorf("open on one day: %v", err)
	}
}

func TestACalendarWithSlipsIsNotPutInForce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book, s := calendar.NewBook(d), parsed(t, []byte(slips))
		_, put := book.Put(t.Context(), "accueil", s)
		_, drafted := book.NewDraft(t.Context(), calendar.Draft{Calendar: "accueil", Spec: s})
		for what, err := range map[string]error{"put": put, "drafted": drafted} {
			if _, wrong := errors.AsType[*calendar.SpecError](err); !wrong {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

// A version of an older program may hold what would be refused today; the
// tickets that it judged must stay readable.
func TestACalendarThatIsInForceIsReadWithItsSlips(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := calendar.NewBook(d)
		put(t, book, "accueil", mondays("08:00", "09:00"))
		written, err := json.Marshal(parsed(t, []byte(slips)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.SQL().ExecContext(t.Context(), "UPDATE calendar_versions SET spec = '"+string(written)+"'"); err != nil {
			t.Fatal(err)
		}
		v, err := calendar.NewBook(d).Current(t.Context(), "accueil")
		if err != nil {
			t.Fatal(err)
		}
		if p, err := v.Plan(day(t, "2026-12-24")); err != nil || p.Rule != calendar.ByClosure || p.Closure != "Réveillon" {
			t.Errorf("%+v, %v", p, err)
		}
	})
}
