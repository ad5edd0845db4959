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

// slaBatch answers each row of a CSV file on a line, a blank one too, with
// "error: …" on the same output where there is no answer; then the exit code is 1.
func slaBatch(ctx context.Context, q slaQuestion, c *calendar.Calendar, in io.Reader, out, errw io.Writer) int {
	answers := bufio.NewWriter(out)
	code := 0
	for row, err := range slaRows(in, q.operands) {
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

// slaRows yields the rows, or what is wrong with one; a header in the first that
// is not blank is passed over.
func slaRows(in io.Reader, operands []string) iter.Seq2[[]string, error] {
	lines := lineReader{in: withoutBOM(in)}
	return func(yield func([]string, error) bool) {
		for first := true; ; {
			row, err := lines.row()
			_, blank := errors.AsType[blankLineError](err)
			header := err == nil && first && isHeader(row, len(operands))
			first = first && blank
			switch {
			case errors.Is(err, io.EOF):
				return
			case blank:
				err = fmt.Errorf("%w: want %s", err, strings.Join(operands, ","))
			}
			if !header && !yield(row, err) || lines.broken {
				return
			}
		}
	}
}

// mostLines is how many lines a row may have, by line feeds in quotes: as far
// ahead a quote is looked for that closes it.
const mostLines = 100

// lineReader reads a CSV in which a row that cannot be read costs no other: what
// comes behind its first line is read anew.
type lineReader struct {
	in     *bufio.Reader
	ahead  []string // lines that were read and belong to no row yet
	number int      // of the line that begins the row
	broken bool     // nothing can be read any more
}

// blankLineError is the number of a line on which there is nothing.
type blankLineError int

func (n blankLineError) Error() string { return fmt.Sprintf("line %d is blank", int(n)) }

// row is the next row, io.EOF behind the last.
func (l *lineReader) row() ([]string, error) {
	first, err := l.line()
	if err != nil {
		return nil, err
	}
	l.number++
	if strings.TrimSpace(first) == "" {
		return nil, blankLineError(l.number)
	}
	l.ahead = append([]string{first}, l.ahead...)
	lines := &rowLines{from: l}
	r := csv.NewReader(lines)
	r.FieldsPerRecord = -1 // further columns are ignored, missing ones told by the row
	r.TrimLeadingSpace = true
	row, err := r.Read()
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		l.ahead = append(lines.taken[1:], l.ahead...)
		return nil, l.explain(wrong)
	}
	l.number += len(lines.taken) - 1
	for i := range row {
		row[i] = strings.TrimSpace(row[i])
	}
	return row, err
}

// explain says what is wrong with quotes.
func (l *lineReader) explain(wrong *csv.ParseError) error {
	if errors.Is(wrong, csv.ErrBareQuote) {
		return fmt.Errorf("line %d: a quote stands in a field that does not begin with one", l.number)
	}
	return fmt.Errorf("line %d: a quoted field is never closed, or something follows its end", l.number)
}

// line is the next line with its end, if it has one.
func (l *lineReader) line() (string, error) {
	if len(l.ahead) > 0 {
		line := l.ahead[0]
		l.ahead = l.ahead[1:]
		return line, nil
	}
	line, err := l.in.ReadString('\n')
	switch {
	case errors.Is(err, io.EOF) && line != "":
		return line, nil
	case err != nil && !errors.Is(err, io.EOF):
		l.broken = true
	}
	return line, err
}

// rowLines gives the lines of a row one by one, so that none is taken that it does not need.
type rowLines struct {
	from  *lineReader
	taken []string
	rest  string // of the last one
}

// Read gives no more than one line.
func (r *rowLines) Read(p []byte) (n int, err error) {
	if r.rest == "" {
		if len(r.taken) == mostLines {
			return 0, io.EOF
		}
		if r.rest, err = r.from.line(); err != nil {
			return 0, err
		}
		r.taken = append(r.taken, r.rest)
	}
	n = copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
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
