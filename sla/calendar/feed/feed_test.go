package feed_test

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"amigo/app/fault"
	"amigo/sla/calendar"
	"amigo/sla/calendar/feed"
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func parsed(t *testing.T, data []byte) feed.Feed {
	t.Helper()
	f, err := feed.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func into(t *testing.T, f feed.Feed, base calendar.Spec, zone string) (calendar.Spec, []feed.Warning) {
	t.Helper()
	spec, warnings, err := f.Into(base, zone)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range warnings {
		wellSaid(t, w)
	}
	return spec, warnings
}

func normandie(t *testing.T) calendar.Spec {
	t.Helper()
	spec, err := calendar.Named(calendar.Normandie)
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

// without is normandie as it was before some school years were imported.
func without(t *testing.T, knownUntil string, years ...int) calendar.Spec {
	t.Helper()
	spec := normandie(t)
	spec.KnownUntil = knownUntil
	spec.Periods = slices.DeleteFunc(spec.Periods, func(p calendar.Period) bool {
		return p.From > knownUntil || slices.Contains(years, yearOf(t, p.From))
	})
	return spec
}

func yearOf(t *testing.T, s string) int {
	t.Helper()
	at := day(t, s).Time()
	if at.Month() >= 9 {
		return at.Year()
	}
	return at.Year() - 1
}

func day(t *testing.T, s string) calendar.Day {
	t.Helper()
	d, err := calendar.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// sameDays compares what two definitions say of each day.
func sameDays(t *testing.T, got, want calendar.Spec, from, to string) {
	t.Helper()
	hours := func(s calendar.Spec) []calendar.Hours {
		c, err := calendar.New(s)
		if err != nil {
			t.Fatal(err)
		}
		days, err := c.Days(day(t, from), day(t, to))
		if err != nil {
			t.Fatal(err)
		}
		return days
	}
	g, w := hours(got), hours(want)
	wrong := 0
	for i := range w {
		if g[i].Plan != w[i].Plan || !slices.Equal(g[i].Open, w[i].Open) {
			if wrong++; wrong < 20 {
				t.Errorf("%s is %+v, want %+v", day(t, from)+calendar.Day(i), g[i], w[i])
			}
		}
	}
}

func TestEachFormatOfTheMinistryGivesTheDaysOffOfNormandie(t *testing.T) {
	for _, name := range []string{"zone-b.ics", "export.json", "export.csv"} {
		for _, zone := range []string{"B", "Zone B", "Normandie", "rennes"} {
			t.Run(name+" "+zone, func(t *testing.T) {
				base := without(t, "2025-08-31", 2018)
				got, warnings := into(t, parsed(t, read(t, name)), base, zone)
				if got.KnownUntil != "2027-09-01" {
					t.Errorf("known until %s", got.KnownUntil)
				}
				for _, w := range warnings {
					t.Errorf("warned: %s", w)
				}
				sameDays(t, got, normandie(t), "2015-09-01", "2027-09-01")
			})
		}
	}
}

func TestImportingOverTheBuiltInCalendarChangesNoDay(t *testing.T) {
	for _, name := range []string{"zone-b.ics", "export.json", "export.csv", "zones.ics"} {
		got, _ := into(t, parsed(t, read(t, name)), normandie(t), "B")
		if got.KnownUntil != "2028-07-04" || got.SchoolZone != "B" {
			t.Errorf("%s: known until %s, zone %q", name, got.KnownUntil, got.SchoolZone)
		}
		sameDays(t, got, normandie(t), "2015-09-01", "2028-07-04")
	}
}

func TestHolidaysCutInPiecesByZonesAreOneAgain(t *testing.T) {
	f := parsed(t, read(t, "zones.ics"))
	if zones := f.Zones(); !slices.Equal(zones, []string{"A", "B", "C", "Corse"}) {
		t.Fatalf("zones %v", zones)
	}
	for zone, want := range map[string][]string{
		"A": {"2026-02-07", "2026-02-22", "2026-04-04", "2026-04-19"},
		"B": {"2026-02-14", "2026-03-01", "2026-04-11", "2026-04-26"},
		"C": {"2026-02-21", "2026-03-08", "2026-04-18", "2026-05-03"},
	} {
		got, _ := into(t, f, without(t, "2025-08-31"), zone)
		if got.KnownUntil != "2026-07-03" {
			t.Errorf("zone %s is known until %s: the summer begins on the 4th and has no end yet", zone, got.KnownUntil)
		}
		for i, name := range []string{"Hiver", "Printemps"} {
			if p := lastOf(t, got, name); p.From != want[2*i] || p.To != want[2*i+1] {
				t.Errorf("zone %s, %s: %s to %s", zone, name, p.From, p.To)
			}
		}
	}
}

func lastOf(t *testing.T, s calendar.Spec, name string) (last calendar.Period) {
	t.Helper()
	for _, p := range s.Periods {
		if p.Name == name {
			last = p
		}
	}
	if last.Name == "" {
		t.Fatalf("there is no %s", name)
	}
	return last
}

func TestTheAcademieThatIsAskedForWins(t *testing.T) {
	f := parsed(t, read(t, "records.json"))
	for zone, want := range map[string]string{"Caen": "2018-04-26/2018-05-13", "Normandie": "2018-04-26/2018-05-13", "Lille": "2018-04-21/2018-05-06", "B": "2018-04-21/2018-05-06"} {
		got, warnings := into(t, f, normandie(t), zone)
		var spring calendar.Period
		for _, p := range got.Periods {
			if p.Name == "Printemps" && yearOf(t, p.From) == 2017 {
				spring = p
			}
		}
		if spring.From+"/"+spring.To != want {
			t.Errorf("%s: %+v, want %s", zone, spring, want)
		}
		warned := slices.ContainsFunc(warnings, func(w feed.Warning) bool {
			return strings.Contains(w.Text, "Caen, Rouen") && strings.Contains(w.Text, "2018-04-25") && w.Line > 0
		})
		if warned != (zone == "B") {
			t.Errorf("%s: warnings %v", zone, warnings)
		}
		// The bridge of Ascension and Noël were not in that file and stay.
		sameDays(t, got, normandie(t), "2018-05-14", "2028-07-04")
	}
}

func TestWhereAcademiesAreAtOddsAndNobodyIsMostTheFeedIsRefused(t *testing.T) {
	const two = `{"results": [
	{"description": "Vacances de Printemps", "start_date": "2018-04-21", "end_date": "2018-05-07", "location": "Lille", "zones": "Zone B"},
	{"description": "Vacances de Printemps", "start_date": "2018-04-25", "end_date": "2018-05-14", "location": "Caen", "zones": "Zone B"}]}`
	refusedInto(t, parsed(t, []byte(two)), normandie(t), "B", "line 3, record 2: Printemps 2017-2018: Caen")
	into(t, parsed(t, []byte(two)), normandie(t), "Caen")
}

func TestOurOwnJSONIsTheWholeDefinition(t *testing.T) {
	own := `{"tz": "Europe/Paris", "weekly": {"mon": [["08:00", "12:00"]]}}`
	got, _ := into(t, parsed(t, []byte(own)), normandie(t), "B")
	if len(got.Periods) > 0 || got.Weekly["mon"][0][1] != "12:00" {
		t.Fatalf("%+v", got)
	}
	_, err := feed.Read([]byte(`{"tz": "Europe/Pari", "weekly": {"mon": [["08:00", "07:00"]]}}`))
	wrong, ok := errors.AsType[*calendar.SpecError](err)
	if !ok || len(wrong.Problems) != 2 {
		t.Fatalf("%v", err)
	}
}

func TestASchoolsOwnCalendarClosesNamesAndGivesHolidays(t *testing.T) {
	got, warnings := into(t, parsed(t, read(t, "school.ics")), normandie(t), "B")
	if p := lastOf(t, got, "Automne"); p.From != "2026-10-17" || p.To != "2026-11-01" {
		t.Errorf("holidays %+v", p)
	}
	if c := got.Closed[len(got.Closed)-1]; c.Day != "2026-11-13" || !strings.Contains(c.Name, "travaux") {
		t.Errorf("closed %+v", c)
	}
	for _, want := range []calendar.Mark{{From: "2026-09-01", To: "2026-09-01", Name: "Rentrée des 6es"}, {From: "2027-01-18", To: "2027-01-21", Name: "Examens blancs"}} {
		if !slices.Contains(got.Marks, want) {
			t.Errorf("marks %+v", got.Marks)
		}
	}
	if got.KnownUntil != "2028-07-04" || len(warnings) > 0 {
		t.Errorf("known until %s, warnings %v", got.KnownUntil, warnings)
	}
	again, _ := into(t, parsed(t, read(t, "school.ics")), got, "B")
	if len(again.Closed) != len(got.Closed) || len(again.Marks) != len(got.Marks) || len(again.Periods) != len(got.Periods) {
		t.Error("importing twice adds days")
	}
}

func refusedInto(t *testing.T, f feed.Feed, base calendar.Spec, zone string, want ...string) {
	t.Helper()
	_, _, err := f.Into(base, zone)
	refused(t, err, want...)
}

func refused(t *testing.T, err error, want ...string) {
	t.Helper()
	if !errors.Is(err, fault.Invalid) {
		t.Errorf("%v, want it refused: %q", err, want)
		return
	}
	if wrong, ok := errors.AsType[*feed.Error](err); ok {
		for _, p := range wrong.Problems {
			wellSaid(t, p)
		}
	}
	for _, part := range want {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("refused as %q, want %q", err, part)
		}
	}
}
