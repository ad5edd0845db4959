package calendar

import (
	"regexp"
	"slices"

	"amigo/app/fault"
)

// MaxName is how long the name of a calendar may be.
const MaxName = 40

// The name of a calendar stands in addresses, in policies and on command lines.
var calendarName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// reserved are words that have a page of their own beside the calendars.
var reserved = []string{"drafts", "new", "places", "none"}

// CheckName says in [fault.Fields] what is wrong with the name of a calendar
// that is to be made. One that is there already keeps the name that it has.
func CheckName(name string) error {
	wrong := fault.Fields{}
	switch {
	case !calendarName.MatchString(name) || len(name) > MaxName:
		wrong.Add("name", "calendarpage.new.bad_name")
	case slices.Contains(reserved, name):
		wrong.Add("name", "calendarpage.new.taken")
	}
	return wrong.Err()
}
