package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	drafts "amigo/tickets/draft"
	"amigo/web/ui"
)

// templateLine is a template in the list of them.
type templateLine struct {
	name, href string // href is empty for one that the reader may not change
	whose      string
	lang       string
	body       string
}

// templateView asks about a template.
type templateView struct {
	csrf, action, version   string
	name, body, lang, whose ui.Field
	langs, whoses           []ui.Option
	variables               []string // as they are typed
	preview                 string   // what would be sent; empty: it was not asked for
	remove                  string   // where it is deleted; empty for a new one
}

// templateList shows the templates with which the reader may answer.
func (s *Server) templateList(c echo.Context) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	all, err := s.Drafts.Templates(ctx)
	if err != nil {
		return err
	}
	teams, err := s.People.Teams(ctx)
	if err != nil {
		return err
	}
	lines := make([]templateLine, 0, len(all))
	for _, one := range all {
		l := templateLine{name: one.Name, whose: t.T("composer.template.group." + shareOf(one)), lang: t.T("preferences.lang." + one.Lang), body: shortened(one.Body)}
		for _, team := range teams {
			if team.ID == one.Team {
				l.whose = team.Name
			}
		}
		if drafts.Changeable(ctx, one) {
			l.href = "/templates/" + number(one.ID)
		}
		lines = append(lines, l)
	}
	return s.show(c, http.StatusOK, templatesPage(s.frame(c, t.T("composer.templates.title")), lines))
}

// templateShow shows a template, to be changed; without a number, an empty one.
func (s *Server) templateShow(c echo.Context) error {
	ctx := c.Request().Context()
	one, err := s.templateIn(c)
	if err != nil {
		return err
	}
	if one.ID == 0 {
		one.Owner, one.Lang = people.ActorOf(ctx).Person, i18n.From(ctx).Lang()
	}
	return s.showTemplate(c, http.StatusOK, one, nil, false)
}

// templateIn is the template of an address; one without a number is new.
func (s *Server) templateIn(c echo.Context) (drafts.Template, error) {
	text := c.Param("id")
	if text == "" || text == "new" {
		return drafts.Template{}, nil
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return drafts.Template{}, fault.NotFound
	}
	one, err := s.Drafts.Template(c.Request().Context(), drafts.TemplateID(id))
	if err == nil && !drafts.Changeable(c.Request().Context(), one) {
		err = fault.Because(fault.Denied, "composer.template.not_yours")
	}
	return one, err
}

// templatePut writes a template, or shows what it would say.
func (s *Server) templatePut(c echo.Context) error {
	ctx, f := c.Request().Context(), formOf(c)
	one, err := s.templateIn(c)
	if err != nil {
		return err
	}
	one.Name, one.Body, one.Lang, one.Version = f.text("name"), f.text("body"), f.text("lang"), int(f.number("version"))
	one.Owner, one.Team = whoseOf(ctx, f.text("whose"))
	if f.Has("preview") {
		return s.showTemplate(c, http.StatusOK, one, nil, true)
	}
	_, err = s.Drafts.PutTemplate(ctx, one)
	wrong := fault.FieldsOf(err)
	if m, conflict := fault.MessageOf(err); conflict && errors.Is(err, fault.Conflict) {
		wrong = fault.Fields{"name": m}
	}
	if wrong != nil {
		return s.showTemplate(c, statusOf(err), one, wrong, false)
	}
	if err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T("composer.template.saved")})
	return seeOther(c, "/templates")
}

// templateRemove deletes a template.
func (s *Server) templateRemove(c echo.Context) error {
	ctx := c.Request().Context()
	one, err := s.templateIn(c)
	if err != nil {
		return err
	}
	if err := s.Drafts.RemoveTemplate(ctx, one.ID); err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T("composer.template.removed")})
	return seeOther(c, "/templates")
}

