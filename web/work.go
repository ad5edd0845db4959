package web

import (
	"context"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"amigo/app/i18n"
	"amigo/app/people"
	"amigo/tickets"
	drafts "amigo/tickets/draft"
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
	since    []string   // what was changed meanwhile, to which the banner refuses to do harm
	lost     *ui.Banner // whom its letters do not reach
	thread   []templ.Component
	composer ui.Composer
	leaving  []leavingView
	solving  bool // a solution was begun, and is kept
	solve    *solveForm
	classify *classifyForm
	promises []ui.Promise
	asker    askerCard
	facts    []ui.Fact
	silence  *silence
	parties  partyPanel
	follow   followPanel
	kin      kinPanel
	tags     tagPanel
	checks   checkPanel
	time     timePanel
	wakes    wakePanel
	unheard  bool // nobody at the desk has read what was said last
	watched  bool // by the reader
}

// workChoices are the buttons that stand over a ticket now.
type workChoices struct{ take, wait, resume, solve, reopen, write bool }

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
func (s *Server) workView(ctx context.Context, look tickets.Look, d draft) (workView, error) {
	p, me, t, messages := i18n.From(ctx), people.ActorOf(ctx).Person, look.Ticket, look.Messages
	v := workView{
		id: t.ID, action: "/tickets/" + t.ID.Ref(), csrf: s.csrf(ctx), version: number(int64(t.Version)),
		status: string(t.Status), priority: string(t.Priority), can: choicesOn(t, me), me: number(me),
		unheard: t.UnheardSince != nil, watched: slices.Contains(look.Watchers, me),
	}
	l, err := s.timelineOf(ctx, look, d, &v.thread)
	if err != nil {
		return v, err
	}
	v.banner, v.since = l.banner(ctx, d)
	v.lost = l.mailed.lostBanner(p)
	v.head = ui.Head{Title: t.Subject, Over: joined(t.ID.Label(), p.T("web.type."+string(t.Type)), s.serviceName(ctx, t.Service), l.cast.place(t))}
	if v.promises, err = s.promises(ctx, l); err != nil {
		return v, err
	}
	v.asker, v.kin = l.askerOf(), l.kinPanel(ctx, d)
	v.facts = s.workFacts(ctx, t, l)
	v.tags, v.checks, v.time, v.wakes = l.tagPanel(ctx, d), l.checkPanel(ctx, d), l.timePanel(ctx, d), l.wakePanel(ctx, d)
	v.composer, v.leaving = s.composer(ctx, t, d, l, messages), s.leaving(ctx, d)
	if err = s.circle(ctx, t, d, l, &v); err != nil {
		return v, err
	}
	_, v.solving = d.pad.kept[drafts.Solve]
	switch {
	case d.do == doSolve && v.can.solve:
		v.solve = newSolveForm(ctx, d.solution())
		v.solve.seen, v.solve.state = seen(messages), d.keeping(ctx, "solve-form")
	case (d.do == doClassify || d.do == doAssign) && t.Status != tickets.Closed:
		v.classify, err = s.classifyForm(ctx, l, d)
	case d.do == doTags:
		v.tags.known, err = s.Desk.Tags(ctx, maxKnownTags)
	}
	return v, err
}

// timelineOf draws everything that was said and done.
func (s *Server) timelineOf(ctx context.Context, look tickets.Look, d draft, into *[]templ.Component) (l timeline, err error) {
	actor := people.ActorOf(ctx)
	l = timeline{look: look, ticket: look.Ticket, me: actor.Person, staff: actor.Is(people.Technician), tell: s.teller(ctx), events: look.Events, unread: d.unread}
	if l.cast, err = s.castIn(ctx, look); err != nil {
		return l, err
	}
	if l.follows, err = s.followable(ctx, look); err != nil {
		return l, err
	}
	if l.staff {
		if err := s.backstage(ctx, &l); err != nil {
			return l, err
		}
	}
	*into = l.draw(look.Messages, look.Events)
	return l, nil
}

