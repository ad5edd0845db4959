package web

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"amigo/app/i18n"
	"amigo/sla/calendar"
)

// ownHours is the answer of a period whose hours are those of no regime.
const ownHours = "own hours"

// typedCalendar is a definition as a form holds it: everything is a text, also
// what is no date and no time, so that it comes back as it was typed. What is
// wrong with it the calendar itself says.
type typedCalendar struct {
	base                      calendar.VersionID // that the form showed; 0: none
	zone, from, until, school string
	celebrated, whitMonday    string // "on" for a yes
	weeks                     []typedWeek
	periods, marks            []typedPeriod
	closed, exceptions        string // a day on each line
}

// typedWeek is the usual week, which comes first, or that of a regime.
type typedWeek struct {
	name string
	was  string // its name in the version in force; periods know it by that
	days [7]string
}

// typedPeriod is a row of the periods, or of the marks, which have no hours.
type typedPeriod struct {
	from, to, name string
	hours          string // the name of a regime, or ownHours
	own            [7]string
	drop           bool
}

// empty says that a row does not count: nothing was typed, or it is to go.
func (p typedPeriod) empty() bool { return p.drop || p.from == "" && p.to == "" && p.name == "" }

// typed is a definition as a form shows it.
func typed(s calendar.Spec) typedCalendar {
	f := typedCalendar{zone: s.TZ, from: s.KnownFrom, until: s.KnownUntil, school: s.SchoolZone}
	if s.Holidays != nil {
		f.celebrated, f.whitMonday = "on", checkedText(s.Holidays.WhitMonday)
	}
	f.weeks = append(f.weeks, typedWeek{days: typedDays(s.Weekly)})
	for _, name := range slices.Sorted(maps.Keys(s.Regimes)) {
		f.weeks = append(f.weeks, typedWeek{name: name, was: name, days: typedDays(s.Regimes[name])})
	}
	for _, p := range s.Periods {
		row := typedPeriod{from: p.From, to: p.To, name: p.Name, hours: p.Regime}
		if p.Weekly != nil {
			row.hours, row.own = ownHours, typedDays(p.Weekly)
		}
		f.periods = append(f.periods, row)
	}
	for _, m := range s.Marks {
		f.marks = append(f.marks, typedPeriod{from: m.From, to: m.To, name: m.Name})
	}
	for _, d := range s.Closed {
		f.closed += strings.TrimSpace(d.Day+" "+d.Name) + "\n"
	}
	for _, day := range slices.Sorted(maps.Keys(s.Exceptions)) {
		f.exceptions += strings.TrimSpace(day+" "+typedHours(s.Exceptions[day])) + "\n"
	}
	return f
}

func checkedText(yes bool) string {
	if yes {
		return "on"
	}
	return ""
}

func typedDays(week calendar.Weekly) (days [7]string) {
	for i, day := range weekdays {
		days[i] = typedHours(week[day])
	}
	return days
}

// typedHours are the hours of a day as one types them: "08:00-12:30, 13:30-17:00".
func typedHours(open []calendar.Interval) string {
	var spans []string
	for _, i := range open {
		spans = append(spans, i[0]+"-"+i[1])
	}
	return strings.Join(spans, ", ")
}

// Rows of a form end where a row has no field.
func rowName(kind string, row int, field string) string {
	return kind + "." + strconv.Itoa(row) + "." + field
}

// readCalendar reads what a form holds.
func readCalendar(f url.Values) typedCalendar {
	text := func(name string) string {
		return strings.TrimSpace(strings.ReplaceAll(f.Get(name), "\r\n", "\n"))
	}
	days := func(kind string, row int) (days [7]string) {
		for i, day := range weekdays {
			days[i] = text(rowName(kind, row, day))
		}
		return days
	}
	periods := func(kind string) (rows []typedPeriod) {
		for i := 0; f.Has(rowName(kind, i, "from")); i++ {
			at := func(field string) string { return text(rowName(kind, i, field)) }
			rows = append(rows, typedPeriod{
				from: at("from"), to: at("to"), name: at("name"), hours: at("hours"), own: days(kind, i), drop: at("drop") != "",
			})
		}
		return rows
	}
	base, _ := strconv.ParseInt(text("base"), 10, 64) // what is no number is no version
	c := typedCalendar{
		base: calendar.VersionID(base), zone: text("zone"), from: text("known_from"), until: text("known_until"), school: text("school"),
		celebrated: text("celebrated"), whitMonday: text("whit_monday"), closed: text("closed"), exceptions: text("exceptions"),
		periods: periods("period"), marks: periods("mark"),
	}
	for i := 0; i == 0 || f.Has(rowName("week", i, "name")); i++ {
		c.weeks = append(c.weeks, typedWeek{name: text(rowName("week", i, "name")), was: text(rowName("week", i, "was")), days: days("week", i)})
	}
	return c
}

