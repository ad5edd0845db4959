package web

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/i18n"
	"amigo/tickets/report"
)

// reportFile is the table as a file for a spreadsheet: hours with two decimals,
// UTF-8 with the mark by which spreadsheets know it.
func (s *Server) reportFile(c echo.Context) error {
	ctx, ask := c.Request().Context(), c.QueryParams()
	t := i18n.From(ctx)
	span, wrong := spanOf(ask, s.today(ctx))
	if len(wrong) > 0 {
		return wrong
	}
	group, err := groupOf(ask)
	if err != nil {
		return err
	}
	answer, err := s.Reporter.Resolution(ctx, report.Question{From: span.from, To: span.to, Group: group})
	if err != nil {
		return err
	}
	names, err := s.keyNames(ctx, group)
	if err != nil {
		return err
	}
	file, err := csvOf(t, group, names, answer.Rows)
	if err != nil {
		return err
	}
	name := "amigo-resolution-" + string(group) + "-" + span.from.String() + "-" + span.to.String() + ".csv"
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	h.Set(echo.HeaderContentDisposition, disposition(name))
	return write(c, http.StatusOK, file)
}

// csvOf writes rows as the reader's spreadsheet reads them: semicolons and
// decimal commas in French.
func csvOf(t *i18n.Printer, group report.Group, names keyNames, rows []report.Row) ([]byte, error) {
	number := func(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) }
	out := bytes.NewBufferString("\ufeff")
	w := csv.NewWriter(out)
	w.UseCRLF = true // RFC 4180
	if t.Lang() == "fr" {
		w.Comma = ';'
		number = func(f float64) string { return strings.Replace(strconv.FormatFloat(f, 'f', 2, 64), ".", ",", 1) }
	}
	var head []string
	for _, column := range figureColumns(t, t.T("reportpage.group."+string(group))) {
		head = append(head, inert(column.Label))
	}
	if err := w.Write(head); err != nil {
		return nil, err
	}
	for _, r := range rows {
		err := w.Write([]string{
			inert(names.name(r.Key)), strconv.Itoa(r.Count), number(r.MeanWorking / 60), number(r.MeanNet / 60), number(r.MeanElapsed / 60),
			number(r.MedianWorking / 60), number(r.P90Working / 60), number(r.Within), number(r.Reopened),
		})
		if err != nil {
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