// backstage adds to a timeline what only staff see: letters, teams, names, mail
// as it was laid out.
func (s *Server) backstage(ctx context.Context, l *timeline) (err error) {
	var mailed []tickets.MessageID
	for _, m := range l.look.Messages {
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
	l.parties = l.look.Parties
	if l.uids, err = s.namesIn(ctx, l.look); err != nil {
		return err
	}
	services, err := s.Desk.Services(ctx)
	l.services = make(map[string]string, len(services))
	for _, service := range services {
		l.services[service.Slug] = service.Name(l.tell.t.Lang())
	}
	return err
}

// namesIn are the names of those whom events name by uid. Most appear on the page
// anyhow.
func (s *Server) namesIn(ctx context.Context, look tickets.Look) (map[string]string, error) {
	names := map[string]string{"": ""}
	for _, p := range look.People {
		names[p.UID] = p.Name
	}
	strange := func(e tickets.Event) bool {
		for _, field := range []string{"assignee", "requester"} {
			for _, uid := range e.Changes[field] {
				if _, known := names[uid]; !known {
					return true
				}
			}
		}
		return false
	}
	if !slices.ContainsFunc(look.Events, strange) {
		return names, nil
	}
	staff, err := s.People.Staff(ctx, people.Technician, 0)
	for _, p := range staff {
		names[p.UID] = p.Name
	}
	return names, err
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
	add("priority", joined(p.T("web.priority."+string(t.Priority)), weighed(p, t)))
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

// moreItems are the items of the menu of what is done less often. Those that lead
// nowhere say whether the reader watches the ticket.
func (v workView) moreItems(t *i18n.Printer) []ui.Button {
	open := v.status != string(tickets.Closed)
	var items []ui.Button
	add := func(shown bool, word, key, icon, href string) {
		if shown {
			items = append(items, ui.Button{Label: t.T("facts.menu." + word), Icon: icon, Key: key, Href: v.action + href})
		}
	}
	if v.watched {
		items = append(items, ui.Button{Label: t.T("facts.menu.unwatch"), Icon: "eye", Key: "y", Name: "watch", Value: "no"})
	} else {
		items = append(items, ui.Button{Label: t.T("facts.menu.watch"), Icon: "eye", Key: "y", Name: "watch", Value: "yes"})
	}
	add(open && v.classify == nil, "assign", "a", "hand", "?do="+doAssign+"#facts")
	add(true, "wake", "d", "calendar-clock", "?do="+doWake+"#wakes")
	add(open, "tags", "l", "tag", "?do="+doTags+"#tags")
	add(open, "check", "c", "check-check", "?do="+doCheck+"#checks")
	add(true, "spend", "p", "clock", "?do="+doSpend+"#time")
	add(true, "link", "", "link", "?do="+doLink+"#kin")
	add(open, "adopt", "", "layers", "?do="+doAdopt+"#kin")
	add(open, "merge", "m", "merge", "/merge")
	add(true, "history", "h", "list", "/history")
	return items
}

// besideWays lead to the forms of what a ticket has none of yet.
func (v workView) besideWays(t *i18n.Printer) []ui.Link {
	var ways []ui.Link
	add := func(none bool, key, do, id string) {
		if none {
			ways = append(ways, ui.Link{Label: t.T("facts.menu." + key), Href: v.action + "?do=" + do + "#" + id})
		}
	}
	open := v.status != string(tickets.Closed)
	add(open && len(v.tags.list) == 0 && v.tags.form == nil, "tags", doTags, "tags")
	add(!v.wakes.mine && v.wakes.form == nil, "wake", doWake, "wakes")
	add(open && len(v.checks.list) == 0 && v.checks.form == nil, "check", doCheck, "checks")
	add(len(v.time.list) == 0 && v.time.form == nil, "spend", doSpend, "time")
	add(len(v.kin.groups) == 0 && v.kin.link == nil && v.kin.adopt == nil, "link", doLink, "kin")
	return ways
}
