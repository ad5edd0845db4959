package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	saved "amigo/tickets/view"
	"amigo/web/ui"
)

// savedForm is the form that gives a name to what the queue shows, or changes the
// saved view that it shows.
type savedForm struct {
	id, version string // of the view that is shown; "" for a new one
	query       string
	name        string
	sharing     string
	options     []ui.Option
	changes     bool   // the view shown may be changed by its reader
	place       string // tells its fields from those of other forms on the page
	wrong       fault.Fields
}

// part is the id of a field, of which there may be several forms on a page.
func (f savedForm) part(name string) string {
	return "view" + f.place + f.id + "-" + name
}

// savedForm is the form under the list.
func (s *Server) savedForm(ctx context.Context, q asked) savedForm {
	f := savedForm{sharing: alone, query: counting(q.filter).Values().Encode(), options: s.sharings(ctx)}
	if q.filter.Sort != "" {
		kept := counting(q.filter)
		kept.Sort = q.filter.Sort
		f.query = kept.Values().Encode()
	}
	if v := q.part.saved; v != nil && v.ChangedBy(people.ActorOf(ctx)) {
		f.changes, f.id, f.version, f.name, f.sharing = true, q.part.name, strconv.Itoa(v.Version), v.Name, sharingOf(*v)
	}
	return f
}

// sharings are those with whom the reader may share a view.
func (s *Server) sharings(ctx context.Context) []ui.Option {
	t, a := i18n.From(ctx), people.ActorOf(ctx)
	options := []ui.Option{{Value: alone, Label: t.T("queue.share.alone")}}
	teams, err := s.People.Teams(ctx)
	if err == nil {
		for _, team := range teams {
			if a.In(team.ID) {
				options = append(options, ui.Option{Value: "team " + number(team.ID), Label: t.T("queue.share.team", "Team", team.Name)})
			}
		}
	}
	return append(options, ui.Option{Value: "all", Label: t.T("queue.share.all")})
}

// sharingOf writes with whom a view is shared, as the form has it.
func sharingOf(v saved.View) string {
	switch v.Shared {
	case saved.WithTeam:
		return "team " + number(v.Team)
	case saved.Alone:
		return alone
	}
	return string(v.Shared)
}

// alone is what the form calls a view that is shared with nobody.
const alone = "alone"

// sharedWith reads what sharingOf wrote.
func sharedWith(text string) (saved.Sharing, people.TeamID) {
	if team, ok := cutTeam(text); ok {
		return saved.WithTeam, team
	}
	if text == alone || text == "" {
		return saved.Alone, 0
	}
	return saved.Sharing(text), 0
}

func cutTeam(text string) (people.TeamID, bool) {
	const before = "team "
	if len(text) <= len(before) || text[:len(before)] != before {
		return 0, false
	}
	id, err := strconv.ParseInt(text[len(before):], 10, 64)
	return people.TeamID(id), err == nil
}

// viewList is the page of the saved views: one's own, and those that others share.
func (s *Server) viewList(c echo.Context) error { return s.showViews(c, http.StatusOK, nil) }

// viewLine is a saved view on the page of them.
type viewLine struct {
	form  savedForm
	href  string
	about string // whose it is, with whom it is shared
	count string
}

// showViews shows the page; wrong is a form that was refused, in the place of the
// view that it would have changed.
func (s *Server) showViews(c echo.Context, status int, wrong *savedForm) error {
	ctx := c.Request().Context()
	t, a := i18n.From(ctx), people.ActorOf(ctx)
	all, err := s.savedViews(ctx)
	if err != nil {
		return err
	}
	sizes, err := s.viewSizes(ctx, all)
	if err != nil {
		return err
	}
	var owners []people.ID
	for _, v := range all {
		owners = append(owners, v.saved.Owner)
	}
	names, err := s.People.Names(ctx, owners)
	if err != nil {
		return err
	}
	var lines []viewLine
	for _, v := range all {
		q := asked{part: v, filter: v.filter}
		line := viewLine{form: s.savedForm(ctx, q), href: v.href(), count: sized(t, sizes[v.name]), about: t.T("queue.share.mine")}
		line.form.query, line.form.name = v.saved.Query, v.saved.Name
		if v.saved.Owner != a.Person {
			line.about = t.T("queue.share.theirs", "Name", names[v.saved.Owner].Name)
		}
		if wrong != nil && wrong.id == v.name {
			line.form = *wrong
		}
		lines = append(lines, line)
	}
	if wrong != nil && wrong.id == "" {
		lines = append([]viewLine{{form: *wrong, about: t.T("queue.view.new")}}, lines...)
	}
	frame := s.frame(c, t.T("queue.view.title"))
	return s.show(c, status, viewsPage(frame, lines))
}

// viewSave keeps a view: a new one, or what one has become. What is refused comes
// back with what was typed.
func (s *Server) viewSave(c echo.Context) error {
	ctx, f := c.Request().Context(), formOf(c)
	v := saved.View{ID: saved.ID(f.number("id")), Name: f.text("name"), Query: f.text("query"), Version: int(f.number("version"))}
	v.Shared, v.Team = sharedWith(f.text("shared"))
	kept, err := s.Views.Save(ctx, v)
	if fields := fault.FieldsOf(err); fields != nil && !errors.Is(err, fault.Conflict) {
		return s.showViews(c, http.StatusUnprocessableEntity, &savedForm{
			id: f.text("id"), version: f.text("version"), query: v.Query, name: v.Name, sharing: f.text("shared"), options: s.sharings(ctx), changes: v.ID != 0, wrong: fields,
		})
	}
	if err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T("queue.view.kept", "Name", kept.Name)})
	return seeOther(c, "/tickets?view="+number(kept.ID))
}

// viewRemove forgets a view.
func (s *Server) viewRemove(c echo.Context) error {
	ctx, f := c.Request().Context(), formOf(c)
	if err := s.Views.Remove(ctx, saved.ID(f.number("id")), int(f.number("version"))); err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T("queue.view.removed")})
	return seeOther(c, "/views")
}

// field is one that the form asks for, with what was wrong with it.
func (f savedForm) field(ctx context.Context, name, value string) ui.Field {
	field := ui.Field{Name: name, Label: i18n.From(ctx).T("queue.view.field." + name), Value: value, ID: f.part(name), Error: f.problem(ctx, name)}
	if name == "name" {
		field.MaxLength = saved.MaxName
	}
	return field
}

// problem is what was wrong with a field; nothing where it was right.
func (f savedForm) problem(ctx context.Context, name string) string {
	if why, wrong := f.wrong[name]; wrong {
		return i18n.From(ctx).Say(why)
	}
	return ""
}

// copied is the form that keeps the same question as another view.
func (f savedForm) copied() savedForm {
	return savedForm{query: f.query, sharing: alone, options: f.options, place: "-copy" + f.id}
}