// whoseOf reads whose a template is to be: "own", "all", or the number of a team.
// What is none of these is refused by whoever keeps templates.
func whoseOf(ctx context.Context, text string) (people.ID, people.TeamID) {
	me := people.ActorOf(ctx).Person
	if text == "all" {
		return 0, 0
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 0 {
		return 0, people.TeamID(n)
	}
	return me, 0
}

// showTemplate shows the form as it is filled.
func (s *Server) showTemplate(c echo.Context, status int, one drafts.Template, wrong fault.Fields, preview bool) error {
	ctx := c.Request().Context()
	t, a := i18n.From(ctx), people.ActorOf(ctx)
	field := func(name, value string) ui.Field {
		f := ui.Field{Name: name, Label: t.T("composer.template.field." + name), Value: value}
		if m, refused := wrong[name]; refused {
			f.Error = t.Say(m)
		}
		return f
	}
	v := templateView{
		csrf: s.csrf(ctx), action: "/templates/new", version: number(int64(one.Version)),
		name: field("name", one.Name), body: field("body", one.Body), lang: field("lang", one.Lang), whose: field("whose", "own"),
	}
	title := t.T("composer.template.new")
	if one.ID != 0 {
		v.action, title = "/templates/"+number(one.ID), one.Name
		v.remove = v.action + "/remove"
	}
	v.name.MaxLength, v.body.Rows, v.body.Hint = drafts.MaxTemplateName, 10, t.T("composer.template.body_hint")
	for _, lang := range i18n.Languages {
		v.langs = append(v.langs, ui.Option{Value: lang, Label: t.T("preferences.lang." + lang)})
	}
	if err := s.whoses(ctx, t, a, &v); err != nil {
		return err
	}
	switch {
	case one.Owner == 0 && one.Team == 0:
		v.whose.Value = "all"
	case one.Team != 0:
		v.whose.Value = number(one.Team)
	}
	lang := t.Lang()
	if one.Lang == "fr" || one.Lang == "en" {
		lang = one.Lang
	}
	for _, variable := range drafts.Variables {
		v.variables = append(v.variables, variable.In(lang))
	}
	if preview {
		values := drafts.Example(lang)
		values[drafts.Technician] = a.Name
		v.preview = drafts.Fill(one.Body, values)
		if strings.TrimSpace(v.preview) == "" {
			v.preview = t.T("composer.template.nothing")
		}
	}
	return s.show(c, status, templatePage(s.frame(c, title), v))
}

// whoses are those for whom the reader may write templates.
func (s *Server) whoses(ctx context.Context, t *i18n.Printer, a people.Actor, v *templateView) error {
	v.whoses = []ui.Option{{Value: "own", Label: t.T("composer.template.for.own")}}
	teams, err := s.People.Teams(ctx)
	for _, team := range teams {
		if a.In(team.ID) || a.Is(people.Supervisor) {
			v.whoses = append(v.whoses, ui.Option{Value: number(team.ID), Label: t.T("composer.template.for.team", "Team", team.Name)})
		}
	}
	if a.Is(people.Supervisor) {
		v.whoses = append(v.whoses, ui.Option{Value: "all", Label: t.T("composer.template.for.all")})
	}
	return err
}

// ticketTemplate is a template as it would be said on a ticket: a text, for the
// script that puts it where the cursor stands.
func (s *Server) ticketTemplate(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	n, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return fault.NotFound
	}
	ctx := c.Request().Context()
	t, err := s.Desk.Get(ctx, id)
	if err != nil {
		return err
	}
	text, err := s.Drafts.Filled(ctx, drafts.TemplateID(n), t)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentType, echo.MIMETextPlainCharsetUTF8)
	return write(c, http.StatusOK, []byte(text))
}

// signatureChoose changes the signature of the reader.
func (s *Server) signatureChoose(c echo.Context) error {
	ctx := c.Request().Context()
	err := s.Drafts.SetSignature(ctx, formOf(c).text("signature"))
	t := i18n.From(ctx)
	if wrong := fault.FieldsOf(err); wrong != nil {
		me, choices, err := s.oneself(ctx)
		if err != nil {
			return err
		}
		v := preferenceValues(choices, me.Lang)
		v.Set("signature", formOf(c).text("signature"))
		return s.showPreferences(c, http.StatusUnprocessableEntity, me, v, wrong)
	}
	if err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: t.T("composer.signature.saved")})
	return seeOther(c, "/preferences#signature")
}
