package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/sla/calendar"
	"amigo/web/ui"
)

// yearView is a calendar: a year of it, what its colours mean, whether it is
// open, and how it came to be what it is.
type yearView struct {
	name     string
	old      bool       // not the version in force: nothing is changed here
	end      *ui.Banner // it ends soon, or another version is in force
	counting *ui.Banner // promises are being counted anew
	drafts   draftLists // that wait for a decision
	hours    *ui.Hours  // nil: not known
	facts    []ui.Fact
	year     yearChoice
	legend   []legendLine
	grid     yearGrid
	instant  instantForm
	named    ui.Table // periods and marks of the year
	history  ui.Table
}

// yearChoice is the year that is shown and the ways to others; empty: there is none.
type yearChoice struct{ title, earlier, later string }

// calendarHref is the page of a calendar.
func calendarHref(name string) string { return "/admin/calendars/" + url.PathEscape(name) }

// calendarShow shows a year of a calendar by day, in the version in force or,
// asked for by its number, in another.
func (s *Server) calendarShow(c echo.Context) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	name := c.Param("name")
	history, err := s.Book.History(ctx, name)
	if err != nil {
		return err
	}
	shown, err := editionOf(history, c.QueryParam("version"))
	if err != nil {
		return err
	}
	version, err := s.Book.Version(ctx, shown.ID)
	if err != nil {
		return err
	}
	v := yearView{name: name, old: shown.ID != history[0].ID}
	now := s.DB.Now(ctx)
	if m, err := version.At(now); err == nil && !v.old {
		v.hours = hoursIn(t, m, now)
	}
	ends, _, err := s.horizons(ctx)
	if err != nil {
		return err
	}
	if b, short := ends[name]; short {
		v.end = &b
	}
	if v.counting, err = s.recounting(ctx); err != nil {
		return err
	}
	if v.old {
		v.end = &ui.Banner{Title: t.T("calendarpage.old", "Number", shown.Number), Text: t.T("calendarpage.old_text")}
	}
	if v.drafts, err = s.draftsOf(ctx, name); err != nil {
		return err
	}
	v.facts, v.history = s.editionFacts(ctx, shown, version.Calendar), s.historyTable(ctx, name, history)
	wrong, err := v.draw(t, shown.Spec, version.Calendar, c.Request().URL, now)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if wrong {
		status = http.StatusUnprocessableEntity
	}
	return s.show(c, status, yearPage(markWay(s.frame(c, name), "/admin/calendars"), v))
}

// editionOf finds a version by its number; the one in force where none is asked for.
func editionOf(history []calendar.Edition, number string) (calendar.Edition, error) {
	if number == "" {
		return history[0], nil
	}
	for _, e := range history {
		if strconv.Itoa(e.Number) == number {
			return e, nil
		}
	}
	return calendar.Edition{}, fault.NotFound
}

// draw fills in the year that is asked for, with its legend, and answers the
// question about an instant; wrong says that it could not.
func (v *yearView) draw(t *i18n.Printer, spec calendar.Spec, c *calendar.Calendar, here *url.URL, now time.Time) (wrong bool, err error) {
	assumed := c.Assumed()
	today := calendar.DayOf(now.In(c.Zone()))
	v.instant = instantOf(t, assumed, here, now)
	chosen := v.instant.chosen
	year := yearAsked(here.Query().Get("year"), assumed, chosen, today)
	from, to := yearSpan(year)
	v.year = yearChoiceOf(t, c, here, year)
	frame := gridFrame{caption: t.T("calendarpage.grid.caption", "Name", v.name, "Year", schoolYear(year)), today: today, chosen: chosen, here: here, anchor: "instant"}
	if v.grid, err = gridOf(t, assumed, from, to, frame); err != nil {
		return false, err
	}
	v.legend = legendOf(t, spec, v.grid)
	v.named, err = namedTable(t, spec, c.Published(), from, to, now)
	return v.instant.wrong(), err
}

// yearAsked is the school year to be shown: that of the day chosen, the one
// asked for, or that of today; the nearest that the calendar knows.
func yearAsked(asked string, c *calendar.Calendar, chosen, today calendar.Day) int {
	first, last := c.Known()
	year := schoolYearOf(today)
	if y, err := strconv.Atoi(asked); err == nil {
		year = y
	}
	if chosen != 0 {
		year = schoolYearOf(chosen)
	}
	return max(schoolYearOf(first), min(year, schoolYearOf(last)))
}

