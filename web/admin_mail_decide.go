package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/app/trouble"
	"amigo/mailin"
	"amigo/tickets"
	"amigo/web/ui"
)

// messageView is one message that came in, what became of it, and what can
// still be decided.
type messageView struct {
	action, csrf string
	verdict      ui.Banner
	facts        []ui.Fact
	said         *ui.Message // nil when nothing of it can be read
	ticket       ui.Field    // to which it goes
	accept       bool
	discard      bool
	replay       bool
	senders      []ui.Button // what a supervisor may decide about who sent it
}

// mailShow shows one message.
func (s *Server) mailShow(c echo.Context) error { return s.showMessage(c, http.StatusOK, "", "") }

// showMessage shows a message; ref and wrong are what was typed for its ticket
// and what is wrong with that.
func (s *Server) showMessage(c echo.Context, status int, ref, wrong string) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	id, err := numbered(c)
	if err != nil {
		return err
	}
	m, err := s.Intake.Get(ctx, mailin.ID(id))
	if err != nil {
		return err
	}
	l, err := s.Intake.Letter(ctx, m.ID)
	if err != nil { // what is known of it is shown all the same, and how to decide
		slog.WarnContext(ctx, "message", "inbound", m.ID, "error", err)
	}
	v := messageView{
		action: "/admin/mail/" + number(m.ID), csrf: s.csrf(ctx), verdict: s.verdictBanner(ctx, t, m), facts: s.messageFacts(ctx, t, m, l),
		said:    s.saidIn(ctx, t, m, l),
		ticket:  ui.Field{Name: "ticket", Label: t.T("admin.mail.ticket"), Hint: t.T("admin.mail.ticket_hint"), Value: ref, InputMode: "numeric", Error: wrong},
		accept:  m.State == mailin.Held || m.State == mailin.Ignored || m.State == mailin.Failed,
		discard: m.State == mailin.Held || m.State == mailin.Failed, replay: m.State == mailin.Failed,
	}
	if people.ActorOf(ctx).Is(people.Supervisor) {
		if v.senders, err = s.senderChoices(ctx, l); err != nil {
			return err
		}
	}
	if wrong == "" && m.Ticket != 0 {
		v.ticket.Value = m.Ticket.Ref()
	}
	return s.show(c, status, messagePage(markWay(s.frame(c, mailSubject(t, m)), "/admin/mail"), v))
}

// verdictBanner says what was decided, and why, before anything else.
func (s *Server) verdictBanner(ctx context.Context, t *i18n.Printer, m mailin.Inbound) ui.Banner {
	b := ui.Banner{Meaning: mailMark(t, m.State).Meaning, Title: t.T("admin.mail.is." + string(m.State))}
	switch {
	case m.State == mailin.Failed:
		b.Text = t.T("admin.mail.failed", "Attempts", m.Attempts) + " " + t.T("health.again")
	case m.State == mailin.Received && m.LastError != "":
		b.Text = t.N("health.stumbled", m.Attempts)
	case m.DecidedBy != "":
		by := m.DecidedBy
		if p, err := s.People.ByUID(ctx, by); err == nil {
			by = p.Name
		}
		b.Text = t.T("admin.mail.decided", "By", by)
	case m.Act != "":
		b.Text = t.Say(m.Reason.Sentence())
	default:
		b.Text = t.T("admin.mail.soon")
	}
	return b
}

func (s *Server) messageFacts(ctx context.Context, t *i18n.Printer, m mailin.Inbound, l mailin.Letter) []ui.Fact {
	var facts []ui.Fact
	add := func(term, text string) {
		if text != "" {
			facts = append(facts, ui.Fact{Term: t.T(term), Text: text})
		}
	}
	address := func(term, text string) {
		if text != "" {
			facts = append(facts, ui.Fact{Term: t.T(term), Body: atTheSigns(text)})
		}
	}
	address("admin.mail.from", joined(l.FromName, m.Sender))
	if m.EnvelopeFrom != m.Sender {
		address("admin.mail.envelope", m.EnvelopeFrom)
	}
	address("admin.mail.to", strings.Join(m.EnvelopeTo, ", "))
	add("admin.mail.received", t.When(m.ReceivedAt, s.DB.Now(ctx)))
	add("admin.mail.source", wayIn(t, m.Source))
	add("admin.mail.size", t.Size(m.Size))
	if m.Act != "" {
		add("admin.mail.verdict", verdictWords(t, m))
	}
	var flags []string
	for _, f := range m.Flags {
		flags = append(flags, t.Say(f.Word()))
	}
	add("admin.mail.flags", strings.Join(flags, ", "))
	if m.Ticket != 0 {
		facts = append(facts, ui.Fact{Term: t.T("admin.ticket"), Body: quietLink("/tickets/"+m.Ticket.Ref(), m.Ticket.Label())})
	}
	if m.LastError != "" {
		facts = append(facts, ui.Fact{Term: t.T("admin.letter.error"), Body: grief(t, m.LastError).view()})
	}
	var files []string
	for _, f := range l.Attachments {
		files = append(files, f.Name+" ("+t.Size(int64(f.Size))+")")
	}
	add("admin.mail.files", strings.Join(files, ", "))
	return facts
}

