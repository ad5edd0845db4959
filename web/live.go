package web

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"amigo/app/live"
	"amigo/app/people"
	"amigo/tickets"
)

// streamed is where it is kept during a request that it is a stream, which is
// answered for hours: what the time that answers take says nothing of.
const streamed = "amigo.streamed"

// Times of a stream.
const (
	usualPulse    = 15 * time.Second // a sign of life, so that proxies keep the line open
	judgeEvery    = 4                // pulses; then the session is looked at again
	writePatience = 10 * time.Second // for a reader to take what is said
	retryLeast    = 2 * time.Second  // before a browser comes again; and up to as much again
)

// live is the stream of events to which a browser listens (Server-Sent Events,
// HTML section 9.2): ids of what changed, as far as the reader may see it. It
// ends with the session, with the rights that the reader had when it began, and
// when the process does.
func (s *Server) live(c echo.Context) error {
	c.Set(streamed, true)
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/event-stream; charset=utf-8")
	h.Set("Cache-Control", "no-store, no-transform")
	h.Set("X-Accel-Buffering", "no") // nginx would wait for more
	if c.Request().Method == http.MethodHead {
		return c.NoContent(http.StatusOK)
	}
	actor := people.ActorOf(c.Request().Context())
	st, ok := s.bell.enter(actor)
	if !ok {
		h.Set(echo.HeaderContentType, "text/plain; charset=utf-8")
		return errTooMany
	}
	defer s.bell.leave(st)
	w := wire{to: c.Response(), control: http.NewResponseController(c.Response())}
	c.Response().WriteHeader(http.StatusOK)
	if err := w.open(c.Request().Header.Get("Last-Event-ID") != ""); err != nil {
		return nil //nolint:nilerr // the reader went away: nobody is there to be told
	}
	s.stream(c.Request().Context(), st, w)
	return nil
}

// stream tells a reader what happens until either of them goes.
func (s *Server) stream(ctx context.Context, st *stream, w wire) {
	pulse := time.NewTicker(cmp.Or(s.pulse, usualPulse))
	defer pulse.Stop()
	for beats := 1; ; {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-s.bell.hung:
			return
		case <-st.news:
			err = w.changes(st.take())
		case <-pulse.C:
			if beats++; beats%judgeEvery == 0 && !s.goesOn(ctx, st.actor) {
				return
			}
			err = w.event("beat", "1")
		}
		if err != nil {
			return
		}
	}
}

// goesOn says whether the session that a stream began with goes on, with the same
// rights. It looks without being seen: a stream keeps no session alive.
func (s *Server) goesOn(ctx context.Context, began people.Actor) bool {
	found, ok, err := s.store.find(ctx, s.sessions.Token(ctx))
	if err != nil || !ok {
		if err != nil {
			slog.WarnContext(ctx, "live: the session", "error", err)
		}
		return false // the browser comes again, and is judged again
	}
	now, err := found.Person.Actor(people.Web)
	return err == nil && now.Person == began.Person && now.Role == began.Role
}

// wire is the line to a reader.
type wire struct {
	to      io.Writer
	control *http.ResponseController
}

// open begins a stream. Who comes again has missed what happened meanwhile.
func (w wire) open(again bool) error {
	jitter := rand.N(retryLeast) //nolint:gosec // so that not all browsers come again at once
	if err := w.say(fmt.Sprintf("retry: %d\nid: 1\n\n", (retryLeast + jitter).Milliseconds())); err != nil || !again {
		return err
	}
	return w.changes([]live.Change{live.Everything})
}

// changes tells of a batch: by what it is, the ids.
func (w wire) changes(batch []live.Change) error {
	if slices.Contains(batch, live.Everything) {
		return w.event("everything", "1")
	}
	ids := map[string][]int64{}
	for _, c := range batch {
		what := c.What
		if what == tickets.LiveInside {
			what = tickets.LiveTicket // a page of the desk shows both
		}
		if !slices.Contains(ids[what], c.ID) {
			ids[what] = append(ids[what], c.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	text, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	return w.event("change", string(text))
}

func (w wire) event(name, data string) error {
	return w.say("event: " + name + "\ndata: " + data + "\n\n")
}

// say writes to the reader at once. One who takes nothing is given up.
func (w wire) say(text string) error {
	giveUp := time.AfterFunc(writePatience, func() { _ = w.control.SetWriteDeadline(time.Unix(1, 0)) })
	defer giveUp.Stop()
	if _, err := io.WriteString(w.to, text); err != nil {
		return err
	}
	return w.control.Flush()
}

// HangUp ends every stream, so that the process can end: browsers come again, to
// whoever answers then.
func (s *Server) HangUp() { s.bell.hangUp() }

// Streams counts the browsers that listen to this process.
func (s *Server) Streams() int { return s.bell.open() }

// liveAddress is where the page of a request is asked for what is new on it; empty
// for pages on which nothing moves by itself.
func (s *Server) liveAddress(c echo.Context) string {
	here := shownAt(c, s.routes)
	query := here.Query()
	query.Del("lang")
	switch {
	case here.Path == "/tickets" && people.ActorOf(c.Request().Context()).Is(people.Technician):
		here.Path = "/tickets/rows"
	case isTicket(here.Path):
		here.Path += "/news"
	default:
		return ""
	}
	here.RawQuery = query.Encode()
	return here.String()
}
