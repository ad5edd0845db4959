package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"amigo/app/audit"
	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/sla/calendar"
	"amigo/web/ui"
)

// draftView is a draft: what would change, for whom, and what can be decided.
type draftView struct {
	action, csrf, name string
	state              ui.Banner
	reasons            []reason   // why it was refused
	remarks            *ui.Banner // there is something to look at before it is applied
	remarked           []reason
	facts              []ui.Fact
	changes, past      ui.Table // those of days that are over stand apart
	pastTitle          string
	years              []ui.NavItem
	legend             []legendLine
	grid               yearGrid
	moves              *movesView // nil: not asked

	fetching, ready bool
	stale           bool // another version is in force since it was drawn
	idle            bool // it changes nothing
}

// draftShow shows what a draft would change.
func (s *Server) draftShow(c echo.Context) error { return s.showDraft(c, http.StatusOK) }

// fetchSeconds is after how long the page of a draft on its way looks again.
const fetchSeconds = 3

func (s *Server) showDraft(c echo.Context, status int) error {
	ctx := c.Request().Context()
	t := i18n.From(ctx)
	id, err := numbered(c)
	if err != nil {
		return err
	}
	d, err := s.Book.Draft(ctx, calendar.DraftID(id))
	if err != nil {
		return err
	}
	v := draftView{action: draftHref(d.ID), csrf: s.csrf(ctx), name: d.Calendar, facts: s.draftFacts(ctx, d)}
	current, err := s.Book.Current(ctx, d.Calendar)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	v.fetching, v.ready, v.stale = d.State == calendar.Fetching, d.State == calendar.Ready, d.State == calendar.Ready && d.Base != current.ID
	if v.idle, err = s.idle(ctx, d); err != nil {
		return err
	}
	v.state = s.draftBanner(ctx, d, v.stale, v.idle)
	switch d.State {
	case calendar.Fetching:
		c.Response().Header().Set("Refresh", strconv.Itoa(fetchSeconds))
	case calendar.Refused:
		v.reasons = reasonsOf(t, d.Remarks())
	default:
		if v.remarked = reasonsOf(t, d.Remarks()); len(v.remarked) > 0 {
			v.remarks = &ui.Banner{Meaning: ui.Soon, Title: t.N("calendarpage.drafts.remarks", len(v.remarked))}
		}
		if err := s.drawDraft(c, &v, d); err != nil {
			return err
		}
	}
	if v.ready && !v.stale && !v.idle {
		if v.moves, err = s.movesOf(ctx, d); err != nil {
			return err
		}
	}
	title := t.T("calendarpage.draft_title", "Name", d.Calendar)
	return s.show(c, status, draftPage(markWay(s.frame(c, title), "/admin/calendars"), v))
}

// draftFacts say where a draft comes from.
func (s *Server) draftFacts(ctx context.Context, d calendar.Draft) []ui.Fact {
	t, now := i18n.From(ctx), s.DB.Now(ctx)
	return []ui.Fact{
		{Term: t.T("calendarpage.drafts.made"), Text: t.T("calendarpage.drafts.by", "When", t.When(d.CreatedAt, now), "Author", s.authorName(ctx, d.Author))},
		{Term: t.T("calendarpage.fact.source"), Text: sourceWords(t, d.Source, d.Author)},
	}
}

// draftBanner says how far a draft has come, and what to do.
func (s *Server) draftBanner(ctx context.Context, d calendar.Draft, stale, idle bool) ui.Banner {
	t := i18n.From(ctx)
	mark := draftMark(t, d.State)
	b := ui.Banner{Meaning: mark.Meaning, Title: t.T("calendarpage.draft_state." + string(d.State)), Text: t.T("calendarpage.draft_text." + string(d.State))}
	switch {
	case stale:
		b = ui.Banner{Meaning: ui.Late, Title: t.T("calendarpage.draft_state.stale"), Text: t.T("calendarpage.draft_text.stale")}
	case idle:
		b = ui.Banner{Title: t.T("calendarpage.draft_state.idle"), Text: t.T("calendarpage.draft_text.idle")}
	}
	if d.DecidedAt != nil && d.Decider != "" {
		b.Text = t.T("calendarpage.drafts.by", "When", t.When(*d.DecidedAt, s.DB.Now(ctx)), "Author", s.authorName(ctx, d.Decider))
	}
	return b
}

// idle says whether a draft that waits says the same as the version that it was
// drawn from. It may say so in other words: a day that is left out is closed.
func (s *Server) idle(ctx context.Context, d calendar.Draft) (bool, error) {
	if d.State != calendar.Ready || d.Base == 0 {
		return false, nil
	}
	base, err := s.Book.Spec(ctx, d.Base)
	return err == nil && reflect.DeepEqual(typed(base), typed(d.Spec)), err
}

// comparedYears is how far from today days are compared, both ways.
const comparedYears = 15

