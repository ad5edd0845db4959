package web

import (
	"context"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/mailin"
	"amigo/tickets"
	"amigo/web/ui"
)

// silence says of whom nothing is answered, until when and why.
type silence struct {
	banner ui.Banner
	href   string // the ticket's page, empty for a sender
	ref    string
	rules  bool // the reader may change the rules
}

// silences are those that hold now.
func (s *Server) silences(ctx context.Context) ([]silence, error) {
	all, err := s.Intake.Silences(ctx)
	shown := make([]silence, 0, len(all))
	for _, one := range all {
		shown = append(shown, newSilence(ctx, one))
	}
	return shown, err
}

// newSilence is a silence in words.
func newSilence(ctx context.Context, one mailin.Silence) silence {
	t := i18n.From(ctx)
	until := t.T("mailrules.silence.until", "Clock", t.Clock(one.Until))
	s := silence{banner: ui.Banner{Meaning: ui.Soon, Title: until}, rules: people.ActorOf(ctx).Is(people.Supervisor)}
	if id := one.Ticket(); id != 0 {
		s.banner.Text = t.N("mailrules.silence.ticket", one.Budget, "Ref", id.Label())
		s.href, s.ref = "/tickets/"+id.Ref(), id.Label()
		return s
	}
	s.banner.Text = t.N("mailrules.silence.sender", one.Budget, "Who", one.Who)
	return s
}

// silenceOn is the silence that holds for a ticket; nil for none.
func (s *Server) silenceOn(ctx context.Context, id tickets.ID) (*silence, error) {
	on, err := s.Intake.SilencesOn(ctx, []tickets.ID{id})
	one, silent := on[id]
	if err != nil || !silent {
		return nil, err
	}
	shown := newSilence(ctx, one)
	shown.href = "" // the reader is there
	return &shown, nil
}

// silenceTags are the marks of the rows of a list for which a silence holds.
func (s *Server) silenceTags(ctx context.Context, list []tickets.Ticket) (map[tickets.ID]ui.Mark, error) {
	ids := make([]tickets.ID, 0, len(list))
	for _, t := range list {
		ids = append(ids, t.ID)
	}
	on, err := s.Intake.SilencesOn(ctx, ids)
	tags := make(map[tickets.ID]ui.Mark, len(on))
	t := i18n.From(ctx)
	for id, one := range on {
		tags[id] = ui.Mark{Meaning: ui.Soon, Icon: "bell", Word: t.T("mailrules.silence.tag", "Clock", t.Clock(one.Until))}
	}
	return tags, err
}
