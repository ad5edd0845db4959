package mail

import (
	"strings"
	"unicode/utf8"
)

// Table is figures in a letter. The first column names the row; the others
// stand at their right edge. Head may be empty; else it is as long as a row.
type Table struct {
	Title string
	Head  []string
	Rows  [][]string
}

// gap stands between two columns of text.
const gap = 2

// Text draws the table in columns that line up where letters are as wide as one
// another. Where a line would be too long the name of the row is cut.
func (t Table) Text() string {
	rows := t.Rows
	if len(t.Head) > 0 {
		rows = append([][]string{t.Head}, rows...)
	}
	widths := columnWidths(rows)
	if len(widths) == 0 {
		return ""
	}
	room := width
	for _, w := range widths[1:] {
		room -= w + gap
	}
	widths[0] = max(1, min(widths[0], room))
	lines := make([]string, 0, len(rows))
	for _, row := range rows {
		var line strings.Builder
		for k, cell := range row {
			if k == 0 {
				cell = cut(cell, widths[0])
				line.WriteString(cell + strings.Repeat(" ", widths[0]-utf8.RuneCountInString(cell)))
				continue
			}
			line.WriteString(strings.Repeat(" ", gap+widths[k]-utf8.RuneCountInString(cell)) + cell)
		}
		lines = append(lines, strings.TrimRight(line.String(), " "))
	}
	return strings.Join(lines, "\n")
}

// columnWidths are those of the widest cells.
func columnWidths(rows [][]string) []int {
	var widths []int
	for _, row := range rows {
		for k, cell := range row {
			if k == len(widths) {
				widths = append(widths, 0)
			}
			widths[k] = max(widths[k], utf8.RuneCountInString(cell))
		}
	}
	return widths
}

// cut shortens a text to n characters, and says so.
func cut(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return strings.TrimRight(string([]rune(text)[:n-1]), " ") + "…"
}
