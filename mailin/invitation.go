package mailin

import (
	"strconv"
	"strings"
	"time"

	"amigo/app/i18n"
)

// Limits of a calendar part: what is longer is only a file.
const (
	maxCalendar      = 256 << 10 // bytes that are read
	maxCalendarLines = 4000
	maxCalendarText  = 300 // characters of one of its texts
)

// invitation is what a calendar part (RFC 5545) asks of its reader (RFC 5546):
// the first of its events.
type invitation struct {
	method    string // REQUEST, CANCEL, REPLY …
	uid       string
	changed   bool // it was sent before, and is sent again
	organizer string
	answer    string // PARTSTAT of the one who answers
	attendee  string // who that is
	summary   string
	place     string
	from, to  moment
	repeats   bool
}

// moment is a day or an instant of a calendar.
type moment struct {
	at      time.Time
	day     bool   // without a time
	foreign string // a zone that nobody knows; at is then what its clocks show
}

// invited adds what a calendar part says to the text of the letter, once for the
// same event: Outlook and Google send it in two copies.
func (c *collector) invited(p *part) {
	if p.media.name != "text/calendar" && p.media.name != "application/ics" {
		return
	}
	v, ok := readInvitation(p.content().start(maxCalendar), p.media.charset)
	if !ok || c.events[v.method+" "+v.uid] {
		return
	}
	if c.events == nil {
		c.events = map[string]bool{}
	}
	c.events[v.method+" "+v.uid] = true
	c.lead = join(c.lead, v.text(i18n.In("fr"), c.letter)+"\n")
}

// readInvitation reads a calendar that wants something; ok is false for any other
// file, such as an agenda that somebody attached.
func readInvitation(data []byte, label string) (v invitation, ok bool) {
	if label == "" {
		label = "utf-8"
	}
	lines := unfolded(tidy(toUTF8(data[:min(len(data), maxCalendar)], label)))
	inside, begun := "", false
	var length time.Duration
	for _, line := range lines {
		p := readProperty(line)
		switch {
		case p.name == "BEGIN" && strings.EqualFold(p.value, "VEVENT"):
			if begun {
				return v.ending(length), v.method != ""
			}
			inside, begun = "VEVENT", true
		case p.name == "BEGIN" && !strings.EqualFold(p.value, "VCALENDAR"):
			inside += "/" + clip(p.value, 20) // an alarm, a zone: not the event's own
		case p.name == "END":
			inside = inside[:max(strings.LastIndexByte(inside, '/'), 0)]
		case inside == "" && p.name == "METHOD":
			v.method = strings.ToUpper(clip(p.value, 20))
		case inside == "VEVENT" && p.name == "DURATION":
			length = periodOf(p.value)
		case inside == "VEVENT":
			v.take(p)
		}
	}
	return v.ending(length), begun && v.method != ""
}

// take keeps one property of the event.
func (v *invitation) take(p property) {
	switch p.name {
	case "UID":
		v.uid = clip(p.value, 300)
	case "SEQUENCE":
		n, _ := strconv.Atoi(p.value)
		v.changed = n > 0
	case "ORGANIZER":
		v.organizer = p.person()
	case "ATTENDEE":
		if v.answer == "" || v.attendee == "" {
			v.attendee, v.answer = p.person(), strings.ToUpper(p.params["PARTSTAT"])
		}
	case "SUMMARY":
		v.summary = p.text()
	case "LOCATION":
		v.place = p.text()
	case "DTSTART":
		v.from = p.moment()
	case "DTEND":
		v.to = p.moment()
	case "RRULE", "RDATE":
		v.repeats = true
	}
}

// ending gives the event an end where it only has a length.
func (v invitation) ending(length time.Duration) invitation {
	if v.to.at.IsZero() && length > 0 && !v.from.at.IsZero() {
		v.to = v.from
		v.to.at = v.from.at.Add(length)
	}
	return v
}

// text says in a few lines who asks for what, when and where, in Paris time.
func (v invitation) text(words *i18n.Printer, l *Letter) string {
	who := firstNonEmpty(v.organizer, l.FromName, l.From)
	about := "published"
	switch v.method {
	case "REQUEST":
		about = "request"
		if v.changed {
			about = "changed"
		}
	case "CANCEL":
		about = "cancel"
	case "COUNTER":
		about = "counter"
		who = firstNonEmpty(v.attendee, l.FromName, l.From)
	case "REPLY":
		who = firstNonEmpty(v.attendee, l.FromName, l.From)
		about = "reply"
		switch v.answer {
		case "ACCEPTED", "DECLINED", "TENTATIVE":
			about = strings.ToLower(v.answer)
		}
	}
	lines := []string{words.T("mailread.invitation."+about, "Who", who)}
	add := func(key, value string) {
		if value != "" {
			lines = append(lines, words.T("mailread.invitation."+key, "Text", value))
		}
	}
	add("what", v.summary)
	add("when", v.when(words))
	add("where", v.place)
	if v.repeats {
		lines = append(lines, words.T("mailread.invitation.repeats"))
	}
	return strings.Join(lines, "\n")
}

// when says the span of the event.
func (v invitation) when(words *i18n.Printer) string {
	if v.from.at.IsZero() {
		return ""
	}
	from, to := v.from, v.to
	date := func(m moment) string { return words.DateAt(m.at, time.Time{}) }
	if from.day {
		last := to
		last.at = to.at.AddDate(0, 0, -1) // the end is the first day after (RFC 5545 3.6.1)
		if to.at.IsZero() || !last.at.After(from.at) {
			return words.T("mailread.invitation.day", "Date", date(from))
		}
		return words.T("mailread.invitation.days", "From", date(from), "To", date(last))
	}
	zone := words.T("mailread.invitation.paris")
	if from.foreign != "" {
		zone = words.T("mailread.invitation.zone", "Zone", from.foreign)
	}
	switch {
	case !to.at.After(from.at):
		return words.T("mailread.invitation.at", "Date", date(from), "From", words.Clock(from.at), "Zone", zone)
	case date(from) == date(to):
		return words.T("mailread.invitation.hours", "Date", date(from), "From", words.Clock(from.at), "To", words.Clock(to.at), "Zone", zone)
	}
	return words.T("mailread.invitation.span", "Date", date(from), "From", words.Clock(from.at), "Until", date(to), "To", words.Clock(to.at), "Zone", zone)
}
