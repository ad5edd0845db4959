package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"amigo/app/audit"
	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/sla/calendar"
	"amigo/web/ui"
)

// calendarsView is all calendars, whose they are, and what waits for a decision.
type calendarsView struct {
	csrf     string
	banners  []ui.Banner // calendars that end too soon
	counting *ui.Banner  // promises are being counted anew
	table    ui.Table
	drafts   draftLists
	name     ui.Field // of a new calendar
	model    ui.Field // which one it begins as
	models   []ui.Option
	places   []placeCalendar
	was      url.Values // what the fields of the places were drawn with
}

// placeCalendar asks by which calendar a team or a site measures itself.
type placeCalendar struct {
	choices []ui.Option
	field   ui.Field
}

// noCalendar is the answer of a place without a calendar of its own.
const noCalendar = "none"

// calendarList shows the calendars: open or not, known until when, used by whom.
func (s *Server) calendarList(c echo.Context) error {
	return s.showCalendars(c, http.StatusOK, url.Values{}, nil)
}

// showCalendars shows the calendars; typed and wrong are what was typed for a
// new one, and what is wrong with it.
func (s *Server) showCalendars(c echo.Context, status int, typed url.Values, wrong fault.Fields) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	all, err := s.Book.List(ctx)
	if err != nil {
		return err
	}
	v := calendarsView{csrf: s.csrf(ctx)}
	ends, banners, err := s.horizons(ctx)
	if err != nil {
		return err
	}
	v.banners = banners
	if v.counting, err = s.recounting(ctx); err != nil {
		return err
	}
	for _, version := range all {
		v.models = append(v.models, ui.Option{Value: version.Name, Label: version.Name})
	}
	places, err := s.placesByCalendar(ctx)
	if err != nil {
		return err
	}
	if v.table, err = s.calendarTable(ctx, all, places, ends); err != nil {
		return err
	}
	if v.drafts, err = s.draftsOf(ctx, ""); err != nil {
		return err
	}
	if v.places, err = s.placeFields(ctx, v.models); err != nil {
		return err
	}
	v.was = url.Values{}
	for _, asked := range v.places {
		v.was.Set("was."+asked.field.Name, asked.field.Value)
	}
	v.name = ui.Field{Name: "name", Label: t.T("calendarpage.new.name"), Hint: t.T("calendarpage.new.name_hint"), Value: typed.Get("name"), MaxLength: calendar.MaxName}
	v.model = ui.Field{Name: "model", Label: t.T("calendarpage.new.model"), Value: cmp.Or(typed.Get("model"), calendar.Normandie)}
	if m, refused := wrong["name"]; refused {
		v.name.Error = t.Say(m)
	}
	return s.show(c, status, calendarsPage(s.frame(c, t.T("calendarpage.title")), v))
}

// calendarTable lists the calendars by name.
func (s *Server) calendarTable(ctx context.Context, all []calendar.Version, places map[string][]string, ends map[string]ui.Banner) (ui.Table, error) {
	t, now := i18n.From(ctx), s.DB.Now(ctx)
	table := ui.Table{Caption: t.T("calendarpage.title"), Hidden: true, Stacked: true, Columns: []ui.Column{
		{Label: t.T("calendarpage.list.name")},
		{Label: t.T("calendarpage.now")},
		{Label: t.T("calendarpage.fact.known")},
		{Label: t.T("calendarpage.fact.version")},
		{Label: t.T("calendarpage.list.users")},
	}}
	for _, version := range all {
		history, err := s.Book.History(ctx, version.Name)
		if err != nil {
			return table, err
		}
		table.Rows = append(table.Rows, []ui.Cell{
			{Text: version.Name, Href: calendarHref(version.Name)},
			{Body: openMark(t, version.Calendar, now).View()},
			{Body: knownMark(t, history[0].Spec, version, ends, now).View()},
			{Text: t.T("calendarpage.list.version", "Number", version.Number, "When", t.Short(history[0].At, now), "Author", s.authorName(ctx, history[0].Author))},
			{Text: strings.Join(places[version.Name], ", ")},
		})
	}
	return table, nil
}

// openMark says whether a calendar is open now, and until when.
func openMark(t *i18n.Printer, c *calendar.Calendar, now time.Time) ui.Mark {
	m, err := c.Assumed().At(now)
	if err != nil {
		return ui.Mark{Meaning: ui.Late, Word: t.T("calendarpage.list.unknown")}
	}
	h := hoursIn(t, m, now)
	if h.Open {
		return ui.Mark{Meaning: ui.Done, Icon: "open", Word: h.Words}
	}
	return ui.Mark{Meaning: ui.Calm, Icon: "closed", Word: h.Words}
}

