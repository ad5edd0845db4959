package web

import (
	"context"
	"strings"

	"github.com/a-h/templ"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	"amigo/web/ui"
)

// workView is a ticket as a technician works on it.
type workView struct {
	id       tickets.ID
	action   string // the ticket's address; forms post below it
	csrf     string
	version  string
	head     ui.Head
	status   string
	priority string
	can      workChoices
	me       string // for the button that takes the ticket
	banner   *ui.Banner
	lost     *ui.Banner // whom its letters do not reach
	thread   []templ.Component
	composer ui.Composer
	kept     []keptFile
	solve    *solveForm
	classify *classifyForm
	promises []ui.Promise
	asker    askerCard
	facts    []ui.Fact
	silence  *silence
	parties  partyPanel
	follow   followPanel
}

// workChoices are the buttons that stand over a ticket now.
type workChoices struct{ take, wait, resume, solve, reopen, write bool }

// askerCard is whose ticket it is.
type askerCard struct {
	person ui.Person
	facts  []ui.Fact
	others string // how many requests they have
	href   string
}

// choicesOn says what a technician may do next. The desk decides; this only
// keeps from offering what it would refuse.
func choicesOn(t tickets.Ticket, me people.ID) workChoices {
	over := t.Status.Over()
	return workChoices{
		take: t.Status != tickets.Closed && t.Assignee != me && !over,
		wait: !over, resume: t.Status.Waiting(), solve: !over,
		reopen: t.Status == tickets.Solved, write: true,
	}
}

// workView gathers the page of a ticket for technicians.
func (s *Server) workView(ctx context.Context, t tickets.Ticket, d draft) (workView, error) {
	p, me := i18n.From(ctx), people.ActorOf(ctx).Person
	v := workView{
		id: t.ID, action: "/tickets/" + t.ID.Ref(), csrf: s.csrf(ctx), version: number(int64(t.Version)),
		status: string(t.Status), priority: string(t.Priority), can: choicesOn(t, me), me: number(me),
		banner: banner(ctx, d), kept: keptFiles(d.kept),
	}
	l, messages, err := s.timelineOf(ctx, t, &v.thread)
	if err != nil {
		return v, err
	}
	v.lost = l.mailed.lostBanner(p)
	v.head = ui.Head{Title: t.Subject, Over: joined(t.ID.Label(), p.T("web.type."+string(t.Type)), s.serviceName(ctx, t.Service), l.cast.place(t))}
	if v.promises, err = s.promises(ctx, l); err != nil {
		return v, err
	}
	if v.asker, err = s.askerOf(ctx, t, l); err != nil {
		return v, err
	}
	v.facts = s.workFacts(ctx, t, l)
	v.composer = s.composer(ctx, t, d, l, messages)
	if err = s.circle(ctx, t, d, l, messages, &v); err != nil {
		return v, err
	}
	switch {
	case d.do == doSolve && v.can.solve:
		v.solve = newSolveForm(ctx, d.solution())
	case d.do == doClassify && t.Status != tickets.Closed:
		v.classify, err = s.classifyForm(ctx, t, d)
	}
	return v, err
}

// timelineOf reads everything that was said and done, and draws it.
func (s *Server) timelineOf(ctx context.Context, t tickets.Ticket, into *[]templ.Component) (timeline, []tickets.Message, error) {
	actor := people.ActorOf(ctx)
	l := timeline{ticket: t, me: actor.Person, staff: actor.Is(people.Technician), uids: map[string]string{}}
	messages, err := s.Desk.Messages(ctx, t.ID)
	if err != nil {
		return l, nil, err
	}
	events, err := s.Desk.Events(ctx, t.ID)
	if err != nil {
		return l, nil, err
	}
	if l.cast, err = s.castOf(ctx, []tickets.Ticket{t}, actors(messages, events)...); err != nil {
		return l, nil, err
	}
	l.tell = s.teller(ctx)
	if l.follows, err = s.followable(ctx, t, messages); err != nil {
		return l, nil, err
	}
	if l.staff {
		if err := s.backstage(ctx, &l, messages); err != nil {
			return l, nil, err
		}
	}
	l.events = events // which drawing puts in the order of time
	*into = l.draw(messages, events)
	return l, messages, nil
}

// backstage adds to a timeline what only staff see: letters, teams, names, mail
// as it was laid out.
func (s *Server) backstage(ctx context.Context, l *timeline, messages []tickets.Message) (err error) {
	var mailed []tickets.MessageID
	for _, m := range messages {
		if m.Channel == people.Mail {
			mailed = append(mailed, m.ID)
		}
	}
	if l.mails, err = s.Intake.Rich(ctx, mailed...); err != nil {
		return err
	}
	if l.mailed, err = s.postbagOf(ctx, l.ticket.ID); err != nil {
		return err
	}
	if l.teams, err = s.People.Teams(ctx); err != nil {
		return err
	}
	if l.parties, err = s.Desk.ThirdParties(ctx, l.ticket.ID); err != nil {
		return err
	}
	staff, err := s.People.Staff(ctx, people.Technician, 0)
	for _, p := range staff {
		l.uids[p.UID] = p.Name
	}
	return err
}

