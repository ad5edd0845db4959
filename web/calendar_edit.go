package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/sla/calendar"
	"amigo/sla/calendar/feed"
	"amigo/web/ui"
)

// editView is the form of a definition.
type editView struct {
	name, action, csrf string
	base               string     // the version that was in force when the form was first shown
	problems           []ui.Field // all that can be wrong, for the list above the form

	zone, from, until, school ui.Field
	celebrated, whit          ui.Field
	closed, exceptions        ui.Field
	schools                   []ui.Option
	weeks                     []weekFields
	past, periods, marks      []periodFields // past ones are folded away
	pastWrong                 bool           // but not when one of them is wrong
	regimes                   []ui.Option
}

// weekFields ask for the hours of a week; the name of a regime that AMIGO knows is not asked for.
type weekFields struct {
	title string
	fixed []hiddenField
	name  *ui.Field
	days  [7]ui.Field
}

// hiddenField goes with a form unseen.
type hiddenField struct{ name, value string }

// periodFields are a row of periods or of marks.
type periodFields struct {
	legend                     string
	from, to, name, hours, out ui.Field
	days                       []ui.Field // hours of its own
}

// calendarEdit shows the form of a calendar as it is in force; of one that is
// not there yet, as another one is.
func (s *Server) calendarEdit(c echo.Context) error {
	ctx, name := c.Request().Context(), c.Param("name")
	if id, err := strconv.ParseInt(c.QueryParam("draft"), 10, 64); err == nil {
		d, err := s.Book.Draft(ctx, calendar.DraftID(id))
		if err != nil || d.Calendar != name {
			return cmp.Or(err, fault.NotFound)
		}
		form := typed(d.Spec)
		form.base = d.Base
		return s.showEdit(c, http.StatusOK, form, nil)
	}
	version, err := s.versionToEdit(ctx, name, c.QueryParam("model"))
	if err != nil {
		return err
	}
	spec, err := s.Book.Spec(ctx, version.ID)
	if err != nil {
		return err
	}
	form := typed(spec)
	if version.Name == name {
		form.base = version.ID
	}
	return s.showEdit(c, http.StatusOK, form, nil)
}

// versionToEdit is the version in force, or that of the model for a new calendar.
func (s *Server) versionToEdit(ctx context.Context, name, model string) (calendar.Version, error) {
	version, err := s.Book.Current(ctx, name)
	if errors.Is(err, fault.NotFound) && model != "" && calendar.CheckName(name) == nil {
		version, err = s.Book.Current(ctx, model)
	}
	return version, err
}

// calendarSave makes a draft of what was typed and leads to its preview, or
// gives the form back with more rows or with what is wrong.
func (s *Server) calendarSave(c echo.Context) error {
	ctx, f := c.Request().Context(), formOf(c)
	name := c.Param("name")
	if calendar.CheckName(name) != nil {
		if _, err := s.Book.Current(ctx, name); err != nil {
			return err
		}
	}
	form, source := readCalendar(f.Values), sourceEdit
	if model := c.QueryParam("model"); model != "" {
		source = sourceCopy + model
	}
	if more := f.Get("more"); more != "" {
		form.grow(more)
		return s.showEdit(c, http.StatusOK, form, nil)
	}
	spec, breaches := form.spec(), form.twice()
	if refused, ok := errors.AsType[*calendar.SpecError](spec.Check()); ok {
		breaches = append(breaches, refused.Breaches...)
	}
	if len(breaches) > 0 {
		return s.showEdit(c, http.StatusUnprocessableEntity, form, form.wrongIn(i18n.From(ctx), breaches))
	}
	made, err := s.Book.NewDraft(ctx, calendar.Draft{
		Calendar: name, Base: form.base, Spec: spec, Source: source, Reason: calendar.WriteRemarks(feed.Doubts(spec)), Author: people.ActorOf(ctx).UID,
	})
	if err != nil {
		return err
	}
	return seeOther(c, draftHref(made.ID))
}

