package feed

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"amigo/sla/calendar"
)

// windows are the names by which Windows calls the zones of French school
// calendars and their neighbours (Unicode CLDR, windowsZones).
var windows = map[string]string{
	"Romance Standard Time": "Europe/Paris", "W. Europe Standard Time": "Europe/Berlin", "Central Europe Standard Time": "Europe/Budapest",
	"Central European Standard Time": "Europe/Warsaw", "GMT Standard Time": "Europe/London", "Greenwich Standard Time": "Atlantic/Reykjavik",
	"SA Western Standard Time": "America/Martinique", "SA Eastern Standard Time": "America/Cayenne", "Saint Pierre Standard Time": "America/Miquelon",
	"E. Africa Standard Time": "Indian/Mayotte", "Mauritius Standard Time": "Indian/Reunion", "Central Pacific Standard Time": "Pacific/Noumea",
	"Hawaiian Standard Time": "Pacific/Tahiti", "UTC": "UTC",
}

// events reads the events of a calendar whose own properties are head.
func (r *reader) events(head component, events []component) {
	events = current(events)
	theirs := ministry(head.get("PRODID")) || strings.HasPrefix(fold(head.get("X-WR-CALNAME").value), "calendrier scolaire zone")
	// A school may have copied some of the ministry's events among its own.
	r.feed.Official = theirs || !slices.ContainsFunc(events, func(c component) bool { return !ministry(c.get("UID")) })
	everywhere := zonesIn(unescape.Replace(head.get("X-WR-CALNAME").value))
	for _, c := range events {
		r.event(c, theirs || ministry(c.get("UID")), everywhere)
	}
}

// ministry says whether an identity was given by the ministry of education.
func ministry(p property) bool { return strings.Contains(p.value, "education.gouv.fr") }

// event reads an event, the ministry's or somebody else's; everywhere are the
// zones of the whole calendar, for those that name none.
func (r *reader) event(c component, official bool, everywhere []string) {
	name := strings.TrimSpace(unescape.Replace(c.get("SUMMARY").value))
	if p := repetition(c); p.line > 0 {
		r.problems.refuse(place{Line: p.line}, repeats, "Name", clip(name), "Property", p.name)
		return
	}
	e := Entry{Official: official, Line: c.line}
	hours, ok := r.span(c, name, &e)
	switch {
	case !ok:
		return
	case hours:
		r.pass(e.at(), someHours, "Name", clip(name), "Day", e.Starts)
		return
	}
	text, zones := splitZones(name)
	e.Label, e.Population = labelOf(text), populationOf(text)
	e.Zones, e.Places = whose(zones, unescape.Replace(c.get("LOCATION").value), everywhere)
	if official {
		if len(e.Zones) == 0 {
			e.Zones = zonesIn(c.get("UID").value)
		}
		r.official(e, text)
		return
	}
	// A school may meet anywhere; only an académie has holidays of its own.
	e.Places = slices.DeleteFunc(e.Places, func(place string) bool { return academies[fold(place)] == "" })
	r.foreign(e, text, unescape.Replace(c.get("CATEGORIES").value))
}

// repetition is what makes an event a series; its line is 0 where nothing does.
func repetition(c component) property {
	if p := c.get("RRULE"); p.line > 0 {
		return p
	}
	return c.get("RDATE")
}

// splitZones parts "Vacances d'Hiver - Zones A/B - Corse" into name and zones.
func splitZones(name string) (text string, zones []string) {
	for at := 0; ; {
		i := strings.Index(name[at:], " - ")
		if i < 0 {
			return name, nil
		}
		at += i
		if zones := zonesIn(name[at:]); len(zones) > 0 {
			return name[:at], zones
		}
		at += len(" - ")
	}
}

// whose finds the zones and the académies of an event from what its name, its
// location and the calendar say: the location may be either.
func whose(zones []string, location string, everywhere []string) (_, places []string) {
	if named := zonesIn(location); len(named) > 0 {
		if len(zones) == 0 {
			zones = named
		}
	} else if location = strings.TrimSpace(location); location != "" {
		for _, place := range strings.Split(location, ",") {
			places = append(places, strings.TrimSpace(place))
		}
	}
	if len(zones) == 0 {
		zones = everywhere
	}
	return zones, places
}

// moment is a date or an instant of an iCalendar file.
type moment struct {
	at   time.Time // in Paris
	date bool      // a day, no time
}

// An event that has times covers a day if it lasts from the morning to the
// evening of it, as Paris counts: Friday 17:00 to Monday 08:00 is Saturday and
// Sunday, and from midnight to midnight in London is the same days in Paris.
const (
	morning = 6 * time.Hour
	evening = 20 * time.Hour
)