// composer is where a technician answers.
func (s *Server) composer(ctx context.Context, t tickets.Ticket, d draft, l timeline, messages []tickets.Message) ui.Composer {
	p := i18n.From(ctx)
	c := ui.Composer{
		Action: "/tickets/" + t.ID.Ref() + "/reply", CSRF: s.csrf(ctx), Notes: true, Kind: d.kind,
		Error: d.says(ctx, "body", "then", "files", "party"), Draft: replyDraft(t.ID), Limit: tickets.MaxFile,
		To: p.T("web.composer.to", "Name", l.cast.name(t.Requester)), Hidden: seen(messages), Present: s.besides(ctx, t.ID),
	}
	if d.do == "" {
		c.Body = d.body
	}
	if t.Status == tickets.Closed {
		c.Kind, c.To = "note", p.T("web.composer.closed")
	} else if !t.Status.Over() && t.Status != tickets.WaitingRequester {
		c.Others = []ui.Button{{Label: p.T("web.composer.ask"), Name: "then", Value: string(tickets.WaitingRequester)}}
	}
	l.consulting(t, d, &c)
	return c
}

// seen names the newest message that stands on the page: an answer to what is
// no longer the last word is stopped.
func seen(messages []tickets.Message) map[string]string {
	if len(messages) == 0 {
		return nil
	}
	return map[string]string{"seen": number(messages[len(messages)-1].ID)}
}

// askerOf is whose ticket it is, where they work, and how to reach them.
func (s *Server) askerOf(ctx context.Context, t tickets.Ticket, l timeline) (askerCard, error) {
	p, who := i18n.From(ctx), l.cast.persons[t.Requester]
	card := askerCard{person: ui.Person{Name: l.cast.name(t.Requester), About: joined(who.Title, l.cast.place(t))}}
	add := func(key, text string) {
		if text != "" {
			card.facts = append(card.facts, ui.Fact{Term: p.T("web.person." + key), Text: text})
		}
	}
	add("establishment", t.Establishment)
	add("phone", who.Phone)
	add("place_phone", l.cast.places[t.Establishment].Phone)
	if who.Email != "" {
		card.facts = append(card.facts, ui.Fact{Term: p.T("web.person.email"), Body: mailAddress(who.Email)})
	}
	if t.ReportedBy != t.Requester {
		add("reported_by", l.cast.name(t.ReportedBy))
	}
	n, err := s.Desk.Count(ctx, tickets.Filter{Asked: t.Requester})
	if err != nil {
		return card, err
	}
	card.others, card.href = p.N("web.person.requests", n), "/tickets?view=all&requester="+number(t.Requester)
	return card, nil
}

// workFacts is how a ticket is classified and who works on it.
func (s *Server) workFacts(ctx context.Context, t tickets.Ticket, l timeline) []ui.Fact {
	p := i18n.From(ctx)
	assignee := ui.Fact{Term: p.T("web.field.assignee"), Text: p.T("ui.queue.free")}
	if t.Assignee != 0 {
		assignee = ui.Fact{Term: p.T("web.field.assignee"), Body: l.cast.person(t.Assignee).Chip()}
	}
	facts := []ui.Fact{assignee}
	add := func(key, text string) {
		if strings.TrimSpace(text) != "" {
			facts = append(facts, ui.Fact{Term: p.T("web.field." + key), Text: text})
		}
	}
	for _, team := range l.teams {
		if team.ID == t.Team {
			add("team", team.Name)
		}
	}
	add("priority", p.T("web.priority."+string(t.Priority)))
	add("type", p.T("web.type."+string(t.Type)))
	add("service", s.serviceName(ctx, t.Service))
	add("category", categoryName(p, t.Category))
	add("channel", p.T("web.channel."+string(t.Channel)))
	add("created", l.tell.exact(t.CreatedAt))
	if t.Outcome != "" {
		add("outcome", p.T("web.outcome."+t.Outcome))
	}
	if t.Cause != "" {
		add("cause", p.T(causeKey(t.Cause)))
	}
	return facts
}

// serviceName is a service as people call it.
func (s *Server) serviceName(ctx context.Context, slug string) string {
	if slug == "" {
		return ""
	}
	services, err := s.Desk.Services(ctx)
	if err == nil {
		for _, service := range services {
			if service.Slug == slug {
				return service.Name(i18n.From(ctx).Lang())
			}
		}
	}
	return slug
}

// banner says over the page why what was sent was not accepted.
func banner(ctx context.Context, d draft) *ui.Banner {
	if d.problem == "" {
		return nil
	}
	b := ui.Banner{Meaning: ui.Late, Title: d.problem, Live: true}
	if d.overdue {
		b.Meaning, b.Text = ui.Soon, i18n.From(ctx).T("web.ticket.overtaken")
	}
	return &b
}

// modify is the link to the form that classifies; nil where nothing changes any more.
func (v workView) modify(label string) *ui.Link {
	if v.status == string(tickets.Closed) {
		return nil
	}
	return &ui.Link{Label: label, Href: v.action + "?do=" + doClassify + "#facts"}
}

// afterSigns cuts a text after each sign of its addresses, so that a line may end
// there and not in the middle of a word.
func afterSigns(text string) []string {
	var parts []string
	for {
		at := strings.IndexAny(text, "@.") + 1
		if at == 0 || at == len(text) {
			return append(parts, text)
		}
		parts, text = append(parts, text[:at]), text[at:]
	}
}
