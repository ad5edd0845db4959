package web

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/i18n"
	"amigo/tickets/report"
)

// takeaway is what a file for a spreadsheet is made of.
type takeaway struct {
	drawing
	answer report.Answer
	names  keyNames
}

// takeaway measures what the address asks for.
func (s *Server) takeaway(c echo.Context) (take takeaway, err error) {
	ctx := c.Request().Context()
	q, wrong, err := inquiryOf(c.QueryParams(), s.today(ctx))
	if err != nil {
		return take, err
	}
	if len(wrong) > 0 {
		return take, wrong
	}
	if take.answer, err = s.Reporter.Resolution(ctx, q.question(q.group)); err != nil {
		return take, err
	}
	take.drawing = drawing{t: i18n.From(ctx), now: s.DB.Now(ctx), choices: take.answer.Choices, q: q}
	take.names, err = s.keyNames(ctx, q.group)
	return take, err
}

// fileName is what the file is saved under.
func (f takeaway) fileName(ending string) string {
	return "amigo-resolution-" + string(f.q.group) + "-" + f.q.span.from.String() + "-" + f.q.span.to.String() + ending
}

// heads are the columns of a file: those of the page, hours with their unit.
func (f takeaway) heads(first string) []string {
	heads := []string{first}
	for _, name := range figureNames {
		label := f.t.T("reportpage.column." + name)
		if slices.Contains(hourNames, name) {
			label = f.inHours(label)
		}
		heads = append(heads, label)
	}
	return heads
}

// inHours is a heading over hours.
func (f takeaway) inHours(label string) string {
	return f.t.T("reportpage.sheet.hours", "Column", label)
}

// hourNames are the figures that are hours, in the order of the columns.
var hourNames = []string{"mean", "net", "elapsed", "median", "most"}

// hoursOf are the figures of a row in hours, in the order of hourNames.
func (f takeaway) hoursOf(r report.Row) []float64 {
	held := f.choices.Spread(r)
	hours := []float64{r.MeanWorking, r.MeanNet, r.MeanElapsed, held.Median, held.P90}
	for i, minutes := range hours {
		hours[i] = hundredth(minutes / 60)
	}
	return hours
}

// reportFile is the table as a file for a spreadsheet: hours with two decimals,
// UTF-8 with the mark by which spreadsheets know it.
func (s *Server) reportFile(c echo.Context) error {
	take, err := s.takeaway(c)
	if err != nil {
		return err
	}
	file, err := take.csv()
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	h.Set(echo.HeaderContentDisposition, disposition(take.fileName(".csv")))
	return write(c, http.StatusOK, file)
}

// csv writes rows as the reader's spreadsheet reads them: semicolons and
// decimal commas in French. Months are those of ISO 8601, in any language.
func (f takeaway) csv() ([]byte, error) {
	number := func(n float64) string { return strconv.FormatFloat(n, 'f', 2, 64) }
	out := bytes.NewBufferString("\ufeff")
	w := csv.NewWriter(out)
	w.UseCRLF = true // RFC 4180
	if f.t.Lang() == "fr" {
		w.Comma = ';'
		number = func(n float64) string { return strings.Replace(strconv.FormatFloat(n, 'f', 2, 64), ".", ",", 1) }
	}
	if err := w.Write(f.heads(f.t.T("reportpage.group." + string(f.q.group)))); err != nil {
		return nil, err
	}
	for _, r := range f.answer.Rows {
		name := f.names.name(r.Key)
		if f.q.group == report.ByMonth {
			name = r.Key
		}
		line := []string{inert(name), strconv.Itoa(r.Count)}
		for _, n := range append(f.hoursOf(r), r.Within, r.Reopened) {
			line = append(line, number(n))
		}
		line = append(line, strconv.Itoa(r.Rated), "")
		if r.Rated > 0 {
			line[len(line)-1] = number(r.Satisfied)
		}
		if err := w.Write(line); err != nil {
			return nil, err
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

// inert keeps a spreadsheet from taking a text for a formula: what begins like
// one gets an apostrophe in front (CVE-2026-41073 and many others).
func inert(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}
