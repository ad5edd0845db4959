package web

import (
	"context"
	"time"

	"amigo/app/i18n"
	"amigo/sla"
	"amigo/sla/calendar"
	"amigo/web/ui"
)

// movesView is which open promises a draft would move.
type movesView struct {
	words string
	lost  *ui.Banner // some would have no due date any more
	table ui.Table
}

// movesOf counts what a draft would do to the open promises.
func (s *Server) movesOf(ctx context.Context, d calendar.Draft) (*movesView, error) {
	p, err := s.Engine.Preview(ctx, d.Calendar, d.Spec)
	if err != nil {
		return nil, err
	}
	t, now := i18n.From(ctx), s.DB.Now(ctx)
	v := &movesView{words: movesWords(t, p), table: ui.Table{Caption: t.T("calendarpage.moves.caption"), Stacked: true, Columns: []ui.Column{
		{Label: t.T("admin.ticket")},
		{Label: t.T("calendarpage.moves.promise")},
		{Label: t.T("calendarpage.changes.before")},
		{Label: t.T("calendarpage.changes.after")},
	}}}
	if p.Lost > 0 {
		v.lost = &ui.Banner{Meaning: ui.Late, Title: t.N("calendarpage.moves.lost", p.Lost), Text: t.T("calendarpage.moves.lost_text")}
	}
	due := func(at *time.Time) string {
		if at == nil {
			return t.T("calendarpage.moves.none_due")
		}
		return t.When(*at, now)
	}
	for _, m := range p.Sample {
		v.table.Rows = append(v.table.Rows, []ui.Cell{
			{Text: m.Ticket.Label() + " " + m.Subject, Href: "/tickets/" + m.Ticket.Ref()},
			{Text: t.T("web.promise.term." + string(m.Promise))},
			{Text: due(m.Before)},
			{Text: due(m.After)},
		})
	}
	return v, nil
}

// movesWords say how many promises would move, and which way.
func movesWords(t *i18n.Printer, p sla.Preview) string {
	if p.Promises == 0 {
		return t.T("calendarpage.moves.no_promise")
	}
	if p.Earlier+p.Later+p.Settled+p.Guessed+p.Lost == 0 {
		return t.N("calendarpage.moves.still", p.Promises)
	}
	words := []string{t.N("calendarpage.moves.all", p.Promises)}
	for _, part := range []struct {
		key string
		n   int
	}{
		{"calendarpage.moves.earlier", p.Earlier},
		{"calendarpage.moves.later", p.Later},
		{"calendarpage.moves.settled", p.Settled},
		{"calendarpage.moves.guessed", p.Guessed},
	} {
		if part.n > 0 {
			words = append(words, t.N(part.key, part.n))
		}
	}
	return joined(words...)
}

// recounting says that promises are being counted anew; nil once they are.
func (s *Server) recounting(ctx context.Context) (*ui.Banner, error) {
	n, err := s.Engine.Left(ctx)
	if err != nil || n == 0 {
		return nil, err
	}
	t := i18n.From(ctx)
	return &ui.Banner{Title: t.N("calendarpage.counting", n), Text: t.T("calendarpage.counting_text"), Live: true}, nil
}
