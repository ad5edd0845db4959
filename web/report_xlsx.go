package web

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/xuri/excelize/v2"

	"amigo/sla/calendar"
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
		{f.t.T("reportpage.way.choices"), f.about(styles)},
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
type sheetStyles struct{ head, hours, share, instant, day, month int }

func stylesOf(book *excelize.File) (s sheetStyles, err error) {
	hours, share, instant, day, month := "0.00", "0.0%", "dd/mm/yyyy hh:mm", "dd/mm/yyyy", "mm/yyyy"
	for _, made := range []struct {
		style *excelize.Style
		into  *int
	}{
		{&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}, &s.head},
		{&excelize.Style{CustomNumFmt: &hours}, &s.hours},
		{&excelize.Style{CustomNumFmt: &share}, &s.share},
		{&excelize.Style{CustomNumFmt: &instant}, &s.instant},
		{&excelize.Style{CustomNumFmt: &day}, &s.day},
		{&excelize.Style{CustomNumFmt: &month}, &s.month},
	} {
		if *made.into, err = book.NewStyle(made.style); err != nil {
			return s, err
		}
	}
	return s, nil
}

// text is a cell of words, which no spreadsheet takes for a formula.
func (s sheetStyles) text(words string) any { return excelize.Cell{Value: inert(words)} }

// date is a cell of a day, and of a month where it stands for one.
func (s sheetStyles) date(d calendar.Day, k report.Kind) any {
	style := s.day
	if k == report.Monthly {
		style = s.month
	}
	return excelize.Cell{StyleID: style, Value: d.Time().Truncate(24 * time.Hour)}
}

func (s sheetStyles) heads(words []string) []any {
	var row []any
	for _, w := range words {
		row = append(row, excelize.Cell{StyleID: s.head, Value: w})
	}
	return row
}

// line is a row of figures.
func (f takeaway) line(s sheetStyles, first any, r report.Row) []any {
	line := []any{first, excelize.Cell{Value: r.Count}}
	if r.Count == 0 {
		return line
	}
	for _, h := range f.hoursOf(r) {
		line = append(line, excelize.Cell{StyleID: s.hours, Value: h})
	}
	for _, share := range []float64{r.Within, r.Reopened} {
		line = append(line, excelize.Cell{StyleID: s.share, Value: hundredth(share*100) / 100})
	}
	line = append(line, excelize.Cell{Value: r.Rated})
	if r.Rated > 0 {
		line = append(line, excelize.Cell{StyleID: s.share, Value: hundredth(r.Satisfied*100) / 100})
	}
	return line
}

func (f takeaway) divided(s sheetStyles) [][]any {
	rows := [][]any{s.heads(f.heads(f.t.T("reportpage.group." + string(f.q.group))))}
	for _, r := range f.answer.Rows {
		name := s.text(f.names.name(r.Key))
		if first, err := calendar.ParseDay(r.Key + "-01"); f.q.group == report.ByMonth && err == nil {
			name = s.date(first, report.Monthly)
		}
		rows = append(rows, f.line(s, name, r))
	}
	return append(rows, f.line(s, s.text(f.t.T("reportpage.everything")), f.answer.All))
}

func (f takeaway) curve(s sheetStyles, trend []report.Stretch) [][]any {
	rows := [][]any{s.heads(f.heads(f.t.T("reportpage.sheet.stretch." + string(f.q.pace))))}
	for _, stretch := range trend {
		rows = append(rows, f.line(s, s.date(stretch.From, f.q.pace), stretch.Row))
	}
	return rows
}

func (f takeaway) beyond(s sheetStyles) [][]any {
	heads := []string{"#"}
	for _, column := range f.solved(nil).Columns {
		if column.Number {
			column.Label = f.inHours(column.Label)
		}
		heads = append(heads, column.Label)
	}
	rows := [][]any{s.heads(heads)}
	for _, t := range f.answer.Late {
		line := []any{excelize.Cell{Value: int64(t.ID)}, s.text(t.Subject), excelize.Cell{StyleID: s.instant, Value: t.SolvedAt.In(f.t.Zone())}}
		for _, d := range []time.Duration{t.Working, t.Net, t.Elapsed} {
			line = append(line, excelize.Cell{StyleID: s.hours, Value: hundredth(d.Hours())})
		}
		rows = append(rows, line)
	}
	return rows
}

// about says what counts, and from which day to which.
func (f takeaway) about(s sheetStyles) [][]any {
	return [][]any{
		{s.text(f.choices.Words(f.t))},
		{s.text(f.t.T("reportpage.day.from")), s.date(f.q.span.from, report.Daily)},
		{s.text(f.t.T("reportpage.day.to")), s.date(f.q.span.to, report.Daily)},
	}
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