// moreRows is how many empty rows are added at a time.
const moreRows = 3

// grow adds empty rows of a kind.
func (f *typedCalendar) grow(kind string) {
	for range moreRows {
		switch kind {
		case "period":
			f.periods = append(f.periods, typedPeriod{hours: calendar.SchoolHolidays})
		case "mark":
			f.marks = append(f.marks, typedPeriod{})
		}
	}
	if kind == "week" {
		f.weeks = append(f.weeks, typedWeek{})
	}
}

// schoolZones are the zones whose holidays the ministry publishes.
var schoolZones = []string{
	"A", "B", "C", "Corse", "Guadeloupe", "Guyane", "Martinique", "Mayotte", "Nouvelle-Calédonie", "Polynésie", "Réunion",
	"Saint-Pierre-et-Miquelon", "Wallis-et-Futuna",
}

// zoneOptions are the school zones to choose from, with the one that is chosen.
func zoneOptions(chosen string) []ui.Option {
	var options []ui.Option
	for _, z := range schoolZones {
		options = append(options, ui.Option{Value: z, Label: z})
	}
	if chosen != "" && !slices.Contains(schoolZones, chosen) {
		options = append(options, ui.Option{Value: chosen, Label: chosen})
	}
	return options
}

// showEdit shows the form as it is filled, with what is wrong beside each field.
// It is sent to where it stands: the address says as what a new calendar begins.
func (s *Server) showEdit(c echo.Context, status int, f typedCalendar, wrong calendarWrong) error {
	ctx, name := c.Request().Context(), c.Param("name")
	e := editor{t: i18n.From(ctx), wrong: wrong}
	v := editView{name: name, action: asking(c.Request().URL), csrf: s.csrf(ctx), base: strconv.FormatInt(int64(f.base), 10), schools: zoneOptions(f.school)}
	v.zone = e.field("zone", "zone", f.zone)
	v.from, v.until = e.date("known_from", "known_from", f.from), e.date("known_until", "known_until", f.until)
	v.from.Optional, v.until.Optional = true, true
	v.school = e.field("school", "school", f.school)
	v.school.Optional = true
	v.celebrated, v.whit = e.field("celebrated", "celebrated", f.celebrated), e.field("whit_monday", "whit_monday", f.whitMonday)
	v.celebrated.Optional, v.whit.Optional = true, true
	for i, w := range f.weeks {
		v.weeks = append(v.weeks, e.week(i, w))
	}
	v.regimes = e.regimeOptions(f)
	v.periods, v.past, v.pastWrong = e.periods(f, s.today(ctx))
	for i, m := range f.marks {
		v.marks = append(v.marks, e.row("mark", i, m))
	}
	v.closed, v.exceptions = e.field("closed", "closed", f.closed), e.field("exceptions", "exceptions", f.exceptions)
	v.closed.Optional, v.exceptions.Optional, v.closed.Rows, v.exceptions.Rows = true, true, 8, 4
	v.problems = e.all
	title := i18n.From(ctx).T("calendarpage.edit.title", "Name", name)
	return s.show(c, status, editPage(markWay(s.frame(c, title), "/admin/calendars"), v))
}

// editor makes fields, each with what is wrong with it, and remembers those.
type editor struct {
	t     *i18n.Printer
	wrong calendarWrong
	all   []ui.Field
	part  string // what the fields are of, for the list above the form
}

// made remembers a field with something wrong, under a label that can stand alone.
func (e *editor) made(f ui.Field) ui.Field {
	if f.Error != "" {
		listed := f
		listed.Label = joined(e.part, f.Label)
		e.all = append(e.all, listed)
	}
	return f
}

// field asks for a text under the label that key names.
func (e *editor) field(name, key, value string) ui.Field {
	return e.made(ui.Field{Name: name, Label: e.t.T("calendarpage.field." + key), Hint: e.hint(key), Value: value, Error: e.wrong[name]})
}

