package tickets

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"amigo/app/fault"
	"amigo/app/people"
	"amigo/sla/calendar"
)

// Filter says which tickets; empty fields ask nothing, of several values of a
// field any will do. What the actor may not see is never in the answer.
type Filter struct {
	Statuses       []Status
	Types          []Type
	Priorities     []Priority
	Channels       []people.Channel
	Teams          []string // by slug; Me
	Assignees      []string // by uid; Me, Nobody
	Requesters     []string // by uid, as requester or reporter; Me
	Categories     []string
	Services       []string // by slug
	Sites          []string // by code
	Establishments []string // by UAI
	Tags           []string // by slug
	SLA            []SLAState
	Created        Span
	Updated        Span
	Due            Span
	Solved         Span
	Watched        bool   // by the actor: as a colleague, or as a follower
	Unheard        bool   // something was said that nobody at the desk has read
	Text           string // full text, reference, or both: among the newest MaxFound that hold it

	// What code asks that holds an id, or an instant.
	Team      people.TeamID
	Assignee  people.ID
	Asked     people.ID // as requester or reporter
	DueBefore *time.Time

	Sort   Sort   // empty: ByDue; an unknown one is fault.Invalid (ErrSort)
	Limit  int    // 1 to MaxPage; 0 means 50, more means MaxPage
	Cursor string // from the page before; one that was made up is fault.Invalid (ErrCursor)

	clock clock // by which it is judged; the Desk sets it
}

// clock is what a filter must know of the instant at which it is asked.
type clock struct {
	now  time.Time
	soon time.Time // before which a due date is soon
	zone *time.Location
}

// SoonWork is how much working time before its due date a ticket is due soon.
const SoonWork = 2 * time.Hour

// timed gives a filter the clock by which it is judged, where it asks for any.
func (d *Desk) timed(ctx context.Context, f Filter) (Filter, error) {
	days := Span{} != f.Created || Span{} != f.Updated || Span{} != f.Due || Span{} != f.Solved
	if !days && len(f.SLA) == 0 {
		return f, nil
	}
	hours, err := d.conf.hours(ctx)
	if err != nil {
		return f, err
	}
	now := d.db.Now(ctx)
	f.clock = clock{now: now, soon: now.Add(SoonWork), zone: hours.Zone()}
	if soon, err := hours.Assumed().Add(now, SoonWork); err == nil {
		f.clock.soon = soon.UTC()
	} else if !calendar.Unknown(err) {
		return f, err
	}
	return f, nil
}

// ErrFilter says that a filter cannot be read; its fields say what and why. It
// is fault.Invalid.
var ErrFilter = fmt.Errorf("filter: %w", fault.Invalid)

// Names that stand for somebody, or for nobody, where a filter wants a person
// or a team.
const (
	Me     = "me"   // the actor; of teams, all that the actor is in
	Nobody = "none" // of assignees: whose ticket is free
)

// SLAState says how a ticket stands against its promises, as far as its own
// dates tell.
type SLAState string

// The states. A ticket can be in several: what is due soon also runs.
const (
	SLALate     SLAState = "late"     // work is owed, and its date has passed
	SLASoon     SLAState = "soon"     // work is owed within the next working hours
	SLARunning  SLAState = "running"  // work is owed, and its date has not passed
	SLAPaused   SLAState = "paused"   // nothing is owed while it waits
	SLAMet      SLAState = "met"      // solved in time
	SLABreached SLAState = "breached" // solved too late, or not yet though it was due
	SLANone     SLAState = "none"     // nothing was promised
)

// SLAStates lists them, in the order of a menu.
var SLAStates = [...]SLAState{SLALate, SLASoon, SLARunning, SLAPaused, SLAMet, SLABreached, SLANone}

// Date is a day in Paris as it stands in an address: "2026-11-18", "today", or
// so many days before or after it, "-7d", "+2d". Empty is no day.
type Date string

// A number of days before or after today; four digits are a lifetime.
const maxDateDigits = 4

// Valid says whether a date can be read; the empty one can.
func (d Date) Valid() bool {
	_, ok := d.On(0)
	return ok || d == ""
}

// On is the day that a date means on a certain day; ok is false when it is none.
func (d Date) On(today calendar.Day) (day calendar.Day, ok bool) {
	text := string(d)
	if text == "today" {
		return today, true
	}
	if digits, relative := strings.CutSuffix(text, "d"); relative {
		n, err := strconv.Atoi(digits)
		signed := strings.HasPrefix(digits, "-") || strings.HasPrefix(digits, "+")
		return today + calendar.Day(n), err == nil && signed && len(digits) <= 1+maxDateDigits
	}
	day, err := calendar.ParseDay(text)
	return day, err == nil
}

