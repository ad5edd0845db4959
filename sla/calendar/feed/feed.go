package feed

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"amigo/sla/calendar"
)

// What a feed may hold. The whole calendar of the ministry, all zones and
// years, has some 2,600 rows in less than a mebibyte.
const (
	MaxSize    = 4 << 20 // bytes
	MaxEntries = 20_000
	maxPlaces  = 100 // académies of one entry
)

// Population says for whom an entry holds.
type Population int

// The populations, in the order in which they decide.
const (
	Teachers Population = iota
	Everyone
	Pupils
)

// Kind says what an entry does to the days that it names.
type Kind int

// The kinds of entries.
const (
	Holiday  Kind = iota // school holidays
	Bridge               // the bridge of Ascension, Thursday to Sunday
	Return               // the pupils' rentrée, which ends a summer
	Closure              // days without opening hours
	Occasion             // a name for some days
)

// Entry is what a feed says about some days, as it was written.
type Entry struct {
	Kind       Kind
	Official   bool     // its dates are the ministry's: a start is the last day of class
	Zones      []string // A, B, C, Corse, …; none: everyone's
	Places     []string // académies; none: all of the zones
	Label      string   // Toussaint, Noël, …
	Population Population
	Starts     calendar.Day
	Resumes    calendar.Day // the day after the last one; Starts itself where nobody says
	Line       int          // on which the entry begins
	Record     int          // its number, for formats in which a line says little; else 0
}

// open says that an entry starts and nobody knows when it ends.
func (e Entry) open() bool { return e.Resumes == e.Starts }

func (e Entry) at() place { return place{e.Line, e.Record} }

// Feed is a calendar as somebody else publishes it.
type Feed struct {
	Official bool           // all of it is the ministry's
	Entries  []Entry        // in the order in which they were written
	Spec     *calendar.Spec // a whole definition instead, in our own JSON
	Passed   []Warning      // what was left out, or may mean something else
}

// Read recognises a feed by its content and reads it. What cannot be right is
// an [Error], or for our own JSON a calendar.SpecError; both are fault.Invalid.
func Read(data []byte) (Feed, error) {
	if len(data) > MaxSize {
		return Feed{}, refusal(place{}, tooLarge, "Size", len(data), "Bytes", MaxSize)
	}
	if format := packed(data); format != "" {
		return Feed{}, refusal(place{}, archive, "Format", format)
	}
	text := plain(data)
	start := bytes.TrimLeft(text, " \t\r\n")
	if len(start) == 0 {
		return Feed{}, refusal(place{}, empty)
	}
	var r reader
	switch isCalendar := len(start) >= len(beginCalendar) && bytes.EqualFold(start[:len(beginCalendar)], []byte(beginCalendar)); {
	case isCalendar:
		r.calendar(text)
	case !utf8.Valid(text):
		return Feed{}, refusal(place{Line: lineOf(text, firstInvalid(text))}, notUTF8(text))
	case start[0] == '{' || start[0] == '[':
		return r.json(text)
	case looksLikeRows(start):
		r.csv(text)
	case start[0] == '<':
		return Feed{}, refusal(place{}, webPage)
	default:
		return Feed{}, refusal(place{}, noFormat)
	}
	return r.done()
}

// Zones are the zones that the feed speaks of, sorted; none where it names none.
func (f Feed) Zones() []string {
	var zones []string
	for _, e := range f.Entries {
		zones = append(zones, e.Zones...)
	}
	slices.Sort(zones)
	return slices.Compact(zones)
}

// reader gathers entries and what is wrong with them.
type reader struct {
	feed     Feed
	problems problems
}

// add keeps an entry whose days make sense.
func (r *reader) add(e Entry) {
	switch length := e.Resumes - e.Starts; {
	case e.Starts < earliest || e.Resumes > latest+1:
		r.problems.refuse(e.at(), beyond, "Name", e.Label, "Day", outside(e), "From", earliest, "To", latest)
	case length < 0:
		r.problems.refuse(e.at(), backwards, "Name", e.Label, "From", e.Starts, "To", e.Resumes)
	case length > longest:
		r.problems.refuse(e.at(), tooLong, "Name", e.Label, "Length", int(length), "From", e.Starts, "To", e.Resumes-1)
	case len(e.Places) > maxPlaces:
		r.problems.refuse(e.at(), places, "Name", e.Label, "Number", len(e.Places))
	default:
		r.feed.Entries = append(r.feed.Entries, e)
	}
}

// outside is the day of an entry that lies beyond all calendars.
func outside(e Entry) calendar.Day {
	if e.Starts < earliest {
		return e.Starts
	}
	return e.Resumes
}

// full says, once, that there are more entries than any calendar has.
func (r *reader) full(at place, n int) bool {
	if n == MaxEntries+1 {
		r.problems.refuse(at, entries, "Most", MaxEntries)
	}
	return n > MaxEntries
}

func (r *reader) pass(at place, w *wording, pairs ...any) {
	r.feed.Passed = append(r.feed.Passed, remark(at, w, pairs...))
}

func (r *reader) done() (Feed, error) {
	if len(r.problems.list) == 0 && len(r.feed.Entries) == 0 {
		r.problems.refuse(place{}, noDay)
	}
	if err := r.problems.err(); err != nil {
		return Feed{}, err
	}
	return r.feed, nil
}