// drawDraft fills in what a draft changes, in words and as a year.
func (s *Server) drawDraft(c echo.Context, v *draftView, d calendar.Draft) error {
	ctx := c.Request().Context()
	t, now := i18n.From(ctx), s.DB.Now(ctx)
	before, after, err := s.sidesOf(ctx, d)
	if err != nil {
		return err
	}
	today := calendar.DayOf(now.In(after.Zone()))
	changes := changesBetween(before, after, today)
	ahead := slices.IndexFunc(changes, func(c calendar.Change) bool { return c.To >= today })
	if ahead < 0 {
		ahead = len(changes)
	}
	words := changeWords{t, now, before, after}
	v.changes, v.past = words.table("calendarpage.changes.caption", changes[ahead:]), words.table("calendarpage.changes.past_caption", changes[:ahead])
	v.pastTitle = t.N("calendarpage.changes.past", ahead)
	year := schoolYearOf(today)
	if len(changes) > 0 {
		year = schoolYearOf(max(changes[0].From, min(today, changes[len(changes)-1].From)))
	}
	if y, err := strconv.Atoi(c.QueryParam("year")); err == nil {
		year = y
	}
	chosen, err := calendar.ParseDay(c.QueryParam("day"))
	if err == nil {
		year = schoolYearOf(chosen)
	}
	v.years = changedYears(changes, v.action, year)
	from, to := yearSpan(year)
	frame := gridFrame{caption: t.T("calendarpage.grid.caption", "Name", d.Calendar, "Year", schoolYear(year)), today: today, chosen: chosen, here: &url.URL{Path: v.action}, anchor: "year", before: before, after: after}
	if v.grid, err = gridOf(t, after, from, to, frame); err != nil {
		return err
	}
	v.legend = legendOf(t, d.Spec, v.grid)
	return nil
}

// sidesOf are the calendars before and after a draft, with what is guessed of
// them: promises are made on that, too. The one before is nil where there is none.
func (s *Server) sidesOf(ctx context.Context, d calendar.Draft) (before, after *calendar.Calendar, err error) {
	drawn, err := calendar.New(d.Spec)
	if err != nil {
		return nil, nil, err
	}
	if d.Base == 0 {
		return nil, drawn.Assumed(), nil
	}
	base, err := s.Book.Version(ctx, d.Base)
	if err != nil {
		return nil, nil, err
	}
	return base.Assumed(), drawn.Assumed(), nil
}

// changesBetween are the days that change, some years around today; of those
// that are only assumed, the first year.
func changesBetween(before, after *calendar.Calendar, today calendar.Day) []calendar.Change {
	first, _ := after.Known()
	last := after.Published()
	if before != nil {
		f, _ := before.Known()
		first, last = min(first, f), max(last, before.Published())
	}
	const around = comparedYears * 366
	changes := calendar.Compare(before, after, max(first, today-around), min(last+366, today+around))
	return slices.DeleteFunc(changes, stillClosed)
}

// stillClosed says that a day is closed for the same reason as before: that
// another period lies beneath changes nothing for anybody.
func stillClosed(c calendar.Change) bool {
	return c.Before.Rule == calendar.ByClosure && c.After.Rule == calendar.ByClosure &&
		c.Before.Closure == c.After.Closure && slices.Equal(c.Before.Marks, c.After.Marks)
}

// changedYears are the school years in which something changes; none where
// there is no choice.
func changedYears(changes []calendar.Change, action string, shown int) []ui.NavItem {
	var items []ui.NavItem
	last := 0
	for _, c := range changes {
		for year := max(schoolYearOf(c.From), last+1); year <= schoolYearOf(c.To); year++ {
			items = append(items, ui.NavItem{Label: schoolYear(year), Href: action + "?year=" + strconv.Itoa(year), Current: year == shown})
			last = year
		}
	}
	if len(items) < 2 {
		return nil
	}
	return items
}

// draftApply puts a draft in force.
func (s *Server) draftApply(c echo.Context) error {
	ctx := c.Request().Context()
	id, err := numbered(c)
	if err != nil {
		return err
	}
	d, err := s.Book.Draft(ctx, calendar.DraftID(id))
	if err != nil {
		return err
	}
	if idle, err := s.idle(ctx, d); err != nil || idle {
		return cmp.Or(err, s.showDraft(c, http.StatusConflict))
	}
	uid := people.ActorOf(ctx).UID
	var v calendar.Version
	err = s.DB.Tx(ctx, func(ctx context.Context) error {
		var err error
		if v, err = s.Book.Apply(ctx, calendar.DraftID(id), uid); err != nil {
			return err
		}
		return s.Audit.Write(ctx, audit.Entry{Actor: uid, Action: "calendar.apply", Subject: "calendar:" + v.Name, Details: map[string]any{"version": v.Number, "draft": id}})
	})
	if errors.Is(err, fault.Conflict) {
		return s.showDraft(c, http.StatusConflict)
	}
	if err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T("calendarpage.applied", "Name", v.Name, "Number", v.Number)})
	return seeOther(c, calendarHref(v.Name))
}

// draftDiscard ends a draft that nobody wants.
func (s *Server) draftDiscard(c echo.Context) error {
	ctx := c.Request().Context()
	id, err := numbered(c)
	if err != nil {
		return err
	}
	if err := s.Book.Discard(ctx, calendar.DraftID(id), people.ActorOf(ctx).UID); err != nil {
		return err
	}
	s.flash(ctx, ui.Flash{Meaning: ui.Done, Text: i18n.From(ctx).T("calendarpage.discarded")})
	return seeOther(c, "/admin/calendars")
}

// draftRedraw draws a draft anew, on top of the version that is in force by now.
func (s *Server) draftRedraw(c echo.Context) error {
	ctx := c.Request().Context()
	id, err := numbered(c)
	if err != nil {
		return err
	}
	made, err := s.Book.Redraw(ctx, calendar.DraftID(id), people.ActorOf(ctx).UID)
	if _, contradict := errors.AsType[*calendar.SpecError](err); contradict {
		s.flash(ctx, ui.Flash{Meaning: ui.Late, Text: i18n.From(ctx).T("calendarpage.decide.contradict")})
		return seeOther(c, draftHref(calendar.DraftID(id)))
	}
	if err != nil {
		return err
	}
	return seeOther(c, draftHref(made.ID))
}
