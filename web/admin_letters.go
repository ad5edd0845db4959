package web

import (
	"bytes"
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"amigo/app/i18n"
	"amigo/app/mail"
	"amigo/tickets"
	"amigo/web/ui"
)

// lettersView is a page of the outbox.
type lettersView struct {
	ways   []ui.NavItem
	still  bool        // nothing is sent: letters stay to be read
	health *healthLine // how letters go out, where they cannot
	states []ui.NavItem
	table  ui.Table
	pager  ui.Pager
}

// letterList lists what AMIGO wrote, newest first.
func (s *Server) letterList(c echo.Context) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	state := mail.State(c.QueryParam("state"))
	all, err := s.lettersIn(ctx, state, mail.ID(before(c)))
	if err != nil {
		return err
	}
	figures, err := s.Outbox.Figures(ctx)
	if err != nil {
		return err
	}
	page, next := rest(all, func(l mail.Letter) int64 { return int64(l.ID) })
	v := lettersView{
		ways: adminWays(t, "/admin/letters"), still: !s.Outbox.Sends(),
		states: []ui.NavItem{{Label: t.T("admin.letters.all"), Href: "/admin/letters", Current: state == ""}},
		table:  s.lettersTable(ctx, t, page), pager: listPager(c, next),
	}
	if v.health, err = s.lettersHealth(ctx); err != nil {
		return err
	}
	for _, o := range mail.States {
		label := t.T("admin.letters.state." + string(o))
		if n, counted := figures.Letters[o]; counted { // those that were sent are as many as ever were
			label += " (" + t.Int(n) + ")"
		}
		v.states = append(v.states, ui.NavItem{Label: label, Href: "/admin/letters?state=" + string(o), Current: o == state})
	}
	return s.show(c, http.StatusOK, lettersPage(markWay(s.frame(c, t.T("admin.letters.title")), "/admin"), v))
}

// lettersIn reads one more letter than a page shows. A state that there is not
// has no letters.
func (s *Server) lettersIn(ctx context.Context, state mail.State, before mail.ID) ([]mail.Letter, error) {
	switch {
	case state == "":
		return s.Outbox.Latest(ctx, before, perPage+1)
	case !slices.Contains(mail.States[:], state):
		return nil, nil
	}
	return s.Outbox.In(ctx, state, before, perPage+1)
}

func (s *Server) lettersTable(ctx context.Context, t *i18n.Printer, page []mail.Letter) ui.Table {
	now := s.DB.Now(ctx)
	table := ui.Table{Caption: t.T("admin.letters.caption"), Hidden: true, Stacked: true, Columns: []ui.Column{
		{Label: t.T("admin.letter.subject")}, {Label: t.T("admin.letter.to")}, {Label: t.T("admin.letter.kind")}, {Label: t.T("admin.letter.written")}, {Label: t.T("admin.letter.status"), Prose: true},
	}}
	for _, l := range page {
		table.Rows = append(table.Rows, []ui.Cell{
			{Text: l.Subject, Href: "/admin/letters/" + number(l.ID)},
			{Text: l.Address},
			{Text: letterKind(t, l.Kind)},
			{Text: t.Short(l.CreatedAt, now)},
			{Body: letterFate(letterMark(t, l), distress(t, l))},
		})
	}
	return table
}

// letterKinds are the kinds of letter that have a name for people.
var letterKinds = []string{
	"opened", "replied", "waiting", "reminded", "solved", "abandoned", "merged", "assigned", "answered", "reopened", "rated", "consulted", "informed", "mentioned", "woken",
	"digest", "escalated", "budget", "report", "horizon", "limits", "too-large", "no-guests",
}

func letterKind(t *i18n.Printer, kind string) string {
	if slices.Contains(letterKinds, kind) {
		return t.T("admin.letter.of." + kind)
	}
	return kind
}

// letterMark says what became of a letter.
func letterMark(t *i18n.Printer, l mail.Letter) ui.Mark {
	m := ui.Mark{Meaning: ui.Calm, Icon: "clock", Word: t.T("admin.letter.state." + string(l.State))}
	switch l.State {
	case mail.Queued:
		if l.LastError != "" {
			m.Meaning, m.Icon, m.Word = ui.Soon, "", t.T("admin.letter.state.delayed")
		}
	case mail.Sent:
		m.Meaning, m.Icon = ui.Done, "check"
	case mail.Refused, mail.Bounced:
		m.Meaning, m.Icon = ui.Late, "circle-alert"
	case mail.Sending:
		m.Icon = "send"
	}
	return m
}

// distress says in a sentence why a letter did not arrive, or not yet; empty when
// it did, or the server's words have no sentence.
func distress(t *i18n.Printer, l mail.Letter) string {
	if l.State == mail.Sent || l.LastError == "" {
		return ""
	}
	if why := plainly(t, l); why != l.LastError {
		return why
	}
	return ""
}

// letterView is one letter, as it is sent.
type letterView struct {
	action, csrf string
	mark         ui.Mark
	again        bool // it may be sent once more
	facts        []ui.Fact
	head, text   string
}

