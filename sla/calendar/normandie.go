package calendar

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"

	"amigo/app/fault"
)

// The calendars that come with the program.
const (
	Normandie        = "normandie"        // AMIGO's own hours; what requesters are promised runs on it
	TechniciensCaen  = "techniciens-caen" // the technicians of the Caen intranet
	SchoolHolidays   = "holidays"         // the regime of the days outside school term
	normandieFrom    = "2015-09-01"       // the first school year of the data
	normandieUntil   = "2028-07-04"       // the last day before a break whose end is not published
	techniciensFrom  = "2015-01-01"       // no school decides about the hours of the technicians
	techniciensUntil = "2031-12-31"
)

// zoneB holds the school holidays of zone B (Ministry of Education, Licence
// Ouverte): school_year, name, first and last day off. The decision that moved
// the spring break of 2018 in Caen and Rouen is not in it.
//
//go:embed data/zone-b-holidays.csv
var zoneB []byte

// Names lists the calendars that come with the program.
func Names() []string { return []string{Normandie, TechniciensCaen} }

// Named gives the definition of a calendar that comes with the program;
// fault.NotFound for any other name.
func Named(name string) (Spec, error) {
	switch name {
	case Normandie:
		return normandie()
	case TechniciensCaen:
		return techniciensCaen(), nil
	}
	return Spec{}, fmt.Errorf("calendar %q: %w", name, fault.NotFound)
}

// normandie is the school calendar: shorter Wednesdays in term, a later
// opening and a lunch break on the days off of zone B, which keep their names.
func normandie() (Spec, error) {
	term := Interval{"08:00", "17:00"}
	s := Spec{
		TZ:         "Europe/Paris",
		KnownFrom:  normandieFrom,
		KnownUntil: normandieUntil,
		Weekly:     workdays(term),
		Regimes:    map[string]Weekly{SchoolHolidays: workdays(Interval{"09:00", "12:30"}, Interval{"13:30", "17:00"})},
		Holidays:   &Holidays{WhitMonday: true},
		SchoolZone: "B",
	}
	s.Weekly["wed"] = []Interval{{"08:00", "13:00"}}
	rows, err := csv.NewReader(bytes.NewReader(zoneB)).ReadAll()
	if err != nil {
		return Spec{}, fmt.Errorf("calendar normandie: %w", err)
	}
	for _, row := range rows[1:] {
		s.Periods = append(s.Periods, Period{Name: row[1], From: row[2], To: row[3], Regime: SchoolHolidays})
	}
	return s, nil
}

func techniciensCaen() Spec {
	return Spec{
		TZ:         "Europe/Paris",
		KnownFrom:  techniciensFrom,
		KnownUntil: techniciensUntil,
		Weekly:     workdays(Interval{"08:00", "18:00"}),
		Holidays:   &Holidays{WhitMonday: true},
	}
}

// workdays is a week with the same hours from Monday to Friday.
func workdays(hours ...Interval) Weekly {
	w := make(Weekly, 5)
	for _, day := range weekdays[1:6] {
		w[day] = hours
	}
	return w
}
