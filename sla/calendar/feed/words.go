package feed

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"amigo/sla/calendar"
)

// wording is a rule of feeds and how it is said in English, for commands and
// logs. Pages say it in their reader's language, by the key.
type wording struct {
	key     string
	english *template.Template
}

// prefix is what the keys of all rules begin with.
const prefix = "feed."

// wordings are all of them, by key.
var wordings = map[string]*wording{}

func says(rule, english string) *wording {
	t := template.New(rule).Option("missingkey=error").Funcs(template.FuncMap{"q": strconv.Quote})
	w := &wording{prefix + rule, template.Must(t.Parse(english))}
	wordings[w.key] = w
	return w
}

// Rules are the keys of all that a feed can be refused or looked at for.
func Rules() []string { return slices.Sorted(maps.Keys(wordings)) }

// remark fills a rule with values, without its text: pairs alternates names
// with words, numbers and days.
func (w *wording) remark(at place, pairs []any) Warning {
	r := Warning{Line: at.Line, Record: at.Record, Rule: w.key}
	for i := 0; i+1 < len(pairs); i += 2 {
		name, _ := pairs[i].(string)
		if day, ok := pairs[i+1].(calendar.Day); ok {
			if r.Days == nil {
				r.Days = map[string]calendar.Day{}
			}
			r.Days[name] = day
			continue
		}
		if r.Args == nil {
			r.Args = map[string]string{}
		}
		switch value := pairs[i+1].(type) {
		case string:
			r.Args[name] = value
		case int:
			r.Args[name] = strconv.Itoa(value)
		}
	}
	return r
}

// text is a remark in English.
func (w *wording) text(r calendar.Remark) string {
	data := map[string]any{}
	for name, value := range r.Args {
		data[name] = value
	}
	for name, day := range r.Days {
		data[name] = day
	}
	var b strings.Builder
	if err := w.english.Execute(&b, data); err != nil {
		return w.key // a value was forgotten; the tests look for this
	}
	return b.String()
}

// remark is a whole remark.
func remark(at place, w *wording, pairs ...any) Warning {
	r := w.remark(at, pairs)
	r.Text = w.text(r)
	return r
}

// another is how a remark names a second place.
const another = `{{with .AtLine}}line {{.}}{{with $.AtRecord}}, record {{.}}{{end}}: {{end}}`

// What a file is refused for before it is read, and where it ends.
var (
	tooLarge    = says("large", `{{.Size}} bytes are more than a calendar has (at most {{.Bytes}})`)
	empty       = says("empty", `there is nothing in it`)
	encoding    = says("encoding", `the text is not UTF-8`)
	archive     = says("archive", `this is a {{.Format}} archive or a workbook: unpack it, and import the file in it or save the sheet as CSV`)
	windows1252 = says("windows", `the text is not UTF-8 but probably Windows-1252 (ANSI): save it as UTF-8`)
	webPage     = says("page", `this is a web page, not a calendar: the address of the file itself is wanted`)
	noFormat    = says("format", `neither iCalendar nor JSON nor the CSV of the school calendar`)
	entries     = says("entries", `more than {{.Most}} entries`)
	noDay       = says("no_day", `there is no day in it`)
	more        = says("more", `and {{.More}} more`)
	noRegime    = says("regime", `the calendar has no regime {{q .Regime}} whose hours could hold in the holidays`)
	nothing     = says("nothing", `there is nothing about {{or .Name "days off"}} in it`)
	whichZone   = says("which_zone", `the holidays of {{.Zones}} are in it: which are wanted?`)
	noZone      = says("no_zone", `there is nothing about zone {{.Name}} in it, only about {{.Zones}}`)
	nobody      = says("nobody", `there is neither a zone nor an académie {{q .Name}} in it, only {{.Zones}}`)
)

