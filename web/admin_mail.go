package web

import (
	"context"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/app/trouble"
	"amigo/mailin"
	"amigo/web/ui"
)

// mailView is a page of the mail that came in.
type mailView struct {
	states   []ui.NavItem
	health   []healthLine
	silences []silence // senders and tickets that are not answered now
	rules    bool      // the reader may change them
	table    ui.Table
	pager    ui.Pager
	csrf     string
	replay   bool // there are failed messages to be tried again
	empty    ui.Empty
}

// mailList lists what came in and what became of it, newest first: the answer
// to "where did my mail go?".
func (s *Server) mailList(c echo.Context) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	state := mailin.State(c.QueryParam("state"))
	figures, err := s.Intake.Figures(ctx)
	if err != nil {
		return err
	}
	all, err := s.Intake.Latest(ctx, state, mailin.ID(before(c)), perPage+1)
	if err != nil {
		return err
	}
	page, next := rest(all, func(m mailin.Inbound) int64 { return int64(m.ID) })
	v := mailView{
		states: mailStates(t, figures.Messages, state), table: s.mailTable(ctx, t, page), pager: listPager(c, next), csrf: s.csrf(ctx),
		replay: state == mailin.Failed && figures.Messages[mailin.Failed] > 1,
		empty:  noMail(t, state),
	}
	if v.health, err = s.mailHealth(ctx); err != nil {
		return err
	}
	if v.silences, err = s.silences(ctx); err != nil {
		return err
	}
	v.rules = people.ActorOf(ctx).Is(people.Supervisor)
	return s.show(c, http.StatusOK, mailPage(s.frame(c, t.T("admin.mail.title")), v))
}

// mailStates are the states to choose from. Each in which there is something to do
// says how many messages it has; what is done is as much as ever came, and not counted.
func mailStates(t *i18n.Printer, counts map[mailin.State]int, shown mailin.State) []ui.NavItem {
	items := []ui.NavItem{{Label: t.T("admin.mail.all"), Href: "/admin/mail", Current: shown == ""}}
	for _, state := range mailin.States {
		label := t.T("admin.mail.state." + string(state))
		if n, counted := counts[state]; counted {
			label += " (" + t.Int(n) + ")"
		}
		items = append(items, ui.NavItem{Label: label, Href: "/admin/mail?state=" + string(state), Current: state == shown})
	}
	return items
}

// noMail says that nothing stands in a state, and what would.
func noMail(t *i18n.Printer, state mailin.State) ui.Empty {
	which := "all"
	if state == mailin.Held || state == mailin.Failed {
		which = string(state)
	}
	key := "admin.mail.none." + which
	return ui.Empty{Icon: "inbox", Title: t.T(key), Text: t.T(key + "_text")}
}

func (s *Server) mailTable(ctx context.Context, t *i18n.Printer, page []mailin.Inbound) ui.Table {
	now := s.DB.Now(ctx)
	table := ui.Table{Caption: t.T("admin.mail.caption"), Hidden: true, Stacked: true, Columns: []ui.Column{
		{Label: t.T("admin.mail.subject")},
		{Label: t.T("admin.mail.from")},
		{Label: t.T("admin.mail.received")},
		{Label: t.T("admin.mail.verdict"), Prose: true},
		{Label: t.T("admin.ticket")},
		{Label: t.T("admin.mail.status")},
	}}
	for _, m := range page {
		ticket := ui.Cell{}
		if m.Ticket != 0 {
			ticket = ui.Cell{Text: "#" + m.Ticket.Ref(), Href: "/tickets/" + m.Ticket.Ref()}
		}
		table.Rows = append(table.Rows, []ui.Cell{
			{Text: mailSubject(t, m), Href: "/admin/mail/" + number(m.ID)},
			{Text: m.Sender},
			{Text: t.Short(m.ReceivedAt, now)},
			{Text: verdictWords(t, m)},
			ticket,
			{Body: mailMark(t, m.State).View()},
		})
	}
	return table
}

func mailSubject(t *i18n.Printer, m mailin.Inbound) string {
	if m.Subject == "" {
		return t.T("mailin.subject.none")
	}
	return m.Subject
}

// verdictWords say what was decided about a message, and why; or why nothing was.
func verdictWords(t *i18n.Printer, m mailin.Inbound) string {
	switch {
	case m.Act == "" && m.LastError != "":
		return t.Say(trouble.CauseOf(m.LastError).Sentence())
	case m.Act == "":
		return ""
	}
	return joined(t.Say(m.Act.Word()), t.Say(m.Reason.Sentence()))
}

// mailMark says where a message stands.
func mailMark(t *i18n.Printer, state mailin.State) ui.Mark {
	m := ui.Mark{Meaning: ui.Calm, Icon: "inbox", Word: t.Say(state.Word())}
	switch state {
	case mailin.Held:
		m.Meaning, m.Icon = ui.Soon, ""
	case mailin.Failed:
		m.Meaning, m.Icon = ui.Late, ""
	case mailin.Filed:
		m.Meaning, m.Icon = ui.Done, ""
	}
	return m
}

// mailRaw hands a message over as it came.
func (s *Server) mailRaw(c echo.Context) error {
	id, err := numbered(c)
	if err != nil {
		return err
	}
	raw, err := s.Intake.Raw(c.Request().Context(), mailin.ID(id))
	if err != nil {
		return err
	}
	defer raw.Close() //nolint:errcheck // it was only read
	asDownload(c, "message-"+number(id)+".eml", "message/rfc822")
	c.Response().WriteHeader(http.StatusOK)
	if _, err := io.Copy(c.Response(), raw); err != nil {
		// The answer has begun: cut it, so that nobody takes half a message for all of it.
		panic(http.ErrAbortHandler)
	}
	return nil
}
