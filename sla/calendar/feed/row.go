package feed

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
)

// row is one record of the ministry's school calendar, in JSON or CSV.
type row struct {
	Description string `json:"description"`
	Population  string `json:"population"`
	Start       string `json:"start_date"`
	End         string `json:"end_date"` // empty: not published
	Location    string `json:"location"` // the académie
	Zones       string `json:"zones"`
}

// row turns a record into an entry.
func (r *reader) row(at place, w row) {
	label := strings.TrimSpace(w.Description)
	if label == "" {
		r.problems.refuse(at, noDescription)
		return
	}
	e := Entry{Official: true, Label: labelOf(label), Population: populationOf(w.Population + " " + label), Line: at.Line, Record: at.Record}
	var wrong *slip
	if e.Starts, wrong = parseDay(strings.TrimSpace(w.Start)); wrong != nil {
		r.problems.refuseValue(at, label, "start", wrong)
		return
	}
	e.Resumes = e.Starts
	if end := strings.TrimSpace(w.End); end != "" {
		if e.Resumes, wrong = parseDay(end); wrong != nil {
			r.problems.refuseValue(at, label, "end", wrong)
			return
		}
	}
	if e.Zones = zonesIn(w.Zones); len(e.Zones) == 0 && strings.Trim(w.Zones, " -") != "" {
		r.problems.refuse(at, noSuchZone, "Value", clip(w.Zones))
		return
	}
	if place := strings.TrimSpace(w.Location); place != "" {
		e.Places = []string{place}
	}
	r.official(e, label)
}

// columns are the names under which the fields of a row stand in a CSV, folded.
var columns = map[string]func(*row, string){
	"description":      func(w *row, s string) { w.Description = s },
	"population":       func(w *row, s string) { w.Population = s },
	"start date":       func(w *row, s string) { w.Start = s },
	"start":            func(w *row, s string) { w.Start = s },
	"date de debut":    func(w *row, s string) { w.Start = s },
	"debut":            func(w *row, s string) { w.Start = s },
	"end date":         func(w *row, s string) { w.End = s },
	"end":              func(w *row, s string) { w.End = s },
	"date de fin":      func(w *row, s string) { w.End = s },
	"fin":              func(w *row, s string) { w.End = s },
	"location":         func(w *row, s string) { w.Location = s },
	"academie":         func(w *row, s string) { w.Location = s },
	"academies":        func(w *row, s string) { w.Location = s },
	"lieu":             func(w *row, s string) { w.Location = s },
	"zone":             func(w *row, s string) { w.Zones = s },
	"zones":            func(w *row, s string) { w.Zones = s },
	"annee scolaire":   func(*row, string) {}, // follows from the dates
	"school year":      func(*row, string) {},
	"identifiant":      func(*row, string) {},
	"date de creation": func(*row, string) {},
}

// separator is what separates the cells of a header.
func separator(header string) rune {
	for _, c := range ";\t," {
		if strings.ContainsRune(header, c) {
			return c
		}
	}
	return ';'
}

func firstLine(text []byte) string {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return string(line)
}

// looksLikeRows says whether a text begins with a header that has a name and a start.
func looksLikeRows(text []byte) bool {
	header := firstLine(text)
	names := strings.FieldsFunc(header, func(c rune) bool { return c == separator(header) })
	for i, name := range names {
		names[i] = fold(name)
	}
	return slices.Contains(names, "description") && len(names) > 1
}

// csv reads rows under a header in French or English, by semicolons, commas or tabs.
func (r *reader) csv(text []byte) {
	r.feed.Official = true
	// Lines before the header count, too.
	c := csv.NewReader(bytes.NewReader(text))
	c.Comma = separator(firstLine(bytes.TrimLeft(text, " \t\r\n")))
	c.ReuseRecord = true
	header, ok := r.cells(c)
	if !ok {
		return
	}
	var set []func(*row, string)
	for _, name := range header {
		set = append(set, columns[fold(name)]) // nil: a column that says nothing to us
	}
	if !slices.ContainsFunc(header, func(name string) bool {
		return slices.Contains([]string{"start date", "start", "date de debut", "debut"}, fold(name))
	}) {
		r.problems.refuse(place{Line: 1}, noColumn)
		return
	}
	for n := 1; ; n++ {
		cells, ok := r.cells(c)
		if !ok {
			return
		}
		line, _ := c.FieldPos(0)
		if r.full(place{Line: line}, n) {
			return
		}
		var w row
		for i, cell := range cells {
			if set[i] != nil {
				set[i](&w, cell)
			}
		}
		r.row(place{Line: line}, w)
	}
}

// cells reads the next record; a row that has more or fewer cells than the
// header, or a quote that never ends, is refused and ends the reading.
func (r *reader) cells(c *csv.Reader) ([]string, bool) {
	cells, err := c.Read()
	wrong, ok := errors.AsType[*csv.ParseError](err)
	switch {
	case errors.Is(err, csv.ErrFieldCount):
		r.problems.refuse(place{Line: wrong.StartLine}, cellCount)
	case ok:
		r.problems.refuse(place{Line: wrong.StartLine}, badQuote, "Said", wrong.Err.Error())
	case err != nil && !errors.Is(err, io.EOF):
		r.problems.refuse(place{}, unreadable, "Said", err.Error())
	}
	return cells, err == nil
}