// What is wrong with the days of an entry, in any format.
var (
	beyond    = says("beyond", `{{q .Name}}: no calendar reaches to {{.Day}}, only from {{.From}} to {{.To}}`)
	backwards = says("backwards", `{{q .Name}} ends ({{.To}}) before it starts ({{.From}})`)
	sameDay   = says("same_day", `{{q .Name}} ends ({{.To}}) before it starts ({{.From}}), on {{.Day}}`)
	tooLong   = says("long", `{{q .Name}} lasts {{.Length}} days, from {{.From}} to {{.To}}`)
	places    = says("places", `{{q .Name}} names {{.Number}} places`)
	notDate   = says("date", `{{q .Name}}: {{.Side}}: {{q .Value}} is not a date such as {{.Example}}`)
	notZone   = says("timezone", `{{q .Name}}: {{.Side}}: there is no time zone {{q .Value}}`)
	notLength = says("duration", `{{q .Name}}: {{.Side}}: {{q .Value}} is not a length such as P16D, P2W or PT8H`)
	bridgeOff = says("ascension", `{{q .Name}} from {{.From}} to {{.To}}: Ascension is on {{.Day}}`)
	clash     = says("clash", `{{.Name}} from {{.From}} until {{.To}}: `+another+`from {{.OtherFrom}} until {{.OtherTo}}`)
	overlap   = says("overlap", `{{.Name}} ({{.From}} to {{.To}}) overlaps `+another+`{{.Other}} ({{.OtherFrom}} to {{.OtherTo}})`)
	neverEnds = says("never_ends", `nobody says when {{.Name}} of {{.Year}} ends, and the calendar knows days after it`)
	odds      = says("odds", `{{.Name}} {{.Year}}: {{or .Here "the whole zone"}} ({{.From}} until {{.To}}), but `+
		`{{or .There "the whole zone"}} ({{.OtherFrom}} until {{.OtherTo}}): name one of them instead of the zone`)
)

// What is wrong with an iCalendar file.
var (
	noProperty = says("property", `{{q .Value}} is no property: a name, a colon and a value are wanted`)
	stray      = says("stray", `{{.Name}} begins where no component can`)
	outer      = says("outer", `{{.Name}} stands outside of the calendar`)
	unclosed   = says("unclosed", `{{.Name}} is never closed: line {{.AtLine}} ends {{.Other}}`)
	cutOff     = says("cut", `{{.Name}} is never closed: the file ends before`)
	repeats    = says("repeats", `{{q .Name}} repeats ({{.Property}}): a calendar of days has each of them written out`)
	noStart    = says("no_start", `{{q .Name}} has no start (DTSTART)`)
)

// What is wrong with the rows of the ministry, and with JSON.
var (
	noDescription = says("no_description", `there is no description`)
	noSuchZone    = says("zone", `there is no zone {{q .Value}}`)
	noColumn      = says("no_column", `no column says when holidays start (start_date or Date de début)`)
	cellCount     = says("cells", `wrong number of fields`)
	badQuote      = says("quote", `a quote stands where none can or never ends: {{.Said}}`)
	unreadable    = says("csv", `{{.Said}}`)
	otherJSON     = says("other_json", `neither rows of the school calendar (results, records) nor a definition (tz, weekly)`)
	brokenJSON    = says("json", `the JSON is broken: {{.Said}}`)
	partial       = says("partial", `only {{.Some}} of {{.All}} rows: the address of the export is wanted (…/exports/json)`)
	noList        = says("no_list", `the rows are no list`)
	noObject      = says("object", `a row is a JSON object, not a JSON {{.Found}}`)
	wrongField    = says("field", `{{.Field}}: a JSON {{.Found}} does not belong here`)
)

// What somebody should look at.
var (
	someHours = says("hours", `{{q .Name}} ({{.Day}}) covers no whole day and is left out`)
	maybeShut = says("unsure", `{{q .Name}} ({{.From}} to {{.To}}) may not mean that everything is closed: it changes no hours`)
	noDayOff  = says("no_day_off", `{{.Name}} from {{.From}} until {{.To}} has no day off`)
	uneven    = says("uneven", `{{.Name}} {{.Year}} is not the same everywhere: {{or .There "the whole zone"}} ({{.OtherFrom}} until {{.OtherTo}}), `+
		`here as in {{or .Here "the whole zone"}} ({{.From}} until {{.To}})`)
	ownEnd   = says("own_end", `nobody says yet when {{.Name}} of {{.Year}} ends: the calendar's own {{.Day}} stays`)
	takenOut = says("taken_out", `{{.Name}} ({{.From}} to {{.To}}) is not in the feed and is taken out`)
	endless  = says("endless", `the calendar has no last known day: the days after the last holidays count as term`)
	gap      = says("gap", `{{.Year}} is in the feed, but nothing is known from {{.From}} to {{.To}}: the calendar still ends on {{.Until}}`)
	goesBack = says("goes_back", `the last known day goes back from {{.From}} to {{.To}}`)
	missing  = says("missing", `{{.Year}} has {{.Name}} and no {{.Missing}}: the calendar ends on {{.Until}}`)
	noEnd    = says("no_end", `nobody says when {{.Name}} of {{.Year}} ends, so nothing is known from there: the calendar ends on {{.Until}}`)
	notKnown = says("not_known", `{{.Name}} ({{.From}} to {{.To}}) is kept, but the calendar still ends on {{.Until}}: `+
		`only the ministry's calendar or a whole definition moves that`)
	noHours = says("no_hours", `{{.Name}} ({{.Day}}) changes no hours and is left out`)
	unknown = says("unknown", `{{.Name}} ({{.Day}}) lies outside of the known days and is left out`)
)
