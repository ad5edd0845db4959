package web

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/sla/calendar"
)

// reason is a remark on a calendar, in the reader's language.
type reason struct {
	text    string
	english bool // kept by an earlier version of AMIGO, which had no other words
}

// reasonsOf says remarks, each with its line.
func reasonsOf(t *i18n.Printer, remarks []calendar.Remark) (all []reason) {
	for _, r := range remarks {
		words, ok := remarkWords(t, r)
		if !ok {
			all = append(all, reason{r.String(), t.Lang() != "en"})
			continue
		}
		all = append(all, reason{text: placeWords(t, r, words)})
	}
	return all
}

// remarkFamilies are the beginnings of the keys of what may be remarked, by the
// beginning of the rule.
var remarkFamilies = map[string]string{
	"feed":  "calendarpage.feed.",
	"fetch": "calendarpage.fetch.",
	"wrong": "calendarpage.wrong.",
}

// remarkWords say a remark without its place; false where nobody knows its rule any more.
func remarkWords(t *i18n.Printer, r calendar.Remark) (string, bool) {
	family, rule, _ := strings.Cut(r.Rule, ".")
	m := fault.Message{Key: remarkFamilies[family] + rule, Args: map[string]any{}}
	for name, value := range r.Args {
		m.Args[name] = value
	}
	if bytes, err := strconv.ParseInt(r.Args["Bytes"], 10, 64); err == nil {
		m.Args["Bytes"] = t.Size(bytes)
	}
	for name, day := range r.Days {
		m.Args[name] = t.DateAt(day.Time(), time.Time{}) // always with its year, which may be what is wrong
	}
	return t.Try(m)
}

// lowered is a sentence that follows a colon: its first letter is small, unless
// it begins a word in capitals.
func lowered(sentence string) string {
	first, size := utf8.DecodeRuneInString(sentence)
	if second, _ := utf8.DecodeRuneInString(sentence[size:]); unicode.IsUpper(second) {
		return sentence
	}
	return string(unicode.ToLower(first)) + sentence[size:]
}

// placeWords put where something stands in front of what is said about it.
func placeWords(t *i18n.Printer, r calendar.Remark, words string) string {
	after := lowered(words)
	switch {
	case r.Line > 0 && r.Record > 0:
		return t.T("calendarpage.reason.record", "Line", r.Line, "Record", r.Record, "Problem", after)
	case r.Line > 0 && r.Place != "":
		return t.T("calendarpage.reason.line", "Line", r.Line, "Place", r.Place, "Problem", after)
	case r.Line > 0:
		return t.T("calendarpage.wrong.line", "Line", r.Line, "Problem", after)
	case r.Place != "":
		return t.T("calendarpage.reason.place", "Place", r.Place, "Problem", after)
	}
	return words
}
