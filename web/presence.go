package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/live"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/web/ui"
)

// liveHere hears that the reader has a ticket before them, writes an answer, or
// goes, and answers with who else is there.
func (s *Server) liveHere(c echo.Context) error {
	ctx, f := c.Request().Context(), formOf(c)
	id, ok := tickets.ParseRef(f.Get("ticket"))
	if !ok {
		return fault.NotFound
	}
	if _, err := s.Desk.Get(ctx, id); err != nil {
		return err
	}
	me, here := people.ActorOf(ctx), s.Hub.Presence()
	who := live.Present{ID: int64(id), Person: int64(me.Person), Name: me.Name}
	switch f.Get("doing") {
	case "left":
		here.Left(ctx, who.ID, who.Person)
		return c.NoContent(http.StatusNoContent)
	case "stopped":
		here.Stopped(ctx, who.ID, who.Person)
		here.Here(ctx, who)
	case string(live.Typing):
		who.Typing = true
		here.Here(ctx, who)
	default:
		here.Here(ctx, who)
	}
	return c.String(http.StatusOK, s.besides(ctx, id))
}

// besides says who else has a ticket before them, and who writes; empty where
// nobody does.
func (s *Server) besides(ctx context.Context, id tickets.ID) string {
	me := int64(people.ActorOf(ctx).Person)
	var writing, reading []string
	for _, who := range s.Hub.Presence().Who(ctx, int64(id)) {
		switch {
		case who.Person == me:
		case who.Typing:
			writing = append(writing, who.Name)
		default:
			reading = append(reading, who.Name)
		}
	}
	t := i18n.From(ctx)
	return joined(theyDo(t, "live.writing", writing), theyDo(t, "live.reading", reading))
}

// theyDo says what some people do; nothing of nobody.
func theyDo(t *i18n.Printer, key string, names []string) string {
	if len(names) == 0 {
		return ""
	}
	return t.N(key, len(names), "Who", t.Join(names))
}

// writingTags mark the rows of a list about which somebody is writing.
func (s *Server) writingTags(ctx context.Context) map[tickets.ID]ui.Mark {
	t, tags := i18n.From(ctx), map[tickets.ID]ui.Mark{}
	for id, writing := range s.Hub.Presence().Writing(ctx) {
		var names []string
		for _, who := range writing {
			names = append(names, who.Name)
		}
		tags[tickets.ID(id)] = ui.Mark{Meaning: ui.Paused, Icon: "pencil", Word: theyDo(t, "live.row", names)}
	}
	return tags
}