// hints are the fields under whose label more has to be said.
var hints = []string{"zone", "known_until", "celebrated", "closed", "exceptions"}

func (e *editor) hint(key string) string {
	if !slices.Contains(hints, key) {
		return ""
	}
	return e.t.T("calendarpage.field_hint." + key)
}

// date asks for a day. One that is none keeps what was typed, which a field for
// dates would throw away.
func (e *editor) date(name, key, value string) ui.Field {
	f := e.field(name, key, value)
	if _, err := calendar.ParseDay(dayTyped(value)); err == nil || value == "" {
		f.Type, f.Value = "date", dayTyped(value)
	}
	return f
}

// days ask for the hours of each day of a week.
func (e *editor) days(kind string, row int, week [7]string) (days [7]ui.Field) {
	for i, day := range weekdays {
		name := rowName(kind, row, day)
		days[i] = e.made(ui.Field{Name: name, Label: e.t.T("calendarpage.day." + day), Value: week[i], Optional: true, Error: e.wrong[name]})
	}
	return days
}

// week asks for a week, and for the name of a regime of one's own.
func (e *editor) week(i int, w typedWeek) weekFields {
	f := weekFields{title: e.t.T("calendarpage.edit.week_new"), fixed: []hiddenField{{rowName("week", i, "was"), w.was}}}
	switch {
	case i == 0:
		f.title, f.fixed = e.t.T("calendarpage.edit.week_usual"), nil
	case w.was == calendar.SchoolHolidays:
		f.title = e.t.T("calendarpage.edit.week_holidays")
		f.fixed = append(f.fixed, hiddenField{rowName("week", i, "name"), w.name})
	default:
		name := e.field(rowName("week", i, "name"), "week_name", w.name)
		f.name = &name
		if w.was != "" {
			f.title = e.t.T("calendarpage.edit.week_of", "Name", w.was)
		}
	}
	e.part = f.title
	f.days = e.days("week", i, w.days)
	e.part = ""
	return f
}

// regimeOptions are the hours that a period may put in force.
func (e *editor) regimeOptions(f typedCalendar) []ui.Option {
	var options []ui.Option
	for _, w := range f.weeks[1:] {
		if name := cmp.Or(w.was, w.name); name != "" {
			options = append(options, ui.Option{Value: name, Label: regimeName(e.t, cmp.Or(w.name, w.was))})
		}
	}
	return append(options, ui.Option{Value: ownHours, Label: e.t.T("calendarpage.edit.own_hours")})
}

// periods are the rows of the periods: those that still matter, and those that
// were over before this school year began.
func (e *editor) periods(f typedCalendar, today calendar.Day) (now, past []periodFields, pastWrong bool) {
	begin, _ := yearSpan(schoolYearOf(today))
	for i, p := range f.periods {
		before := len(e.all)
		row := e.row("period", i, p)
		if last, err := calendar.ParseDay(dayTyped(p.to)); err == nil && last < begin {
			past, pastWrong = append(past, row), pastWrong || len(e.all) > before
			continue
		}
		now = append(now, row)
	}
	return now, past, pastWrong
}

// row asks for a period, or for a mark, which has no hours.
func (e *editor) row(kind string, i int, p typedPeriod) periodFields {
	at := func(field string) string { return rowName(kind, i, field) }
	e.part = e.t.T("calendarpage.edit."+kind, "Number", i+1, "Name", p.name)
	defer func() { e.part = "" }()
	f := periodFields{
		legend: e.part,
		from:   e.date(at("from"), "row_from", p.from), to: e.date(at("to"), "row_to", p.to), name: e.field(at("name"), "row_name", p.name),
		out: e.field(at("drop"), "row_drop", checkedText(p.drop)),
	}
	f.out.Optional, f.name.Optional = true, kind == "period"
	if kind == "mark" {
		return f
	}
	f.hours = e.field(at("hours"), "row_hours", p.hours)
	if p.hours == ownHours {
		days := e.days(kind, i, p.own)
		f.days = days[:]
	}
	return f
}
