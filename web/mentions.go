package web

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/labstack/echo/v4"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/web/ui"
)

// mentionLine is a note that names the reader.
type mentionLine struct {
	csrf, ref string
	title     string
	href      string
	about     string
	words     string
	read      bool
}

// mentionList shows the notes that name the reader.
func (s *Server) mentionList(c echo.Context) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	all, err := s.Desk.Mentions(ctx)
	if err != nil {
		return err
	}
	authors := make([]people.ID, 0, len(all))
	for _, m := range all {
		authors = append(authors, m.Author)
	}
	who, err := s.People.Names(ctx, authors)
	if err != nil {
		return err
	}
	lines, unread := make([]mentionLine, 0, len(all)), 0
	for _, m := range all {
		lines = append(lines, mentionLine{
			csrf: s.csrf(ctx), ref: m.Ticket.Ref(), title: m.Ticket.Label() + " " + m.Subject, href: "/tickets/" + m.Ticket.Ref() + "#m-" + number(m.Message),
			about: joined(who[m.Author].Name, t.Short(m.At, s.DB.Now(ctx))), words: shortened(m.Body), read: m.Read,
		})
		if !m.Read {
			unread++
		}
	}
	return s.show(c, http.StatusOK, mentionsPage(s.frame(c, t.T("composer.mentions.title")), s.csrf(ctx), lines, unread))
}

// deskWays are the ways to what is the reader's own: who has named them, what they
// are writing (counted is what could not be sent), and what helps to write.
func (s *Server) deskWays(ctx context.Context, t *i18n.Printer, a people.Actor) []ui.NavItem {
	mentions, returned := unreadOf(a), "returned "+number(a.Person)
	counts, err := s.count(ctx, []string{mentions, returned}, func([]string) (map[string]tickets.Size, error) {
		unread, stopped, err := s.Drafts.Waiting(ctx)
		return map[string]tickets.Size{mentions: {N: unread}, returned: {N: stopped}}, err
	})
	if err != nil {
		slog.WarnContext(ctx, "counts of one's own", "error", err)
	}
	return []ui.NavItem{
		{Label: t.T("composer.mentions.title"), Href: "/mentions", Icon: "bell", Count: sized(t, counts[mentions])},
		{Label: t.T("composer.drafts.title"), Href: "/drafts", Icon: "pencil", Count: sized(t, counts[returned])},
		{Label: t.T("composer.templates.way"), Href: "/templates", Icon: "file-text"},
	}
}

// unreadOf names the count of the mentions that somebody has not read.
func unreadOf(a people.Actor) string { return "mentions " + number(a.Person) }

// forget has a count made anew, which its reader has just changed.
func (f *figures) forget(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.all, name)
}

// mentionRead marks mentions as read: those on one ticket, or all.
func (s *Server) mentionRead(c echo.Context) error {
	ctx := c.Request().Context()
	id, _ := tickets.ParseRef(formOf(c).text("ticket"))
	if err := s.Desk.ReadMentions(ctx, id); err != nil {
		return err
	}
	s.counts.forget(unreadOf(people.ActorOf(ctx)))
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T("composer.mentions.read_done")})
	return seeOther(c, "/mentions")
}
