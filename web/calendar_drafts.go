package web

import (
	"context"

	"amigo/app/i18n"
	"amigo/sla/calendar"
	"amigo/web/ui"
)

// draftsShown is how many of the last drafts are looked through for those that
// still wait.
const draftsShown = 100

// draftHref is the page of a draft.
func draftHref(id calendar.DraftID) string { return "/admin/calendars/drafts/" + number(id) }

// draftTable lists the drafts that wait for a decision: of one calendar, or of
// all where name is empty.
func (s *Server) draftTable(ctx context.Context, name string) (ui.Table, error) {
	t, now := i18n.From(ctx), s.DB.Now(ctx)
	table := ui.Table{Caption: t.T("calendarpage.drafts.caption"), Stacked: true, Columns: []ui.Column{
		{Label: t.T("calendarpage.list.name")},
		{Label: t.T("calendarpage.drafts.made")},
		{Label: t.T("calendarpage.history.author")},
		{Label: t.T("calendarpage.history.source")},
		{Label: t.T("calendarpage.drafts.state")},
	}}
	all, err := s.Book.Drafts(ctx, name, draftsShown)
	if err != nil {
		return table, err
	}
	for _, d := range all {
		if d.State != calendar.Ready && d.State != calendar.Fetching {
			continue
		}
		table.Rows = append(table.Rows, []ui.Cell{
			{Text: d.Calendar, Href: draftHref(d.ID)},
			{Text: t.Short(d.CreatedAt, now)},
			{Text: s.authorName(ctx, d.Author)},
			{Text: sourceWords(t, d.Source, d.Author)},
			{Body: draftMark(t, d.State).View()},
		})
	}
	return table, nil
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
