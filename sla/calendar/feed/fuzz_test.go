package feed_test

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"testing"

	"amigo/app/fault"
	"amigo/sla/calendar"
	"amigo/sla/calendar/feed"
)

// Whatever comes, it is a definition that can be put in force, or refused; and
// what it was drawn from stays as it was.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"zone-b.ics", "zones.ics", "school.ics", "export.json", "export.csv", "records.json"} {
		f.Add(read(f, name), "B")
	}
	f.Add([]byte(`{"tz": "Europe/Paris", "weekly": {}}`), "")
	f.Add(event("DTSTART;X=\"a\",b;TZID=UTC:20270101T000000", "DURATION:P2W"), "Caen")
	f.Add(versions("UID:1 SEQUENCE:1 DTSTART:20261113T170000 DURATION:P2DT15H", "UID:1 RECURRENCE-ID:20261113 DTSTART:20261120 STATUS:CANCELLED"), "")
	f.Add(wide("\ufeff"+string(event("SUMMARY:Salle fermée", "DTSTART:20270101")), binary.LittleEndian), "B")
	f.Add([]byte("Description,Date de début\n\"Vacances d'Été\",\"2027-07-03\"\n"), "Corse")
	base, err := calendar.Named(calendar.Normandie)
	if err != nil {
		f.Fatal(err)
	}
	before := written(f, base)
	f.Fuzz(func(t *testing.T, data []byte, zone string) {
		got, err := feed.Read(data)
		if err != nil {
			if !errors.Is(err, fault.Invalid) || err.Error() == "" {
				t.Fatalf("refused as %v", err)
			}
			refused(t, err)
			return
		}
		got.Zones()
		spec, warnings, err := got.Into(base, zone)
		for _, w := range warnings {
			wellSaid(t, w)
		}
		if err != nil {
			refused(t, err)
		}
		switch {
		case err == nil && spec.Check() != nil:
			t.Fatalf("what came out is no calendar: %v", spec.Check())
		case written(t, base) != before:
			t.Fatal("the base was changed")
		}
	})
}

func written(tb testing.TB, s calendar.Spec) string {
	tb.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}