// Span is the days from From to To, both included; an empty one is open.
type Span struct{ From, To Date }

// within is the instants of a span: from the first, before the second; zero is open.
func (s Span) within(c clock) (from, before time.Time) {
	if s == (Span{}) {
		return from, before
	}
	today := calendar.DayOf(c.now.In(c.zone))
	midnight := func(d calendar.Day) time.Time {
		year, month, day := d.Time().Date()
		return time.Date(year, month, day, 0, 0, 0, 0, c.zone).UTC()
	}
	if day, ok := s.From.On(today); ok {
		from = midnight(day)
	}
	if day, ok := s.To.On(today); ok {
		before = midnight(day + 1)
	}
	return from, before
}

// Limits of a filter that comes from an address.
const (
	MaxValues = 50  // of one field
	MaxValue  = 200 // characters of each
)

// field is one question of a filter and its names in an address.
type field struct {
	names []string // the first is the one we write
	read  func(f *Filter, given [][]string) error
	write func(f *Filter, v url.Values, names []string)
}

// fields are what an address can ask, by the names of the API.
var fields = []field{
	several(func(f *Filter) *[]Status { return &f.Statuses }, "status"),
	several(func(f *Filter) *[]Type { return &f.Types }, "type"),
	several(func(f *Filter) *[]Priority { return &f.Priorities }, "priority"),
	several(func(f *Filter) *[]people.Channel { return &f.Channels }, "channel"),
	several(func(f *Filter) *[]string { return &f.Teams }, "queue", "team"),
	several(func(f *Filter) *[]string { return &f.Assignees }, "assignee"),
	several(func(f *Filter) *[]string { return &f.Requesters }, "requester"),
	several(func(f *Filter) *[]string { return &f.Categories }, "category"),
	several(func(f *Filter) *[]string { return &f.Services }, "service"),
	several(func(f *Filter) *[]string { return &f.Sites }, "site"),
	several(func(f *Filter) *[]string { return &f.Establishments }, "establishment"),
	several(func(f *Filter) *[]string { return &f.Tags }, "tag"),
	several(func(f *Filter) *[]SLAState { return &f.SLA }, "sla"),
	date(func(f *Filter) *Date { return &f.Created.From }, "created_from"),
	date(func(f *Filter) *Date { return &f.Created.To }, "created_to"),
	date(func(f *Filter) *Date { return &f.Updated.From }, "updated_from"),
	date(func(f *Filter) *Date { return &f.Updated.To }, "updated_to"),
	date(func(f *Filter) *Date { return &f.Due.From }, "due_from"),
	date(func(f *Filter) *Date { return &f.Due.To }, "due_to"),
	date(func(f *Filter) *Date { return &f.Solved.From }, "solved_from"),
	date(func(f *Filter) *Date { return &f.Solved.To }, "solved_to"),
	yes(func(f *Filter) *bool { return &f.Watched }, "watched"),
	yes(func(f *Filter) *bool { return &f.Unheard }, "unheard"),
	text(func(f *Filter) *string { return &f.Text }, "q"),
	sorting, limit,
	text(func(f *Filter) *string { return &f.Cursor }, "cursor"),
}

// ParseFilter reads a filter from an address. Fields have the names of the API
// (a team is "queue", or "team"); several values stand side by side with commas,
// or in several parameters of the same name. A comma within a value has a
// backslash before it, and so has a backslash. Words that nothing is called find
// nothing; a date or a number that is none, and too many values, are ErrFilter;
// an order that is none is ErrSort. Other parameters are passed over.
func ParseFilter(v url.Values) (Filter, error) {
	var f Filter
	wrong := fault.Fields{}
	for _, field := range fields {
		var given [][]string
		for _, name := range field.names {
			given = append(given, v[name])
		}
		err := field.read(&f, given)
		if errors.Is(err, ErrSort) {
			return Filter{}, err
		}
		if p, ok := errors.AsType[*fault.Problem](err); ok {
			wrong[field.names[0]] = p.Message
		}
	}
	if len(wrong) > 0 {
		return Filter{}, fmt.Errorf("%w: %w", ErrFilter, wrong)
	}
	return f, nil
}

// Values writes a filter as ParseFilter reads it: of a filter that was read it
// is the same again, each value once. What only code can ask (Team, Assignee,
// Asked, DueBefore) has no name in an address and is left out.
func (f Filter) Values() url.Values {
	v := url.Values{}
	for _, field := range fields {
		field.write(&f, v, field.names)
	}
	return v
}

// Of are the values of a field, one by one, by its name in an address.
func (f Filter) Of(name string) (values []string) {
	for _, value := range separate(f.Values().Get(name)) {
		if value != "" {
			values = append(values, value)
		}
	}
	return values
}