// spec is the definition that was typed, right or wrong. Rows that do not
// count are left out.
func (f typedCalendar) spec() calendar.Spec {
	s := calendar.Spec{TZ: f.zone, KnownFrom: dayTyped(f.from), KnownUntil: dayTyped(f.until), SchoolZone: f.school, Weekly: weekTyped(f.weeks[0].days)}
	if f.celebrated != "" {
		s.Holidays = &calendar.Holidays{WhitMonday: f.whitMonday != ""}
	}
	renamed := map[string]string{}
	for _, w := range f.weeks[1:] {
		if w.empty() {
			continue
		}
		if s.Regimes == nil {
			s.Regimes = map[string]calendar.Weekly{}
		}
		s.Regimes[w.name] = weekTyped(w.days)
		renamed[w.was] = w.name
	}
	for _, p := range f.periods {
		if !p.empty() {
			s.Periods = append(s.Periods, p.period(renamed))
		}
	}
	for _, m := range f.marks {
		if !m.empty() {
			s.Marks = append(s.Marks, calendar.Mark{From: dayTyped(m.from), To: dayTyped(m.to), Name: m.name})
		}
	}
	for _, l := range dayLines(f.closed) {
		s.Closed = append(s.Closed, calendar.ClosedDay{Day: l.day, Name: l.rest})
	}
	for _, l := range dayLines(f.exceptions) {
		if s.Exceptions == nil {
			s.Exceptions = map[string][]calendar.Interval{}
		}
		s.Exceptions[l.day] = hoursTyped(l.rest)
	}
	return s
}

// empty says that a regime was asked for and nothing typed into it, or that all
// of it was taken out.
func (w typedWeek) empty() bool { return w.name == "" && w.days == [7]string{} }

// period is a row with the hours of a regime, by the name that it has now, or its own.
func (p typedPeriod) period(renamed map[string]string) calendar.Period {
	q := calendar.Period{From: dayTyped(p.from), To: dayTyped(p.to), Name: p.name, Regime: p.hours}
	if now, ok := renamed[p.hours]; ok && p.hours != "" {
		q.Regime = now
	}
	if p.hours == ownHours {
		q.Regime, q.Weekly = "", weekTyped(p.own)
	}
	return q
}

func weekTyped(days [7]string) calendar.Weekly {
	week := calendar.Weekly{}
	for i, day := range weekdays {
		if open := hoursTyped(days[i]); len(open) > 0 {
			week[day] = open
		}
	}
	return week
}

// What people write between the hours of a day, between two times, and in a time.
var (
	betweenHours = regexp.MustCompile(`\s*(?:[,;]|\bet\b|\band\b)\s*`)
	betweenTimes = regexp.MustCompile(`\s*[-–—]\s*`)
	clockForm    = regexp.MustCompile(`^(\d{1,2})\s*(?:[:hH.]\s*(\d{2})?)?$`)
)

// hoursTyped reads the hours of a day, such as 8h-12h30, 13:30-17:00. What is
// no time stays as it is, for the calendar to refuse.
func hoursTyped(text string) (open []calendar.Interval) {
	for _, span := range betweenHours.Split(strings.TrimSpace(text), -1) {
		if span == "" {
			continue
		}
		ends := append(betweenTimes.Split(span, 2), "")
		open = append(open, calendar.Interval{clockTyped(ends[0]), clockTyped(ends[1])})
	}
	return open
}

func clockTyped(text string) string {
	m := clockForm.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return text
	}
	return fmt.Sprintf("%02s:%02s", m[1], m[2])
}