// wayIn names the way by which a message came in.
func wayIn(t *i18n.Printer, source string) string {
	if source == "smtp" || source == "lmtp" {
		return strings.ToUpper(source)
	}
	return sourceName(t, mailin.Standing{Source: source})
}

// grief says what is wrong with a message, and hides what the machine says.
func grief(t *i18n.Printer, words string) healthLine {
	cause := trouble.CauseOf(words)
	l := healthLine{mark: ui.Mark{Meaning: ui.Late, Word: t.Say(cause.Sentence())}, raw: words}
	if cause == trouble.Missing || cause == trouble.Defect { // of a message; that of others is about a line
		l.advice = t.Say(cause.Advice())
	}
	return l
}

// saidIn is what the sender wrote.
func (s *Server) saidIn(ctx context.Context, t *i18n.Printer, m mailin.Inbound, l mailin.Letter) *ui.Message {
	if l.NewText == "" && l.QuotedText == "" {
		return nil
	}
	now := s.DB.Now(ctx)
	said := &ui.Message{
		ID: "said", Author: joined(l.FromName, m.Sender), Text: l.NewText, Quoted: l.QuotedText,
		At: ui.Moment{At: m.ReceivedAt, Words: t.Short(m.ReceivedAt, now), Exact: t.When(m.ReceivedAt, now)},
	}
	m.Look = l.Look() // also before it is filed
	if f := framed(m, "/admin/mail/"+number(m.ID)+"/body"); f != nil {
		said.Body = asSent(l.NewText, *f)
	}
	return said
}

// mailAccept puts a message on a ticket, or opens one with it.
func (s *Server) mailAccept(c echo.Context) error {
	ctx, f := c.Request().Context(), formOf(c)
	t := i18n.From(ctx)
	id, err := numbered(c)
	if err != nil {
		return err
	}
	if _, err := s.Intake.Get(ctx, mailin.ID(id)); err != nil {
		return err
	}
	ref, on := f.text("ticket"), tickets.ID(0)
	if f.Get("what") != "open" {
		var ok bool
		if on, ok = tickets.ParseRef(ref); !ok {
			return s.showMessage(c, http.StatusUnprocessableEntity, ref, t.T("admin.mail.no_ref"))
		}
	}
	to, err := s.Intake.Accept(ctx, mailin.ID(id), on)
	switch {
	case errors.Is(err, fault.NotFound):
		return s.showMessage(c, http.StatusUnprocessableEntity, ref, t.T("admin.mail.no_ticket"))
	case errors.Is(err, fault.Invalid):
		return s.showMessage(c, http.StatusUnprocessableEntity, ref, t.Explain(err))
	case err != nil:
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: t.T("admin.mail.accepted", "Ref", to.Label())})
	return seeOther(c, "/tickets/"+to.Ref())
}

// mailDiscard decides that nothing becomes of a message.
func (s *Server) mailDiscard(c echo.Context) error {
	ctx := c.Request().Context()
	id, err := numbered(c)
	if err != nil {
		return err
	}
	if err := s.Intake.Discard(ctx, mailin.ID(id)); err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T("admin.mail.discarded")})
	return seeOther(c, "/admin/mail?state=held")
}

// mailReplay tries a message again that could not be filed.
func (s *Server) mailReplay(c echo.Context) error {
	ctx := c.Request().Context()
	id, err := numbered(c)
	if err != nil {
		return err
	}
	if _, err := s.Intake.Replay(ctx, mailin.ID(id)); err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).N("admin.mail.replayed", 1)})
	return seeOther(c, "/admin/mail/"+number(id))
}

// mailReplayAll tries all messages again that could not be filed.
func (s *Server) mailReplayAll(c echo.Context) error {
	ctx := c.Request().Context()
	n, err := s.Intake.Replay(ctx, 0)
	if err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).N("admin.mail.replayed", n)})
	return seeOther(c, "/admin/mail")
}
