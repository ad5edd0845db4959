package feed

import (
	"cmp"
	"strconv"
	"strings"
)

// identity is which event a component speaks of.
type identity struct {
	uid      string
	instance string // the one of a series that it replaces (RECURRENCE-ID), or none
	content  string // of an event that was never revised: what it says
}

// current leaves of each event the version that counts, in the order of the
// file, and nothing of one that was cancelled. Events without a UID are each
// their own.
func current(events []component) (counting []component) {
	revised := map[identity]bool{}
	for _, c := range events {
		if sequence(c) > 0 {
			revised[identify(c, nil)] = true
		}
	}
	newest, instances := map[identity]component{}, map[identity]bool{}
	for _, c := range events {
		id := identify(c, revised)
		if last, there := newest[id]; !there || !older(c, last) {
			newest[id] = c
		}
		if id.instance != "" {
			instances[identity{uid: id.uid, instance: id.instance}] = true
		}
	}
	for _, c := range events {
		id := identify(c, revised)
		series := identity{uid: id.uid}
		first := identity{uid: id.uid, instance: instant(c.get("DTSTART"))}
		switch {
		case cancelled(c):
			continue
		case id.uid == "":
		case newest[id].line != c.line:
			continue
		case id.instance != "" && cancelled(newest[series]):
			continue
		case id.instance == "" && repetition(c).line == 0 && instances[first]:
			continue // it is the only one of its series, and was replaced
		}
		counting = append(counting, c)
	}
	return counting
}

// identify says which event a component speaks of. The ministry and some
// schools give one UID to many events. Nobody may move or cancel an event
// without raising its SEQUENCE (RFC 5545, section 3.8.7.4), so where none of a
// UID was raised its events are the same only if they say the same.
func identify(c component, revised map[identity]bool) identity {
	id := identity{uid: strings.TrimSpace(c.get("UID").value), instance: instant(c.get("RECURRENCE-ID"))}
	if revised != nil && !revised[id] {
		id.content = strings.Join([]string{
			instant(c.get("DTSTART")), instant(c.get("DTEND")), c.get("DURATION").value, c.get("SUMMARY").value, c.get("LOCATION").value,
		}, "\n")
	}
	return id
}

// older orders the versions of an event: by revision, then by when they were
// written. DTSTAMP is in UTC and sorts as text.
func older(a, b component) bool {
	return cmp.Or(cmp.Compare(sequence(a), sequence(b)), cmp.Compare(a.get("DTSTAMP").value, b.get("DTSTAMP").value)) < 0
}

// sequence counts the revisions of an event; where no number says so there was none.
func sequence(c component) int {
	n, _ := strconv.Atoi(strings.TrimSpace(c.get("SEQUENCE").value))
	return n
}

func cancelled(c component) bool {
	return strings.EqualFold(strings.TrimSpace(c.get("STATUS").value), "CANCELLED")
}

// instant makes the same text of the same moment, however it is written.
func instant(p property) string {
	if m, wrong := parseMoment(p); wrong == nil {
		return strconv.FormatInt(m.at.Unix(), 10)
	}
	return p.value
}
