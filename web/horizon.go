package web

import (
	"context"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/sla"
	"amigo/web/ui"
)

// horizons warns of the calendars that end too soon, by name.
func (s *Server) horizons(ctx context.Context) (map[string]ui.Banner, []ui.Banner, error) {
	short, err := s.Engine.Horizon(ctx)
	if err != nil {
		return nil, nil, err
	}
	named := map[string]ui.Banner{}
	var list []ui.Banner
	for _, h := range short {
		b := s.horizon(ctx, h)
		named[h.Calendar], list = b, append(list, b)
	}
	return named, list, nil
}

// horizon warns of one: what it means already, or will mean, and what to do.
func (s *Server) horizon(ctx context.Context, h sla.Horizon) ui.Banner {
	t := i18n.From(ctx)
	title, text := "calendarpage.end.soon", "calendarpage.end.soon_text"
	b := ui.Banner{Meaning: ui.Soon}
	if h.Until < s.today(ctx) {
		b.Meaning, title, text = ui.Late, "calendarpage.end.over", "calendarpage.end.over_text"
	}
	b.Title, b.Text = t.T(title, "Name", h.Calendar, "Day", t.DateAt(h.Until.Time(), s.DB.Now(ctx))), t.T(text)
	if h.Promises > 0 {
		b.Text = t.N("calendarpage.end.provisional", h.Promises)
	}
	return b
}

// horizonLine is that warning where supervisors pass every day, in a line, with
// the way to mend it.
type horizonLine struct{ words, href, label string }

// horizonLine warns of the calendar with the most provisional promises; nil
// where every calendar reaches far enough, and for those who import none.
func (s *Server) horizonLine(ctx context.Context) (*horizonLine, error) {
	if !people.ActorOf(ctx).Is(people.Supervisor) {
		return nil, nil
	}
	short, err := s.Engine.Horizon(ctx)
	if err != nil || len(short) == 0 {
		return nil, err
	}
	t, worst := i18n.From(ctx), short[0]
	for _, h := range short {
		if h.Promises > worst.Promises {
			worst = h
		}
	}
	day := t.DateAt(worst.Until.Time(), s.DB.Now(ctx))
	line := &horizonLine{
		words: t.T("calendarpage.end.soon", "Name", worst.Calendar, "Day", day) + ".",
		href:  calendarHref(worst.Calendar) + "/import", label: t.T("calendarpage.end.import"),
	}
	if worst.Promises > 0 {
		line.words = t.N("calendarpage.end.line", worst.Promises, "Name", worst.Calendar, "Day", day)
	}
	if n := len(short) - 1; n > 0 {
		line.words += " " + t.N("calendarpage.end.others", n)
		line.href, line.label = "/admin/calendars", t.T("calendarpage.end.see")
	}
	return line, nil
}
