package web

import (
	"context"
	"errors"

	"amigo/app/fault"
	"amigo/app/i18n"
	"amigo/sla/calendar"
	"amigo/web/ui"
)

// draftsRead is how many of the last drafts are looked through for those that
// still wait, and draftsShown how many of these are listed.
const (
	draftsRead  = 100
	draftsShown = 5
)

// draftHref is the page of a draft.
func draftHref(id calendar.DraftID) string { return "/admin/calendars/drafts/" + number(id) }

// draftLists are the drafts that wait for a decision, and apart from them those
// that have to be drawn anew first, because another version is in force since.
type draftLists struct {
	open, stale ui.Table
	staleTitle  string
}

// draftsOf lists the drafts that wait: of one calendar, or of all where name is
// empty.
func (s *Server) draftsOf(ctx context.Context, name string) (draftLists, error) {
	t := i18n.From(ctx)
	all, err := s.Book.Drafts(ctx, name, draftsRead)
	if err != nil {
		return draftLists{}, err
	}
	var open, stale []calendar.Draft
	current := map[string]calendar.VersionID{}
	for _, d := range all {
		if d.State != calendar.Ready && d.State != calendar.Fetching {
			continue
		}
		if _, read := current[d.Calendar]; !read {
			v, err := s.Book.Current(ctx, d.Calendar)
			if err != nil && !errors.Is(err, fault.NotFound) {
				return draftLists{}, err
			}
			current[d.Calendar] = v.ID
		}
		if d.State == calendar.Ready && d.Base != current[d.Calendar] {
			stale = append(stale, d)
		} else {
			open = append(open, d)
		}
	}
	lists := draftLists{staleTitle: t.N("calendarpage.drafts.stale", len(stale))}
	if lists.open, err = s.draftTable(ctx, "calendarpage.drafts.caption", open, nil); err != nil {
		return lists, err
	}
	again := &ui.Mark{Meaning: ui.Paused, Icon: "refresh-cw", Word: t.T("calendarpage.draft.stale")}
	lists.stale, err = s.draftTable(ctx, "calendarpage.drafts.stale_caption", stale, again)
	return lists, err
}

// draftTable lists drafts, the first of them; what does not fit is counted in
// its last row. Their mark is that of their state where none is given.
func (s *Server) draftTable(ctx context.Context, caption string, drafts []calendar.Draft, mark *ui.Mark) (ui.Table, error) {
	t, now := i18n.From(ctx), s.DB.Now(ctx)
	table := ui.Table{Caption: t.T(caption), Stacked: true, Columns: []ui.Column{
		{Label: t.T("calendarpage.list.name")},
		{Label: t.T("calendarpage.drafts.changes")},
		{Label: t.T("calendarpage.history.source")},
		{Label: t.T("calendarpage.drafts.made")},
		{Label: t.T("calendarpage.history.author")},
		{Label: t.T("calendarpage.drafts.state")},
	}}
	for i, d := range drafts {
		if i == draftsShown {
			table.Rows = append(table.Rows, []ui.Cell{{Text: t.N("calendarpage.drafts.more", len(drafts)-draftsShown)}, {}, {}, {}, {}, {}})
			break
		}
		changes, err := s.daysChanged(ctx, d)
		if err != nil {
			return table, err
		}
		state := draftMark(t, d.State)
		if idle, err := s.idle(ctx, d); err != nil {
			return table, err
		} else if idle {
			state = ui.Mark{Meaning: ui.Calm, Word: t.T("calendarpage.draft.idle")}
		}
		if mark != nil {
			state = *mark
		}
		table.Rows = append(table.Rows, []ui.Cell{
			{Text: d.Calendar, Href: draftHref(d.ID)},
			{Text: changes},
			{Text: sourceWords(t, d.Source, d.Author)},
			{Text: t.Short(d.CreatedAt, now)},
			{Text: s.authorName(ctx, d.Author)},
			{Body: state.View()},
		})
	}
	return table, nil
}

// daysChanged says how many days a draft changes; nothing of one on its way.
func (s *Server) daysChanged(ctx context.Context, d calendar.Draft) (string, error) {
	if d.State == calendar.Fetching {
		return "", nil
	}
	before, after, err := s.sidesOf(ctx, d)
	if err != nil {
		return "", err
	}
	n := 0
	for _, c := range changesBetween(before, after, calendar.DayOf(s.DB.Now(ctx).In(after.Zone()))) {
		n += c.Days
	}
	return i18n.From(ctx).N("calendarpage.drafts.days", n), nil
}

// draftMark says how far a draft has come.
func draftMark(t *i18n.Printer, state calendar.DraftState) ui.Mark {
	m := ui.Mark{Meaning: ui.Calm, Word: t.T("calendarpage.draft." + string(state))}
	switch state {
	case calendar.Fetching:
		m.Meaning, m.Icon = ui.Paused, "hourglass"
	case calendar.Ready:
		m.Meaning = ui.Soon
	case calendar.Refused:
		m.Meaning = ui.Late
	case calendar.Applied:
		m.Meaning = ui.Done
	case calendar.Discarded:
		m.Icon = "trash-2"
	}
	return m
}
