package web

import (
	"cmp"
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"amigo/app/i18n"
	"amigo/app/mail"
	"amigo/app/people"
	"amigo/mailin"
	"amigo/migrations"
	"amigo/sla/calendar"
	"amigo/tickets"
	"amigo/web/ui"
)

// adminWays are the pages of the administration.
func adminWays(t *i18n.Printer, current string) []ui.NavItem {
	items := []ui.NavItem{
		{Label: t.T("admin.overview"), Href: "/admin"},
		{Label: t.T("admin.letters.title"), Href: "/admin/letters"},
		{Label: t.T("admin.jobs.title"), Href: "/admin/jobs"},
	}
	for i := range items {
		items[i].Current = items[i].Href == current
	}
	return items
}

// adminView is how the installation is and stands.
type adminView struct {
	ways    []ui.NavItem
	facts   []ui.Fact
	watch   ui.Table
	trouble *troubleLine // with mail
}

// admin shows the facts of the installation, and what wants to be looked at.
func (s *Server) admin(c echo.Context) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	v := adminView{ways: adminWays(t, "/admin")}
	var err error
	if v.facts, err = s.systemFacts(ctx, t); err != nil {
		return err
	}
	if v.trouble, err = s.troubleLine(ctx); err != nil {
		return err
	}
	if v.watch, err = s.watch(ctx, t); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, adminPage(s.frame(c, t.T("admin.title")), v))
}

// databases are the kinds of database by their own names.
var databases = map[migrations.Dialect]string{migrations.SQLite: "SQLite", migrations.Postgres: "PostgreSQL"}

// systemFacts say what runs here, for whom, and with how much in it.
func (s *Server) systemFacts(ctx context.Context, t *i18n.Printer) ([]ui.Fact, error) {
	members, err := s.People.Counts(ctx)
	if err != nil {
		return nil, err
	}
	open, err := s.Desk.Count(ctx, tickets.Filter{Statuses: alive})
	if err != nil {
		return nil, err
	}
	hours, err := s.Book.Current(ctx, calendar.Normandie)
	if err != nil {
		return nil, err
	}
	_, last := hours.Known()
	var who []string
	for _, role := range people.Roles {
		who = append(who, t.N("admin.people."+string(role), members[role]))
	}
	sending := t.T("admin.sending.no")
	if s.Outbox.Sends() {
		sending = t.T("admin.sending.yes")
	}
	now := s.DB.Now(ctx)
	return []ui.Fact{
		{Term: t.T("admin.fact.version"), Text: cmp.Or(s.conf.Version, t.T("web.version.unknown"))},
		{Term: t.T("admin.fact.address"), Text: s.conf.PublicURL},
		{Term: t.T("admin.fact.database"), Text: databases[s.DB.Dialect()]},
		{Term: t.T("admin.fact.mail"), Text: cmp.Or(s.conf.MailAddress, t.T("admin.none"))},
		{Term: t.T("admin.fact.sending"), Text: sending},
		{Term: t.T("admin.fact.calendar"), Text: t.T("admin.until", "Day", t.DateAt(last.Time(), now))},
		{Term: t.T("admin.fact.people"), Text: joined(who...)},
		{Term: t.T("admin.fact.tickets"), Text: cmp.Or(counted(t, open), t.Int(0))},
	}, nil
}

// watch lists what an administrator looks after, with what is amiss marked.
func (s *Server) watch(ctx context.Context, t *i18n.Printer) (table ui.Table, err error) {
	out, err := s.Outbox.Figures(ctx)
	if err != nil {
		return table, err
	}
	work, err := s.Queue.Figures(ctx)
	if err != nil {
		return table, err
	}
	in, err := s.Intake.Figures(ctx)
	if err != nil {
		return table, err
	}
	letters, received, waiting, failed := out.Letters, in.Messages, int64(0), int64(0)
	for _, n := range work.Counts {
		if n.State == "failed" {
			failed += n.N
		} else {
			waiting += n.N
		}
	}
	table = ui.Table{Caption: t.T("admin.watch.title"), Columns: []ui.Column{{Label: t.T("admin.watch.what")}, {Label: t.T("admin.watch.count"), Number: true}, {Label: t.T("admin.watch.state")}}}
	add := func(name, href string, n int, amiss bool) {
		state := ui.Mark{Meaning: ui.Done, Word: t.T("admin.watch.fine")}
		switch {
		case amiss:
			state = ui.Mark{Meaning: ui.Late, Word: t.T("admin.watch.look")}
		case name == "queued" && n > 0 && !s.Outbox.Sends():
			state = ui.Mark{Meaning: ui.Paused, Word: t.T("admin.watch.kept")}
		}
		table.Rows = append(table.Rows, []ui.Cell{{Text: t.T("admin.watch." + name), Href: href}, {Text: t.Int(n)}, {Body: state.View()}})
	}
	add("held", "/admin/mail?state=held", received[mailin.Held], received[mailin.Held] > 0)
	add("failed_mail", "/admin/mail?state=failed", received[mailin.Failed], received[mailin.Failed] > 0)
	add("queued", "/admin/letters?state=queued", letters[mail.Queued]+letters[mail.Sending], false)
	add("returned", "/admin/letters?state=refused", letters[mail.Refused], letters[mail.Refused] > 0)
	add("bounced", "/admin/letters?state=bounced", letters[mail.Bounced], letters[mail.Bounced] > 0)
	add("waiting_jobs", "/admin/jobs", int(waiting), work.Late > tooLateJobs)
	add("failed_jobs", "/admin/jobs", int(failed), failed > 0)
	return table, nil
}