// yearChoiceOf leads to the years before and after; one that is all guessed can
// be looked at, more of them cannot.
func yearChoiceOf(t *i18n.Printer, c *calendar.Calendar, here *url.URL, year int) yearChoice {
	first, _ := c.Known()
	y := yearChoice{title: t.T("calendarpage.year", "Year", schoolYear(year))}
	to := func(year int) string { return asking(here, "year", strconv.Itoa(year), "day", "", "time", "") }
	if year > schoolYearOf(first) {
		y.earlier = to(year - 1)
	}
	if year <= schoolYearOf(c.Published()) {
		y.later = to(year + 1)
	}
	return y
}

// instantForm asks whether the office is open at an instant, and answers.
type instantForm struct {
	action, version string
	day, time       ui.Field
	chosen          calendar.Day // the day that was asked about; 0: none
	answer          *ui.Banner   // nil: nothing was asked
}

// wrong says whether what was asked could not be understood.
func (f instantForm) wrong() bool { return f.day.Error != "" || f.time.Error != "" }

// instantOf reads what is asked, and answers it.
func instantOf(t *i18n.Printer, c *calendar.Calendar, here *url.URL, now time.Time) instantForm {
	ask, local := here.Query(), now.In(c.Zone())
	f := instantForm{
		version: here.Query().Get("version"), action: here.Path,
		day:  ui.Field{Name: "day", Type: "date", Label: t.T("calendarpage.instant.day"), Value: local.Format(time.DateOnly)},
		time: ui.Field{Name: "time", Type: "time", Label: t.T("calendarpage.instant.time"), Value: local.Format("15:04"), Optional: true},
	}
	if !ask.Has("day") {
		return f
	}
	f.day.Value, f.time.Value = ask.Get("day"), ask.Get("time")
	day, err := calendar.ParseDay(f.day.Value)
	if err != nil {
		f.day.Error = t.T("calendarpage.wrong.day")
		return f
	}
	hours, err := c.Days(day, day)
	if err != nil {
		f.day.Error = t.T("calendarpage.instant.unknown")
		return f
	}
	f.chosen = day
	if f.time.Value == "" {
		f.answer = &ui.Banner{Title: dayTitle(t, hours[0], now), Text: dayReason(t, c, hours[0])}
		return f
	}
	at, err := time.ParseInLocation("15:04", f.time.Value, c.Zone())
	if err != nil {
		f.time.Error = t.T("calendarpage.wrong.time")
		return f
	}
	y, m, d := day.Time().Date()
	f.answer = momentAnswer(t, c, time.Date(y, m, d, at.Hour(), at.Minute(), 0, 0, c.Zone()), hours[0], now)
	return f
}

// momentAnswer says whether the office is open at an instant, until when, and why.
func momentAnswer(t *i18n.Printer, c *calendar.Calendar, at time.Time, day calendar.Hours, now time.Time) *ui.Banner {
	m, err := c.At(at)
	if err != nil {
		return nil
	}
	answer := &ui.Banner{
		Meaning: ui.Paused, Title: momentWords(t, m, at, now), Text: joined(t.When(at, now), dayReason(t, c, day)),
	}
	if m.Open {
		answer.Meaning = ui.Done
	}
	return answer
}

// momentWords say whether the office is open at an instant, and until when. What
// is tomorrow is so for the reader, who asks now, and not at that instant.
func momentWords(t *i18n.Printer, m calendar.Moment, at, now time.Time) string {
	switch {
	case m.Open && m.Until.IsZero():
		return t.T("web.hours.open")
	case m.Open && calendar.DayOf(m.Until) == calendar.DayOf(at):
		return t.T("web.hours.open_until", "Clock", t.Clock(m.Until))
	case m.Open:
		return t.T("calendarpage.instant.closing", "When", t.When(m.Until, now))
	case m.Until.IsZero():
		return t.T("web.hours.closed")
	}
	return t.T("calendarpage.instant.opening", "When", t.When(m.Until, now))
}

// dayTitle says a day with its hours: "mercredi 18 novembre : 8 h – 13 h".
func dayTitle(t *i18n.Printer, h calendar.Hours, now time.Time) string {
	return t.T("calendarpage.instant.day_title", "Day", t.DateAt(h.Day.Time(), now), "Hours", hoursWords(t, h.Open))
}

// dayReason says what a day is, what it is called, and that it is a guess where it is.
func dayReason(t *i18n.Printer, c *calendar.Calendar, h calendar.Hours) string {
	guess := ""
	if c.Guesses(h.Day) {
		guess = t.T("calendarpage.instant.guess")
	}
	return joined(planWords(t, h.Plan), joined(h.Marks...), guess)
}

// authorName is the name of somebody by their uid; the uid where nobody has it.
func (s *Server) authorName(ctx context.Context, uid string) string {
	if uid == "" {
		return i18n.From(ctx).T("calendarpage.program")
	}
	if p, err := s.People.ByUID(ctx, uid); err == nil {
		return p.Name
	}
	return uid
}
