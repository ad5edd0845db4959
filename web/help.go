package web

import (
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/web/ui"
)

// guide is a page that gets people out of trouble who cannot sign in. Its
// sentences are the keys under web.guide.<name>.
type guide struct {
	name, slug, icon string
	steps            int
	forms            bool // the table of identifiers stands on it
}

// guides are in the order of how often people need them.
var guides = []guide{
	{name: "password", slug: "mot-de-passe", icon: "key-round", steps: 5},
	{name: "cache", slug: "page-bloquee", icon: "refresh-cw", steps: 5},
	{name: "identifier", slug: "identifiant", icon: "user-round", steps: 3, forms: true},
	{name: "locked", slug: "compte-verrouille", icon: "lock", steps: 5},
}

// portals are the forms of identifiers, by where one signs in.
var portals = []string{"intranet", "letter", "webmail", "university", "vpn"}

func (g guide) key(part string) string { return "web.guide." + g.name + "." + part }

// guideDoors are the ways to the guides.
func guideDoors(t *i18n.Printer) []ui.Door {
	doors := make([]ui.Door, 0, len(guides))
	for _, g := range guides {
		doors = append(doors, ui.Door{
			Link: ui.Link{Label: t.T(g.key("title")), Href: "/aide/" + g.slug, Icon: g.icon},
			Text: t.T(g.key("about")),
		})
	}
	return doors
}

// help lists the guides, and whom to call when none of them helps.
func (s *Server) help(c echo.Context) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	return s.show(c, 200, helpPage(s.frame(c, t.T("web.help.title")), s.reach(ctx, publicPhones(t)), guideDoors(t), s.conf.MailAddress))
}

// guideView is one guide, ready to be read.
type guideView struct {
	title, about, why string
	steps             []string
	forms             ui.Table
	reach             ui.Reach
	others            []ui.Door
}

// guide shows one guide.
func (s *Server) guide(c echo.Context) error {
	ctx := c.Request().Context()
	i := slices.IndexFunc(guides, func(g guide) bool { return g.slug == c.Param("guide") })
	if i < 0 {
		return fault.NotFound
	}
	t, g := i18n.From(ctx), guides[i]
	v := guideView{
		title: t.T(g.key("title")), about: t.T(g.key("about")), why: t.T(g.key("why")),
		reach: s.reach(ctx, publicPhones(t)), others: slices.Delete(guideDoors(t), i, i+1),
	}
	for n := range g.steps {
		v.steps = append(v.steps, t.T(g.key("step"+strconv.Itoa(n+1))))
	}
	if g.forms {
		v.forms = identifierForms(t)
	}
	return s.show(c, 200, guidePage(s.frame(c, v.title), v))
}

// identifierForms is the table of what to type where.
func identifierForms(t *i18n.Printer) ui.Table {
	table := ui.Table{
		Stacked: true,
		Caption: t.T("web.guide.identifier.caption"),
		Columns: []ui.Column{
			{Label: t.T("web.guide.identifier.where")}, {Label: t.T("web.guide.identifier.form")}, {Label: t.T("web.guide.identifier.example")},
		},
	}
	for _, portal := range portals {
		key := "web.guide.identifier." + portal
		table.Rows = append(table.Rows, []ui.Cell{{Text: t.T(key + ".where")}, {Text: t.T(key + ".form")}, {Text: t.T(key + ".example")}})
	}
	return table
}

// accessibility says how far the pages keep the rules of accessibility, and
// what one can do where they do not.
func (s *Server) accessibility(c echo.Context) error {
	t := i18n.From(c.Request().Context())
	return s.show(c, 200, statementPage(s.frame(c, t.T("web.accessibility.title")), s.statement(t, "web.accessibility.", 5)))
}

// privacy says what is kept about people, why, and what they may ask for.
func (s *Server) privacy(c echo.Context) error {
	t := i18n.From(c.Request().Context())
	return s.show(c, 200, statementPage(s.frame(c, t.T("web.privacy.title")), s.statement(t, "web.privacy.", 6)))
}

// part is a headed part of a statement.
type part struct{ title, text string }

// statement reads the parts of a statement; its sentences know the version of
// the program and the address to write to.
func (s *Server) statement(t *i18n.Printer, prefix string, n int) []part {
	contact := s.conf.MailAddress
	if contact == "" {
		contact = t.T("web.contact.phone")
	}
	version := s.conf.Version
	if version == "" {
		version = t.T("web.version.unknown")
	}
	parts := make([]part, 0, n)
	for i := range n {
		key := prefix + "part" + strconv.Itoa(i+1)
		parts = append(parts, part{t.T(key + ".title"), t.T(key+".text", "Contact", contact, "Version", version)})
	}
	return parts
}
