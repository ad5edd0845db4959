package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strings"

	"amigo/sla/calendar"
)

// slaBatch answers each row of a CSV file on a line, with "error: …" on the
// same output where there is no answer; then the exit code is 1.
func slaBatch(ctx context.Context, q slaQuestion, c *calendar.Calendar, in io.Reader, out, errw io.Writer) int {
	answers := bufio.NewWriter(out)
	code := 0
	for row, err := range slaRows(in, len(q.operands)) {
		if ctx.Err() != nil {
			break
		}
		line, err := q.onOneLine(c, row, err)
		if err != nil {
			line, code = "error: "+err.Error(), 1
		}
		fmt.Fprintln(answers, line)
	}
	if err := errors.Join(answers.Flush(), ctx.Err()); err != nil {
		fmt.Fprintf(errw, "error: %v\n", err)
		return 1
	}
	return code
}

// onOneLine answers a row of a batch, unless it could not even be read.
func (q slaQuestion) onOneLine(c *calendar.Calendar, row []string, unread error) (string, error) {
	if unread != nil {
		return "", unread
	}
	if len(row) < len(q.operands) {
		return "", fmt.Errorf("want %s", strings.Join(q.operands, ","))
	}
	answer, err := q.answer(c, row)
	return answer.onOneLine(), err
}

// onOneLine joins the lines that say something, and puts commas where blanks align columns.
func (a slaAnswer) onOneLine() string {
	var parts []string
	for _, line := range a {
		if line != "" {
			parts = append(parts, columns.ReplaceAllString(line, ", "))
		}
	}
	return strings.Join(parts, "; ")
}

// columns is what stands between two columns.
var columns = regexp.MustCompile(" {2,}")

// slaRows yields the rows that want an answer, or what is wrong with one:
// blank lines are passed over, and so is a header in the first of the others.
// Each line is a row by itself, so that a quote that is never closed spoils no other.
func slaRows(in io.Reader, columns int) iter.Seq2[[]string, error] {
	lines := withoutBOM(in)
	return func(yield func([]string, error) bool) {
		first := true
		for n := 1; ; n++ {
			line, end := lines.ReadString('\n')
			if end != nil && !errors.Is(end, io.EOF) {
				yield(nil, end)
				return
			}
			row, err := slaRow(line, n)
			if err != nil || len(row) > 0 {
				header := err == nil && first && isHeader(row, columns)
				first = false
				if !header && !yield(row, err) {
					return
				}
			}
			if end != nil {
				return
			}
		}
	}
}

// slaRow is line n of a batch, without a field if it is blank.
func slaRow(line string, n int) ([]string, error) {
	r := csv.NewReader(strings.NewReader(line))
	r.FieldsPerRecord = -1 // further columns are ignored, missing ones told by the row
	r.TrimLeadingSpace = true
	row, err := r.Read()
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		wrong.StartLine, wrong.Line = n, n
		return nil, wrong
	}
	for i := range row {
		row[i] = strings.TrimSpace(row[i])
	}
	if len(row) == 1 && row[0] == "" {
		return nil, nil
	}
	return row, nil
}

// isHeader reports whether a row names its columns: no instant and no number goes without a digit.
func isHeader(row []string, columns int) bool {
	if len(row) < columns {
		return false
	}
	for _, name := range row[:columns] {
		if name == "" || strings.ContainsAny(name, "0123456789") {
			return false
		}
	}
	return true
}

// withoutBOM drops the byte order mark that spreadsheets put before UTF-8.
func withoutBOM(in io.Reader) *bufio.Reader {
	r := bufio.NewReader(in)
	if mark, err := r.Peek(3); err == nil && bytes.Equal(mark, []byte("\ufeff")) {
		_, _ = r.Discard(len(mark))
	}
	return r
}
