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
	ticket  tickets.Ticket
	cast    cast
	tell    teller
	events  []tickets.Event                      // in the order of time, once it is drawn
	mailed  postbag                              // staff only
	mails   map[tickets.MessageID]mailin.Inbound // those that came in HTML; staff only
	staff   bool
	me      people.ID
	teams   []people.Team
	uids    map[string]string    // names by uid, for those that events name
	parties []tickets.ThirdParty // staff only
	follows map[string]bool      // addresses of copies whose owners may be let in
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
	for _, m := range messages {
		for len(events) > 0 && events[0].At.Before(m.CreatedAt) {
			between = l.tellEvent(between, events[0])
			events = events[1:]
		}
		flush()
		drawn = append(drawn, l.message(m).View())
	}
	for _, e := range events {
		between = l.tellEvent(between, e)
	}
	flush()
	return drawn
}

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

func fileOf(a tickets.Attachment) ui.File {
	return ui.File{Name: a.Name, Href: "/attachments/" + number(a.ID), Size: a.Size, Image: strings.HasPrefix(a.Type, "image/")}
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
	t := l.tell.t
	var parts []string
	for _, field := range []string{"type", "priority", "service", "category"} {
		pair, changed := e.Changes[field]
		if !changed || field == "category" && e.Changes["service"][1] != "" {
			continue
		}
		parts = append(parts, t.T("web.event.changed", "Field", t.T("web.field."+field), "Before", l.value(field, pair[0]), "After", l.value(field, pair[1])))
	}
	return joined(parts...)
}

// value is a value of a field as people read it.
func (l timeline) value(field, value string) string {
	switch {
	case value == "":
		return l.tell.t.T("web.value.none")
	case field == "type" || field == "priority":
		return l.tell.t.T("web." + field + "." + value)
	}
	return value
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

// actors are the people whom messages and events name.
func actors(messages []tickets.Message, events []tickets.Event) []people.ID {
	var ids []people.ID
	for _, m := range messages {
		ids = append(ids, m.Author, m.Addressee)
	}
	for _, e := range events {
		ids = append(ids, e.Actor, aboutWhom(e))
	}
	return ids
}
