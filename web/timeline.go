package web

import (
	"cmp"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"amigo/app/people"
	"amigo/mailin"
	"amigo/tickets"
	"amigo/web/ui"
)

// timeline is what was said on a ticket and what happened to it, as one reader
// sees it.
type timeline struct {
	look     tickets.Look
	ticket   tickets.Ticket
	cast     cast
	tell     teller
	events   []tickets.Event                      // in the order of time, once it is drawn
	mailed   postbag                              // staff only
	mails    map[tickets.MessageID]mailin.Inbound // those that came in HTML; staff only
	staff    bool
	me       people.ID
	teams    []people.Team
	uids     map[string]string    // names by uid, for those that events name; staff only
	services map[string]string    // names by slug; staff only
	parties  []tickets.ThirdParty // staff only
	unread   tickets.MessageID    // what came after it is new to the reader; 0: nothing
	follows  map[string]bool      // addresses of copies whose owners may be let in
}

// draw puts messages and events in the order of time; events that follow one
// another are folded together.
func (l timeline) draw(messages []tickets.Message, events []tickets.Event) []templ.Component {
	var drawn []templ.Component
	var between []ui.Event
	flush := func() {
		if len(between) > 0 {
			drawn = append(drawn, ui.Events(between))
			between = nil
		}
	}
	// What a message causes comes after it, at the same instant.
	slices.SortStableFunc(events, func(a, b tickets.Event) int { return a.At.Compare(b.At) })
	from, to := 0, 0 // between which the middle lies, where there is one
	for i, m := range messages {
		for len(events) > 0 && events[0].At.Before(m.CreatedAt) {
			between = l.tellEvent(between, events[0])
			events = events[1:]
		}
		flush()
		switch {
		case len(messages) < foldedFrom:
		case i == headShown:
			from = len(drawn)
		case i == len(messages)-tailShown:
			to = len(drawn)
		}
		drawn = append(drawn, l.message(m).View())
	}
	for _, e := range events {
		between = l.tellEvent(between, e)
	}
	flush()
	if to > from {
		middle := threadMiddle(l.tell.t.N("facts.thread.folded", len(messages)-headShown-tailShown), slices.Clone(drawn[from:to]))
		drawn = slices.Replace(drawn, from, to, middle)
	}
	return drawn
}

// A conversation of so many messages shows its beginning and its end; the middle
// is folded, and opens at a press or when an address names something in it.
const (
	foldedFrom = 40
	headShown  = 2
	tailShown  = 20
)

func (l timeline) tellEvent(list []ui.Event, e tickets.Event) []ui.Event {
	if text := l.event(e); text != "" {
		list = append(list, ui.Event{At: l.tell.moment(e.At), Text: text, Href: l.leadsTo(e), Below: l.mailed.of(l.tell.t, "event:"+number(e.ID))})
	}
	return list
}

// message is one contribution.
func (l timeline) message(m tickets.Message) ui.Message {
	shown := ui.Message{
		ID: "m-" + number(m.ID), Author: l.author(m), At: l.tell.moment(m.CreatedAt), Text: m.Body, Quoted: m.Quoted,
		About: l.tell.t.T("web.by." + string(m.Channel)),
	}
	// AMIGO's own notes came by no way.
	if m.Channel == people.Web || m.Author == people.SystemID {
		shown.About = ""
	}
	shown.Copies = l.copies(m)
	shown.Fresh = l.unread != 0 && m.ID > l.unread && m.Author != l.me
	if l.staff && l.ticket.Status != tickets.Closed && !tickets.Blank(m.Body) {
		shown.Ways = append(shown.Ways, ui.Link{Label: l.tell.t.T("composer.forward.link"), Href: "/tickets/" + l.ticket.ID.Ref() + "?do=" + doForward + "&who=" + number(m.ID) + "#composer"})
	}
	if l.splits(m) {
		shown.Ways = append(shown.Ways, ui.Link{Label: l.tell.t.T("facts.split.link"), Href: "/tickets/" + l.ticket.ID.Ref() + "/split?message=" + number(m.ID)})
	}
	switch {
	case m.Internal:
		shown.Voice, shown.Label = ui.Note, l.noteLabel(m)
	case l.byStaff(m):
		shown.Voice = ui.Ours
	}
	if f := framed(l.mails[m.ID], "/tickets/"+l.ticket.ID.Ref()+"/messages/"+number(m.ID)+"/mail"); f != nil {
		shown.Body = asSent(m.Body, *f)
	}
	shown.Below = l.mailed.of(l.tell.t, "message:"+number(m.ID))
	for _, a := range m.Attachments {
		shown.Files = append(shown.Files, fileOf(a))
	}
	return shown
}

// splits says whether a message may become a ticket of its own: words of the
// requester's side, but not those that the ticket began with.
func (l timeline) splits(m tickets.Message) bool {
	return l.staff && l.ticket.Status != tickets.Closed && !m.Internal && !l.byStaff(m) && m.ID != l.look.Messages[0].ID
}

