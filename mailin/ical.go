package mailin

import (
	"strconv"
	"strings"
	"time"

	"amigo/app/i18n"
)

// property is one line of a calendar: NAME;PARAM=value:text (RFC 5545 3.1).
type property struct {
	name   string
	params map[string]string
	value  string
}

// unfolded joins the lines of a calendar that begin with a blank to those before.
func unfolded(text string) []string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		switch {
		case len(lines) > 0 && (strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t")):
			if last := &lines[len(lines)-1]; len(*last) < maxMediaField {
				*last += line[1:]
			}
		case len(lines) == maxCalendarLines:
			return lines
		case line != "":
			lines = append(lines, line)
		}
	}
	return lines
}

// readProperty cuts a line at its first colon that is not in quotes.
func readProperty(line string) property {
	quoted := false
	colon := strings.IndexFunc(line, func(r rune) bool {
		if r == '"' {
			quoted = !quoted
		}
		return r == ':' && !quoted
	})
	if colon < 0 {
		return property{}
	}
	p := property{value: strings.TrimSpace(line[colon+1:])}
	for i, segment := range splitParameters(line[:colon]) {
		if i == 0 {
			p.name = strings.ToUpper(strings.TrimSpace(segment))
			continue
		}
		if key, value, ok := strings.Cut(segment, "="); ok {
			if p.params == nil {
				p.params = map[string]string{}
			}
			p.params[strings.ToUpper(strings.TrimSpace(key))] = strings.Trim(value, `"`)
		}
	}
	return p
}

// unescaped undoes the escapes of texts in calendars (RFC 5545 3.3.11).
var unescaped = strings.NewReplacer(`\n`, " ", `\N`, " ", `\,`, ",", `\;`, ";", `\\`, `\`)

// text is the value as one line for people.
func (p property) text() string {
	return cutRunes(strings.Join(strings.Fields(oneLine(unescaped.Replace(p.value))), " "), maxCalendarText)
}

// person is how somebody is called: by name, or else by address.
func (p property) person() string {
	name := cutRunes(strings.TrimSpace(oneLine(p.params["CN"])), maxCalendarText)
	address := p.text()
	if startsWithFold(address, "mailto:") {
		address = address[len("mailto:"):]
	}
	switch {
	case name == "" || strings.EqualFold(name, address):
		return address
	case strings.Contains(address, "@"):
		return name + " <" + address + ">"
	}
	return name
}

// moment reads a date or a date-time in its zone.
func (p property) moment() moment {
	if at, err := time.ParseInLocation("20060102", p.value, paris()); err == nil {
		return moment{at: at, day: true}
	}
	if at, err := time.Parse("20060102T150405Z", p.value); err == nil {
		return moment{at: at}
	}
	zone, known := zoneOf(p.params["TZID"])
	at, err := time.ParseInLocation("20060102T150405", p.value, zone)
	if err != nil {
		return moment{}
	}
	if !known {
		return moment{at: at, foreign: cutRunes(oneLine(p.params["TZID"]), 80)}
	}
	return moment{at: at}
}

// paris is the zone of those who read.
func paris() *time.Location { return i18n.In("fr").Zone() }

// zoneOf finds a zone by the name that a calendar gives it. Without a name it is
// that of the reader.
func zoneOf(name string) (zone *time.Location, known bool) {
	name = strings.TrimSpace(strings.Trim(name, `"`))
	if name == "" {
		return paris(), true
	}
	if iana, ok := windowsZones[name]; ok {
		name = iana
	}
	// Mozilla's names carry a path before the zone's: /mozilla.org/20050126_1/Europe/Paris.
	if strings.HasPrefix(name, "/") {
		if parts := strings.Split(name, "/"); len(parts) >= 2 {
			name = strings.Join(parts[len(parts)-2:], "/")
		}
	}
	if name == "Local" || strings.Contains(name, "..") || len(name) > 60 {
		return paris(), false
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return paris(), false
	}
	return zone, true
}

// windowsZones are the names by which Outlook and Exchange call the zones that
// people of a French academy deal with (Unicode CLDR, windowsZones), and those
// that they show.
var windowsZones = map[string]string{
	"Romance Standard Time": "Europe/Paris", "W. Europe Standard Time": "Europe/Berlin", "Central Europe Standard Time": "Europe/Budapest",
	"Central European Standard Time": "Europe/Warsaw", "GMT Standard Time": "Europe/London", "Greenwich Standard Time": "Atlantic/Reykjavik",
	"E. Europe Standard Time": "Europe/Chisinau", "FLE Standard Time": "Europe/Kiev", "GTB Standard Time": "Europe/Bucharest",
	"Turkey Standard Time": "Europe/Istanbul", "Russian Standard Time": "Europe/Moscow", "Morocco Standard Time": "Africa/Casablanca",
	"W. Central Africa Standard Time": "Africa/Lagos", "Egypt Standard Time": "Africa/Cairo", "South Africa Standard Time": "Africa/Johannesburg",
	"SA Western Standard Time": "America/Martinique", "SA Eastern Standard Time": "America/Cayenne", "Saint Pierre Standard Time": "America/Miquelon",
	"E. Africa Standard Time": "Indian/Mayotte", "Mauritius Standard Time": "Indian/Reunion", "Central Pacific Standard Time": "Pacific/Noumea",
	"Hawaiian Standard Time": "Pacific/Tahiti", "Eastern Standard Time": "America/New_York", "Central Standard Time": "America/Chicago",
	"Mountain Standard Time": "America/Denver", "Pacific Standard Time": "America/Los_Angeles", "India Standard Time": "Asia/Kolkata",
	"China Standard Time": "Asia/Shanghai", "Tokyo Standard Time": "Asia/Tokyo", "Arab Standard Time": "Asia/Riyadh",
	"UTC": "UTC", "Coordinated Universal Time": "UTC", "(UTC) Coordinated Universal Time": "UTC",
	"(UTC+01:00) Brussels, Copenhagen, Madrid, Paris":               "Europe/Paris",
	"(UTC+01:00) Bruxelles, Copenhague, Madrid, Paris":              "Europe/Paris",
	"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna":  "Europe/Berlin",
	"(UTC+01:00) Amsterdam, Berlin, Berne, Rome, Stockholm, Vienne": "Europe/Berlin",
	"Europe/Paris (heure)": "Europe/Paris", "Paris, Madrid": "Europe/Paris", "CET": "Europe/Paris", "CEST": "Europe/Paris",
}

// periodOf reads a duration such as PT1H30M or P1D (RFC 5545 3.3.6), 0 for one
// that cannot be read.
func periodOf(value string) time.Duration {
	unit := map[byte]time.Duration{'W': 7 * 24 * time.Hour, 'D': 24 * time.Hour, 'H': time.Hour, 'M': time.Minute, 'S': time.Second}
	rest, ok := strings.CutPrefix(strings.TrimPrefix(strings.ToUpper(value), "+"), "P")
	if !ok || len(rest) > 30 {
		return 0
	}
	var sum time.Duration
	for rest = strings.ReplaceAll(rest, "T", ""); rest != ""; {
		end := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
		if end <= 0 || end > 6 || unit[rest[end]] == 0 {
			return 0
		}
		n, _ := strconv.Atoi(rest[:end])
		sum += time.Duration(n) * unit[rest[end]]
		rest = rest[end+1:]
	}
	return sum
}
