package web

import (
	"context"

	"github.com/a-h/templ"

	"amigo/app/i18n"
	"amigo/tickets"
	"amigo/web/ui"
)

// talkView is a ticket as those who asked see it: a conversation, and what
// they may count on.
type talkView struct {
	over     string
	action   string
	csrf     string
	status   string
	about    ui.Banner  // what happens next, and when
	banner   *ui.Banner // why what was sent was not accepted
	thread   []templ.Component
	composer *ui.Composer // nil once nothing more can be said
	reopen   *ui.Field    // asks why it is not solved
	follow   followPanel
	opinion  *opinion // what the reader thinks of the solution; nil: it is not for them to say
}

// talkView gathers the page of a ticket for its requester's side.
func (s *Server) talkView(ctx context.Context, look tickets.Look, d draft) (talkView, error) {
	p, t, messages := i18n.From(ctx), look.Ticket, look.Messages
	v := talkView{
		over: p.T("web.request.title", "Ref", t.ID.Ref()), action: "/tickets/" + t.ID.Ref(), csrf: s.csrf(ctx),
		status: string(t.Status),
	}
	l, err := s.timelineOf(ctx, look, d, &v.thread)
	if err != nil {
		return v, err
	}
	v.banner, _ = l.banner(ctx, d)
	estimated, err := s.estimates(ctx, t)
	if err != nil {
		return v, err
	}
	v.about = l.about(estimated)
	v.follow = s.followPanel(ctx, t, d, l)
	if v.opinion, err = s.opinion(ctx, t); err != nil {
		return v, err
	}
	switch t.Status {
	case tickets.Closed:
	case tickets.Solved:
		v.reopen = &ui.Field{Name: "why", Label: p.T("web.reopen.why"), Hint: p.T("web.reopen.hint"), Value: d.why, Rows: 3, Error: d.says(ctx, "body", "why")}
	default:
		v.composer = &ui.Composer{
			Action: v.action + "/reply", CSRF: v.csrf, Hidden: seen(messages), Body: d.body, Error: d.says(ctx, "body", "files"),
			Draft: replyDraft(t.ID), Ticket: t.ID.Ref(), State: draftState(d.keeping(ctx, "composer")), Limit: tickets.MaxFile, Limits: limitsOf(p), Send: p.T("web.talk.send"),
		}
	}
	return v, nil
}

// about says in a sentence what happens next.
func (l timeline) about(estimated estimates) ui.Banner {
	t := l.tell.t
	promise, follow := promised(t, l.ticket, estimated, l.tell.now), ""
	if l.ticket.Assignee != 0 {
		follow = t.T("web.talk.followed", "Name", l.cast.name(l.ticket.Assignee))
	}
	switch l.ticket.Status {
	case tickets.WaitingRequester:
		return ui.Banner{Meaning: ui.Soon, Title: t.T("web.talk.your_turn"), Text: joined(follow, t.T("web.talk.your_turn_text"))}
	case tickets.WaitingThirdParty:
		return ui.Banner{Title: t.T("web.talk.third"), Text: follow}
	case tickets.Solved:
		return ui.Banner{Meaning: ui.Done, Title: t.T("web.talk.solved"), Text: t.T("web.talk.solved_text")}
	case tickets.Closed:
		return ui.Banner{Title: t.T("web.talk.closed"), Text: t.T("web.talk.closed_text")}
	}
	if promise == "" {
		promise = t.T("web.talk.received")
	}
	return ui.Banner{Title: promise, Text: follow}
}