// sinceMidnight is what the clock shows at an instant.
func sinceMidnight(t time.Time) time.Duration {
	h, m, s := t.Clock()
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second
}

// span reads from when until when an event lasts; hours says that it covers no day.
func (r *reader) span(c component, name string, e *Entry) (hours, ok bool) {
	start := c.get("DTSTART")
	if start.line == 0 {
		r.problems.refuse(e.at(), noStart, "Name", clip(name))
		return false, false
	}
	from, wrong := parseMoment(start)
	if wrong != nil {
		r.problems.refuseValue(place{Line: start.line}, name, "start", wrong)
		return false, false
	}
	to, line, wrong := end(c, from)
	switch {
	case wrong != nil:
		r.problems.refuseValue(place{Line: line}, name, "end", wrong)
		return false, false
	case to.at.Before(from.at):
		r.ends(place{Line: line}, clip(name), from, to)
		return false, false
	}
	e.Starts, e.Resumes = calendar.DayOf(from.at), calendar.DayOf(to.at)
	timed := !from.date || !to.date
	if !from.date && sinceMidnight(from.at) > morning {
		e.Starts++
	}
	if !to.date && sinceMidnight(to.at) >= evening {
		e.Resumes++
	}
	if timed && e.Resumes <= e.Starts {
		e.Starts = calendar.DayOf(from.at)
		return true, true
	}
	// The ministry writes a day on which something begins like this; for
	// everybody else it is a day.
	if e.open() && !e.Official {
		e.Resumes++
	}
	return false, true
}

// ends refuses an event that ends before it starts, on an earlier day or on the same.
func (r *reader) ends(at place, name string, from, to moment) {
	first, last := calendar.DayOf(from.at), calendar.DayOf(to.at)
	if first > last {
		r.problems.refuse(at, backwards, "Name", name, "From", first, "To", last)
		return
	}
	const clock = "15:04"
	r.problems.refuse(at, sameDay, "Name", name, "Day", first, "From", from.at.Format(clock), "To", to.at.Format(clock))
}

// end is when an event ends, and the line that says so: DTEND, or DTSTART and
// DURATION, or for a date the date itself (RFC 5545, section 3.6.1).
func end(c component, from moment) (to moment, line int, wrong *slip) {
	if p := c.get("DTEND"); p.line > 0 {
		to, wrong = parseMoment(p)
		return to, p.line, wrong
	}
	if p := c.get("DURATION"); p.line > 0 {
		days, clock, wrong := parseLength(p.value)
		return moment{from.at.AddDate(0, 0, days).Add(clock), from.date && clock == 0}, p.line, wrong
	}
	return from, c.get("DTSTART").line, nil
}

// parseMoment reads DATE and DATE-TIME (RFC 5545, sections 3.3.4 and 3.3.5).
// A time without a zone is meant in Paris.
func parseMoment(p property) (moment, *slip) {
	value := strings.TrimSpace(p.value)
	if t, err := time.ParseInLocation("20060102", value, paris); err == nil {
		return moment{t, true}, nil
	}
	zone := paris
	if utc, ok := strings.CutSuffix(value, "Z"); ok {
		value, zone = utc, time.UTC
	} else if name := p.params["TZID"]; name != "" {
		var wrong *slip
		if zone, wrong = location(name); wrong != nil {
			return moment{}, wrong
		}
	}
	t, err := time.ParseInLocation("20060102T150405", value, zone)
	if err != nil {
		return moment{}, &slip{notDate, []any{"Value", clip(p.value), "Example", "20261017"}}
	}
	return moment{at: t.In(paris)}, nil
}

func location(name string) (*time.Location, *slip) {
	known, ok := windows[name]
	if !ok {
		known = strings.TrimPrefix(name, "/")
	}
	zone, err := time.LoadLocation(known)
	if err != nil || known == "" || known == "Local" {
		return nil, &slip{notZone, []any{"Value", clip(name)}}
	}
	return zone, nil
}

// duration is weeks, or days and what the clock adds (RFC 5545, section 3.3.6).
var duration = regexp.MustCompile(`^\+?P(?:(\d{1,3})W|(\d{1,4})D)?(?:T((?:\d{1,4}[HMS])+))?$`)

// parseLength reads how long an event lasts.
func parseLength(s string) (days int, clock time.Duration, wrong *slip) {
	m := duration.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil || m[1]+m[2]+m[3] == "" {
		return 0, 0, &slip{notLength, []any{"Value", clip(s)}}
	}
	weeks, _ := strconv.Atoi(m[1]) // at most four digits, or none
	days, _ = strconv.Atoi(m[2])
	clock, _ = time.ParseDuration(strings.ToLower(m[3])) // 1h30m; or nothing
	return 7*weeks + days, clock, nil
}
