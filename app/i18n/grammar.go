package i18n

import "time"

// grammar is what a language needs besides its catalogue: the names of the
// calendar and the marks of its numbers.
type grammar struct {
	days   [7]string // from Sunday, as time.Weekday counts
	months [12]string
	brief  [12]string // months in a table

	thousands, decimal string
	percent            string // what stands between a number and %
	units              [5]string
	clock              func(hour, minute int) string
	hours              func(hours, minutes string) string // "2 h 10"
	first              string                             // after the first day of a month
}

var grammars = map[string]grammar{
	"fr": {
		days: [7]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
		months: [12]string{
			"janvier", "février", "mars", "avril", "mai", "juin",
			"juillet", "août", "septembre", "octobre", "novembre", "décembre",
		},
		brief: [12]string{
			"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
		},
		thousands: NBSP, decimal: ",", percent: NBSP,
		units: [5]string{"o", "Ko", "Mo", "Go", "To"},
		clock: frenchClock,
		hours: func(hours, minutes string) string { return hours + NBSP + "h" + NBSP + minutes },
		first: "er",
	},
	"en": {
		days: [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		months: [12]string{
			"January", "February", "March", "April", "May", "June",
			"July", "August", "September", "October", "November", "December",
		},
		brief: [12]string{
			"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
		},
		thousands: ",", decimal: ".",
		units: [5]string{"B", "KB", "MB", "GB", "TB"},
		clock: englishClock,
		hours: func(hours, minutes string) string {
			return hours + NBSP + "h" + NBSP + minutes + NBSP + "min"
		},
	},
}

// day names the weekday of t.
func (g grammar) day(t time.Time) string { return g.days[t.Weekday()] }