// byStaff says whether a message is the desk's, and not words of the
// requester's side, whoever they are.
func (l timeline) byStaff(m tickets.Message) bool {
	return m.Author != l.ticket.Requester && m.Author != l.ticket.ReportedBy && l.cast.persons[m.Author].Role.AtLeast(people.Technician)
}

// author is what somebody is called above their words.
func (l timeline) author(m tickets.Message) string {
	switch {
	case m.Author == l.me && !l.staff:
		return l.tell.t.T("web.person.you")
	case !l.staff && l.byStaff(m):
		return l.tell.t.T("web.person.desk", "Name", l.cast.name(m.Author))
	}
	return cmp.Or(l.partyName(m.Author), l.cast.name(m.Author))
}

func joined(parts ...string) string {
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return strings.Join(parts, " · ")
}

// event is what happened, in a sentence; empty for what a message tells already.
func (l timeline) event(e tickets.Event) string {
	t, who := l.tell.t, l.cast.name(e.Actor)
	switch e.What {
	case tickets.WasOpened:
		if l.ticket.ReportedBy == l.ticket.Requester {
			return ""
		}
		return t.T("web.event.opened", "Who", who, "For", l.cast.name(l.ticket.Requester))
	case tickets.WasAnswered, tickets.WasCompleted, tickets.WasNoted, tickets.WasConsulted, tickets.WasInformed:
		return ""
	case tickets.WasInvolved, tickets.WasDropped, tickets.WasFollowed, tickets.WasUnfollowed:
		return l.circled(e)
	case tickets.WasAssigned:
		return l.because(e, l.assigned(e))
	case tickets.WasClassified:
		return l.because(e, l.classified(e))
	case tickets.WasPaused:
		return t.T("web.event.waiting", "Status", t.T("ui.status."+e.Changes["status"][1]))
	case tickets.WasSolved:
		return l.solved(e)
	case tickets.WasEscalated:
		return l.escalated(e)
	case tickets.WasResumed, tickets.WasReopened, tickets.WasClosed:
		return t.T("web.event."+string(e.What), "Who", who)
	case tickets.WasRated:
		return l.rated(e)
	case tickets.WasReminded:
		return l.reminded(e)
	case tickets.WasMerged, tickets.WasAbsorbed, tickets.WasSplit, tickets.WasSplitOff, tickets.WasAdopted, tickets.WasReleased:
		return l.related(e)
	case tickets.WasChecked:
		return l.listed(e)
	case tickets.WasSpent:
		return l.spent(e)
	case tickets.WasWoken:
		return l.woke(e)
	case tickets.WasLinked, tickets.WasUnlinked:
		return l.tied(e)
	}
	return ""
}

// assigned says to whom a ticket was given.
func (l timeline) assigned(e tickets.Event) string {
	t, who := l.tell.t, l.cast.name(e.Actor)
	var parts []string
	if team, ok := e.Changes["queue"]; ok {
		parts = append(parts, t.T("web.event.transferred", "Who", who, "Team", l.team(team[1])))
	}
	if assignee, ok := e.Changes["assignee"]; ok {
		switch to := assignee[1]; {
		case to == "":
			parts = append(parts, t.T("web.event.freed", "Who", who))
		case to == l.cast.persons[e.Actor].UID:
			parts = append(parts, t.T("web.event.taken", "Who", who))
		default:
			parts = append(parts, t.T("web.event.assigned", "Who", who, "To", l.named(to)))
		}
	}
	return joined(parts...)
}

// classified says what changed, field by field.
func (l timeline) classified(e tickets.Event) string {
	var parts []string
	for _, c := range l.changes(e) {
		parts = append(parts, l.tell.t.T("web.event.changed", "Field", c.field, "Before", c.before, "After", c.after))
	}
	return joined(parts...)
}

func (l timeline) solved(e tickets.Event) string {
	t := l.tell.t
	if e.Actor == people.SystemID && e.Changes["outcome"][1] == "abandoned" {
		return t.T("web.event.abandoned")
	}
	parts := []string{t.T("web.event.solved", "Who", l.cast.name(e.Actor))}
	if l.staff {
		if outcome := e.Changes["outcome"][1]; outcome != "" {
			parts = append(parts, t.T("web.outcome."+outcome))
		}
		if cause := e.Changes["cause"][1]; cause != "" {
			parts = append(parts, t.T(causeKey(cause)))
		}
	}
	return joined(parts...)
}

func (l timeline) team(slug string) string {
	for _, team := range l.teams {
		if team.Slug == slug {
			return team.Name
		}
	}
	return slug
}

func (l timeline) named(uid string) string {
	if name := l.uids[uid]; name != "" {
		return name
	}
	return uid
}
