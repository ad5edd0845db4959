package people

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxCSV bounds a file: 45,000 people are about 8 MiB.
const maxCSV = 256 << 20

// ReadCSV reads a file for [Directory.Import]. The first line names the
// columns, in any order; the one that is the key says what the file lists:
//
//	uid   persons: name, title, role, lang, phone, site, addresses, establishments, teams, disabled
//	uai   establishments: name, kind, public, departement, city, address, phone, email, site
//	slug  teams: name, site
//
// Commas or semicolons stand between columns (the first line shows which);
// lists hold spaces between their values. An empty list in a column that is
// there takes all away; without the column, nothing changes. yes, oui, true
// and 1 mean yes; no, non, false, 0 and nothing mean no. The file is UTF-8.
// What cannot be read is [Problems].
func ReadCSV(r io.Reader) (Batch, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxCSV+1))
	if err != nil {
		return Batch{}, fmt.Errorf("people: csv: %w", err)
	}
	var p Problems
	switch text = bytes.TrimPrefix(text, []byte("\ufeff")); {
	case len(text) > maxCSV:
		p.add(0, "people.csv.size")
	case !utf8.Valid(text):
		p.add(0, "people.csv.encoding")
	}
	if len(p) > 0 {
		return Batch{}, fmt.Errorf("people: csv: %w", p)
	}
	b := Batch{lines: map[string]int{}}
	if p = b.readCSV(text); len(p) > 0 {
		return Batch{}, fmt.Errorf("people: csv: %w", p)
	}
	return b, nil
}

// columns are what a file of each key may hold.
var columns = map[string][]string{
	"uid":  {"name", "title", "role", "lang", "phone", "site", "addresses", "establishments", "teams", "disabled"},
	"uai":  {"name", "kind", "public", "departement", "city", "address", "phone", "email", "site"},
	"slug": {"name", "site"},
}

func (b *Batch) readCSV(text []byte) (p Problems) {
	lines := csv.NewReader(bufio.NewReader(bytes.NewReader(text)))
	first, _, _ := bytes.Cut(text, []byte("\n"))
	if bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) {
		lines.Comma = ';'
	}
	lines.TrimLeadingSpace, lines.ReuseRecord = true, true
	head, err := lines.Read()
	if err != nil {
		p.add(1, "people.csv.empty")
		return p
	}
	names, key := header(head, &p)
	if len(p) > 0 {
		return p
	}
	for {
		cells, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return p
		}
		if err != nil {
			at, _ := errors.AsType[*csv.ParseError](err)
			if at == nil {
				p.add(0, "people.csv.line")
				return p
			}
			p.add(at.StartLine, "people.csv.line")
			if !errors.Is(err, csv.ErrFieldCount) {
				return p // what follows an open quotation mark means nothing
			}
			continue
		}
		at, _ := lines.FieldPos(0)
		b.add(key, csvLine{line: at, names: names, cells: cells}, &p)
	}
}

// header reads the first line: the columns and which of them is the key.
func header(cells []string, p *Problems) (names []string, key string) {
	for _, c := range cells {
		names = append(names, strings.ToLower(strings.TrimSpace(c)))
	}
	for _, k := range []string{"uid", "uai", "slug"} {
		if slices.Contains(names, k) {
			key = k
			break
		}
	}
	if key == "" {
		p.add(1, "people.csv.key")
		return names, key
	}
	for i, n := range names {
		if n != key && !slices.Contains(columns[key], n) || slices.Contains(names[:i], n) {
			p.add(1, "people.csv.column", "Column", n)
		}
	}
	return names, key
}

// csvLine is one line of a file under its header.
type csvLine struct {
	line  int
	names []string
	cells []string
}

// text is the cell of a column, empty when there is no such column.
func (l csvLine) text(column string) string {
	if i := slices.Index(l.names, column); i >= 0 {
		return strings.TrimSpace(strings.Clone(l.cells[i]))
	}
	return ""
}

// list is the cell's values, nil when there is no such column.
func (l csvLine) list(column string) []string {
	if !slices.Contains(l.names, column) {
		return nil
	}
	return append([]string{}, strings.Fields(l.text(column))...)
}

// yes reads a cell that says yes or no; nil when there is no such column.
func (l csvLine) yes(column string, p *Problems) *bool {
	if !slices.Contains(l.names, column) {
		return nil
	}
	text := strings.ToLower(l.text(column))
	yes := slices.Contains([]string{"yes", "oui", "true", "1"}, text)
	if !yes && !slices.Contains([]string{"", "no", "non", "false", "0"}, text) {
		p.add(l.line, "people.csv.yes", "Column", column, "Text", text)
	}
	return &yes
}

// add puts a line into the batch.
func (b *Batch) add(key string, l csvLine, p *Problems) {
	switch key {
	case "uid":
		b.Persons = append(b.Persons, Entry{
			Line: l.line, UID: l.text("uid"), Name: l.text("name"), Title: l.text("title"), Role: Role(l.text("role")),
			Lang: l.text("lang"), Phone: l.text("phone"), Site: l.text("site"), Addresses: l.list("addresses"),
			Establishments: l.list("establishments"), Teams: l.list("teams"), Disabled: l.yes("disabled", p),
		})
	case "uai":
		public := l.yes("public", p)
		e := Establishment{
			UAI: NormalUAI(l.text("uai")), Name: l.text("name"), Kind: l.text("kind"), Public: public != nil && *public,
			Departement: l.text("departement"), City: l.text("city"), Address: l.text("address"),
			Phone: l.text("phone"), Email: l.text("email"), Site: l.text("site"),
		}
		b.lines[e.UAI] = l.line
		b.Establishments = append(b.Establishments, e)
	case "slug":
		t := Team{Slug: l.text("slug"), Name: l.text("name"), Site: l.text("site")}
		b.lines[t.Slug] = l.line
		b.Teams = append(b.Teams, t)
	}
}