// knownMark says how far a calendar is published, marked where that ends soon.
func knownMark(t *i18n.Printer, spec calendar.Spec, v calendar.Version, ends map[string]ui.Banner, now time.Time) ui.Mark {
	m := ui.Mark{Meaning: ui.Calm, Icon: "calendar", Word: knownWords(t, spec, v.Calendar, now)}
	if b, short := ends[v.Name]; short {
		m.Meaning, m.Icon = b.Meaning, ""
	}
	return m
}

// placesByCalendar names the teams and sites that use each calendar; what
// requesters are promised runs on AMIGO's own.
func (s *Server) placesByCalendar(ctx context.Context) (map[string][]string, error) {
	t := i18n.From(ctx)
	places := map[string][]string{calendar.Normandie: {t.T("calendarpage.list.promises")}}
	all, err := s.places(ctx)
	for _, p := range all {
		if p.calendar != "" {
			places[p.calendar] = append(places[p.calendar], p.name)
		}
	}
	return places, err
}

// place is a team or a site with the calendar that it has, if any.
type place struct {
	people.Place
	name, calendar string
}

// places lists the teams, then the sites.
func (s *Server) places(ctx context.Context) ([]place, error) {
	t := i18n.From(ctx)
	theirs, err := s.People.Calendars(ctx)
	if err != nil {
		return nil, err
	}
	teams, err := s.People.Teams(ctx)
	if err != nil {
		return nil, err
	}
	sites, err := s.People.Sites(ctx)
	if err != nil {
		return nil, err
	}
	var all []place
	for _, team := range teams {
		at := people.Place{Team: team.ID}
		all = append(all, place{at, t.T("calendarpage.place.team", "Name", team.Name), theirs[at]})
	}
	for _, site := range sites {
		at := people.Place{Site: site.Code}
		all = append(all, place{at, t.T("calendarpage.place.site", "Name", site.Name), theirs[at]})
	}
	return all, nil
}

// field is the name under which a form asks for the calendar of a place.
func (p place) field() string {
	if p.Team != 0 {
		return "team." + number(p.Team)
	}
	return "site." + p.Site
}

// placeFields ask for the calendar of each place.
func (s *Server) placeFields(ctx context.Context, models []ui.Option) ([]placeCalendar, error) {
	all, err := s.places(ctx)
	choices := append([]ui.Option{{Value: noCalendar, Label: i18n.From(ctx).T("calendarpage.place.none")}}, models...)
	var asked []placeCalendar
	for _, p := range all {
		asked = append(asked, placeCalendar{choices, ui.Field{Name: p.field(), Label: p.name, Value: cmp.Or(p.calendar, noCalendar)}})
	}
	return asked, err
}

// calendarsAgain leads to the calendars from an address to which forms are sent:
// somebody who loads a refused form again has it in their browser.
func (s *Server) calendarsAgain(c echo.Context) error { return seeOther(c, "/admin/calendars") }

// calendarPlaces gives teams and sites their calendars, those that their sender
// chose: the others stay as somebody else may have made them meanwhile.
func (s *Server) calendarPlaces(c echo.Context) error {
	ctx, f := c.Request().Context(), formOf(c)
	changed := 0
	err := s.DB.Tx(ctx, func(ctx context.Context) error {
		all, err := s.places(ctx)
		if err != nil {
			return err
		}
		for _, p := range all {
			chosen := f.Get(p.field())
			if chosen == noCalendar {
				chosen = ""
			}
			if !f.Has(p.field()) || f.untouched(p.field()) || chosen == p.calendar {
				continue
			}
			if err := s.useCalendar(ctx, p, chosen); err != nil {
				return err
			}
			changed++
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).N("calendarpage.place.changed", changed)})
	return seeOther(c, "/admin/calendars")
}

// useCalendar gives a place a calendar, and notes who did.
func (s *Server) useCalendar(ctx context.Context, p place, chosen string) error {
	if err := s.People.SetCalendar(ctx, p.Place, chosen); err != nil {
		return err
	}
	return s.Audit.Write(ctx, audit.Entry{
		Actor: people.ActorOf(ctx).UID, Action: "calendar.use", Subject: p.field(), Details: map[string]any{"before": p.calendar, "after": chosen},
	})
}

// calendarNew leads to the form of a calendar that is not there yet, filled
// like another. Nothing is kept before that form was accepted.
func (s *Server) calendarNew(c echo.Context) error {
	ctx, f := c.Request().Context(), formOf(c)
	name, model := f.text("name"), f.text("model")
	wrong, bad := errors.AsType[fault.Fields](calendar.CheckName(name))
	if !bad {
		_, err := s.Book.Current(ctx, name)
		switch {
		case err == nil:
			wrong = fault.Fields{"name": fault.Say("calendarpage.new.taken")}
		case !errors.Is(err, fault.NotFound):
			return err
		}
	}
	if len(wrong) > 0 {
		return s.showCalendars(c, http.StatusUnprocessableEntity, f.Values, wrong)
	}
	return seeOther(c, calendarHref(name)+"/edit?"+url.Values{"model": {model}}.Encode())
}
