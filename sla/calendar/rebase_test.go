package calendar_test

import (
	"encoding/json"
	"errors"
	"testing"

	"amigo/app/db"
	"amigo/app/db/dbtest"
	"amigo/sla/calendar"
)

// office is a definition with something of everything.
const office = `{"tz": "Europe/Paris", "known_until": "2027-08-31", "public_holidays": {"whit_monday": true},
	"weekly": {"mon": [["08:00", "17:00"]], "tue": [["08:00", "17:00"]]},
	"regimes": {"holidays": {"mon": [["09:00", "12:00"]]}},
	"periods": [{"from": "2026-12-19", "to": "2027-01-03", "name": "Noël", "regime": "holidays"}],
	"closed": ["2026-11-30", "2026-12-07"], "exceptions": {"2026-12-14": [["08:00", "10:00"]]},
	"marks": [{"from": "2026-09-01", "to": "2026-09-11", "name": "rentrée"}]}`

func TestWhatTwoChangeIsBothKept(t *testing.T) {
	for name, c := range map[string]struct{ mine, theirs, want func(*calendar.Spec) }{
		"nothing": {mine: same, theirs: closing("2027-02-01"), want: closing("2027-02-01")},
		"a day each": {
			mine: closing("2026-12-21"), theirs: closing("2027-02-01"),
			want: func(s *calendar.Spec) { closing("2027-02-01")(s); closing("2026-12-21")(s) },
		},
		"the same day": {mine: closing("2027-02-01"), theirs: closing("2027-02-01"), want: closing("2027-02-01")},
		"a day that is open again": {
			mine: func(s *calendar.Spec) { s.Closed = s.Closed[1:] }, theirs: closing("2027-02-01"),
			want: func(s *calendar.Spec) { s.Closed = s.Closed[1:]; closing("2027-02-01")(s) },
		},
		"an exception and its end": {
			mine:   func(s *calendar.Spec) { delete(s.Exceptions, "2026-12-14") },
			theirs: func(s *calendar.Spec) { s.Exceptions["2026-11-22"] = []calendar.Interval{{"02:00", "24:00"}} },
			want: func(s *calendar.Spec) {
				s.Exceptions = map[string][]calendar.Interval{"2026-11-22": {{"02:00", "24:00"}}}
			},
		},
		"other hours of another day": {
			mine: func(s *calendar.Spec) { s.Weekly["mon"] = []calendar.Interval{{"08:00", "18:00"}} },
			theirs: func(s *calendar.Spec) {
				s.Weekly["tue"] = []calendar.Interval{{"07:00", "17:00"}}
				delete(s.Regimes, "holidays")
			},
			want: func(s *calendar.Spec) {
				s.Weekly = calendar.Weekly{"mon": {{"08:00", "18:00"}}, "tue": {{"07:00", "17:00"}}}
				s.Regimes = map[string]calendar.Weekly{}
			},
		},
		"other hours of the same day": {
			mine:   func(s *calendar.Spec) { s.Weekly["mon"] = []calendar.Interval{{"08:00", "18:00"}} },
			theirs: func(s *calendar.Spec) { s.Weekly["mon"] = []calendar.Interval{{"07:00", "17:00"}} },
			want:   func(s *calendar.Spec) { s.Weekly["mon"] = []calendar.Interval{{"08:00", "18:00"}} },
		},
		"the rest": {
			mine:   func(s *calendar.Spec) { s.KnownUntil, s.Holidays = "2028-08-31", nil },
			theirs: func(s *calendar.Spec) { s.SchoolZone, s.Marks = "B", nil },
			want:   func(s *calendar.Spec) { s.KnownUntil, s.Holidays, s.SchoolZone, s.Marks = "2028-08-31", nil, "B", nil },
		},
	} {
		t.Run(name, func(t *testing.T) {
			base, mine, theirs, want := spec(t, same), spec(t, c.mine), spec(t, c.theirs), spec(t, c.want)
			if got := written(t, calendar.Rebase(base, mine, theirs)); got != written(t, want) {
				t.Errorf("got  %s\nwant %s", got, written(t, want))
			}
			if written(t, base) != written(t, spec(t, same)) || written(t, theirs) != written(t, spec(t, c.theirs)) {
				t.Error("what was given has changed")
			}
		})
	}
}

func TestAnOvertakenDraftIsDrawnAnewOnTopOfWhatOvertookIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := calendar.NewBook(d)
		put(t, book, "accueil", spec(t, same))
		mine := drafted(t, book, calendar.Draft{Calendar: "accueil", Spec: spec(t, closing("2026-12-24")), Author: "superviseur.demo"})
		theirs := put(t, book, "accueil", spec(t, closing("2027-02-01")))
		made, err := book.Redraw(t.Context(), mine.ID, "superviseur.demo")
		if err != nil || made.Base != theirs.ID || len(made.Spec.Closed) != 4 {
			t.Fatalf("%+v, %v", made, err)
		}
		if old, err := book.Draft(t.Context(), mine.ID); err != nil || old.State != calendar.Discarded {
			t.Errorf("the old draft: %+v, %v", old, err)
		}
		if _, err := book.Apply(t.Context(), made.ID, "superviseur.demo"); err != nil {
			t.Error(err)
		}
	})
}

func TestChangesThatContradictEachOtherLeaveTheDraftAsItIs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		book := calendar.NewBook(d)
		put(t, book, "accueil", spec(t, same))
		mine := drafted(t, book, calendar.Draft{Calendar: "accueil", Spec: spec(t, func(s *calendar.Spec) {
			s.Periods = append(s.Periods, calendar.Period{From: "2027-02-20", To: "2027-03-07", Name: "Hiver", Regime: "holidays"})
		})})
		put(t, book, "accueil", spec(t, func(s *calendar.Spec) { s.Regimes, s.Periods = nil, nil }))
		_, err := book.Redraw(t.Context(), mine.ID, "superviseur.demo")
		if _, refused := errors.AsType[*calendar.SpecError](err); !refused {
			t.Fatalf("a period of a regime that is no more: %v", err)
		}
		if d, err := book.Draft(t.Context(), mine.ID); err != nil || d.State != calendar.Ready {
			t.Errorf("the draft: %+v, %v", d, err)
		}
	})
}

func same(*calendar.Spec) {}

func closing(day string) func(*calendar.Spec) {
	return func(s *calendar.Spec) { s.Closed = append(s.Closed, calendar.ClosedDay{Day: day}) }
}

// spec is the office, changed.
func spec(t *testing.T, change func(*calendar.Spec)) calendar.Spec {
	t.Helper()
	s, err := calendar.Parse([]byte(office))
	if err != nil {
		t.Fatal(err)
	}
	change(&s)
	return s
}

func written(t *testing.T, s calendar.Spec) string {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