// dayTyped reads 24/12/2026 as 2026-12-24; anything else stays as it is.
func dayTyped(text string) string {
	if t, err := time.Parse("2/1/2006", text); err == nil {
		return t.Format(time.DateOnly)
	}
	return text
}

// dayLine is a line that begins with a day.
type dayLine struct {
	number    int // from 1
	day, rest string
}

// dayLines reads a text with a day on each line.
func dayLines(text string) (lines []dayLine) {
	for i, line := range strings.Split(text, "\n") {
		day, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if day != "" {
			lines = append(lines, dayLine{i + 1, dayTyped(day), strings.TrimSpace(rest)})
		}
	}
	return lines
}

// calendarWrong is what is wrong with a form, by the name of the field.
type calendarWrong map[string]string

// placeForm is a place of a [calendar.SpecError]: periods[2].from, regimes["x"].mon.
var placeForm = regexp.MustCompile(`^(\w+)(?:\[(\d+|"(?:[^"\\]|\\.)*")\])?(?:\.(?:weekly\.)?(\w+))?$`)

// twice refuses a second line for the day of an exception, which the definition
// could not hold.
func (f typedCalendar) twice() (breaches []calendar.Breach) {
	seen := map[string]bool{}
	for _, l := range dayLines(f.exceptions) {
		if seen[l.day] {
			breaches = append(breaches, calendar.Breach{Place: fmt.Sprintf("exceptions[%q]", l.day), Rule: calendar.Twice})
		}
		seen[l.day] = true
	}
	return breaches
}

// wrongIn puts what a calendar refuses beside the fields in which it was typed.
func (f typedCalendar) wrongIn(t *i18n.Printer, breaches []calendar.Breach) calendarWrong {
	wrong := calendarWrong{}
	for _, b := range breaches {
		field, line := f.fieldOf(b)
		words := t.T("calendarpage.wrong." + string(b.Rule))
		if line > 0 {
			words = t.T("calendarpage.wrong.line", "Line", line, "Problem", lowered(words))
		}
		if wrong[field] != "" && wrong[field] != words {
			words = wrong[field] + " " + words
		}
		wrong[field] = words
	}
	return wrong
}

// fieldOf is the field in which the place of a breach was typed, and the line
// in it where it has several.
func (f typedCalendar) fieldOf(b calendar.Breach) (field string, line int) {
	m := placeForm.FindStringSubmatch(b.Place)
	if m == nil {
		return "zone", 0
	}
	part, key, rest := m[1], m[2], m[3]
	index, _ := strconv.Atoi(key)
	name, _ := strconv.Unquote(key)
	switch part {
	case "tz":
		return "zone", 0
	case "weekly":
		return rowName("week", 0, cmp.Or(rest, weekdays[0])), 0
	case "regimes":
		row := slices.IndexFunc(f.weeks[1:], func(w typedWeek) bool { return !w.empty() && w.name == name })
		return rowName("week", row+1, cmp.Or(rest, "name")), 0
	case "periods":
		return rowName("period", rowOf(f.periods, index), cmp.Or(rest, endOrHours(b.Rule))), 0
	case "marks":
		return rowName("mark", rowOf(f.marks, index), cmp.Or(rest, endOrName(b.Rule))), 0
	case "closed":
		return part, dayLines(f.closed)[index].number
	case "exceptions":
		for _, l := range dayLines(f.exceptions) {
			if l.day == name {
				line = l.number
			}
		}
	}
	return part, line // known_from, known_until, exceptions
}

// endOrHours is the field of a period that has to say what its place does not
// name; endOrName that of a mark.
func endOrHours(rule calendar.BreachRule) string {
	if rule == calendar.Backwards {
		return "to"
	}
	return "hours"
}

func endOrName(rule calendar.BreachRule) string {
	if rule == calendar.Backwards {
		return "to"
	}
	return "name"
}

// rowOf is the row of a form that became the n-th of its kind.
func rowOf(rows []typedPeriod, n int) int {
	for i, p := range rows {
		if p.empty() {
			continue
		}
		if n == 0 {
			return i
		}
		n--
	}
	return 0
}
