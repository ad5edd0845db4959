package feed

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"amigo/sla/calendar"
)

// usual are the holidays that every school year of the zones A, B and C has, in
// order; the last end it.
var usual = []string{"Toussaint", "Noël", "Hiver", "Printemps", summer}

// summer are the only holidays that are published without an end.
const summer = "Été"

// vacation is what stands before the name of holidays, and what is put in brackets behind it.
var (
	vacation = regexp.MustCompile(`(?i)^(?:début des )?vacances (?:scolaires )?(?:de la |de l['’]|des |du |de |d['’])?`)
	bracket  = regexp.MustCompile(`\s*\(.*$`)
)

// labelOf is the name of holidays as our calendars write it: "Vacances de la
// Toussaint" is Toussaint, "Début des Vacances d'Été" is Été.
func labelOf(text string) string {
	bare := strings.TrimSpace(bracket.ReplaceAllString(text, ""))
	name := strings.TrimSpace(vacation.ReplaceAllString(bare, ""))
	if name == "" {
		name = strings.TrimSpace(text)
	}
	for _, known := range usual {
		if fold(known) == fold(name) {
			return known
		}
	}
	if strings.Contains(fold(name), "ascension") {
		return "Pont de l'Ascension"
	}
	first, n := utf8.DecodeRuneInString(name)
	return clip(string(unicode.ToUpper(first)) + name[n:])
}

// populationOf reads the words for whom holidays are; "-" is everyone.
func populationOf(text string) Population {
	switch s := fold(text); {
	case strings.Contains(s, "enseignant"), strings.Contains(s, "prerentree"), strings.Contains(s, "pre rentree"):
		return Teachers
	case strings.Contains(s, "eleve"):
		return Pupils
	}
	return Everyone
}

func speaksOf(text string, words ...string) bool {
	s := fold(text)
	for _, word := range words {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
}

// official says what a row of the ministry's is; text is its whole name.
func (r *reader) official(e Entry, text string) {
	switch {
	case speaksOf(text, "ascension") && !overseas(e.Zones):
		r.bridge(e)
		return
	case speaksOf(text, "rentree") && !speaksOf(text, "vacances"):
		e.Kind = Return
	case e.open() && !speaksOf(text, "vacances"):
		e.Kind, e.Resumes = Occasion, e.Starts+1
	}
	r.add(e)
}

// overseas says whether zones are all of those that have bridges of their own.
func overseas(zones []string) bool {
	return len(zones) > 0 && !slices.ContainsFunc(zones, func(zone string) bool { return len(zone) == 1 })
}

// bridge reads the bridge of Ascension: after class on Wednesday, from
// Thursday or the Friday alone, until Friday, Saturday, Sunday or Monday.
func (r *reader) bridge(e Entry) {
	if e.Starts < earliest || e.Starts > latest {
		r.add(e)
		return
	}
	thursday := ascension(e.Starts.Time().Year())
	if e.Starts < thursday-1 || e.Starts > thursday+1 || e.Resumes < e.Starts || e.Resumes > thursday+4 {
		r.problems.refuse(e.at(), bridgeOff, "Name", e.Label, "From", e.Starts, "To", e.Resumes, "Day", thursday)
		return
	}
	e.Kind, e.Starts, e.Resumes = Bridge, thursday, thursday+4
	r.add(e)
}

// foreign says what an event of anybody else's calendar is.
func (r *reader) foreign(e Entry, text, categories string) {
	days := e.Resumes - e.Starts
	whole, unsure := closing(text, categories)
	switch {
	case whole:
		e.Kind = Closure
	case unsure:
		e.Kind = Occasion
		r.pass(e.at(), maybeShut, "Name", clip(text), "From", e.Starts, "To", e.Resumes-1)
	case speaksOf(text, "rentree", "examen", "epreuve", "baccalaureat", "brevet", "exam"):
		e.Kind = Occasion
	case days > 1:
	case speaksOf(text, "vacances"):
		e.Resumes = e.Starts // they begin, and do not end the same evening
	default:
		e.Kind = Occasion
	}
	r.add(e)
}

// isSummer says whether holidays are those between two school years.
func isSummer(first, last calendar.Day) bool {
	middle := calendar.DayOn(first.Time().Year(), 8, 10)
	return first <= middle && middle <= last
}