// letterShow shows one letter: its head, its text, and its HTML in a frame that
// can do nothing.
func (s *Server) letterShow(c echo.Context) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	l, raw, err := s.letter(c)
	if err != nil {
		return err
	}
	head, _, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
	v := letterView{
		action: "/admin/letters/" + number(l.ID), csrf: s.csrf(ctx), mark: letterMark(t, l), again: l.State == mail.Refused || l.State == mail.Bounced,
		facts: s.letterFacts(ctx, t, l), head: string(bytes.ReplaceAll(head, []byte("\r\n"), []byte("\n"))), text: l.Text,
	}
	return s.show(c, http.StatusOK, letterPage(markWay(s.frame(c, l.Subject), "/admin"), v))
}

// letter reads the letter that the address names, and what is sent of it.
func (s *Server) letter(c echo.Context) (mail.Letter, []byte, error) {
	id, err := numbered(c)
	if err != nil {
		return mail.Letter{}, nil, err
	}
	l, err := s.Outbox.Get(c.Request().Context(), mail.ID(id))
	if err != nil {
		return l, nil, err
	}
	raw, err := s.Outbox.Raw(c.Request().Context(), l.ID)
	return l, raw, err
}

func (s *Server) letterFacts(ctx context.Context, t *i18n.Printer, l mail.Letter) []ui.Fact {
	now := s.DB.Now(ctx)
	facts := []ui.Fact{
		{Term: t.T("admin.letter.from"), Text: l.Headers["From"]},
		{Term: t.T("admin.letter.to"), Text: l.Address},
		{Term: t.T("admin.letter.reply_to"), Text: l.Headers["Reply-To"]},
		{Term: t.T("admin.letter.kind"), Text: letterKind(t, l.Kind)},
		{Term: t.T("admin.letter.written"), Text: t.When(l.CreatedAt, now)},
	}
	if l.NotBefore != nil && l.State == mail.Queued {
		facts = append(facts, ui.Fact{Term: t.T("admin.letter.not_before"), Text: t.When(*l.NotBefore, now)})
	}
	if l.SentAt != nil {
		facts = append(facts, ui.Fact{Term: t.T("admin.letter.sent"), Text: t.When(*l.SentAt, now)})
	}
	if l.Ticket != 0 {
		id := tickets.ID(l.Ticket)
		facts = append(facts, ui.Fact{Term: t.T("admin.ticket"), Body: quietLink("/tickets/"+id.Ref(), id.Label())})
	}
	if l.Attempts > 0 {
		facts = append(facts, ui.Fact{Term: t.T("admin.letter.attempts"), Text: t.Int(l.Attempts)})
	}
	if reason := l.Reason(); reason != "" {
		facts = append(facts, ui.Fact{Term: t.T("admin.letter.why"), Text: t.T("mail.reason." + string(reason))})
	} else if why := distress(t, l); why != "" {
		facts = append(facts, ui.Fact{Term: t.T("admin.letter.why"), Text: why})
	}
	if l.LastError != "" {
		facts = append(facts, ui.Fact{Term: t.T("admin.letter.error"), Body: machineText(l.LastError)})
	}
	return facts
}

// letterPolicy is what a letter may do inside its frame: be looked at. Its
// styles stand inside it, as mail wants them; its links lead nowhere.
const letterPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"

// letterBody is the HTML of a letter, for the frame on its page.
func (s *Server) letterBody(c echo.Context) error {
	l, _, err := s.letter(c)
	if err != nil {
		return err
	}
	return sendLetterBody(c, l.HTML)
}

// sendLetterBody answers with the HTML of a letter.
func sendLetterBody(c echo.Context, html string) error {
	h := c.Response().Header()
	h.Set("Content-Security-Policy", letterPolicy)
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set(echo.HeaderContentType, "text/html; charset=utf-8")
	return write(c, http.StatusOK, []byte(html))
}

// letterRaw hands a letter over as it is sent.
func (s *Server) letterRaw(c echo.Context) error {
	l, raw, err := s.letter(c)
	if err != nil {
		return err
	}
	asDownload(c, "amigo-"+number(l.ID)+".eml", "message/rfc822")
	return write(c, http.StatusOK, raw)
}

// asDownload says that what follows is saved under a name, and never runs here.
func asDownload(c echo.Context, name, kind string) {
	h := c.Response().Header()
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set(echo.HeaderContentDisposition, disposition(name))
	h.Set(echo.HeaderContentType, kind)
}

// letterAgain puts a letter that came back on its way once more.
func (s *Server) letterAgain(c echo.Context) error {
	ctx := c.Request().Context()
	id, err := numbered(c)
	if err != nil {
		return err
	}
	if _, err := s.Outbox.Get(ctx, mail.ID(id)); err != nil {
		return err
	}
	if err := s.Outbox.Again(ctx, mail.ID(id)); err != nil {
		return err
	}
	if err := s.noted(ctx, "letter.again", "letter:"+number(id)); err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T("admin.letter.on_its_way")})
	return seeOther(c, "/admin/letters/"+number(id))
}
