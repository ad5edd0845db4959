package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/sla/calendar"
	"amigo/tickets"
	"amigo/web/ui"
)

// ticketRead notes that somebody at the desk has read what was said. The page does
// it by itself, and then wants no other.
func (s *Server) ticketRead(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	if err := s.Desk.Read(c.Request().Context(), id); err != nil {
		return err
	}
	if c.Request().Header.Get("HX-Request") != "" && c.Request().Header.Get("HX-Boosted") == "" {
		return c.NoContent(http.StatusNoContent)
	}
	return s.done(c, id, "facts.read", "")
}

// ticketWatch has a technician hear of a ticket, or no longer.
func (s *Server) ticketWatch(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	watch := formOf(c).text("watch") == "yes"
	if err := s.Desk.Watch(c.Request().Context(), id, watch); err != nil {
		return err
	}
	if watch {
		return s.done(c, id, "facts.watch.begun", "")
	}
	return s.done(c, id, "facts.watch.ended", "")
}

// ticketTags gives a ticket the tags that were typed, between commas, or takes one
// away.
func (s *Server) ticketTags(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	f := formOf(c)
	change := tickets.TagChange{Remove: f.Values["remove"]}
	for name := range strings.SplitSeq(f.text("add"), ",") {
		if name = strings.TrimSpace(name); name != "" {
			change.Add = append(change.Add, name)
		}
	}
	err = fault.Fields{"tags": fault.Say("tickets.field.required")}
	if len(change.Add)+len(change.Remove) > 0 {
		err = s.Desk.Tag(c.Request().Context(), id, change)
	}
	if err != nil {
		return s.again(c, id, draft{do: doTags, change: f}, err)
	}
	return s.done(c, id, "facts.tag.changed", "")
}

// ticketChecks puts points on the checklist.
func (s *Server) ticketChecks(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	f := formOf(c)
	if err := s.Desk.AddChecks(c.Request().Context(), id, f.text("check")); err != nil {
		return s.again(c, id, draft{do: doCheck, change: f}, err)
	}
	return s.besideAgain(c, id, "facts.check.added", "#checks")
}

// ticketCheck changes one point of the checklist, as the button says that was pressed.
func (s *Server) ticketCheck(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	ctx, f := c.Request().Context(), formOf(c)
	point := func(name string) tickets.CheckID { return tickets.CheckID(f.number(name)) }
	switch {
	case f.Has("tick"):
		err = s.Desk.Tick(ctx, id, point("tick"), true)
	case f.Has("untick"):
		err = s.Desk.Tick(ctx, id, point("untick"), false)
	case f.Has("up"):
		err = s.Desk.MoveCheck(ctx, id, point("up"), true)
	case f.Has("down"):
		err = s.Desk.MoveCheck(ctx, id, point("down"), false)
	default:
		err = s.Desk.DropCheck(ctx, id, point("drop"))
	}
	if err != nil {
		return s.again(c, id, draft{}, err)
	}
	return seeOther(c, "/tickets/"+id.Ref()+"#checks")
}

// besideAgain leads back to where something was done beside the conversation.
func (s *Server) besideAgain(c echo.Context, id tickets.ID, key, where string) error {
	ctx := c.Request().Context()
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T(key)})
	return seeOther(c, "/tickets/"+id.Ref()+where)
}

// ticketSpend notes time spent, corrects a note, or takes it back.
func (s *Server) ticketSpend(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	ctx, f := c.Request().Context(), formOf(c)
	note := tickets.EffortID(f.number("note"))
	if f.Has("remove") {
		if err := s.Desk.Unspend(ctx, id, note); err != nil {
			return err
		}
		return s.besideAgain(c, id, "facts.time.removed", "#time")
	}
	d := draft{do: doSpend, who: f.text("note"), change: f}
	e := tickets.Effort{ID: note, Words: f.text("words")}
	wrong := fault.Fields{}
	var ok bool
	if e.Minutes, ok = tickets.ParseMinutes(f.text("minutes")); !ok {
		wrong.Add("minutes", "facts.effort.minutes")
	}
	if e.Day, err = calendar.ParseDay(f.text("day")); err != nil && f.text("day") != "" {
		wrong.Add("day", "facts.effort.day")
	}
	if err = wrong.Err(); err == nil {
		err = s.Desk.Spend(ctx, id, e)
	}
	if err != nil {
		return s.again(c, id, d, err)
	}
	return s.besideAgain(c, id, "facts.time.noted", "#time")
}

// ticketWake notes when a technician wants to be reminded, and says so when the
// office is shut then.
func (s *Server) ticketWake(c echo.Context) error {
	id, err := refOf(c)
	if err != nil {
		return err
	}
	ctx, f := c.Request().Context(), formOf(c)
	t := i18n.From(ctx)
	if f.Has("drop") {
		if _, err := s.Desk.WakeMe(ctx, id, time.Time{}, ""); err != nil {
			return err
		}
		return s.besideAgain(c, id, "facts.wake.dropped", "#wakes")
	}
	at, ok := wakeAt(f, t.Zone())
	if !ok {
		return s.again(c, id, draft{do: doWake, change: f}, fault.Fields{"at": fault.Say("facts.wake.when")})
	}
	when, err := s.Desk.WakeMe(ctx, id, at, f.text("words"))
	if err != nil {
		return s.again(c, id, draft{do: doWake, change: f}, err)
	}
	key := "facts.wake.set"
	if !when.Equal(at) {
		key = "facts.wake.moved"
	}
	now := s.DB.Now(ctx)
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: t.T(key, "When", t.When(when, now), "Asked", t.When(at, now))})
	return seeOther(c, "/tickets/"+id.Ref()+"#wakes")
}

// wakeAt is the instant that a form asks for: a morning by its button, or a day and
// a clock.
func wakeAt(f *form, zone *time.Location) (at time.Time, ok bool) {
	day, clock := f.text("day"), f.text("clock")
	if f.Has("quick") {
		day, clock = f.text("quick"), morning
	}
	if clock == "" {
		clock = morning
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", day+" "+clock, zone)
	return at, err == nil
}
