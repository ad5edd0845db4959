package web

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/web/ui"
)

// absencesView is who is away, now and later, and the form that says so.
type absencesView struct {
	csrf                        string
	others                      bool // may be said of others, too
	person, from, until, deputy ui.Field
	staff                       []ui.Option
	list                        []absenceItem
}

// absenceItem is one absence of the list.
type absenceItem struct {
	who    string
	when   string
	deputy string
	mark   ui.Mark
	end    string // where it is ended, by those who may
	label  string // of the button
}

// absenceDraft is an absence as it was typed.
type absenceDraft struct {
	person, deputy int64
	from, until    string
	wrong          fault.Fields
}

// absenceList shows who is away.
func (s *Server) absenceList(c echo.Context) error {
	return s.showAbsences(c, http.StatusOK, absenceDraft{person: int64(people.ActorOf(c.Request().Context()).Person)})
}

// absencePut notes an absence: one's own, or for supervisors anybody's.
func (s *Server) absencePut(c echo.Context) error {
	ctx, f := c.Request().Context(), formOf(c)
	me := people.ActorOf(ctx)
	d := absenceDraft{person: int64(me.Person), deputy: f.number("deputy"), from: f.text("from"), until: f.text("until"), wrong: fault.Fields{}}
	if me.Is(people.Supervisor) && f.Has("person") {
		d.person = f.number("person")
	}
	a := people.Absence{Person: people.ID(d.person), Deputy: people.ID(d.deputy)}
	zone := i18n.From(ctx).Zone()
	var ok [2]bool
	a.From, ok[0] = parseMoment(d.from, zone)
	a.Until, ok[1] = parseMoment(d.until, zone)
	for i, name := range []string{"from", "until"} {
		if !ok[i] {
			d.wrong.Add(name, "policypage.absence.unreadable")
		}
	}
	if len(d.wrong) == 0 {
		_, err := s.People.PutAbsence(ctx, a)
		if fields := fault.FieldsOf(err); fields != nil {
			maps.Copy(d.wrong, fields)
		} else if err != nil {
			return err
		}
	}
	if len(d.wrong) > 0 {
		return s.showAbsences(c, http.StatusUnprocessableEntity, d)
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T("policypage.absence.noted")})
	return seeOther(c, "/admin/absences")
}

// absenceEnd ends an absence.
func (s *Server) absenceEnd(c echo.Context) error {
	ctx := c.Request().Context()
	id, err := numbered(c)
	if err != nil {
		return err
	}
	if err := s.People.EndAbsence(ctx, id); err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T("policypage.absence.ended")})
	return seeOther(c, "/admin/absences")
}

// momentForm is how browsers write a date with a time of day.
const momentForm = "2006-01-02T15:04"

// parseMoment reads a date with a time of day. When clocks change, what comes
// twice is the first, and what is skipped is read by the clock that was not
// changed yet: 2:30 is 3:30.
func parseMoment(text string, zone *time.Location) (time.Time, bool) {
	wall, err := time.Parse(momentForm, text)
	offset := func(at time.Time) time.Duration {
		_, seconds := at.In(zone).Zone()
		return time.Duration(seconds) * time.Second
	}
	before := wall.Add(-offset(wall.Add(-24 * time.Hour)))
	if after := wall.Add(-offset(before)); offset(after) == offset(before) {
		return after, err == nil
	}
	return before, err == nil
}

// showAbsences shows who is away, with the form as it is filled.
func (s *Server) showAbsences(c echo.Context, status int, d absenceDraft) error {
	ctx := c.Request().Context()
	t, me := i18n.From(ctx), people.ActorOf(ctx)
	staff, err := s.People.Staff(ctx, people.Technician, 0)
	if err != nil {
		return err
	}
	v := absencesView{csrf: s.csrf(ctx), others: me.Is(people.Supervisor)}
	for _, p := range staff {
		v.staff = append(v.staff, ui.Option{Value: number(p.ID), Label: p.Name})
	}
	if v.list, err = s.absenceItems(ctx, staff); err != nil {
		return err
	}
	field := func(name, value string) ui.Field {
		f := ui.Field{Name: name, Label: t.T("policypage.absence." + name), Value: value}
		if m, ok := d.wrong[name]; ok {
			f.Error = t.Say(m)
		}
		return f
	}
	v.person, v.deputy = field("person", number(d.person)), field("deputy", number(d.deputy))
	v.deputy.Optional, v.deputy.Hint = true, t.T("policypage.absence.deputy_hint")
	v.from, v.until = field("from", d.from), field("until", d.until)
	v.from.Type, v.until.Type = "datetime-local", "datetime-local"
	return s.show(c, status, absencesPage(s.frame(c, t.T("policypage.absence.title")), v))
}

// absenceItems are the absences of the staff that are not over, those who are
// away now first.
func (s *Server) absenceItems(ctx context.Context, staff []people.Person) ([]absenceItem, error) {
	t, me, now := i18n.From(ctx), people.ActorOf(ctx), s.DB.Now(ctx)
	ids := make([]people.ID, 0, len(staff))
	for _, p := range staff {
		ids = append(ids, p.ID)
	}
	all, err := s.People.AbsencesMany(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		ids = append(ids, a.Deputy)
	}
	names, err := s.People.Names(ctx, distinct(ids))
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b people.Absence) int { return a.From.Compare(b.From) })
	list := make([]absenceItem, 0, len(all))
	for _, a := range all {
		item := absenceItem{
			who:  names[a.Person].Name,
			when: t.T("policypage.absence.when", "From", t.When(a.From, now), "Until", t.When(a.Until, now)),
			mark: ui.Mark{Meaning: ui.Calm, Word: t.T("policypage.absence.soon")},
		}
		if a.Deputy != 0 {
			item.deputy = t.T("policypage.absence.stands_in", "Name", names[a.Deputy].Name)
		}
		if a.Covers(now) {
			item.mark = ui.Mark{Meaning: ui.Paused, Word: t.T("policypage.absence.now")}
		}
		if me.Is(people.Supervisor) || a.Person == me.Person {
			item.end = "/admin/absences/" + number(a.ID) + "/end"
			item.label = t.T("policypage.absence.end", "Name", item.who)
		}
		list = append(list, item)
	}
	return list, nil
}