// Without is the filter without one value of a field; without any where the
// field has only one, or value is empty.
func (f Filter) Without(name, value string) Filter {
	v := f.Values()
	var left []string
	for _, one := range f.Of(name) {
		if one != value && value != "" {
			left = append(left, escaper.Replace(one))
		}
	}
	v.Del(name)
	set(v, []string{name}, strings.Join(left, ","))
	rest, err := ParseFilter(v)
	if err != nil { // of a filter that was never an address
		return f
	}
	return rest
}

// several is a field of any number of values.
func several[T ~string](in func(*Filter) *[]T, names ...string) field {
	return field{
		names: names,
		read: func(f *Filter, given [][]string) error {
			values := in(f)
			for _, list := range slices.Concat(given...) {
				for _, value := range separate(list) {
					if value != "" && !slices.Contains(*values, T(value)) {
						*values = append(*values, T(value))
					}
					if len(*values) > MaxValues {
						return fault.Because(fault.Invalid, "queue.refused.values", "Max", MaxValues)
					}
					if utf8.RuneCountInString(value) > MaxValue {
						return fault.Because(fault.Invalid, "queue.refused.value", "Max", MaxValue)
					}
				}
			}
			return nil
		},
		write: func(f *Filter, v url.Values, names []string) {
			var all []string
			for _, value := range *in(f) {
				all = append(all, escaper.Replace(string(value)))
			}
			set(v, names, strings.Join(all, ","))
		},
	}
}

var escaper = strings.NewReplacer(`\`, `\\`, `,`, `\,`)

// separate cuts a list at its commas, but for those with a backslash before
// them, and leaves the backslashes out.
func separate(list string) []string {
	var all []string
	var value strings.Builder
	escaped := false
	for _, r := range list {
		switch {
		case escaped || r != '\\' && r != ',':
			value.WriteRune(r)
			escaped = false
		case r == '\\':
			escaped = true
		default:
			all = append(all, strings.TrimSpace(value.String()))
			value.Reset()
		}
	}
	return append(all, strings.TrimSpace(value.String()))
}

// date is a field of one day.
func date(in func(*Filter) *Date, name string) field {
	return one(name, func(f *Filter, value string) error {
		d := Date(strings.TrimSpace(value))
		if !d.Valid() {
			return fault.Because(fault.Invalid, "queue.refused.date", "Value", excerptOf(value))
		}
		*in(f) = d
		return nil
	}, func(f *Filter) string { return string(*in(f)) })
}

// text is a field of words as they were typed.
func text(in func(*Filter) *string, name string) field {
	return one(name, func(f *Filter, value string) error {
		*in(f) = value
		return nil
	}, func(f *Filter) string { return *in(f) })
}

// yes is a field that is asked or not.
func yes(in func(*Filter) *bool, name string) field {
	return one(name, func(f *Filter, value string) error {
		switch value {
		case "1", "true":
			*in(f) = true
		case "", "0", "false":
		default:
			return fault.Because(fault.Invalid, "queue.refused.yes", "Value", excerptOf(value))
		}
		return nil
	}, func(f *Filter) string {
		if *in(f) {
			return "1"
		}
		return ""
	})
}

var sorting = one("sort", func(f *Filter, value string) error {
	f.Sort = Sort(value)
	if _, known := orders[f.Sort]; !known && value != "" {
		return fmt.Errorf("%q: %w", value, ErrSort)
	}
	return nil
}, func(f *Filter) string { return string(f.Sort) })

var limit = one("limit", func(f *Filter, value string) error {
	n, err := strconv.Atoi(value)
	if value != "" && (err != nil || n < 1 || n > MaxPage) {
		return fault.Because(fault.Invalid, "queue.refused.limit", "Max", MaxPage)
	}
	f.Limit = n
	return nil
}, func(f *Filter) string {
	if f.Limit == 0 {
		return ""
	}
	return strconv.Itoa(f.Limit)
})

// one is a field of one value; of several that are given the first counts.
func one(name string, read func(*Filter, string) error, write func(*Filter) string) field {
	return field{
		names: []string{name},
		read: func(f *Filter, given [][]string) error {
			for _, values := range given {
				if len(values) > 0 {
					return read(f, values[0])
				}
			}
			return nil
		},
		write: func(f *Filter, v url.Values, names []string) { set(v, names, write(f)) },
	}
}

// set writes a value under the first of some names, unless it is empty.
func set(v url.Values, names []string, value string) {
	if value != "" {
		v.Set(names[0], value)
	}
}

// excerptOf is a value as a sentence can hold it.
func excerptOf(value string) string {
	const most = 40
	if runes := []rune(value); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return value
}
