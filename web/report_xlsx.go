package web

import (
	"net/http"

	"github.com/labstack/echo/v4"
	"github.com/xuri/excelize/v2"

	"amigo/tickets/report"
)

// reportWorkbook is the report as a workbook: the table, the curve, the tickets
// beyond the target, and what counts.
func (s *Server) reportWorkbook(c echo.Context) error {
	take, err := s.takeaway(c)
	if err != nil {
		return err
	}
	trend, err := s.Reporter.Trend(c.Request().Context(), take.q.question(report.Whole), take.q.pace, points[take.q.pace])
	if err != nil {
		return err
	}
	file, err := take.workbook(trend)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	h.Set(echo.HeaderContentDisposition, disposition(take.fileName(".xlsx")))
	return write(c, http.StatusOK, file)
}

// workbook writes the sheets.
func (f takeaway) workbook(trend []report.Stretch) ([]byte, error) {
	book := excelize.NewFile()
	defer book.Close() //nolint:errcheck // it lies in memory
	styles, err := stylesOf(book)
	if err != nil {
		return nil, err
	}
	for i, s := range []struct {
		name string
		rows [][]any
	}{
		{f.t.T("reportpage.divided"), f.divided(styles)},
		{f.t.T("report.letter.trend"), f.curve(styles, trend)},
		{f.t.T("reportpage.sheet.late"), f.beyond(styles)},
		{f.t.T("reportpage.way.choices"), [][]any{{styles.text(f.choices.Words(f.t))}, {styles.text(f.q.span.words(f.t, f.now))}}},
	} {
		if i == 0 {
			err = book.SetSheetName("Sheet1", s.name)
		} else {
			_, err = book.NewSheet(s.name)
		}
		if err != nil {
			return nil, err
		}
		if err := fillSheet(book, s.name, s.rows); err != nil {
			return nil, err
		}
	}
	out, err := book.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// sheetStyles are how cells look.
type sheetStyles struct{ head, hours, share int }

func stylesOf(book *excelize.File) (s sheetStyles, err error) {
	hours, share := "0.00", "0.0%"
	for _, made := range []struct {
		style *excelize.Style
		into  *int
	}{
		{&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}, &s.head},
		{&excelize.Style{CustomNumFmt: &hours}, &s.hours},
		{&excelize.Style{CustomNumFmt: &share}, &s.share},
	} {
		if *made.into, err = book.NewStyle(made.style); err != nil {
			return s, err
		}
	}
	return s, nil
}

// text is a cell of words, which no spreadsheet takes for a formula.
func (s sheetStyles) text(words string) any { return excelize.Cell{Value: inert(words)} }

func (s sheetStyles) heads(words []string) []any {
	var row []any
	for _, w := range words {
		row = append(row, excelize.Cell{StyleID: s.head, Value: w})
	}
	return row
}

// line is a row of figures.
func (f takeaway) line(s sheetStyles, name string, r report.Row) []any {
	line := []any{s.text(name), excelize.Cell{Value: r.Count}}
	if r.Count == 0 {
		return line
	}
	for _, h := range f.hoursOf(r) {
		line = append(line, excelize.Cell{StyleID: s.hours, Value: h})
	}
	return append(line, excelize.Cell{StyleID: s.share, Value: r.Within}, excelize.Cell{StyleID: s.share, Value: r.Reopened})
}

func (f takeaway) divided(s sheetStyles) [][]any {
	rows := [][]any{s.heads(f.heads())}
	for _, r := range f.answer.Rows {
		rows = append(rows, f.line(s, f.names.name(r.Key), r))
	}
	return append(rows, f.line(s, f.t.T("reportpage.everything"), f.answer.All))
}

func (f takeaway) curve(s sheetStyles, trend []report.Stretch) [][]any {
	heads := f.heads()
	heads[0] = f.t.T("report.letter.stretch." + string(f.q.pace))
	rows := [][]any{s.heads(heads)}
	for _, stretch := range trend {
		rows = append(rows, f.line(s, stretch.Name(f.t, f.q.pace, f.now), stretch.Row))
	}
	return rows
}

func (f takeaway) beyond(s sheetStyles) [][]any {
	var heads []string
	for _, column := range f.solved(nil).Columns {
		heads = append(heads, column.Label)
	}
	rows := [][]any{s.heads(append([]string{"#"}, heads...))}
	for _, t := range f.answer.Late {
		line := []any{excelize.Cell{Value: int64(t.ID)}, s.text(t.Subject), s.text(f.t.DateAt(t.SolvedAt, f.now))}
		for _, d := range []float64{t.Working.Hours(), t.Net.Hours(), t.Elapsed.Hours()} {
			line = append(line, excelize.Cell{StyleID: s.hours, Value: d})
		}
		rows = append(rows, line)
	}
	return rows
}

// fillSheet writes rows into a sheet whose first row stays in sight.
func fillSheet(book *excelize.File, sheet string, rows [][]any) error {
	w, err := book.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	if err := w.SetColWidth(1, 2, 32); err != nil {
		return err
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := w.SetRow(cell, row); err != nil {
			return err
		}
	}
	return w.Flush()
}
