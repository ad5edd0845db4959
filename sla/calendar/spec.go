package calendar

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"amigo/app/fault"
)

// Ordinary is the name of the regime that is in force on days that no period covers.
const Ordinary = "default"

// Spec defines a calendar, as people write it and as the database keeps it.
// Days are written 2026-11-01, times 08:30; 24:00 ends a day. What stands
// higher in this list wins: Exceptions, Closed and Holidays, Periods (the last
// that covers the day), Weekly.
type Spec struct {
	TZ         string                `json:"tz"`                    // IANA name of the time zone
	KnownFrom  string                `json:"known_from,omitempty"`  // first day that may be asked for; empty: no bound
	KnownUntil string                `json:"known_until,omitempty"` // last such day
	Weekly     Weekly                `json:"weekly"`
	Regimes    map[string]Weekly     `json:"regimes,omitempty"` // other weekly hours, by the name that periods use
	Periods    []Period              `json:"periods,omitempty"`
	Closed     []ClosedDay           `json:"closed,omitempty"`
	Holidays   *Holidays             `json:"public_holidays,omitempty"` // computed closed days; nil: none but those in Closed
	Exceptions map[string][]Interval `json:"exceptions,omitempty"`      // single days with hours of their own
	Marks      []Mark                `json:"marks,omitempty"`           // periods that have a name and change no hours
	SchoolZone string                `json:"school_zone,omitempty"`     // whose school holidays the periods are: A, B, C …
}

// Holidays says that the public holidays of metropolitan France are closed days ([PublicHolidays]).
type Holidays struct {
	WhitMonday bool `json:"whit_monday"` // whether Whit Monday, which many offices work on, is one
}

// Mark names some days, both ends included, for policies and reports to match:
// the rentrée, the examens. Marks may overlap.
type Mark struct {
	From string `json:"from"`
	To   string `json:"to"`
	Name string `json:"name"`
}

// Weekly holds the opening hours of a week by day, mon to sun; a day that is missing is closed.
type Weekly map[string][]Interval

// Interval is a span of opening hours within one day: {"08:00", "17:00"}. Its end does not belong to it.
type Interval [2]string

// Period puts other weekly hours in force from one day to another, both
// included: the hours of a regime by its name, or hours of its own.
type Period struct {
	From   string `json:"from"`
	To     string `json:"to"`
	Name   string `json:"name,omitempty"` // what people call it; empty: From/To
	Regime string `json:"regime,omitempty"`
	Weekly Weekly `json:"weekly,omitzero"`
}

// ClosedDay is a day without opening hours, perhaps with the name of what is
// celebrated. In JSON it is the day alone, or {"day": …, "name": …}.
type ClosedDay struct {
	Day  string `json:"day"`
	Name string `json:"name,omitempty"`
}

// SpecError says everything that is wrong with a [Spec]; its kind is fault.Invalid.
type SpecError struct {
	Problems []string // each begins with the place: periods[2]: ends before it starts
	Breaches []Breach // the same in the same order, to be said in other words; none where the text is no JSON of ours
}

// Breach is a rule that a place of a [Spec] breaks: periods[2], weekly.mon, tz.
type Breach struct {
	Place string
	Rule  BreachRule
}

// BreachRule names what may be wrong with a place.
type BreachRule string

// The rules that may be broken.
const (
	NoZone    BreachRule = "zone"      // names no time zone
	NoDay     BreachRule = "day"       // is no date, or no day of the week
	NoClock   BreachRule = "clock"     // holds what is no time of day
	NoHours   BreachRule = "hours"     // has no hours, or not one kind of them
	NoName    BreachRule = "name"      // must have a name
	NameTaken BreachRule = "taken"     // has a name that means something else
	Backwards BreachRule = "backwards" // ends before it begins
	NoLength  BreachRule = "length"    // has an interval that ends when it begins
	Overlap   BreachRule = "overlap"   // has intervals of which one covers a part of another
	Twice     BreachRule = "twice"     // says what another place has said
	Outside   BreachRule = "outside"   // is about days that are not known
	Never     BreachRule = "never"     // no day has opening hours
)

// Error lists the problems on one line.
func (e *SpecError) Error() string { return strings.Join(e.Problems, "; ") }

// Unwrap gives the kind.
func (e *SpecError) Unwrap() error { return fault.Invalid }

// Parse reads a Spec from JSON, or says in a [SpecError] on which line it is
// none. A field that no Spec has is refused rather than passed over: a misspelt
// known_until would be a guess about every later day. So is a field that is
// there twice, of which one would be lost. What the values mean is checked by [New]; [Lines] finds the lines of what that refuses.
func Parse(data []byte) (Spec, error) {
	data = withoutMark(data)
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var s Spec
	if err := d.Decode(&s); err != nil {
		return Spec{}, misshapen(data, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Spec{}, &SpecError{Problems: []string{onLine(lineAt(data, d.InputOffset()), "something follows the calendar's closing brace")}}
	}
	if err := givenTwice(data); err != nil {
		return Spec{}, err
	}
	return s, nil
}

// UnmarshalJSON reads ["08:00", "17:00"]. An array of another length is
// refused, where the decoder alone would fill it up or cut it.
func (i *Interval) UnmarshalJSON(data []byte) error {
	var ends []string
	if err := json.Unmarshal(data, &ends); err != nil || len(ends) != 2 {
		return &shapeError{data, NoClock, `two times such as ["08:00", "17:00"]`}
	}
	*i = Interval{ends[0], ends[1]}
	return nil
}

// UnmarshalJSON reads the day alone or with its name.
func (c *ClosedDay) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, &c.Day); err == nil {
		c.Name = ""
		return nil
	}
	type named ClosedDay
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode((*named)(c)); err != nil {
		return &shapeError{data, NoDay, `a day such as "2026-11-01", or {"day": …, "name": …}`}
	}
	return nil
}

// MarshalJSON writes the day alone where it has no name.
func (c ClosedDay) MarshalJSON() ([]byte, error) {
	if c.Name == "" {
		return json.Marshal(c.Day)
	}
	type named ClosedDay
	return json.Marshal(named(c))
}
