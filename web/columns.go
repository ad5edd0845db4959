package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/i18n"
	saved "amigo/tickets/view"
)

// columnsForm is the form in which one chooses the columns of the queue: each that
// there is, shown or not, and its place.
type columnsForm struct {
	lines []columnLine
	back  string // where its reader was
}

type columnLine struct {
	name, label, place string
	shown, always      bool
}

// columnsChosen is the form as somebody has filled it last: the columns that they
// see in their order, then the others.
func columnsChosen(t *i18n.Printer, chosen []string, back string) columnsForm {
	f := columnsForm{back: back}
	all := slices.Clone(chosen)
	for _, name := range saved.Known {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	for i, name := range all {
		f.lines = append(f.lines, columnLine{
			name: name, label: columnWord(t, name), place: strconv.Itoa(i + 1), shown: i < len(chosen), always: name == saved.Subject,
		})
	}
	return f
}

// columnWords are the heads of some columns.
func columnWords(t *i18n.Printer, columns []string) map[string]string {
	words := make(map[string]string, len(columns))
	for _, name := range columns {
		words[name] = columnWord(t, name)
	}
	return words
}

func columnWord(t *i18n.Printer, name string) string { return t.T("queue.column." + name) }

// columnsChoose keeps the columns that somebody has chosen, in the order of the
// places that they gave; at equal places the order of the form stands.
func (s *Server) columnsChoose(c echo.Context) error {
	f := formOf(c)
	columns := slices.Clone(f.Values["column"])
	if f.Has("usual") {
		columns = nil
	}
	slices.SortStableFunc(columns, func(a, b string) int { return cmp.Compare(placeIn(f, a), placeIn(f, b)) })
	if err := s.Views.Choose(c.Request().Context(), columns); err != nil {
		return err
	}
	return seeOther(c, ownQueue(f.text("back")))
}

// placeIn is the place that a form gives to a column; the last for what is none.
func placeIn(f *form, column string) int {
	place, err := strconv.Atoi(f.text("place-" + column))
	if err != nil {
		return len(saved.Known) + 1
	}
	return place
}

// ownQueue is an address of the queue, or the queue itself where it is none.
func ownQueue(back string) string {
	if back == "/tickets" || strings.HasPrefix(back, "/tickets?") {
		return back
	}
	return "/tickets"
}
