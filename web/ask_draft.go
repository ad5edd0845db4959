package web

import (
	"context"
	"strconv"

	"github.com/labstack/echo/v4"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	drafts "amigo/tickets/draft"
	"amigo/web/ui"
)

// askFields are what the form of a new ticket holds besides its words.
var askFields = []string{"subject", "type", "service", "priority", "channel", "team", "establishment", "colleague", "requester"}

// resumeAsk fills the form with what somebody was writing, as the server keeps it.
func (s *Server) resumeAsk(ctx context.Context, a *ask) error {
	all, err := s.Drafts.Of(ctx, 0)
	for _, d := range all {
		if d.Place != drafts.Ask {
			continue
		}
		a.body, a.kept, a.aside, a.saved = d.Words, d.Files, d.Aside, number(int64(d.Version))
		a.subject, a.service, a.sought, a.establishment = d.With["subject"], d.With["service"], d.With["colleague"], d.With["establishment"]
		if kind := tickets.Type(d.With["type"]); kind.Valid() {
			a.kind = kind
		}
		if priority := tickets.Priority(d.With["priority"]); priority.Valid() {
			a.priority = priority
		}
		if channel := d.With["channel"]; channel != "" {
			a.channel = people.Channel(channel)
		}
		a.requester, a.team = people.ID(numberIn(d.With["requester"])), people.TeamID(numberIn(d.With["team"]))
	}
	return err
}

// savedAsk keeps the form that comes back, and gives the version of its draft.
func (s *Server) savedAsk(ctx context.Context, f *form, a ask) string {
	w := written(f, drafts.Ask)
	w.Files = a.kept
	return s.saved(ctx, w)
}

// askKeep keeps the form for later: for who has no script that does as they type.
func (s *Server) askKeep(c echo.Context, f *form, a ask) error {
	ctx := c.Request().Context()
	w := written(f, drafts.Ask)
	w.Files = a.kept
	if _, err := s.Drafts.Keep(ctx, w); err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T("composer.draft.kept")})
	return seeOther(c, "/tickets/new")
}

// numberIn reads a field that holds a number; 0 when it holds none.
func numberIn(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}
